// What goes wrong between the visitor and the team, and that nothing is lost, doubled or out of order by it.

import { canSwallow, expect, test } from "./talk.ts";

test("a message whose receipt is lost with the connection is there once", async ({ talk }) => {
  const chat = await talk.begin("One");
  await talk.backend.fault({ loseReplies: 2 });
  await chat.write("Two");
  await chat.write("Three");
  await chat.write("Four");
  await talk.whole(["One", "Two", "Three", "Four"], chat);
});

test("a connection that swallows all that is sent is found out when the window opens, and what was said meanwhile comes", async ({ talk, page }) => {
  const swallow = await canSwallow(page);
  const chat = await talk.begin("One");
  const team = await talk.team();
  await team.send("Two");
  await talk.whole(["One", "Two"], chat);
  await chat.close.click();
  const swallowed = swallow();
  await team.send("Three");
  await chat.open();
  await expect.poll(swallowed).toBeGreaterThan(0);
  // A client that doesn't answer is given up after 10 s.
  await expect(chat.bubbles).toHaveText(["One", "Two", "Three"], { timeout: 30_000 });
});

for (const [what, fault] of Object.entries({ "a message": { loseMessages: 1 }, "a receipt": { loseReplies: 1 }, "both, one after the other,": { loseMessages: 1, loseReplies: 1 } }))
  test(`a user who logs out while ${what} is lost with the connection has said all of it, once`, async ({ talk, page }) => {
    const chat = await talk.begin("One", { config: { user: { email: "jane@acme.example" } } });
    const team = await talk.team();
    await team.send("Welcome");
    await talk.whole(["One", "Welcome"], chat);
    await talk.backend.fault(fault);
    for (const text of ["Two", "Three", "Four"]) await chat.write(text);
    await page.evaluate(() => MissiveChat.setUser(null));
    await expect(chat.bubbles).toHaveCount(0);
    await expect.poll(() => talk.stored(), { timeout: 30_000 }).toEqual(["One", "Welcome", "Two", "Three", "Four"]);
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
  const failed = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("socketerror"));
  await chat.write("One");
  await failed;
  await talk.backend.fault({});
  await talk.whole(["One"], chat);
});

test.describe("after a reload in the middle of a send", () => {
  test("a message that has arrived is there once, by itself", async ({ talk, page }) => {
    const chat = await talk.begin("One");
    await talk.backend.fault({ loseReplies: 1, down: true });
    await chat.write("Two");
    await expect(chat.status).toHaveText("Connecting…");
    await page.reload();
    await expect(chat.root.locator(".failed")).toHaveText("YouTwoNot sent. Send again");
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
});
