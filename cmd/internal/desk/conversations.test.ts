// The summaries of conversations: what is in them, their order, and what changes them.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createConversations } from "./conversations";
import { createDeskStore, team } from "./fake-desk";
import { asClient, FakeClient, FakeConversation, settled } from "./fake-twilio";
import type { ConversationSummary, Sender } from "./state";
import { senderOf } from "./summary";
import type { Claim } from "./vouching";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function begin() {
  const store = createDeskStore();
  const joined = vi.fn();
  const askVouched = vi.fn(async (claims: Claim[]) => claims.map(() => true));
  const conversations = createConversations(store, joined, askVouched);
  /** Another client, that knows these. */
  const connect = async (...known: FakeConversation[]) => {
    const client = new FakeClient();
    client.pages = [known];
    conversations.listen(asClient(client), team);
    client.emit("initialized");
    await settled();
    return client;
  };
  const sids = () => store.state.conversations.map(({ sid }) => sid);
  const only = () => store.state.conversations[0]!;
  return { store, joined, askVouched, conversations, connect, sids, only };
}

describe("a summary has", () => {
  const visitor = (visitor: unknown, more = {}) => ({ attributes: { visitor, ...more } });
  test.each<[string, Partial<FakeConversation>, Partial<ConversationSummary>]>([
    ["name and e-mail as the token endpoint wrote them", visitor({ name: " Jane ", email: "jane@acme.example" }), { title: "Jane", name: "Jane", email: "jane@acme.example" }],
    ["the e-mail for a title where there is no name", visitor({ email: "jane@acme.example" }), { title: "jane@acme.example", name: "" }],
    ["a title for somebody unknown", visitor({}), { title: "Visitor", name: "", email: "" }],
    ["nothing that is no text", visitor({ name: 7, email: ["x"] }, { account: {} }), { title: "Visitor", name: "", email: "", account: "" }],
    ["nothing of what is no visitor", visitor("Jane"), { title: "Visitor" }],
    ["nothing of attributes that are none", { attributes: null }, { title: "Visitor", account: "", verification: "unverified" }],
    ["its account", visitor({}, { account: "acme" }), { account: "acme" }],
    ["that the visitor is verified", visitor({}, { verification: "verified" }), { verification: "verified" }],
    ["that the visitor can't be verified", visitor({}, { verification: "cannot-verify" }), { verification: "cannot-verify" }],
    ["no trust in what it doesn't know", visitor({}, { verification: "Verified" }), { verification: "unverified" }],
    ["the time of the conversation while there is no message", { dateCreated: new Date(5000) }, { time: 5000, unread: 0, lastMessage: undefined }],
    ["no time where none is known", { dateCreated: null }, { time: 0 }],
  ])("%s", async (_, conversation, summary) => {
    const { connect, only } = begin();
    await connect(Object.assign(new FakeConversation("CH1"), conversation));
    expect(only()).toMatchObject(summary);
  });

  test.each<[string, messages: number, read: number | null, unread: number]>([
    ["no message, nothing read", 0, null, 0],
    ["nothing read", 3, null, 3],
    ["the first one read", 3, 0, 2],
    ["all read", 3, 2, 0],
    ["more read than there is, after some were removed", 2, 4, 0],
  ])("how many messages are unread: %s", async (_, messages, read, unread) => {
    const { connect, only } = begin();
    const conversation = new FakeConversation("CH1");
    for (let i = 0; i < messages; i++) conversation.add({ body: "Hello", time: 2000 + i });
    conversation.lastReadMessageIndex = read;
    await connect(conversation);
    expect(only().unread).toBe(unread);
    if (messages) expect(only().time).toBe(2000 + messages - 1);
  });

  test.each<[string, author: string, from: Sender]>([
    ["of the visitor", "visitor", "visitor"],
    ["of a colleague", "jo", "colleague"],
    ["of mine", "me", "me"],
  ])("the last message, %s", async (_, author, from) => {
    const { connect, only } = begin();
    const conversation = new FakeConversation("CH1");
    conversation.add({ body: "Hello" });
    conversation.add({ body: "Hi there", author });
    await connect(conversation);
    expect(only().lastMessage).toEqual({ index: 1, text: "Hi there", from, author });
  });
});

