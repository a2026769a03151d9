// The visitor's connection: who gets one, what becomes of it when the visitor changes, logs in, or is left alone, and how messages come.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messageOf } from "../src/connection/received";
import type { StartConnection } from "../src/shared/app";
import type { Message, State } from "../src/shared/types";
import { createMemory } from "../src/window/storage";
import { createApp, createConfig, forget, jane } from "./fake-app";
import { FakeClient } from "./fake-client";
import { arrives, type FakeConversation, type Fate, KeptConversation, lost, onItsWay, refused, replyLost } from "./fake-conversation";
import { createLocks, stubLocks } from "./fake-locks";
import { countListeners } from "./leaks";

const mocks = vi.hoisted(() => ({ start: undefined as unknown, requestToken: vi.fn(), loadSdk: vi.fn() }));
vi.mock("../src/launcher/scripts", () => ({ handOver: (start: unknown) => (mocks.start = start) }));
vi.mock("../src/connection/load-sdk", () => ({ loadSdk: mocks.loadSdk }));
vi.mock("../src/connection/token", async (original) => ({ ...(await original<object>()), requestToken: mocks.requestToken }));
// Says everything each time.
vi.mock("../src/shared/warn", () => ({ warn: (message: string) => console.warn("MissiveChat: " + message) }));
// Not what another file's mocks have made of it, in the same process.
vi.resetModules();
await import("../src/connection/connection");
const start = mocks.start as StartConnection;

const minute = 60_000;
const passed = (milliseconds = 0) => vi.advanceTimersByTimeAsync(milliseconds);

/** What a client of the SDK has of a conversation. */
type Theirs = FakeConversation & { typing(): Promise<void>; advanceLastReadMessageIndex(index: number): Promise<void> };

