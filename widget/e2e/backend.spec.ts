// Twilio's unmodified SDK in a real browser against the local conversations.

import { expect, test as base } from "@playwright/test";
import { Backend } from "./backend.ts";

const test = base.extend<{ backend: Backend }>({
  backend: async ({ browser, request }, use) => {
    const backend = new Backend(browser, request);
    await backend.start();
    await use(backend);
    await backend.end();
  },
});

test("a visitor and an agent talk", async ({ backend }) => {
  const visitor = await backend.connect("visitor");
  await visitor.saw("initialized", null);
  const sid = await backend.conversation("thread", "visitor", "agent");
  const agent = await backend.connect("agent");
  await visitor.open("thread");
  await agent.open("thread");

  expect(await visitor.send("Hello 👋 “é”", { id: "1", meta: { plan: "free" } })).toBe(0);
  await agent.expect("messageAdded", ["Hello 👋 “é”"]);
  expect(await agent.send("Hi")).toBe(1);
  await visitor.expect("messageAdded", ["Hello 👋 “é”", "Hi"]);

  const read = await agent.page.evaluate(async () => {
    const [first] = (await conversation.getMessages(30)).items;
    return { sid: conversation.sid, author: first.author, attributes: first.attributes, last: conversation.lastMessage.index, status: conversation.status };
  });
  expect(read).toEqual({ sid, author: "visitor", attributes: { id: "1", meta: { plan: "free" } }, last: 1, status: "joined" });
});

test("history comes 30 messages at a time, back to the first", async ({ backend }) => {
  const sid = await backend.conversation("thread", "visitor");
  for (let i = 0; i < 105; i++) await backend.rest("POST", `/Conversations/${sid}/Messages`, { Author: "visitor", Body: `${i}` });
  const visitor = await backend.connect("visitor");
  await visitor.open("thread");
  const pages = await visitor.page.evaluate(async () => {
    const pages = [];
    for (let page = await conversation.getMessages(30); ; page = await page.prevPage()) {
      pages.push([page.items[0].index, page.items.at(-1).index, page.hasPrevPage, page.hasNextPage]);
      if (!page.hasPrevPage) return pages;
    }
  });
  expect(pages).toEqual([
    [75, 104, true, false],
    [45, 74, true, true],
    [15, 44, true, true],
    [0, 14, false, true],
  ]);
  const forward = await visitor.page.evaluate(async () => {
    const page = await conversation.getMessages(30, 10, "forward");
    return [page.items[0].index, page.items.at(-1).index, page.hasPrevPage, page.hasNextPage];
  });
  expect(forward).toEqual([10, 39, true, true]);
});

test("typing shows until the message comes", async ({ backend }) => {
  await backend.conversation("thread", "visitor", "agent");
  const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
  await visitor.open("thread");
  await agent.open("thread");
  await agent.page.evaluate(() => conversation.typing());
  await visitor.expect("typingStarted", ["agent"]);
  await agent.send("Done");
  await visitor.expect("typingEnded", ["agent"]);
  expect(await agent.events("typingStarted")).toEqual([]);
});

test("who has read how far is seen by the others, and survives a reload", async ({ backend }) => {
  await backend.conversation("thread", "visitor", "agent");
  const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
  await visitor.open("thread");
  await agent.open("thread");
  expect(await agent.page.evaluate(() => conversation.getUnreadMessagesCount())).toBe(null);
  for (const body of ["1", "2", "3"]) await visitor.send(body);
  expect(await agent.page.evaluate(() => conversation.updateLastReadMessageIndex(0))).toBe(2);
  await expect.poll(() => visitor.page.evaluate(async () => (await conversation.getParticipantByIdentity("agent")).lastReadMessageIndex)).toBe(0);
  await agent.page.evaluate(() => conversation.updateLastReadMessageIndex(1));
  await visitor.saw("participantUpdated", ["agent", 1, ["lastReadMessageIndex", "lastReadTimestamp"]]);

  const again = await backend.connect("agent");
  await again.open("thread");
  expect(await again.page.evaluate(async () => [conversation.lastReadMessageIndex, await conversation.getUnreadMessagesCount(), await conversation.getMessagesCount()])).toEqual([1, 1, 3]);
  expect(await again.page.evaluate(() => conversation.setAllMessagesRead())).toBe(0);
  expect(await again.page.evaluate(() => conversation.setAllMessagesUnread())).toBe(null);
});