describe("the list", () => {
  const at = (sid: string, time: number) => {
    const conversation = new FakeConversation(sid);
    if (time) conversation.add({ body: "Hello", time });
    return conversation;
  };

  test.each<[string, [sid: string, time: number][], string[]]>([
    ["has who wrote last first", [["CH1", 2000], ["CH2", 4000], ["CH3", 3000]], ["CH2", "CH3", "CH1"]],
    ["has those of one moment by their SID, so that they stay in place", [["CH2", 2000], ["CH3", 2000], ["CH1", 2000]], ["CH1", "CH2", "CH3"]],
    ["has those without a message by when they began", [["CH1", 0], ["CH2", 500]], ["CH1", "CH2"]],
  ])("%s", async (_, conversations, order) => {
    const { connect, sids } = begin();
    await connect(...conversations.map(([sid, time]) => at(sid, time)));
    expect(sids()).toEqual(order);
  });

  test("moves a conversation up when a message comes", async () => {
    const { connect, sids, only } = begin();
    const [first, second] = [at("CH1", 2000), at("CH2", 3000)];
    const client = await connect(first, second);
    client.emit("messageAdded", first.add({ body: "Still there?", time: 4000 }));
    await settled();
    expect(sids()).toEqual(["CH1", "CH2"]);
    expect(only()).toMatchObject({ lastMessage: { text: "Still there?", from: "visitor" }, unread: 2 });
  });

  test("is shown once for many changes", async () => {
    const { store, connect } = begin();
    const conversation = at("CH1", 2000);
    const client = await connect(conversation);
    const shown = vi.fn();
    store.watch(["conversations"], shown);
    for (let i = 0; i < 9; i++) client.emit("messageAdded", conversation.add({ body: "Hello" }));
    await settled();
    expect(shown).toHaveBeenCalledTimes(2);
  });

  test("has all pages, and is loaded then", async () => {
    const { store, conversations, sids } = begin();
    const client = new FakeClient();
    client.pages = [[at("CH1", 3000)], [at("CH2", 2000)]];
    conversations.listen(asClient(client), team);
    await settled();
    expect(store.state.loaded).toBe(false);
    client.emit("initialized");
    await settled();
    expect([store.state.loaded, sids()]).toEqual([true, ["CH1", "CH2"]]);
  });

  test("is not loaded when it could not be read, and read again", async () => {
    const { store, conversations, sids } = begin();
    const client = new FakeClient();
    client.lost = true;
    conversations.listen(asClient(client), team);
    client.emit("initialized");
    await settled();
    expect(store.state.loaded).toBe(false);
    client.pages = [[at("CH1", 2000)]];
    client.lost = false;
    await vi.advanceTimersByTimeAsync(2000);
    expect([store.state.loaded, sids()]).toEqual([true, ["CH1"]]);
  });

  test.each(["conversationLeft", "conversationRemoved"])("loses a conversation by %s", async (event) => {
    const { conversations, connect, sids } = begin();
    const [first, second] = [at("CH1", 2000), at("CH2", 3000)];
    const client = await connect(first, second);
    client.emit(event, first);
    await settled();
    expect([sids(), conversations.find("CH1"), conversations.find("CH2")]).toEqual([["CH2"], undefined, second]);
  });

  test("takes a conversation that is joined, and tells it once; an invitation is none", async () => {
    const { joined, connect, sids } = begin();
    const client = await connect();
    const [conversation, invitation] = [at("CH1", 2000), at("CH2", 2000)];
    invitation.status = "notParticipating";
    for (const each of [conversation, conversation, invitation]) client.emit("conversationJoined", each);
    await settled();
    expect([sids(), joined.mock.calls]).toEqual([["CH1"], [[conversation]]]);
  });
});