/** Which conversation the token endpoint gives, and all there are. */
let given: string;
let kept: Record<string, KeptConversation>;
/** The clients that were made, and the conversations as they have them. */
let clients: FakeClient[];
let theirs: Theirs[];
let pages: ReturnType<typeof createApp>[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  localStorage.clear();
  stubLocks(createLocks());
  given = "CH1";
  kept = { CH1: new KeptConversation("CH1"), CH2: new KeptConversation("CH2") };
  clients = [];
  theirs = [];
  pages = [];
  mocks.requestToken.mockReset().mockImplementation(async (_app, _config, _visitor, memory) => {
    memory.save({ session: "of " + given });
    return { token: "token", identity: "visitor", conversation: given, session: "of " + given };
  });
  mocks.loadSdk.mockReset().mockResolvedValue({
    Client: function () {
      const client = new FakeClient();
      client.getConversationBySid.mockImplementation(async (sid) => {
        const conversation = Object.assign(kept[sid]!.client(), {
          getParticipants: async () => [],
          typing: vi.fn(async () => {}),
          advanceLastReadMessageIndex: vi.fn(async () => {}),
        });
        theirs.push(conversation);
        return conversation;
      });
      clients.push(client);
      return client;
    },
  });
});
afterEach(() => {
  for (const page of pages) page.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const written = (id: string, more: Partial<Message> = {}): Message => ({ id, body: id, own: true, time: Date.now(), state: "pending", ...more });

interface Given {
  session?: string;
  state?: Partial<State>;
  tokenUrl?: string;
}

/** A page whose connection has been loaded. */
async function load({ session, state, tokenUrl }: Given = {}) {
  const app = createApp(state);
  pages.push(app);
  const memory = createMemory("acme");
  if (session) memory.save({ session });
  const config = createConfig({ chat: { sound: false, flashTitle: false }, connection: tokenUrl === undefined ? {} : { tokenUrl } });
  const connection = start(app, config, jane, memory);
  await passed();
  return {
    app,
    memory,
    connection,
    state: () => app.store.state,
    async set(change: Partial<State>) {
      app.store.set(change);
      await passed();
    },
    async write(...ids: string[]) {
      app.store.set({ messages: [...app.store.state.messages, ...ids.map((id) => written(id))] });
      await passed();
    },
  };
}

/** The newest client comes through. */
async function come(): Promise<void> {
  clients.at(-1)!.come();
  await passed();
}

/** A page with a visitor who is connected. */
async function loadOn(more: Given = {}) {
  const page = await load({ session: "of CH1", ...more });
  await come();
  expect([page.state().connecting, page.state().failed]).toEqual([false, false]);
  return page;
}

describe("connected is", () => {
  test.each<[who: string, given: Given, count: number]>([
    ["nobody who has neither a conversation nor something to send", {}, 0],
    ["nobody whose messages were given up or sent", { state: { messages: [written("a", { state: "failed" }), written("b", { state: undefined, index: 0 })] } }, 0],
    ["who has a session", { session: "of CH1" }, 1],
    ["who has something to send", { state: { messages: [written("a")] } }, 1],
    ["who has both, once", { session: "of CH1", state: { messages: [written("a")], visit: 3, named: { email: "jane@example.com", name: "", digest: "" } as never } }, 1],
    ["nobody where no address gives tokens, whatever there is", { session: "of CH1", state: { messages: [written("a")] }, tokenUrl: "" }, 0],
  ])("%s", async (_, more, count) => {
    const { state } = await load(more);
    await passed();
    expect([clients.length, mocks.requestToken.mock.calls.length, mocks.loadSdk.mock.calls.length]).toEqual([count, count, count]);
    expect(state().connecting).toBe(count ? true : undefined);
  });

  test("who writes, and what they write is sent, in order and once", async () => {
    const { state, write } = await load();
    expect(clients.length).toBe(0);
    await write("a");
    await write("b");
    expect(clients.length).toBe(1);
    expect(clients[0]!.getConversationBySid).not.toHaveBeenCalled();
    await come();
    expect(kept.CH1!.bodies).toEqual(["a", "b"]);
    expect(state().messages.map(({ id, state, index }) => [id, state, index])).toEqual([
      ["a", undefined, 0],
      ["b", undefined, 1],
    ]);
    await write("c");
    expect(kept.CH1!.bodies).toEqual(["a", "b", "c"]);
    expect(clients.length).toBe(1);
  });

  test("the conversation that the token endpoint gave", async () => {
    given = "CH2";
    kept.CH2!.say("Hello");
    const { state } = await loadOn();
    expect(state().messages).toMatchObject([{ body: "Hello", own: false, past: true }]);
  });
});

test("a message whose attributes are null keeps nobody from what was said, nor what an earlier page left from being sent", async () => {
  kept.CH1!.say("Hello", { attributes: null! });
  const { state } = await loadOn({ state: { messages: [written("a")] } });
  expect(state().messages.map(({ body, state }) => [body, state])).toEqual([
    ["Hello", undefined],
    ["a", undefined],
  ]);
});

describe("a conversation that is closed", () => {
  const closings: [how: string, close: (conversation: Theirs) => void, closed: boolean][] = [
    ["by its state", (conversation) => (conversation.state = { current: "closed" }), true],
    ["by having been left", (conversation) => (conversation.status = "notParticipating"), true],
    ["not: it is inactive", (conversation) => (conversation.state = { current: "inactive" }), false],
    ["not: nothing is known of its state", (conversation) => (conversation.state = undefined!), false],
  ];

  test.each(closings)("%s, is followed by the next one when something is to be sent", async (_, close, closed) => {
    const { write } = await loadOn();
    close(theirs[0]!);
    given = "CH2";
    await write("a", "b");
    await write("c");
    expect(clients.length).toBe(closed ? 2 : 1);
    expect(clients[0]!.over).toBe(closed);
    if (closed) await come();
    expect([kept.CH1!.bodies, kept.CH2!.bodies]).toEqual(closed ? [[], ["a", "b", "c"]] : [["a", "b", "c"], []]);
    expect(clients.length).toBe(closed ? 2 : 1);
  });

  test.each(closings)("%s, is left alone while nothing is to be sent", async (_, close) => {
    const { set } = await loadOn();
    close(theirs[0]!);
    kept.CH1!.say("Bye");
    await set({ messages: [written("a", { state: "failed" })] });
    await passed(10 * minute);
    expect(clients.length).toBe(1);
  });
});

describe("when somebody else has become the visitor", () => {
  test.each<[who: string, messages: Message[], session: string | undefined, count: number]>([
    ["who has nothing to send, nobody is connected", [], undefined, 1],
    ["who has something to send, they are", [written("theirs")], undefined, 2],
    ["who has a conversation, they are", [], "of CH2", 2],
  ])("%s", async (_, messages, session, count) => {
    const { memory, set, state } = await loadOn();
    kept.CH1!.fill(30);
    clients[0]!.is("connecting");
    await set({ older: true, seen: 4, typing: true });
    forget(memory);
    if (session) memory.save({ session });
    given = "CH2";
    await set({ visit: 1, messages });
    expect(clients[0]!.over).toBe(true);
    expect(state()).toMatchObject({ connecting: count > 1, older: false, seen: -1, typing: false });
    await passed();
    expect(clients.length).toBe(count);
    if (count > 1) await come();
    expect(state().messages.map(({ body }) => body)).toEqual(messages.map(({ body }) => body));
    expect(kept.CH2!.bodies).toEqual(messages.map(({ body }) => body));
    expect(kept.CH1!.bodies.length).toBe(30);
    await passed(30_000);
    expect(clients.length).toBe(count);
  });

  test("what the one before had on its way arrives before their client ends", async () => {
    const { memory, set, state, write } = await loadOn();
    let arrive!: () => void;
    theirs[0]!.fates.push((store) => new Promise((resolve) => (arrive = () => resolve(store()))));
    await write("a");
    forget(memory);
    await set({ visit: 1, messages: [] });
    expect([clients[0]!.over, kept.CH1!.bodies]).toEqual([false, []]);
    arrive();
    await passed();
    expect([clients[0]!.over, kept.CH1!.bodies, state().messages]).toEqual([true, ["a"], []]);
  });

  test("what waits behind that arrives too, in order, and once", async () => {
    const { memory, set, write } = await loadOn();
    let arrive!: () => void;
    theirs[0]!.fates.push((store) => new Promise((resolve) => (arrive = () => resolve(store()))));
    for (const text of ["a", "b", "c"]) await write(text);
    forget(memory);
    await set({ visit: 1, messages: [] });
    arrive();
    await passed();
    expect([clients[0]!.over, kept.CH1!.bodies]).toEqual([true, ["a", "b", "c"]]);
  });

  test("what goes along to their conversation is not sent to the one before, too", async () => {
    const { memory, set, state, write } = await loadOn();
    let arrive!: () => void;
    theirs[0]!.fates.push((store) => new Promise((resolve) => (arrive = () => resolve(store()))));
    for (const text of ["a", "b"]) await write(text);
    forget(memory);
    given = "CH2";
    await set({ visit: 1, messages: state().messages });
    arrive();
    await passed();
    await come();
    await passed();
    expect([...kept.CH1!.bodies, ...kept.CH2!.bodies]).toEqual(["a", "b"]);
  });

  test.each<[what: string, fates: Fate[], told: number]>([
    ["between two tries", [lost], 0],
    ["between two tries, whose first was stored although its reply was lost,", [replyLost], 0],
    ["and is refused when it is sent once more,", [lost, refused(400), refused(400)], 1],
  ])("what waits %s arrives once, as does what waits behind it", async (_, fates, told) => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { memory, set, state, write } = await loadOn();
    theirs[0]!.fates.push(...fates);
    for (const text of ["a", "b"]) await write(text);
    forget(memory);
    await set({ visit: 1, messages: [] });
    await passed(minute);
    expect([clients[0]!.over, kept.CH1!.bodies, state().messages, warn.mock.calls.length]).toEqual([true, told ? ["b"] : ["a", "b"], [], told]);
  });

  test.each<[what: string, fate: Fate, bodies: string[], told: number]>([
    ["fails then is sent once more", lost, ["a", "b"], 0],
    ["fails then, and is stored all the same, is not sent once more", replyLost, ["a", "b"], 0],
    ["is refused then keeps nothing from being sent", refused(413), ["b"], 1],
  ])("what is on its way and %s", async (_, fate, bodies, told) => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { memory, set, write } = await loadOn();
    const { fate: pending, settle } = onItsWay();
    theirs[0]!.fates.push(pending, ...(told ? [fate, fate] : []));
    for (const text of ["a", "b"]) await write(text);
    forget(memory);
    await set({ visit: 1, messages: [] });
    await settle(fate);
    await passed(minute);
    expect([clients[0]!.over, kept.CH1!.bodies, warn.mock.calls.length]).toEqual([true, bodies, told]);
  });

  test("each part of a long message that is sent behind another one is a message of its own", async () => {
    const { memory, set, state } = await loadOn();
    const { fate, settle } = onItsWay();
    theirs[0]!.fates.push(fate);
    await set({ messages: [...state().messages, written("a"), written("b", { body: "x".repeat(20_000) })] });
    forget(memory);
    await set({ visit: 1, messages: [] });
    await settle(arrives);
    await passed();
    const ids = kept.CH1!.messages.map(({ attributes }) => (attributes as { id: string }).id);
    expect(ids).toEqual(["a", "b", expect.any(String), expect.any(String)]);
    expect(new Set(ids).size).toBe(4);
  });

  test.each<[what: string, fates: Fate[]]>([
    ["while the connection is lost arrives once that is back", [arrives]],
    ["while the connection is lost, and is lost once more, arrives all the same", [lost]],
    ["while the connection is lost, and is stored although its reply is lost, is there once", [replyLost]],
  ])("what waits %s, as does what waits behind it", async (_, fates) => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { memory, set, write } = await loadOn();
    clients[0]!.is("connecting");
    for (const text of ["a", "b"]) await write(text);
    theirs[0]!.fates.push(...fates);
    forget(memory);
    await set({ visit: 1, messages: [] });
    await passed(minute);
    expect([clients[0]!.over, kept.CH1!.bodies, warn.mock.calls.length]).toEqual([true, ["a", "b"], 0]);
  });

  test("a long message whose second part is lost with the connection arrives as a whole", async () => {
    const { app, memory, set } = await loadOn();
    clients[0]!.is("connecting");
    app.store.set({ messages: [written("a", { body: "a".repeat(40_000) })] });
    await passed();
    theirs[0]!.fates.push(arrives, lost);
    forget(memory);
    await set({ visit: 1, messages: [] });
    await passed(minute);
    expect(kept.CH1!.bodies.join("")).toBe("a".repeat(40_000));
  });

  test("what can't be sent any more is told in the console", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { memory, set, write } = await loadOn();
    clients[0]!.is("connecting");
    await write("a");
    theirs[0]!.fates.push(lost, lost);
    forget(memory);
    await set({ visit: 1, messages: [] });
    await passed();
    expect(warn.mock.calls).toEqual([["MissiveChat: a user has logged out before all that they wrote was sent"]]);
    expect(clients[0]!.over).toBe(true);
  });

  test("a client that never says what became of a message ends all the same", async () => {
    const { memory, set, write } = await loadOn();
    theirs[0]!.fates.push(() => new Promise(() => {}));
    await write("a");
    forget(memory);
    await set({ visit: 1, messages: [] });
    await passed(20_001);
    expect(clients[0]!.over).toBe(true);
  });

  test("they are told nothing more of the conversation before, and it nothing of them", async () => {
    const { connection, memory, set, state } = await loadOn();
    forget(memory);
    await set({ visit: 1, messages: [] });
    kept.CH1!.say("For Jane");
    theirs[0]!.emit("typingStarted", { identity: "team" });
    connection.typing();
    await passed();
    expect(state().messages).toEqual([]);
    await set({ open: true, messages: [written("a", { own: false, state: undefined, index: 9 })] });
    expect(state()).toMatchObject({ messages: [{ id: "a" }], seen: -1, typing: false });
    expect(theirs[0]!.typing).not.toHaveBeenCalled();
    expect(theirs[0]!.advanceLastReadMessageIndex).not.toHaveBeenCalled();
  });

  test("who writes later, they are connected then", async () => {
    const { memory, set, write } = await loadOn();
    forget(memory);
    await set({ visit: 1, messages: [] });
    given = "CH2";
    await write("a");
    await come();
    expect([clients.length, kept.CH2!.bodies]).toEqual([2, ["a"]]);
  });

  test("once, they are connected once, whatever else changes", async () => {
    const { app, set } = await loadOn({ state: { visit: 3 } });
    await set({ visit: 4 });
    await set({ visit: 4, open: true });
    app.store.set({ visit: 5 });
    app.store.set({ visit: 4 });
    await passed();
    expect([clients[0]!.over, clients.filter(({ over }) => !over).length]).toEqual([true, 1]);
  });

  test("again and again, nothing listens for the end of the page that is over", async () => {
    const { app, set } = await load({ session: "of CH1" });
    const listeners = countListeners(app.signal, "abort");
    const counts: number[] = [];
    for (let visit = 1; visit < 4; visit++) {
      await set({ visit });
      counts.push(listeners());
    }
    expect(counts).toEqual([1, 1, 1]);
    expect(clients.filter(({ over }) => over).length).toBe(3);
  });
});

