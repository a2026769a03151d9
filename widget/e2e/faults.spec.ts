// What goes wrong between the visitor and the team, and that nothing is lost, doubled or out of order by it.

import type { Route } from "@playwright/test";
import { expect, test } from "./talk.ts";

const trouble = /^Sorry, there is an issue connecting to our chat/;
const support = /^hello@acme\.example\s*\+33 6 12 34 56 78$/;

test("a message that is lost with the connection goes by itself, once", async ({ talk }) => {
  const chat = await talk.begin("One");
  await talk.backend.fault({ loseMessages: 1 });
  await chat.write("Two");
  await chat.write("Three");
  await talk.whole(["One", "Two", "Three"], chat);
});

test("a message whose receipt is lost with the connection is there once", async ({ talk }) => {
  const chat = await talk.begin("One");
  await talk.backend.fault({ loseReplies: 2 });
  await chat.write("Two");
  await chat.write("Three");
  await chat.write("Four");
  await talk.whole(["One", "Two", "Three", "Four"], chat);
});

test("what the team writes while the connection is lost arrives when it is back", async ({ talk }) => {
  const chat = await talk.begin("One");
  const team = await talk.team();
  await talk.backend.fault({ identity: await talk.visitor(), drop: true, down: true });
  await expect(chat.status).toHaveText("Connecting…");
  await team.send("Two");
  await team.send("Three");
  await expect(chat.bubbles).toHaveText(["One"]);
  await talk.backend.fault({});
  await talk.whole(["One", "Two", "Three"], chat);
  await expect(chat.status).toHaveText("We’re online");
});

test("a message that the service refuses can be sent again, and is then there once", async ({ talk }) => {
  const chat = await talk.begin("One");
  await talk.backend.fault({ fail: 1, failPath: "/Messages" });
  await chat.write("Two");
  await expect(chat.root.locator(".failed")).toHaveText("TwoNot sent. Send again");
  await chat.write("Three");
  await expect(chat.bubbles).toHaveText(["One", "Three", "Two"]);
  await chat.root.getByRole("button", { name: "Send again" }).click();
  await talk.whole(["One", "Three", "Two"], chat);
});

test("a message shows at once, as on its way until the service has it", async ({ talk }) => {
  const chat = await talk.open();
  await talk.backend.fault({ delayMillis: 500 });
  await chat.open();
  await chat.write("One");
  await expect(chat.root.locator(".pending .bubble")).toHaveText(["One"]);
  await expect(chat.status).toHaveText("Connecting…");
  await chat.write("Two");
  await expect(chat.root.locator(".pending .bubble")).toHaveText(["One", "Two"]);
  await talk.backend.fault({});
  await talk.whole(["One", "Two"], chat);
});

test("when the token ends in the middle of a chat, it goes on with a new one", async ({ talk, page }) => {
  const chat = await talk.begin("One");
  const team = await talk.team();
  const renewal = page.waitForRequest(/\/token$/);
  await talk.backend.fault({ identity: await talk.visitor(), close: 410 });
  await chat.write("Two");
  await renewal;
  await talk.whole(["One", "Two"], chat);
  await team.send("Three");
  await talk.whole(["One", "Two", "Three"], chat);
});

test("what the team writes after the token has ended is all there when a new one is to be had", async ({ talk }) => {
  const chat = await talk.begin("Start");
  const team = await talk.team();
  await talk.backend.fault({ identity: await talk.visitor(), close: 410, down: true });
  await expect(chat.status).toHaveText("Connecting…");
  // More than a page of the history has.
  const lines = Array.from({ length: 50 }, (_, i) => "Line " + i);
  for (const line of lines) await team.send(line);
  await expect(chat.bubbles).toHaveText(["Start"]);
  await talk.backend.fault({});
  await talk.whole(["Start", ...lines], chat);
});

test.describe("before the token ends", () => {
  // It lives for an hour.
  test.use({ flags: ["-warning", "59m58s"] });

  test("it is renewed without a break", async ({ talk, page }) => {
    let tokens = 0;
    page.on("request", (request) => request.url().endsWith("/token") && request.method() == "POST" && tokens++);
    let sockets = 0;
    page.on("websocket", () => sockets++);
    const chat = await talk.begin("One");
    // The third is announced only to who has taken the second.
    await expect.poll(() => tokens).toBeGreaterThan(2);
    await chat.write("Two");
    await talk.whole(["One", "Two"], chat);
    expect(sockets).toBe(1);
  });
});

test("when the service refuses the visitor, the chat says so, and recovers by itself", async ({ talk, page }) => {
  await page.clock.install();
  const chat = await talk.begin("One");
  await talk.backend.fault({ refuse: true, drop: true });
  await chat.write("Two");
  await expect(chat.bubbles).toHaveText(["One", "Two", trouble, support]);
  await talk.backend.fault({});
  await page.clock.fastForward(60_000);
  await talk.whole(["One", "Two"], chat);
});

