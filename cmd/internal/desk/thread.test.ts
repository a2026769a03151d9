// The messages of one conversation, with a service that may be away.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { team } from "./fake-desk";
import { asConversation, FakeConversation, settled } from "./fake-twilio";
import { createThread, type ThreadState } from "./thread";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function begin(prepare: (conversation: FakeConversation) => void = () => {}) {
  let connected = true;
  const thread = createThread(() => connected);
  const conversation = new FakeConversation("CH1");
  prepare(conversation);
  const open = (other = conversation) => thread.open(asConversation(other), team);
  await open();
  return { thread, conversation, open, setConnected: (now: boolean) => (connected = now), bodies: () => thread.store.state.messages.map(({ body, state }) => body + (state ? ` (${state})` : "")) };
}

describe("a message", () => {
  const id = "4b1c";
  test.each<[author: string, from: string, id: string, meta: object | undefined]>([
    ["visitor", "visitor", "IMCH1-0", { plan: "pro" }],
    ["jo", "colleague", "IMCH1-0", undefined],
    ["me", "me", id, undefined],
    ["mallory", "stranger", "IMCH1-0", undefined],
  ])("of %s is from the %s", async (author, from, id, meta) => {
    const { thread } = await begin((conversation) => conversation.add({ body: "Hello", author, attributes: { id: "4b1c", meta: { plan: "pro" } }, time: 7000 }));
    const [message] = thread.store.state.messages;
    expect(message).toMatchObject({ id, index: 0, body: "Hello", from, author, time: 7000 });
    expect(message!.meta).toEqual(meta);
  });

  test("without a text says the names of its files", async () => {
    const attachedMedia = [{ sid: "ME1", filename: "a.pdf" }, { sid: "ME2", filename: null }] as never;
    const { thread } = await begin((conversation) => {
      conversation.add({ body: "", author: "jo", attachedMedia });
      conversation.add({ body: "Here", author: "jo", attachedMedia });
    });
    expect(thread.store.state.messages).toMatchObject(["a.pdf", "Here"].map((body) => ({ body, files: attachedMedia })));
  });

  test.each([null, "plan", ["pro"]])("has nothing along that is no object: %j", async (meta) => {
    const { thread } = await begin((conversation) => conversation.add({ body: "Hello", attributes: { meta } }));
    expect(thread.store.state.messages[0]!.meta).toEqual({});
  });

  test("of mine without an id of the desk goes by its SID", async () => {
    const { thread } = await begin((conversation) => conversation.add({ body: "Hello", author: "me", attributes: { id: 7 } }));
    expect(thread.store.state.messages[0]!.id).toBe("IMCH1-0");
  });

  test("that comes is added", async () => {
    const { conversation, bodies } = await begin();
    conversation.emit("messageAdded", conversation.add({ body: "Hello" }));
    expect(bodies()).toEqual(["Hello"]);
  });
});

describe("what I write", () => {
  test("is shown at once, and sent with an id of its own", async () => {
    const { thread, conversation, bodies } = await begin();
    thread.send("Hello");
    expect(bodies()).toEqual(["Hello (pending)"]);
    await settled();
    expect(bodies()).toEqual(["Hello"]);
    expect(conversation.sent).toEqual([{ body: "Hello", attributes: { id: thread.store.state.messages[0]!.id } }]);
  });

  test("waits while there is no connection", async () => {
    const { thread, conversation, open, setConnected, bodies } = await begin();
    setConnected(false);
    thread.send("Hello");
    await settled();
    expect([bodies(), conversation.sent]).toEqual([["Hello (pending)"], []]);
    setConnected(true);
    const again = new FakeConversation("CH1");
    await open(again);
    await settled();
    expect([bodies(), again.sent.map(({ body }) => body)]).toEqual([["Hello"], ["Hello"]]);
  });

  test("has failed when the service refuses it, and can be sent once more under its id", async () => {
    const { thread, conversation, bodies } = await begin();
    conversation.error = Object.assign(Error("refused"), { status: 403 });
    thread.send("Hello");
    await settled();
    expect(bodies()).toEqual(["Hello (failed)"]);
    const { id } = thread.store.state.messages[0]!;
    conversation.error = undefined;
    thread.resend(id);
    expect(bodies()).toEqual(["Hello (pending)"]);
    await settled();
    expect([bodies(), conversation.sent]).toEqual([["Hello"], [{ body: "Hello", attributes: { id } }]]);
  });
});