describe("the user", () => {
  const user = (more: object = {}) => ({ email: "jane@example.com", name: "Jane", digest: "1234", ...more }) as State["named"];

  test.each<[what: string, before: State["named"], after: State["named"], renews: boolean]>([
    ["who logs in gets a new client", undefined, user(), true],
    ["who logs out gets a new client", user(), user({ email: "" }), true],
    ["who has another digest gets a new client", user(), user({ digest: "5678" }), true],
    ["who is given again keeps the client", user(), user(), false],
  ])("%s", async (_, before, after, renews) => {
    const { set } = await loadOn({ state: { named: before } });
    await set({ named: after });
    expect([clients.length, clients[0]!.over]).toEqual(renews ? [2, true] : [1, false]);
    // The same again.
    await set({ named: after && { ...after } });
    expect(clients.length).toBe(renews ? 2 : 1);
  });

  test("who logs in without a conversation is not connected", async () => {
    const { set } = await load();
    await set({ named: user() });
    expect(clients.length).toBe(0);
  });

  test("writes to the conversation of who has logged in, not to the one before", async () => {
    const { app, write } = await loadOn();
    given = "CH2";
    app.store.set({ named: user() });
    await write("a");
    expect(kept.CH1!.bodies).toEqual([]);
    await come();
    expect([kept.CH1!.bodies, kept.CH2!.bodies]).toEqual([[], ["a"]]);
  });
});