describe("the last message", () => {
  async function withMessages() {
    const setup = begin();
    const conversation = new FakeConversation("CH1");
    const [first, last] = [conversation.add({ body: "First" }), conversation.add({ body: "Last" })];
    return { ...setup, conversation, first, last, client: await setup.connect(conversation) };
  }

  test.each<[which: "first" | "last", shown: string]>([
    ["last", "Changed"],
    ["first", "Last"],
  ])("when the %s one is changed, is %s", async (which, shown) => {
    const setup = await withMessages();
    const message = Object.assign(setup[which], { body: "Changed" });
    setup.client.emit("messageUpdated", { message });
    await settled();
    expect(setup.only().lastMessage!.text).toBe(shown);
  });

  test.each<[reasons: string[], shown: string]>([
    [["lastMessage"], "Unannounced"],
    [["attributes"], "Last"],
  ])("is read again when the conversation tells of %j", async (updateReasons, shown) => {
    const { conversation, client, only } = await withMessages();
    conversation.add({ body: "Unannounced" });
    client.emit("conversationUpdated", { conversation, updateReasons });
    await settled();
    expect(only().lastMessage!.text).toBe(shown);
  });

  test("is asked for of a few conversations at a time, and those that fail hold up none", async () => {
    const { connect, store } = begin();
    const all = Array.from({ length: 9 }, (_, i) => new FakeConversation("CH" + i));
    let running = 0;
    let most = 0;
    for (const [i, conversation] of all.entries()) {
      conversation.add({ body: "Hello " + i });
      if (i < 4) conversation.error = Error("no connection");
      const read = conversation.getMessages.bind(conversation);
      conversation.getMessages = async (count) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        return read(count);
      };
    }
    await connect(...all);
    await settled();
    expect(most).toBe(4);
    expect(store.state.conversations.map(({ lastMessage }) => lastMessage?.text)).toEqual(all.map((_, i) => (i < 4 ? undefined : "Hello " + i)));
  });
});

describe("that somebody is typing", () => {
  test.each<[identity: string, shown: boolean]>([
    ["visitor", true],
    ["jo", false],
    ["me", false],
  ])("is shown of the visitor alone: %s", async (identity, shown) => {
    const { connect, only } = begin();
    const conversation = new FakeConversation("CH1");
    const client = await connect(conversation);
    client.emit("typingStarted", { conversation, identity });
    await settled();
    expect(only().typing).toBe(shown);
    client.emit("typingEnded", { conversation, identity });
    await settled();
    expect(only().typing).toBe(false);
  });

  test("is forgotten with the client that told it", async () => {
    const { connect, only } = begin();
    const before = new FakeConversation("CH1");
    const client = await connect(before);
    client.emit("typingStarted", { conversation: before, identity: "visitor" });
    await settled();
    await connect(new FakeConversation("CH1"));
    expect(only().typing).toBe(false);
  });
});

describe("another client", () => {
  test("takes over: what it doesn't know is closed, what the one before tells counts no more", async () => {
    const { conversations, joined, connect, sids, only } = begin();
    const [kept, gone] = [new FakeConversation("CH1"), new FakeConversation("CH2")];
    const before = await connect(kept, gone);
    const again = new FakeConversation("CH1");
    await connect(again);
    expect([sids(), conversations.find("CH1"), joined.mock.lastCall]).toEqual([["CH1"], again, [again]]);
    before.emit("messageAdded", kept.add({ body: "Late" }));
    await settled();
    expect(only().lastMessage).toBeUndefined();
  });

  test("leaves the list as it is until it has read it", async () => {
    const { conversations, connect, sids } = begin();
    await connect(new FakeConversation("CH1"));
    conversations.listen(asClient(new FakeClient()), team);
    await settled();
    expect(sids()).toEqual(["CH1"]);
  });
});

