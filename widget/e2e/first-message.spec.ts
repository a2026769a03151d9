// The first message: it goes along with the request for a token, so that it has arrived before anything else is there.

import type { Page, Route } from "@playwright/test";
import { expect, loseAnswer, test } from "./talk.ts";

/** The bodies of the requests for tokens. */
function listen(page: Page): { message?: { id: string }; secret: string; session?: string; proof?: string }[] {
  const asked: ReturnType<typeof listen> = [];
  page.on("request", (request) => {
    if (request.method() == "POST" && request.url().endsWith("/token")) asked.push(request.postDataJSON());
  });
  return asked;
}

test("the first message has arrived before the SDK is there, and stays where it is when that takes over", async ({ talk, page }) => {
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/sdk\./, async (route) => {
    await held;
    await route.continue();
  });
  const asked = listen(page);
  const chat = await talk.open();
  await chat.open();
  await chat.write("Hello");
  await talk.whole(["Hello"], chat);
  const row = await chat.bubbles.elementHandle();
  const place = await chat.bubbles.boundingBox();
  const { sid } = (await talk.conversations())[0]!;
  await talk.backend.rest("POST", `/Conversations/${sid}/Messages`, { Author: "team", Body: "Hi" });
  release();
  await expect(chat.bubbles).toHaveText(["Hello", "Hi"]);
  await expect(chat.status).not.toHaveText("Connecting…");
  await chat.write("Bye");
  await talk.whole(["Hello", "Hi", "Bye"], chat);
  expect(await row!.evaluate((bubble) => bubble.isConnected && bubble.textContent)).toBe("Hello");
  expect(Math.abs((await row!.boundingBox())!.x - place!.x)).toBeLessThan(1);
  expect(asked.length).toBe(1);
});

test("one whose answer was lost is there once, of one visitor, who has told nobody else the secret", async ({ talk, page }) => {
  const asked = listen(page);
  const chat = await talk.open();
  await loseAnswer(page);
  await chat.open();
  await chat.write("Hello");
  await talk.whole(["Hello"], chat);
  expect(asked.map(({ message }) => message!.id)).toEqual([asked[0]!.message!.id, asked[0]!.message!.id]);
  expect(asked.map(({ secret }) => secret)).toEqual([asked[0]!.secret, asked[0]!.secret]);
  const [conversation, another] = await talk.conversations();
  expect(another).toBeUndefined();
  const { messages } = await talk.backend.rest("GET", `/Conversations/${conversation!.sid}/Messages`);
  expect(JSON.stringify([conversation, messages])).not.toContain(asked[0]!.secret);
});

test("one whose answer was lost with the page is there once, and the next page knows", async ({ talk, page }) => {
  const chat = await talk.open();
  const reloaded = page.waitForEvent("domcontentloaded");
  await loseAnswer(page, async () => void (await page.reload()));
  await chat.open();
  await chat.write("Hello");
  await reloaded;
  await talk.whole(["Hello"], chat);
  await expect(chat.root.locator(".failed")).toHaveCount(0);
  expect((await talk.conversations()).length).toBe(1);
});

test("who comes back after the conversation was closed makes none by that, and one by writing", async ({ talk, page }) => {
  await talk.begin("Hello");
  const { sid } = (await talk.conversations())[0]!;
  await page.goto("about:blank");
  await talk.backend.rest("POST", "/Conversations/" + sid, { State: "closed" });
  let sockets = 0;
  page.on("websocket", () => sockets++);
  const answered = page.waitForResponse((response) => response.request().method() == "POST" && response.url().endsWith("/token"));
  const again = await talk.open();
  expect((await (await answered).json()).conversation).toBe("");
  await expect(again.status).toHaveText("We’re offline");
  expect([(await talk.conversations()).length, sockets]).toEqual([1, 0]);
  await again.write("It is me again");
  await talk.whole(["It is me again"], again);
  expect((await talk.conversations()).length).toBe(2);
});

test("without anybody of the team in the conversation it has not arrived, and the visitor is told; with somebody it does", async ({ talk }) => {
  await talk.backend.fault({ fail: 1000, failPath: "/Participants" });
  const chat = await talk.open();
  await chat.open();
  await chat.write("Hello");
  await expect(chat.bubbles.filter({ hasText: "Sorry" })).toBeVisible({ timeout: 30_000 });
  await expect(chat.bubbles.filter({ hasText: "hello@acme.example" })).toBeVisible();
  await expect(chat.root.locator(".pending")).toHaveCount(1);
  await talk.backend.fault({});
  await chat.root.getByRole("button", { name: "Send again" }).click();
  await talk.whole(["Hello"], chat);
  await expect(chat.status).toHaveText("We’re offline");
});

test.describe("while newcomers come fast", () => {
  test.use({ flags: ["-unproven", "1"] });

  test("the browser proves work, by itself", async ({ talk }) => {
    await talk.begin("Hello");
    const another = await (await talk.backend.context()).newPage();
    const asked = listen(another);
    const chat = await talk.begin("Me, too", {}, another);
    expect(asked.map(({ proof }) => !!proof)).toEqual([false, true]);
    await chat.write("And more");
    await talk.whole(["Me, too", "And more"], chat);
  });
});

test.describe("where web sockets are blocked", () => {
  test("messages arrive in order, and the visitor is told that answers don't, and shown other ways", async ({ talk }) => {
    const chat = await talk.open({ head: `<meta http-equiv="content-security-policy" content="connect-src ${talk.backend.url}">` });
    await chat.open();
    await chat.write("One");
    await talk.whole(["One"], chat);
    await expect(chat.bubbles.filter({ hasText: "Your messages reach us" })).toBeVisible({ timeout: 30_000 });
    await expect(chat.bubbles.filter({ hasText: "hello@acme.example" })).toBeVisible();
    for (const text of ["Two", "Three", "Four"]) await chat.write(text);
    await expect.poll(() => talk.stored()).toEqual(["One", "Two", "Three", "Four"]);
    await expect(chat.root.locator(".pending, .failed")).toHaveCount(0);
    await expect(chat.root.locator(".own .bubble")).toHaveText(["One", "Two", "Three", "Four"]);
    await expect(chat.bubbles.filter({ hasText: "Your messages reach us" })).toBeVisible();
  });
});

test.describe("with a thread's file that", () => {
  const broken = `document.currentScript.hand(([handOver]) => {
    const fail = () => { throw Error("broken") };
    handOver({ linked: fail, createView: fail });
  })`;
  for (const [what, answer] of Object.entries({
    "is blocked": (route: Route) => route.abort(),
    "fails in all that it does": (route: Route) => route.fulfill({ contentType: "text/javascript", body: broken }),
  }))
    test(`${what}, what is written goes out and shows, and answers come`, async ({ talk, page }) => {
      await page.route("**/assets/thread.*", answer);
      const chat = await talk.begin("See https://acme.example");
      const team = await talk.team();
      await team.send("Hi");
      await expect(chat.bubbles).toHaveText(["See https://acme.example", "Hi"]);
      await chat.write("Bye");
      await talk.whole(["See https://acme.example", "Hi", "Bye"], chat);
      await expect(chat.window).toBeVisible();
    });
});