describe("after a break", () => {
  test("is sent what was written meanwhile", async () => {
    const { state, write } = await loadOn();
    clients[0]!.is("connecting");
    expect(state().connecting).toBe(true);
    await write("a");
    await passed(10_000);
    expect([kept.CH1!.bodies, theirs[0]!.sent]).toEqual([[], []]);
    clients[0]!.is("connected");
    await passed();
    expect([kept.CH1!.bodies, state().connecting, clients.length]).toEqual([["a"], false, 1]);
  });

  test("is sent what was lost on the way", async () => {
    const { write } = await loadOn();
    theirs[0]!.fates.push(lost);
    await write("a");
    clients[0]!.is("connecting");
    await passed(10_000);
    expect(kept.CH1!.bodies).toEqual([]);
    clients[0]!.is("connected");
    await passed();
    expect(kept.CH1!.bodies).toEqual(["a"]);
  });

  test("the team is told what the visitor has read, where that failed", async () => {
    const { set } = await loadOn({ state: { open: true } });
    const tell = vi.mocked(theirs[0]!.advanceLastReadMessageIndex);
    tell.mockRejectedValueOnce(Error("disconnected"));
    kept.CH1!.say("Hello");
    await set({});
    clients[0]!.is("connecting");
    await passed();
    expect(tell.mock.calls).toEqual([[0]]);
    clients[0]!.is("connected");
    expect(tell.mock.calls).toEqual([[0], [0]]);
  });
});