describe("how far the visitor has read", () => {
  const visitor = (lastReadMessageIndex: number | null) => ({ identity: "visitor", lastReadMessageIndex });
  test.each<[string, FakeConversation["participants"], seen: number]>([
    ["nobody is there", [], -1],
    ["nothing was read", [visitor(null)], -1],
    ["some was", [visitor(3)], 3],
    ["colleagues don't count", [visitor(1), { identity: "jo", lastReadMessageIndex: 5 }], 1],
  ])("%s", async (_, participants, seen) => {
    const { thread } = await begin((conversation) => (conversation.participants = participants));
    expect(thread.store.state.seen).toBe(seen);
  });

  test("is followed, on the client that is connected now", async () => {
    const { thread, conversation, open } = await begin();
    conversation.participants = [visitor(3)];
    conversation.emit("participantUpdated");
    await settled();
    expect(thread.store.state.seen).toBe(3);
    await open(Object.assign(new FakeConversation("CH1"), { participants: [visitor(4)] }));
    conversation.emit("participantUpdated");
    await settled();
    expect(thread.store.state.seen).toBe(4);
  });
});

describe("that I have read is told", () => {
  test.each<[string, messages: number, read: number | null, told: number[]]>([
    ["up to the last message", 3, null, [2]],
    ["once", 3, null, [2]],
    ["not when it was told before", 3, 2, []],
    ["not without a message", 0, null, []],
  ])("%s", async (_, messages, read, told) => {
    const { thread, conversation } = await begin((conversation) => {
      for (let i = 0; i < messages; i++) conversation.add({ body: "Hello" });
      conversation.lastReadMessageIndex = read;
    });
    thread.markRead();
    thread.markRead();
    await settled();
    expect(conversation.advanced).toEqual(told);
  });

  test("not before the messages are there", () => {
    const thread = createThread(() => true);
    const conversation = new FakeConversation("CH1");
    conversation.add({ body: "Hello" });
    thread.open(asConversation(conversation), team).catch(() => {});
    thread.markRead();
    expect(conversation.advanced).toEqual([]);
  });

  test("again when it could not be told", async () => {
    const { thread, conversation } = await begin((conversation) => conversation.add({ body: "Hello" }));
    conversation.error = Error("no connection");
    thread.markRead();
    await settled();
    conversation.error = undefined;
    thread.markRead();
    await settled();
    expect(conversation.advanced).toEqual([0]);
  });

  test.each<[string, before: string[], read: number | null, told: number[]]>([
    ["of what I wrote, without anybody looking", ["visitor"], 0, [1]],
    ["of what I wrote where there was nothing", [], null, [0]],
    ["of what I wrote after another one of mine", ["visitor", "me"], 1, [2]],
    ["not of what the visitor wrote before", ["visitor", "visitor"], 0, []],
    ["not of what a colleague wrote before", ["visitor", "jo"], 0, []],
  ])("%s", async (_, before, read, told) => {
    const { thread, conversation } = await begin((conversation) => {
      for (const author of before) conversation.add({ body: "Hello", author });
      conversation.lastReadMessageIndex = read;
    });
    thread.send("Hi there");
    await settled();
    expect(conversation.advanced).toEqual(told);
  });

  test("of each that I wrote, also while the next one is on its way", async () => {
    const { thread, conversation } = await begin();
    for (const body of ["One", "Two"]) thread.send(body);
    await settled();
    expect(conversation.advanced).toEqual([0, 1]);
  });

  test("again after another message", async () => {
    const { thread, conversation } = await begin((conversation) => conversation.add({ body: "Hello" }));
    thread.markRead();
    conversation.add({ body: "Hello?" });
    thread.markRead();
    await settled();
    expect(conversation.advanced).toEqual([0, 1]);
  });
});