describe("whether the token server vouches for a conversation", () => {
  const attributes = { account: "acme", visitor: { name: "Jane", email: "jane@acme.example" }, verification: "verified", seal: "1b2c", ticket: 7 };

  test("is asked about what is shown of it, once", async () => {
    const { connect, askVouched, only } = begin();
    const client = await connect(Object.assign(new FakeConversation("CH1"), { attributes }));
    await settled();
    expect(askVouched.mock.calls).toEqual([[[{ uniqueName: "visitor-1", account: "acme", name: "Jane", email: "jane@acme.example", verification: "verified", seal: "1b2c" }]]]);
    expect(only().vouched).toBe(true);
    client.emit("conversationUpdated", { conversation: only(), updateReasons: [] });
    await settled();
    expect(askVouched.mock.calls.length).toBe(1);
  });

  test("is not known before the answer, and asked anew when it says something else", async () => {
    const { connect, askVouched, only } = begin();
    askVouched.mockReturnValueOnce(new Promise((resolve) => setTimeout(resolve, 1000, [true])));
    const conversation = Object.assign(new FakeConversation("CH1"), { attributes: attributes as object });
    const client = await connect(conversation);
    await settled();
    expect(only().vouched).toBe(undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(only().vouched).toBe(true);
    askVouched.mockResolvedValueOnce([false]);
    conversation.attributes = { ...attributes, visitor: { name: "Joan", email: "jane@acme.example" } };
    client.emit("conversationUpdated", { conversation, updateReasons: ["attributes"] });
    await settled();
    await settled();
    expect(only()).toMatchObject({ name: "Joan", vouched: false });
  });

  test.each<[string, Partial<FakeConversation>]>([
    ["there is no seal", { attributes: { ...attributes, seal: undefined } }],
    ["the seal is no text", { attributes: { ...attributes, seal: ["1b2c"] } }],
    ["the conversation has no unique name", { attributes, uniqueName: null }],
  ])("is no question where %s", async (_, conversation) => {
    const { connect, askVouched, only } = begin();
    await connect(Object.assign(new FakeConversation("CH1"), conversation));
    await settled();
    expect([only().vouched, askVouched.mock.calls.length]).toEqual([false, 0]);
  });
});

test.each<[uniqueName: string | null, identity: string | null, sender: Sender]>([
  ["acme_1-1", "acme_1", "visitor"],
  ["acme_1-12", "acme_1", "visitor"],
  ["acme-1-2", "acme-1", "visitor"],
  ["acme_1-1", "acme_1-1", "stranger"],
  ["acme_1-1", "acme_2", "stranger"],
  ["acme_1-1", "jo", "colleague"],
  ["acme_1-1", "me", "me"],
  ["acme_1-1", "mallory", "stranger"],
  ["acme_1-1", null, "stranger"],
  // Who may name a conversation after a colleague is none.
  ["jo-1", "jo", "colleague"],
  // Where a conversation has no unique name, the token endpoint hasn't made it for anybody.
  [null, "acme_1", "stranger"],
  [null, "me", "me"],
  ["-1", "", "stranger"],
])("in %s, %s is the %s", (uniqueName, identity, sender) => {
  expect(senderOf({ uniqueName }, identity, team)).toBe(sender);
});

test.each<[string, before: string[], lines: number, since: number, requests: number]>([
  ["who has written many lines waits since the first of them", ["visitor", "me"], 35, 2000, 4],
  ["who has written few since the first, with one request", ["me"], 5, 1000, 1],
  ["of somebody who writes without end not all is read", [], 500, 400_000, 10],
])("%s", async (_, before, lines, since, requests) => {
  const { connect, only } = begin();
  const conversation = new FakeConversation("CH1");
  [...before, ...Array<string>(lines).fill("visitor")].forEach((author, i) => conversation.add({ body: "Hello", author, time: i * 1000 }));
  const asked = vi.spyOn(conversation, "getMessages");
  await connect(conversation);
  await settled();
  expect([only().waitingSince, asked.mock.calls.length]).toEqual([since, requests]);
});
