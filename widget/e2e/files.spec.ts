// Files that the team sends: what the visitor sees of them, and that they open.

import type { Page } from "@playwright/test";
import type { Chat } from "./site.ts";
import { expect, test } from "./talk.ts";

const report = { name: "report.pdf", type: "text/plain", content: "x".repeat(1_234_567) };
const note = { name: "note.txt", type: "text/plain", content: "Hello" };

/** Names and sizes of all files, as a screen reader says the links. */
const names = (chat: Chat) => chat.root.getByRole("link").and(chat.root.locator(".file"));

/** What the visible bubbles say. */
const said = (chat: Chat) => chat.root.locator(".bubble:not(.files)").filter({ visible: true });

/** Follows the link to a file, and returns the tab that opens and what is in it. */
async function follow(page: Page, act: () => Promise<void>): Promise<{ tab: Page; text: string | null }> {
  const opening = page.waitForEvent("popup");
  await act();
  const tab = await opening;
  await tab.waitForURL(/\/mcs\/.*Signature=/);
  return { tab, text: await tab.locator("body").textContent() };
}

/** Holds back what the media service says until the function that it returns is called. */
async function hold(page: Page): Promise<() => void> {
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/mcs/**", async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test("a file without a text shows its name, size and a link, is unread, and is there after a reload", async ({ talk, page }) => {
  const chat = await talk.begin("Hi");
  await page.evaluate(() => MissiveChat.close());
  const team = await talk.team();
  expect(await team.sendFiles([report])).toBe(1);
  await expect(chat.badge).toHaveText("1");
  await expect(chat.root.getByRole("status").filter({ hasText: "New message!" })).toHaveCount(1);
  await page.reload();
  await expect(chat.badge).toHaveText("1");
  await chat.open();
  await expect(names(chat)).toHaveText(["report.pdf 1.2 MB"]);
  await expect(said(chat)).toHaveText(["Hi"]);
  // To whom the team talks hears of it as of any message.
  await team.saw("participantUpdated", [await talk.visitor(), 1, ["lastReadMessageIndex", "lastReadTimestamp"]]);
});

test("files with a text stand below it, open in a tab of their own, and tell nothing of the page", async ({ talk, page }) => {
  const chat = await talk.begin("Hi");
  const team = await talk.team();
  await team.sendFiles([note, report], "Both files");
  await expect(said(chat)).toHaveText(["Hi", "Both files"]);
  await expect(names(chat)).toHaveText(["note.txt 5 bytes", "report.pdf 1.2 MB"]);
  const link = names(chat).first();
  await expect(link).not.toHaveAttribute("href");
  await link.hover();
  await expect(link).toHaveAttribute("href", /Signature=/);
  const { tab, text } = await follow(page, () => link.click());
  expect(text).toBe("Hello");
  expect(await tab.evaluate(() => [opener, document.referrer])).toEqual([null, ""]);
  await tab.close();
  // By key.
  await page.bringToFront();
  await link.focus();
  expect((await follow(page, () => page.keyboard.press("Enter"))).text).toBe("Hello");
});

test("who is faster than the address gets a tab that waits for it, and tells nothing of the page either", async ({ talk, page }) => {
  const chat = await talk.begin("Hi");
  await (await talk.team()).sendFiles([note]);
  const release = await hold(page);
  const link = names(chat);
  const opening = page.waitForEvent("popup");
  await link.focus();
  await page.keyboard.press("Enter");
  const tab = await opening;
  expect(tab.url()).toBe("about:blank");
  release();
  await tab.waitForURL(/Signature=/);
  expect(await tab.evaluate(() => [document.body.textContent, opener, document.referrer])).toEqual(["Hello", null, ""]);
});

test("a file that can't be opened says so, and opens when it can", async ({ talk, page }) => {
  const chat = await talk.begin("Hi");
  await (await talk.team()).sendFiles([note]);
  const link = names(chat);
  await expect(link).toBeVisible();
  await page.route("**/mcs/**", (route) => route.abort());
  const opening = page.waitForEvent("popup");
  await link.focus();
  await page.keyboard.press("Enter");
  const tab = await opening;
  if (!tab.isClosed()) await tab.waitForEvent("close");
  await expect(chat.root.getByRole("alert")).toHaveText(/^Sorry, there is an issue/);
  await page.unroute("**/mcs/**");
  expect((await follow(page, () => link.click())).text).toBe("Hello");
  await expect(chat.root.locator(".files .fault")).toHaveText("");
});

test("an address that is too old is asked for again", async ({ talk, page }) => {
  await page.clock.install();
  const chat = await talk.begin("Hi");
  await (await talk.team()).sendFiles([note]);
  const link = names(chat);
  await link.hover();
  await expect(link).toHaveAttribute("href", /Signature=/);
  await page.clock.fastForward(61_000);
  const release = await hold(page);
  await link.focus();
  await expect(link).not.toHaveAttribute("href");
  release();
  await expect(link).toHaveAttribute("href", /Signature=/);
});

test("files stay through a break, an edit and in the role of a visitor, who can't send any", async ({ talk, page }) => {
  const chat = await talk.begin("Hi");
  const team = await talk.team();
  await team.sendFiles([note], "Look");
  const link = names(chat);
  await link.focus();
  await talk.backend.fault({ drop: true, identity: await talk.visitor() });
  await team.page.evaluate(async () => (await conversation.getMessages(1)).items[0].updateBody("Look here"));
  await expect(said(chat)).toHaveText(["Hi", "Look here"]);
  // It is the same link, as it has the focus.
  await expect(link).toBeFocused();
  expect((await follow(page, () => link.click())).text).toBe("Hello");
  const visitor = await talk.backend.connect(await talk.visitor());
  await visitor.open((await talk.conversations()).at(-1)!.unique_name);
  expect(await visitor.sendFiles([note])).toMatchObject({ status: 403 });
  await team.page.evaluate(async () => (await conversation.getMessages(1)).items[0].remove());
  await expect(names(chat)).toHaveCount(0);
  await expect(said(chat)).toHaveText(["Hi"]);
});

test("a policy must allow the service that tells where files are, and nothing else for them", async ({ talk, page }) => {
  const { host } = new URL(talk.backend.url);
  const policy = `default-src 'none'; script-src 'self' 'unsafe-inline'; connect-src http://${host}/token ws://${host}`;
  const head = (policy: string) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  let chat = await talk.begin("Hi", { head: head(policy) });
  await (await talk.team()).sendFiles([note], "Look");
  await expect(said(chat)).toHaveText(["Hi", "Look"]);
  await names(chat).click();
  await expect(chat.root.getByRole("alert")).toHaveText(/^Sorry, there is an issue/);
  // Where it is open again by itself.
  chat = await talk.open({ head: head(policy + ` http://${host}/mcs/`) });
  expect((await follow(page, () => names(chat).click())).text).toBe("Hello");
});

test("without the thread's file the names of files are there all the same", async ({ talk, page }) => {
  await page.route("**/assets/thread.*.js", (route) => route.abort());
  const chat = await talk.open();
  await chat.open();
  // A file that is gone brings a fresh launcher, which keeps what is typed.
  await chat.root.evaluate((root) => root.classList.add("outdated"));
  await chat.box.fill("Hi");
  await expect(chat.root).not.toHaveClass(/outdated/);
  await expect(chat.box).toHaveValue("Hi");
  await chat.box.press("Enter");
  await talk.whole(["Hi"], chat);
  await (await talk.team()).sendFiles([note, report]);
  await expect(said(chat)).toHaveText(["Hi", "note.txt\nreport.pdf"]);
});