test("one view at a time is called, at once and after each change", async () => {
  const { thread } = await begin();
  const [first, second] = [vi.fn<(state: Readonly<ThreadState>) => void>(), vi.fn<(state: Readonly<ThreadState>) => void>()];
  thread.show(first);
  thread.show(second);
  thread.send("Hello");
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 2]);
  thread.show(undefined);
  await settled();
  expect(second.mock.calls.length).toBe(2);
});

test("that I am typing is told where there is a conversation", async () => {
  createThread(() => true).typing();
  const { thread, conversation } = await begin();
  thread.typing();
  expect(conversation.typing).toHaveBeenCalledTimes(1);
});

describe("that I look is told", () => {
  test.each<[string, messages: number, read: number | null, isRead: boolean, told: number[]]>([
    ["by the place up to which I have read", 3, 1, false, [1]],
    ["by where that is about to be, so that it doesn't go back", 3, 1, true, [2, 2]],
    ["not where I have read nothing", 3, null, false, []],
    ["not where there is nothing", 0, null, true, []],
  ])("%s", async (_, messages, read, isRead, told) => {
    const { thread, conversation } = await begin((conversation) => {
      for (let i = 0; i < messages; i++) conversation.add({ body: "Hello" });
      conversation.lastReadMessageIndex = read;
    });
    if (isRead) thread.markRead();
    thread.look();
    await settled();
    expect(conversation.advanced).toEqual(told);
  });
});

test("what is not sent can be taken back, in its order, and is not sent then", async () => {
  const { thread, conversation, bodies, setConnected } = await begin((conversation) => conversation.add({ body: "Hello" }));
  setConnected(false);
  thread.send("One");
  thread.send("Two");
  expect([thread.takeBack(), bodies()]).toEqual([["One", "Two"], ["Hello"]]);
  setConnected(true);
  await thread.open(asConversation(conversation), team);
  await settled();
  expect(conversation.sent).toEqual([]);
});

describe("what an earlier page had to send", () => {
  const message = (id: string, minutesAgo: number) => ({ id, body: id, time: Date.now() - minutesAgo * 60_000 });
  async function restored(stored: string[], ...unsent: ReturnType<typeof message>[]) {
    const thread = createThread(() => true);
    const conversation = new FakeConversation("CH1");
    for (const id of stored) conversation.add({ body: id, author: "me", attributes: { id } });
    thread.restore(unsent);
    await thread.open(asConversation(conversation), team);
    await settled();
    return { thread, conversation, shown: thread.store.state.messages.map(({ body, state }) => body + (state ? ` (${state})` : "")) };
  }
  test("is sent, with the id that it had", async () => {
    const { conversation, shown } = await restored([], message("One", 1), message("Two", 1));
    expect([conversation.sent.length, shown]).toEqual([2, ["One", "Two"]]);
  });
  test("and was stored all the same is not sent again", async () => {
    const { conversation, shown } = await restored(["One"], message("One", 1));
    expect([conversation.sent.length, shown]).toEqual([0, ["One"]]);
  });
  test("is not sent by itself when it is old", async () => {
    const { thread, conversation, shown } = await restored([], message("One", 11));
    expect([conversation.sent.length, shown]).toEqual([0, ["One (failed)"]]);
    thread.resend("One");
    await settled();
    expect(conversation.sent.length).toBe(1);
  });
});

test("messages are written on plain http, too, where there is no randomUUID", async () => {
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array) => bytes.fill(7) });
  const { thread, conversation } = await begin();
  thread.send("Hello");
  await settled();
  vi.unstubAllGlobals();
  expect(conversation.sent).toEqual([{ body: "Hello", attributes: { id: "07".repeat(16) } }]);
});