test("changes of users, participants and the conversation are told", async ({ backend }) => {
  const sid = await backend.conversation("thread", "visitor", "agent");
  const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
  await visitor.open("thread");
  await agent.open("thread");
  const online = await visitor.page.evaluate(async () => {
    const user = await (await conversation.getParticipantByIdentity("agent")).getUser();
    return [user.isOnline, user.friendlyName, user.attributes];
  });
  expect(online).toEqual([true, null, {}]);
  await visitor.forget();

  await agent.page.evaluate(() => client.user.updateFriendlyName("Ada"));
  await visitor.saw("userUpdated", ["agent", true, "Ada", ["friendlyName"]]);
  await agent.page.evaluate(() => client.user.updateAttributes({ away: true }));
  await visitor.saw("userUpdated", ["agent", true, "Ada", ["attributes"]]);
  await backend.rest("POST", "/Users/agent", { Attributes: '{"avatar":"https://example.com/ada.png"}' });
  await expect.poll(() => agent.page.evaluate(() => client.user.attributes)).toEqual({ avatar: "https://example.com/ada.png" });

  await backend.rest("POST", `/Conversations/${sid}`, { Attributes: '{"visitor":{"name":"Jane"}}' });
  await agent.saw("conversationUpdated", ["attributes", "dateUpdated"]);
  expect(await agent.page.evaluate(() => conversation.attributes)).toEqual({ visitor: { name: "Jane" } });

  await backend.rest("POST", `/Conversations/${sid}/Participants`, { Identity: "other" });
  await visitor.saw("participantJoined", "other");
  await backend.rest("DELETE", `/Conversations/${sid}/Participants/other`);
  await visitor.saw("participantLeft", "other");
});

test("somebody is online while connected", async ({ backend }) => {
  await backend.conversation("thread", "visitor", "agent");
  const visitor = await backend.connect("visitor");
  await visitor.open("thread");
  expect(await visitor.page.evaluate(async () => (await client.getUser("agent")).isOnline)).toBe(false);
  await visitor.forget();
  const agent = await backend.connect("agent");
  await visitor.expect("userUpdated", [["agent", true, null, ["reachabilityOnline"]]]);
  expect((await backend.rest("GET", "/Users/agent")).is_online).toBe(true);

  const second = await backend.connect("agent");
  await second.is("connected");
  await agent.page.close();
  await second.page.evaluate(() => client.shutdown());
  await visitor.expect("userUpdated", [
    ["agent", true, null, ["reachabilityOnline"]],
    ["agent", false, null, ["reachabilityOnline"]],
  ]);
  expect((await backend.rest("GET", "/Users/agent")).is_online).toBe(false);
});

test("messages are edited and removed", async ({ backend }) => {
  await backend.conversation("thread", "visitor", "agent");
  const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
  await visitor.open("thread");
  await agent.open("thread");
  await agent.send("Helo");
  await agent.send("Sorry");
  await visitor.expect("messageAdded", ["Helo", "Sorry"]);
  await agent.page.evaluate(async () => {
    const [first, second] = (await conversation.getMessages(30)).items;
    await first.updateBody("Hello");
    await second.remove();
  });
  await visitor.expect("messageUpdated", [["Hello", ["body", "lastUpdatedBy", "dateUpdated"]]]);
  await visitor.expect("messageRemoved", ["Sorry"]);
  expect(await visitor.bodies()).toEqual(["Hello"]);
});

test("members of a conversation that closes leave it", async ({ backend }) => {
  const sid = await backend.conversation("thread", "visitor");
  const visitor = await backend.connect("visitor");
  await visitor.open("thread");
  await backend.rest("POST", `/Conversations/${sid}`, { State: "closed" });
  await visitor.expect("conversationRemoved", ["thread"]);
  await visitor.expect("conversationLeft", ["thread"]);
  expect((await visitor.send("Too late")).status).toBe(400);
});

test.describe("tokens", () => {
  test("are renewed before they expire", async ({ backend }) => {
    await backend.stop();
    await backend.start("-warning", "2s");
    const visitor = await backend.connect("visitor", 4);
    await visitor.saw("initialized", null);
    await visitor.expect("tokenAboutToExpire", [null]);
    const token = await backend.token("visitor", 6);
    await visitor.page.evaluate((token) => client.updateToken(token), token);
    // By then the first one has expired.
    await visitor.expect("tokenAboutToExpire", [null, null]);
    expect(await visitor.events("tokenExpired")).toEqual([]);
    expect(await visitor.events("connectionStateChanged")).toEqual(["connecting", "connected"]);
  });

  test("end the connection when they expire, and a new one takes it up", async ({ backend }) => {
    await backend.conversation("thread", "visitor");
    const visitor = await backend.connect("visitor");
    await visitor.open("thread");
    await visitor.forget();
    await backend.fault({ close: 410 });
    await visitor.expect("tokenExpired", [null]);
    await visitor.is("disconnected");
    const token = await backend.token("visitor");
    await visitor.page.evaluate((token) => client.updateToken(token), token);
    await visitor.is("connected");
    expect(await visitor.send("Back")).toBe(0);
    expect(await visitor.events("connectionStateChanged")).toEqual(["disconnecting", "disconnected", "connecting", "connected"]);
  });

  test("that have expired are refused, and a new one connects", async ({ backend }) => {
    const visitor = await backend.connect("visitor", -60);
    await visitor.is("denied");
    await visitor.expect("tokenExpired", [null]);
    const token = await backend.token("visitor");
    await visitor.page.evaluate((token) => client.updateToken(token).catch(() => {}), token);
    await visitor.is("connected");
    await visitor.saw("initialized", null);
  });

  test("that are refused deny the connection", async ({ backend }) => {
    await backend.fault({ refuse: true });
    const visitor = await backend.connect("visitor");
    await visitor.is("denied");
    await visitor.saw("connectionError", true);
  });
});

