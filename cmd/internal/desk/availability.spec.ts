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

test("a link opens its conversation for somebody who is away, to be read, and answered once they are online", async ({ desk, visit }) => {
  const chat = await visit();
  await chat.write("Hello");
  await desk.read("Visitor");
  await desk.reply("Hi there");
  await expect(chat.bubbles).toHaveText(["Hello", "Hi there"]);
  await desk.box.fill("One more thing");
  await desk.online.click();
  await expect(desk.online).not.toBeChecked();
  await desk.page.reload();
  await expect(desk.bubbles).toHaveText(["Hello", "Hi there"]);
  await expect(desk.page.getByRole("log").locator(".own")).toHaveText(/Hi there/);
  await expect(desk.page.getByText("You are away, so it can only be read. Go online to answer.")).toBeVisible();
  await expect(desk.online).not.toBeChecked();
  await expect(chat.status).toHaveText("We’re offline");
  await desk.online.click();
  await expect(desk.box).toHaveValue("One more thing");
  await desk.box.press("Enter");
  await expect(chat.bubbles).toHaveText(["Hello", "Hi there", "One more thing"]);
});

test("an agent whom nobody has seen for a quarter of an hour is away in each tab, and back with a touch in one", async ({ desk, visit }) => {
  const { page } = desk;
  const chat = await visit();
  await chat.write("Hello");
  await page.clock.install();
  const other = new Desk(await page.context().newPage());
  for (const each of [page, other.page]) {
    await each.goto(new URL("/desk/", page.url()).href);
    await expect(each.getByRole("navigation").getByRole("link")).toHaveCount(1);
  }
  await expect(chat.status).toHaveText("We’re online");

  // One clock for all tabs.
  const pass = (minutes: number) => page.clock.runFor(minutes * 60_000);
  await pass(10);
  await page.mouse.move(200, 200);
  await pass(10);
  await expect(desk.online).toHaveAttribute("aria-checked", "true");
  await pass(5);
  for (const each of [desk, other]) {
    await expect(each.online).toHaveAttribute("aria-checked", "false");
    await expect(each.page.getByText("You are away, as nobody has touched the desk for a while; visitors see that.")).toBeVisible();
  }
  await expect(chat.status).toHaveText("We’re offline");

  // A click on the very switch brings them back as any touch does.
  await desk.online.click();
  for (const each of [desk, other]) await expect(each.online).toHaveAttribute("aria-checked", "true");
  await pass(1);
  await expect(chat.status).toHaveText("We’re online");
  await pass(16);
  await expect(chat.status).toHaveText("We’re offline");
  await desk.conversations.click();
  await expect(desk.bubbles).toHaveText(["Hello"]);
  await pass(1);
  await expect(chat.status).toHaveText("We’re online");
  await desk.online.click();
  await expect(chat.status).toHaveText("We’re offline");
  await page.mouse.move(300, 300);
  await expect(desk.online).toHaveAttribute("aria-checked", "false");
});

test("what is written while nobody sits at the desk stays unread, and is read when somebody is back", async ({ desk, visit }) => {
  const { page } = desk;
  await page.clock.install();
  await page.reload();
  const chat = await visit();
  await chat.write("Hello");
  await desk.read("Visitor");
  const seen = chat.root.locator(".note", { hasText: "Seen" });
  await expect(seen).toHaveCount(1);

  await page.clock.runFor(61_000);
  await chat.write("Anybody there?");
  await expect(desk.bubbles).toHaveText(["Hello", "Anybody there?"]);
  await expect(desk.conversations).toContainText("1 unread");
  await page.clock.runFor(30_000);
  await expect(page).toHaveTitle("(1) Team desk");
  await expect(chat.root.locator(".row", { hasText: "Anybody there?" }).locator(".note")).not.toContainText("Seen");

  await page.mouse.move(200, 200);
  await expect(chat.root.locator(".row", { hasText: "Anybody there?" }).locator(".note")).toContainText("Seen");
  await expect(page).toHaveTitle("Team desk");
});