describe("of two clients", () => {
  /** Holds back what a client says of its conversation, until the function that it returns is called. */
  function holdConversation(client: FakeClient): () => void {
    let open!: () => void;
    const get = client.getConversationBySid.getMockImplementation()!;
    client.getConversationBySid.mockImplementation((sid) => new Promise((resolve) => (open = () => resolve(get(sid)))));
    return () => open();
  }

  /** The same for who is in the conversation. */
  function holdPeople(client: FakeClient): () => void {
    let open!: () => void;
    const get = client.getConversationBySid.getMockImplementation()!;
    const people = new Promise<unknown[]>((resolve) => (open = () => resolve([])));
    client.getConversationBySid.mockImplementation(async (sid) => Object.assign((await get(sid)) as object, { getParticipants: () => people }));
    return open;
  }

  test("the earlier one gets nothing any more once there is a later one, though that is not open yet", async () => {
    const { write } = await loadOn();
    clients[0]!.is("disconnected");
    await passed(1000);
    expect(clients.length).toBe(2);
    const open = holdConversation(clients[1]!);
    await come();
    await write("a");
    expect(theirs[0]!.sent).toEqual([]);
    open();
    await passed();
    expect(theirs[1]!.sent).toEqual(["a"]);
  });

  test.each<[what: string, late: (client: FakeClient) => () => void]>([
    ["its conversation comes late", holdConversation],
    ["who is in it comes late", holdPeople],
  ])("the later one wins, when of the earlier one %s", async (_, late) => {
    const { connection, set, state, write } = await load({ session: "of CH1" });
    const open = late(clients[0]!);
    await come();
    await set({ named: { email: "jane@example.com" } as never });
    await come();
    const later = theirs.at(-1)!;
    open();
    await passed();
    const [earlier] = theirs.filter((conversation) => conversation != later);
    await write("a");
    connection.typing();
    expect([earlier!.sent, later.sent]).toEqual([[], ["a"]]);
    expect(vi.mocked(earlier!.typing).mock.calls.length).toBe(0);
    expect(vi.mocked(later.typing).mock.calls.length).toBe(1);
    earlier!.emit("typingStarted", { identity: "team" });
    expect(state().typing).toBe(false);
    later.emit("typingStarted", { identity: "team" });
    expect(state().typing).toBe(true);
  });
});

