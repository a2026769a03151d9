// Whether the team is online, as the agents say or as their desks find out, and what visitors see of it.

import { Desk, expect, test } from "./fixture.ts";

test.describe.configure({ timeout: 120_000 });

test("whether the team is online is for all desks of a browser to say: connected visitors see it live, others on opening", async ({ desk, visit, preview }) => {
  const chat = await visit();
  await chat.write("Hello");
  await expect(chat.status).toHaveText("We’re online");
  await desk.read("Visitor");

  await desk.online.click();
  await expect(chat.status).toHaveText("We’re offline");
  await expect(desk.page.getByText(/^You are away; visitors see that\./)).toBeVisible();
  // What is there can be read.
  await expect(desk.bubbles).toHaveText(["Hello"]);
  const asked = () => fetch(preview.address + "preview.token?account=acme").then((answer) => answer.json());
  await expect.poll(asked).toMatchObject({ online: false });
  await expect((await visit()).status).toHaveText("We’re offline");

  // The next visit of the desk remembers.
  await desk.page.reload();
  await expect(desk.online).toHaveAttribute("aria-checked", "false");
  await desk.online.click();
  await expect(chat.status).toHaveText("We’re online");

  // One that is connected keeps the team online, so a switch is for all of them.
  const other = new Desk(await desk.page.context().newPage());
  await other.page.goto(preview.address + "desk/");
  await expect(other.conversations).toHaveCount(1);
  await desk.online.click();
  await expect(other.online).toHaveAttribute("aria-checked", "false");
  await expect(chat.status).toHaveText("We’re offline");
  await other.online.click();
  await expect(desk.online).toHaveAttribute("aria-checked", "true");
  await expect(chat.status).toHaveText("We’re online");
  await expect.poll(asked).toMatchObject({ online: true });
  await expect((await visit()).status).toHaveText("We’re online");
});