test.describe("when the token endpoint", () => {
  const answers: Record<string, (route: Route) => Promise<void>> = {
    "answers with an error": (route) => route.fulfill({ status: 500, json: { code: "failed", message: "The token server has failed." } }),
    "answers with garbage": (route) => route.fulfill({ body: "<h1>Hello</h1>" }),
    "can’t be reached": (route) => route.abort(),
    "does not answer": async () => {},
  };
  for (const [name, answer] of Object.entries(answers))
    test(`${name}, the chat shows other ways, and recovers by itself`, async ({ talk, page }) => {
      await page.clock.install();
      let broken = true;
      let asked = 0;
      await page.route(/\/token$/, (route) => {
        asked++;
        return broken ? answer(route) : route.continue();
      });
      const silent = name == "does not answer";
      const chat = await talk.open();
      await chat.open();
      await chat.write("One");
      if (silent) await page.clock.fastForward(15_000);
      await expect(chat.bubbles).toHaveText(["One", trouble, support]);
      await expect(chat.root.locator(".pending")).toHaveText("OneNot sent. Send again");
      expect(asked).toBe(silent ? 1 : 3);

      broken = false;
      // A visitor would wait for a minute.
      await page.clock.fastForward(60_000);
      await talk.whole(["One"], chat);
    });
});

test("when the service sends the visitor elsewhere, the chat follows", async ({ talk }) => {
  const chat = await talk.begin("One");
  const team = await talk.team();
  await talk.backend.fault({ identity: await talk.visitor(), close: 308 });
  await chat.write("Two");
  await team.send("Three");
  await expect(chat.bubbles).toHaveCount(3);
  await talk.whole(await talk.stored(), chat);
});

test("when the service stops and starts again, the chat goes on where it was", async ({ talk }) => {
  const chat = await talk.begin("One");
  const team = await talk.team();
  await talk.backend.stop();
  await expect(chat.status).toHaveText("Connecting…");
  await chat.write("Two");
  await expect(chat.root.locator(".pending .bubble")).toHaveText(["Two"]);
  await talk.start();
  await talk.whole(["One", "Two"], chat);
  await team.is("connected");
  await team.send("Three");
  await talk.whole(["One", "Two", "Three"], chat);
});

test("when nobody answers at first, the chat comes through later", async ({ talk, page }) => {
  const chat = await talk.open();
  await chat.open();
  // Between the token and the first connection.
  await page.route(/\/token$/, async (route) => {
    const response = await route.fetch();
    await talk.backend.fault({ down: true });
    await route.fulfill({ response });
  }, { times: 1 });
  const socket = page.waitForEvent("websocket");
  await chat.write("One");
  await (await socket).waitForEvent("socketerror");
  await talk.backend.fault({});
  await talk.whole(["One"], chat);
});

test("without a network the draft stays, and what the team writes meanwhile arrives afterwards", async ({ talk, context }) => {
  const chat = await talk.begin("One");
  const team = await talk.team();
  await context.setOffline(true);
  await talk.backend.fault({ identity: await talk.visitor(), drop: true });
  await expect(chat.root.locator(".notice")).toHaveText("Can’t send messages offline.");
  await expect(chat.send).toBeDisabled();
  await chat.write("Not yet");
  await team.send("Two");
  await expect(chat.bubbles).toHaveText(["One"]);
  await expect(chat.box).toHaveValue("Not yet");

  await context.setOffline(false);
  await expect(chat.root.locator(".notice")).toHaveText("");
  await expect(chat.bubbles).toHaveText(["One", "Two"]);
  await chat.box.press("Enter");
  await talk.whole(["One", "Two", "Not yet"], chat);
});

test.describe("after a reload in the middle of a send", () => {
  test("a message that has arrived is there once, by itself", async ({ talk, page }) => {
    const chat = await talk.begin("One");
    await talk.backend.fault({ loseReplies: 1, down: true });
    await chat.write("Two");
    await expect(chat.status).toHaveText("Connecting…");
    await page.reload();
    await expect(chat.root.locator(".failed")).toHaveText("TwoNot sent. Send again");
    await talk.backend.fault({});
    await talk.whole(["One", "Two"], chat);
  });

  test("a message that has not arrived can be sent again", async ({ talk, page }) => {
    const chat = await talk.begin("One");
    await talk.backend.fault({ loseMessages: 1, down: true });
    await chat.write("Two");
    await expect(chat.status).toHaveText("Connecting…");
    await page.reload();
    await talk.backend.fault({});
    await expect(chat.bubbles).toHaveText(["One", "Two"]);
    await chat.root.getByRole("button", { name: "Send again" }).click();
    await talk.whole(["One", "Two"], chat);
  });

  test("a first message can be sent again", async ({ talk, page }) => {
    const chat = await talk.open();
    await page.route(/\/token$/, () => {});
    await chat.open();
    await chat.write("One");
    await expect(chat.root.locator(".pending .bubble")).toHaveText(["One"]);
    await page.unroute(/\/token$/);
    await page.reload();
    await chat.root.getByRole("button", { name: "Send again" }).click();
    await talk.whole(["One"], chat);
  });
});

test("after the service has closed the conversation, the next message starts a new one", async ({ talk, page }) => {
  const opened = page.waitForEvent("websocket");
  const chat = await talk.begin("One");
  const [first] = await talk.conversations();
  // Before it has heard of that, a message is refused.
  const told = (await opened).waitForEvent("framereceived", ({ payload }) => payload.includes("map_item_removed"));
  await talk.backend.rest("POST", "/Conversations/" + first!.sid, { State: "closed" });
  await told;
  await chat.write("Two");
  await talk.whole(["Two"], chat);
  expect(await talk.stored(first!.sid)).toEqual(["One"]);
  const team = await talk.team();
  await team.send("Three");
  await talk.whole(["Two", "Three"], chat);
});