test.describe("faults", () => {
  test("a dropped client misses nothing", async ({ backend }) => {
    await backend.conversation("thread", "visitor", "agent");
    const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
    await visitor.open("thread");
    await agent.open("thread");
    await visitor.bodies();
    const sent: string[] = [];
    for (let round = 0; round < 2; round++) {
      await backend.fault({ identity: "visitor", drop: true });
      for (let i = 0; i < 20; i++) {
        sent.push(`${round}.${i}`);
        await agent.send(sent.at(-1)!);
      }
      await visitor.expect("messageAdded", sent);
    }
    await visitor.is("connected");
    expect(await visitor.bodies(100)).toEqual(sent);
  });

  test("what changed while a client was away is replayed", async ({ backend }) => {
    const sid = await backend.conversation("thread", "visitor", "agent");
    const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
    await visitor.open("thread");
    await agent.open("thread");
    await agent.send("One");
    await agent.send("Two");
    await visitor.expect("messageAdded", ["One", "Two"]);
    await visitor.page.context().setOffline(true);
    await backend.fault({ identity: "visitor", drop: true });
    await agent.page.evaluate(async () => {
      const [first, second] = (await conversation.getMessages(30)).items;
      await first.updateBody("1");
      await second.remove();
      await conversation.updateLastReadMessageIndex(0);
    });
    await backend.rest("POST", `/Conversations/${sid}/Participants`, { Identity: "other" });
    await backend.rest("POST", `/Conversations/${sid}`, { FriendlyName: "Renamed" });
    expect(await visitor.events("messageUpdated")).toEqual([]);

    await visitor.page.context().setOffline(false);
    await visitor.expect("messageUpdated", [["1", ["body", "lastUpdatedBy", "dateUpdated"]]]);
    await visitor.expect("messageRemoved", ["Two"]);
    await visitor.saw("participantJoined", "other");
    await visitor.saw("participantUpdated", ["agent", 0, ["lastReadMessageIndex", "lastReadTimestamp"]]);
    expect(await visitor.page.evaluate(() => conversation.friendlyName)).toBe("Renamed");
  });

  test("a message whose reply is lost is stored, and comes once", async ({ backend }) => {
    await backend.conversation("thread", "visitor", "agent");
    const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
    await visitor.open("thread");
    await agent.open("thread");
    await backend.fault({ loseReplies: 1 });
    expect(await visitor.send("Lost?")).toEqual({ message: "disconnected" });
    await agent.expect("messageAdded", ["Lost?"]);
    await visitor.expect("messageAdded", ["Lost?"]);
    expect(await visitor.send("Next")).toBe(1);
    expect(await visitor.bodies()).toEqual(["Lost?", "Next"]);
  });

  test("a request that fails rejects", async ({ backend }) => {
    await backend.conversation("thread", "visitor");
    const visitor = await backend.connect("visitor");
    await visitor.open("thread");
    await backend.fault({ fail: 1, failPath: "/Messages" });
    expect((await visitor.send("No")).status).toBe(500);
    expect(await visitor.send("Yes")).toBe(0);
    expect(await visitor.bodies()).toEqual(["Yes"]);
  });

  test("a client that is sent elsewhere comes back", async ({ backend }) => {
    const visitor = await backend.connect("visitor");
    await visitor.saw("initialized", null);
    await visitor.forget();
    await backend.fault({ close: 308 });
    await expect.poll(() => visitor.events("connectionStateChanged")).toEqual(["disconnecting", "connecting", "connected"]);
  });

  test("a client that finds nobody at first connects later", async ({ backend }) => {
    await backend.fault({ down: true });
    const visitor = await backend.connect("visitor");
    await expect.poll(() => visitor.events("initFailed")).toEqual([false]);
    await backend.fault({});
    await visitor.saw("initialized", null);
  });
});

test("a restart loses nothing", async ({ backend }) => {
  await backend.conversation("thread", "visitor", "agent");
  const [visitor, agent] = [await backend.connect("visitor"), await backend.connect("agent")];
  await visitor.open("thread");
  await agent.open("thread");
  await visitor.send("Before");
  await backend.stop();
  await expect.poll(() => visitor.state).toBe("connecting");
  await backend.start();
  await visitor.is("connected");
  await agent.is("connected");
  expect(await agent.send("After")).toBe(1);
  await visitor.expect("messageAdded", ["Before", "After"]);
  expect((await backend.connect("visitor").then(async (client) => (await client.open("thread"), client.bodies())))).toEqual(["Before", "After"]);
});