describe("to try again", () => {
  test.each<[what: string, given: Given, failed: boolean]>([
    ["without anything to try has not failed", {}, false],
    ["where no address gives tokens has failed", { tokenUrl: "" }, true],
    ["there has failed with something to send, too", { tokenUrl: "", state: { messages: [written("a")] } }, true],
  ])("%s", async (_, more, failed) => {
    const { connection, state } = await load({ ...more, state: { connecting: true, failed: !failed, ...more.state } });
    connection.retry();
    expect(state()).toMatchObject({ connecting: false, failed });
    expect(clients.length).toBe(0);
  });

  test("doesn't wait for the next time", async () => {
    mocks.requestToken.mockRejectedValue(Object.assign(Error("no"), { wait: 10 * minute }));
    const { connection, state } = await load({ session: "of CH1" });
    await passed(minute);
    expect([mocks.requestToken.mock.calls.length, state().failed]).toEqual([1, true]);
    connection.retry();
    await passed();
    expect([mocks.requestToken.mock.calls.length, state().failed, state().connecting]).toEqual([2, false, true]);
  });

  test("has nothing to try for the next visitor, who has not written", async () => {
    const { connection, memory, set, state } = await loadOn();
    forget(memory);
    await set({ visit: 1 });
    await set({ connecting: true, failed: true });
    connection.retry();
    expect(state()).toMatchObject({ connecting: false, failed: false });
  });
});

