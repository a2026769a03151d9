// The desk at the server as it runs in production: who is signed out comes back to where they were, and two agents see each other.

import type { Page } from "../../../widget/e2e/playwright.ts";
import { TokenServer } from "../../token/fixture.ts";
import { Desk, expect, faults, test as base } from "./fixture.ts";

const ann = { identity: "ann", name: "Ann Smith", password: "correct horse battery", picture: "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" };
const bob = { identity: "bob", name: "Bob Jones", password: "another password" };

const test = base.extend<{ server: TokenServer }>({
  server: async ({ request }, use) => {
    const server = new TokenServer(request);
    try {
      await server.start([ann, bob]);
      await use(server);
    } finally {
      await server.end();
    }
  },
});

test.describe.configure({ timeout: 120_000 });

async function signIn(page: Page, { identity, password }: typeof bob): Promise<Desk> {
  await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill(identity);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveTitle(/Team desk$/);
  return new Desk(page);
}

test("who is signed out meanwhile signs in again, and finds conversation and draft as they were", async ({ server, page, context }) => {
  const sid = await server.write("Jane", "Is the jug still there?");
  await page.goto(server.address + "desk/#" + sid);
  const desk = await signIn(page, ann);
  await expect(desk.bubbles).toHaveText(["Is the jug still there?"]);
  await desk.box.fill("I am just looking");
  await page.reload();
  await expect(desk.bubbles).toHaveText(["Is the jug still there?"]);
  await expect(desk.box).toHaveValue("I am just looking");

  await context.clearCookies();
  await page.locator("#done").click();
  await expect(page).toHaveTitle("Sign in – Team desk");
  await signIn(page, ann);
  await expect(page).toHaveURL(`${server.address}desk/#${sid}`);
  await expect(desk.bubbles).toHaveText(["Is the jug still there?"]);
  await expect(desk.box).toHaveValue("I am just looking");

  await test.step("another agent in this browser doesn’t find it", async () => {
    await context.clearCookies();
    await page.reload();
    await signIn(page, bob);
    await expect(desk.bubbles).toHaveText(["Is the jug still there?"]);
    await expect(desk.box).toHaveValue("");
  });
  await test.step("nor does anybody after signing out", async () => {
    await desk.box.fill("Dear Jane");
    await page.getByRole("button", { name: "Settings" }).click();
    await expect(page.locator("#me")).toHaveText("Signed in as Bob Jones");
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("status")).toHaveText("You are signed out.");
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes("draft:")))).toEqual([]);
  });
});

test("what was written without a connection is sent by the next page, once, and what was begun where a conversation closes can still be read", async ({ server, page, context }) => {
  const sid = await server.write("Jane", "Is the jug still there?");
  await page.goto(server.address + "desk/#" + sid);
  const desk = await signIn(page, ann);
  await expect(desk.bubbles).toHaveText(["Is the jug still there?"]);
  const stored = async () => (await server.twilio.rest("GET", `/Conversations/${sid}/Messages`)).messages.map(({ body }: { body: string }) => body);

  await context.setOffline(true);
  await desk.reply("The last one, yes");
  await expect(page.locator(".pending")).toHaveText(/The last one, yes/);
  await page.close();
  await context.setOffline(false);
  const next = new Desk(await context.newPage());
  await next.page.goto(server.address + "desk/");
  await expect.poll(stored).toEqual(["Is the jug still there?", "The last one, yes"]);
  await next.page.goto(server.address + "desk/#" + sid);
  await expect(next.bubbles).toHaveText(["Is the jug still there?", "The last one, yes"]);
  await next.page.reload();
  await expect(next.bubbles).toHaveText(["Is the jug still there?", "The last one, yes"]);
  expect(await stored()).toHaveLength(2);

  await next.box.fill("Shall I\nkeep it?");
  await server.twilio.rest("POST", `/Conversations/${sid}`, { State: "closed" });
  const kept = next.page.getByRole("group", { name: "Not sent" });
  await expect(kept.locator(".kept-text")).toHaveText("Shall I\nkeep it?");
  await next.page.reload();
  await expect(kept.locator(".kept-text")).toHaveText("Shall I\nkeep it?");
  expect(await faults(next.page)).toEqual([]);
  await kept.getByRole("button", { name: "Remove" }).click();
  await expect(kept).toBeHidden();
  await next.page.reload();
  await expect(next.bubbles).toHaveCount(2);
  await expect(kept).toBeHidden();
});

test("two agents see each other, and what they are called", async ({ server, browser, page }) => {
  const sid = await server.write("Jane", "Is the jug still there?");
  await page.goto(server.address + "desk/#" + sid);
  const first = await signIn(page, ann);
  await expect(first.bubbles).toHaveText(["Is the jug still there?"]);
  const other = await (await browser.newContext()).newPage();
  await other.goto(server.address + "desk/#" + sid);
  const second = await signIn(other, bob);
  await expect(first.page.locator(".others")).toHaveText("Bob Jones is here, too");
  await second.box.pressSequentially("It");
  await expect(first.page.locator(".others")).toHaveText("Bob Jones is writing a reply");
  await expect(first.conversations.locator(".present .hidden")).toHaveText("Bob Jones is typing");
  await second.box.press("Enter");
  await expect(first.bubbles).toHaveText(["Is the jug still there?", "It"]);
  await expect(page.getByRole("log").locator(".name")).toHaveText("Bob Jones");
  await expect(first.conversations).toContainText("Bob Jones: It");
  await first.reply("Have it");
  await expect(other.getByRole("log").locator(".row", { hasText: "Have it" }).locator(".avatar img")).toBeVisible();
  await expect(page.getByRole("log").locator(".row", { hasText: "Have it" }).locator(".avatar")).toHaveCount(0);
  await first.page.locator("#done").click();
  await expect(second.page.getByText("Done. It opens again when the visitor writes.")).toBeVisible();
});
