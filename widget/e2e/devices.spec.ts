// One visitor in several places: tabs of a browser, and devices of a user whom the site vouches for.

import { createHmac } from "node:crypto";
import { expect, secret, test } from "./talk.ts";

declare global {
  /** In a page: when it has heard of a draft in another one, and the browser has nothing else to do. */
  var heard: Promise<void>;
}

test("a tab in which nothing was said has the badge of a conversation that begins in another one", async ({ talk, context }) => {
  const empty = await talk.open();
  await empty.open();
  await empty.close.click();
  const chat = await talk.begin("Hello", {}, await context.newPage());
  await chat.close.click();
  await (await talk.team()).send("Hi");
  await expect(chat.badge).toHaveText("1");
  await expect(empty.badge).toHaveText("1");
});

test("a tab in which nobody has gone near the chat has that badge, too, and asks for nothing before", async ({ talk, page, context }) => {
  const untouched = await talk.open();
  await expect(untouched.button).toBeVisible();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.evaluate(() => {
    heard = new Promise((resolve) =>
      addEventListener("storage", ({ key, newValue }) => key == "missive-chat:bundled" && /Hello/.test(newValue!) && requestIdleCallback(() => resolve())),
    );
  });
  const other = await context.newPage();
  const chat = await talk.open({}, other);
  // What others store is none, and nor is a draft.
  await other.evaluate(() => localStorage.setItem("missive-chat:another", '{"session":"theirs"}'));
  await chat.open();
  await chat.box.fill("Hello");
  await page.evaluate(() => heard);
  expect(asked).toEqual([]);
  await chat.box.press("Enter");
  await talk.whole(["Hello"], chat);
  await chat.close.click();
  await (await talk.team()).send("Hi");
  await expect(chat.badge).toHaveText("1");
  await expect(untouched.badge).toHaveText("1");
});

test("what is said in two tabs at once is there once, in one order", async ({ talk, context }) => {
  const first = await talk.begin("Start");
  const second = await talk.open({}, await context.newPage());
  await expect(second.bubbles).toHaveText(["Start"]);
  const lines = (tab: string) => Array.from({ length: 10 }, (_, i) => `${tab} ${i}`);
  await Promise.all([
    (async () => {
      for (const line of lines("First")) await first.write(line);
    })(),
    (async () => {
      for (const line of lines("Second")) await second.write(line);
    })(),
  ]);
  await expect.poll(async () => (await talk.stored()).length).toBe(21);
  const stored = await talk.stored();
  expect(stored.filter((line) => line.startsWith("First"))).toEqual(lines("First"));
  expect(stored.filter((line) => line.startsWith("Second"))).toEqual(lines("Second"));
  await talk.whole(stored, first, second);
});

const email = "jane@example.com";
const digest = (key: string) => createHmac("sha256", key).update(email).digest("hex");
const jane = (key: string) => ({ config: { user: { email, name: "Jane Doe", digest: digest(key) } } });

test("a verified user has one thread on all devices", async ({ talk }) => {
  const laptop = await talk.begin("From the laptop", jane(secret));
  const phone = await talk.open(jane(secret), await (await talk.backend.context()).newPage());
  await phone.open();
  await expect(phone.bubbles).toHaveText(["From the laptop"]);
  await phone.write("From the phone");
  await talk.whole(["From the laptop", "From the phone"], laptop, phone);
  await laptop.write("Back again");
  await (await talk.team()).send("Hello to both");
  await talk.whole(["From the laptop", "From the phone", "Back again", "Hello to both"], laptop, phone);
  expect((await talk.conversations()).length).toBe(1);
});

test("who comes with a wrong digest never sees the thread of the verified user", async ({ talk, page }) => {
  const owner = await talk.begin("Between us", jane(secret));
  const [theirs] = await talk.conversations();

  const stranger = await talk.open(jane("guessed"), await (await talk.backend.context()).newPage());
  await stranger.open();
  await stranger.write("Let me in");
  await talk.whole(["Let me in"], stranger);
  expect(JSON.parse((await talk.conversations()).at(-1)!.attributes)).toMatchObject({ verification: "cannot-verify" });

  // Not even with the session that the verified user has left in this browser.
  const session = () => page.evaluate(() => JSON.parse(localStorage["missive-chat:bundled"]).user.session);
  const before = await session();
  const intruder = await talk.open(jane("guessed"));
  await expect.poll(session).not.toBe(before);
  await intruder.write("Me again");
  await talk.whole(["Me again"], intruder);

  expect(await talk.stored(theirs!.sid)).toEqual(["Between us"]);
  await talk.open(jane(secret));
  await owner.write("Still us");
  await expect(owner.bubbles).toHaveText(["Between us", "Still us"]);
});

test("who logs out leaves the thread behind, and finds it again after logging in", async ({ talk, page }) => {
  const chat = await talk.begin("Between us", jane(secret));
  let asked = 0;
  page.on("request", (request) => request.url().endsWith("/token") && asked++);
  await page.evaluate(() => window.MissiveChat.setUser(null));
  await expect(chat.bubbles).toHaveText([]);
  await expect(chat.status).not.toHaveText("Connecting…");
  // Who says nothing needs no conversation.
  expect(asked).toBe(0);
  await chat.write("Somebody");
  await talk.whole(["Somebody"], chat);
  await page.evaluate((user) => window.MissiveChat.setUser(user), jane(secret).config.user);
  await expect(chat.bubbles).toHaveText(["Between us"]);
  await chat.write("Still us");
  await expect(chat.bubbles).toHaveText(["Between us", "Still us"]);
  expect((await talk.conversations()).length).toBe(2);
});