test("that the visitor writes and what is older goes to the conversation, and what goes wrong there is nobody's trouble", async () => {
  kept.CH1!.fill(30);
  const { connection, state } = await loadOn({ state: { open: true } });
  expect([state().messages.length, state().older]).toEqual([20, true]);
  let typed = 0;
  // Not by vi.fn, which takes the rejections of what it stands for as handled.
  theirs[0]!.typing = (() => (typed++, Promise.reject(Error("disconnected")))) as never;
  connection.typing();
  const release = theirs[0]!.hold();
  connection.older();
  await passed();
  release(Error("disconnected"));
  await passed();
  expect([typed, state().messages.length, state().older]).toEqual([1, 20, true]);
  connection.older();
  await passed();
  expect([state().messages.length, state().older]).toEqual([30, false]);
});

describe("after destroy nothing is left", () => {
  test.each<[when: string, live: (page: Awaited<ReturnType<typeof load>>) => Promise<void>]>([
    ["of a page without a connection", async ({ memory }) => forget(memory)],
    ["while the client comes", async ({ write }) => write("a")],
    ["while it is connected", async ({ write }) => (await write("a"), await come())],
    ["during a break", async ({ write }) => (await write("a"), await come(), clients[0]!.is("connecting"))],
    ["while it waits to try again", async ({ write }) => (await write("a"), await come(), clients[0]!.is("denied"), void (await passed()))],
    ["while it tries to send", async ({ write }) => (await write("a"), await come(), theirs[0]!.fates.push(lost, lost, lost), await write("b"))],
  ])("%s", async (_, live) => {
    const listeners = [countListeners(window, "online"), countListeners(document, "visibilitychange")];
    const page = await load();
    await live(page);
    const before = clients.length;
    page.app.end();
    await passed();
    expect([vi.getTimerCount(), ...listeners.map((count) => count())]).toEqual([0, 0, 0]);
    expect(clients.every(({ over }) => over)).toBe(true);
    await page.write("late");
    await passed(10 * minute);
    expect([clients.length, kept.CH1!.bodies.includes("late")]).toEqual([before, false]);
  });
});

describe("a message of the service", () => {
  const time = new Date("2026-03-01T12:00:00Z");
  const team = { name: "Ada", avatarUrl: "https://site.example/ada.png" };
  const people = { of: (identity: string) => (identity == "ada" || identity == "visitor" ? team : {}) };
  const make = (more: object, past = false) =>
    messageOf({ sid: "IM1", index: 4, author: "visitor", body: "Hello", attributes: { id: "a" }, dateCreated: time, ...more } as never, past, "visitor", people as never);
  const own = { id: "a", index: 4, body: "Hello", own: true, time: time.getTime(), past: false };
  const other = { ...own, id: "IM1", own: false };

  test.each<[what: string, more: object, message: object]>([
    ["is the visitor's by its author, and has the id that it was sent with", {}, own],
    ["of theirs that was sent without an id has the service's", { attributes: {} }, { ...own, id: "IM1" }],
    ["of theirs with an id that is none has the service's", { attributes: { id: 7 } }, { ...own, id: "IM1" }],
    ["of theirs with a list as attributes has the service's", { attributes: ["a"] }, { ...own, id: "IM1" }],
    ["of theirs with a text as attributes has the service's", { attributes: "a" }, { ...own, id: "IM1" }],
    ["of theirs without attributes has the service's", { attributes: null }, { ...own, id: "IM1" }],
    ["of theirs with a number as attributes has the service's", { attributes: 7 }, { ...own, id: "IM1" }],
    ["of the team has name and picture of its author, and the service's id", { author: "ada" }, { ...other, author: "ada", ...team }],
    ["of the team takes no name from its attributes", { author: "bob", attributes: { id: "a", name: "Bob" } }, { ...other, author: "bob" }],
    ["of nobody is not the visitor's", { author: null }, { ...other, author: "" }],
    ["without a text is empty", { body: null }, { ...own, body: "" }],
  ])("%s", (_, more, message) => expect(make(more)).toEqual(message));

  test("of the past says so", () => expect(make({}, true).past).toBe(true));

  test("without a time is of now", () => expect(make({ dateCreated: null }).time).toBe(Date.now()));
});
