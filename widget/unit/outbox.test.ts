// What the visitor writes: how it comes into the store, outlasts the page, and gets the connection that carries it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Message, State } from "../src/shared/types";
import { createOutbox } from "../src/window/outbox";
import { createMemory, type Memories } from "../src/window/storage";
import { createApp, createConfig, type FakeApp, jane } from "./fake-app";
import { countListeners } from "./leaks";

const second = 1000;
const now = new Date("2026-03-01T12:00:00Z").getTime();
const file = "connection.js";
const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

let apps: FakeApp[];
beforeEach(() => {
  vi.useFakeTimers({ now });
  vi.stubGlobal("CONNECTION_FILE", file);
  localStorage.clear();
  apps = [];
});
afterEach(() => {
  for (const app of apps) app.end();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A page with a chat. The file of the connection is there, unless the test takes it away. */
function create({ state, memories }: { state?: Partial<State>; memories?: Memories } = {}) {
  const connection = { retry: vi.fn(), typing: vi.fn(), older: vi.fn() };
  const start = vi.fn(() => connection);
  const files: Record<string, unknown> = { [file]: start };
  const app = createApp(state, files);
  apps.push(app);
  const need = vi.spyOn(app, "need");
  if (memories) localStorage.setItem("missive-chat:acme", JSON.stringify(memories));
  const memory = createMemory("acme");
  const config = createConfig();
  const outbox = createOutbox(app, config, memory, jane);
  return { app, store: app.store, outbox, memory, config, connection, start, need, files };
}

const message = (id: string, more: Partial<Message> = {}): Message => ({ id, body: id, own: true, time: now, state: "pending", ...more });
const stored = (): Memories | null => JSON.parse(localStorage.getItem("missive-chat:acme")!);

describe("a message", () => {
  test("is in the store at once, on its way, with what is known of its writer", () => {
    const { store, outbox } = create({ state: { messages: [message("before")], failed: true } });
    outbox.send("Hello");
    expect(store.state.messages).toEqual([
      message("before"),
      { id: expect.stringMatching(/^[0-9a-f]{32}$/), body: "Hello", own: true, time: now, state: "pending", after: -1, attributes: { name: "Jane", email: "jane@example.com", meta: {} } },
    ]);
    expect(store.state.failed).toBe(false);
  });

  test("knows behind which it will be stored", () => {
    const { store, outbox } = create({ state: { messages: [{ ...message("a"), index: 3 }, { ...message("b"), index: 7 }, message("c")] } });
    outbox.send("Hello");
    expect(store.state.messages.at(-1)!.after).toBe(7);
  });

  test("has an id that no other one has", () => {
    const { store, outbox } = create();
    for (let i = 0; i < 100; i++) outbox.send("Hello");
    expect(new Set(store.state.messages.map(({ id }) => id)).size).toBe(100);
  });

  test.each<[what: string, meta: unknown[], sent: object]>([
    ["what the account attaches", [{ plan: "free" }, undefined], { plan: "free" }],
    ["what the page attaches, over that", [{ plan: "free", seats: "1" }, { plan: "gold" }], { plan: "gold", seats: "1" }],
    ["texts alone", [{ seats: 5, trial: true }], { seats: "5", trial: "true" }],
  ])("takes along %s", (_, meta, sent) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { store, outbox } = create({ state: { meta } });
    outbox.send("Hello");
    expect(store.state.messages[0]!.attributes!.meta).toEqual(sent);
    expect(warn).not.toHaveBeenCalled();
  });

  test("takes along what the page has attached last, and leaves what went before as it was", () => {
    const { store, outbox } = create({ state: { meta: [{ plan: "free" }] } });
    outbox.send("One");
    store.set({ meta: [{ plan: "free" }, { page: "cart" }] });
    outbox.send("Two");
    store.set({ meta: [] });
    outbox.send("Three");
    expect(store.state.messages.map(({ attributes }) => attributes!.meta)).toEqual([{ plan: "free" }, { plan: "free", page: "cart" }, {}]);
  });
});

describe("what the service has not confirmed", () => {
  test("is remembered, until it is", () => {
    const { store, outbox } = create();
    outbox.send("One");
    outbox.send("Two");
    expect(stored()!.outbox!.map(({ body }) => body)).toEqual(["One", "Two"]);
    const [one, two] = store.state.messages;
    store.set({ messages: [{ ...one!, state: undefined, index: 0 }, { ...two!, state: "failed" }] });
    expect(stored()!.outbox).toEqual([{ ...two, state: "failed" }]);
    store.set({ messages: [{ ...one!, state: undefined, index: 0 }, { ...two!, state: undefined, index: 1 }] });
    expect(stored()!.outbox).toEqual([]);
  });

  test("of an earlier page is there again, and goes when the visitor wants it to", async () => {
    const { store, outbox, need } = create({ memories: { outbox: [message("a"), message("b", { state: "failed" })] } });
    expect(store.state.messages).toEqual([message("a", { state: "failed" }), message("b", { state: "failed" })]);
    await passed(60 * second);
    expect(need).not.toHaveBeenCalled();
    outbox.again("a");
    expect(store.state.messages).toEqual([message("a"), message("b", { state: "failed" })]);
    expect(need).toHaveBeenCalledTimes(1);
  });

  test.each([{ name: 5 }, { files: "none" }, { index: 5 }, { author: "team", past: true }])("of an earlier page that says more than it was written with, %j, is there without that", (more) => {
    const { store } = create({ memories: { outbox: [{ ...message("a"), ...more } as Message] } });
    expect(store.state.messages).toEqual([message("a", { state: "failed" })]);
  });

  test("of an older launcher goes on: what is on the page counts, not what is remembered", () => {
    const { store, need } = create({ state: { messages: [message("a")] }, memories: { outbox: [message("a"), message("b")] } });
    expect(store.state.messages).toEqual([message("a")]);
    expect(need).toHaveBeenCalledTimes(1);
  });

  test("of another tab is kept beside that of this one", () => {
    const { store, outbox, memory } = create({ memories: { draft: "By the way" } });
    outbox.send("Ours");
    createMemory("acme").save({ outbox: [...stored()!.outbox!, message("theirs")] });
    const [ours] = store.state.messages;
    store.set({ messages: [{ ...ours!, state: "failed" }] });
    expect(stored()).toEqual({ draft: "By the way", outbox: [message("theirs"), { ...ours, state: "failed" }], last: ours!.time });
    store.set({ messages: [{ ...ours!, state: undefined, index: 0 }] });
    expect(stored()!.outbox).toEqual([message("theirs")]);
    expect(memory.now.outbox).toEqual([message("theirs")]);
  });

  test("is all that is written: of a visitor who has not written nothing is", () => {
    const { store } = create();
    store.set({ messages: [{ id: "IM0", body: "Hello", own: false, time: now, index: 0 }] });
    expect(stored()).toBeNull();
  });
});

describe("sending again", () => {
  test("makes one message pending, with the id that it has, and no other", () => {
    const { store, outbox } = create({ state: { failed: true, messages: [message("a", { state: "failed" }), message("b", { state: "failed" }), message("c", { state: undefined, index: 0 })] } });
    outbox.again("b");
    expect(store.state.messages.map(({ id, state }) => [id, state])).toEqual([["a", "failed"], ["b", "pending"], ["c", undefined]]);
    expect(store.state.failed).toBe(false);
  });
});

describe("the connection's file", () => {
  test.each<[who: string, given: Parameters<typeof create>[0]]>([
    ["a visitor who has a conversation", { memories: { session: "s1" } }],
    ["one who may have it without having heard", { memories: { secret: "00" } }],
    ["one whose message an older launcher was about to send", { state: { messages: [message("a")] } }],
  ])("is there at once for %s", async (_, given) => {
    const { app, config, memory, start } = create(given);
    expect(app.store.state.connecting).toBe(true);
    await passed(0);
    expect(start).toHaveBeenCalledExactlyOnceWith(app, config, jane, memory);
  });

  test.each([
    ["in another tab", "storage"],
    ["after leaving this page, which is then taken from the cache of pages", "pageshow"],
  ])("is there for who begins a conversation %s", async (_, event) => {
    const { start } = create();
    dispatchEvent(new Event(event));
    await passed(0);
    expect(start).not.toHaveBeenCalled();
    localStorage.setItem("missive-chat:acme", '{"session":"s1"}');
    dispatchEvent(new Event(event));
    await passed(0);
    expect(start).toHaveBeenCalledOnce();
  });

  test("is not loaded for who only looks, or has said something in the form", async () => {
    const { need } = create({ memories: { visitor: { name: "Jane", email: "", consent: false }, draft: "By the way" } });
    await passed(60 * second);
    expect(need).not.toHaveBeenCalled();
  });

  test("is loaded with the first message, and started once, however many follow", async () => {
    const { store, outbox, connection, start, need } = create();
    outbox.send("One");
    expect(store.state.connecting).toBe(true);
    outbox.send("Two");
    await passed(0);
    outbox.send("Three");
    await passed(0);
    expect([need.mock.calls, start.mock.calls.length]).toEqual([[[file]], 1]);
    // Each time, it tries at once.
    expect(connection.retry).toHaveBeenCalledTimes(3);
  });

  test("once there says itself whether it connects", async () => {
    const { store, outbox } = create();
    outbox.send("One");
    await passed(0);
    store.set({ connecting: false });
    outbox.send("Two");
    expect(store.state.connecting).toBe(false);
  });

  test("that can't be had is asked for again every ten seconds, until it is there", async () => {
    const { store, outbox, connection, start, need, files } = create();
    delete files[file];
    outbox.send("One");
    await passed(0);
    expect([store.state.connecting, store.state.failed]).toEqual([false, true]);
    await passed(10 * second - 1);
    expect(need).toHaveBeenCalledTimes(1);
    await passed(1);
    expect(need).toHaveBeenCalledTimes(2);
    await passed(10 * second);
    expect(need).toHaveBeenCalledTimes(3);
    files[file] = start;
    await passed(10 * second);
    expect([need.mock.calls.length, start.mock.calls.length, connection.retry.mock.calls.length]).toEqual([4, 1, 1]);
    await passed(60 * second);
    expect(need).toHaveBeenCalledTimes(4);
    expect(store.state.messages).toMatchObject([{ body: "One", state: "pending" }]);
  });

  test("that is there in the meantime is not asked for again, nor told to try at once", async () => {
    const { outbox, connection, start, need, files } = create();
    delete files[file];
    outbox.send("One");
    await passed(5 * second);
    files[file] = start;
    outbox.send("Two");
    await passed(60 * second);
    expect([need.mock.calls.length, connection.retry.mock.calls.length]).toEqual([2, 1]);
  });

  test("that can't be had is asked for at once by the next message, and not more often by several", async () => {
    const { outbox, start, need, files } = create();
    delete files[file];
    for (const text of ["One", "Two", "Three"]) outbox.send(text);
    await passed(5 * second);
    outbox.send("Four");
    expect(need).toHaveBeenCalledTimes(2);
    await passed(10 * second);
    expect(need).toHaveBeenCalledTimes(3);
    files[file] = start;
    await passed(60 * second);
    expect([need.mock.calls.length, start.mock.calls.length, vi.getTimerCount()]).toEqual([4, 1, 0]);
  });
});

describe("that the visitor writes, and wants older messages,", () => {
  test("the connection is told", async () => {
    const { outbox, connection } = create({ memories: { session: "s1" } });
    await passed(0);
    outbox.typing();
    outbox.older();
    await passed(0);
    expect([connection.typing.mock.calls.length, connection.older.mock.calls.length]).toEqual([1, 1]);
  });

  test("nobody is told where there is no connection, but its file is loaded ahead when somebody writes", async () => {
    const { connection, outbox, need, start } = create();
    outbox.older();
    await passed(0);
    expect(need).not.toHaveBeenCalled();
    outbox.typing();
    outbox.typing();
    await passed(60 * second);
    expect([need.mock.calls, start.mock.calls.length, connection.typing.mock.calls.length]).toEqual([[[file]], 0, 0]);
    outbox.send("Hello");
    await passed(0);
    expect([need.mock.calls.length, start.mock.calls.length]).toEqual([1, 1]);
  });

  test("a file that could not be loaded ahead is loaded when there is something to send, and not with each letter", async () => {
    const { outbox, need, files, start } = create();
    const there = files[file];
    delete files[file];
    outbox.typing();
    await passed(0);
    outbox.typing();
    await passed(0);
    expect(need).toHaveBeenCalledTimes(1);
    files[file] = there;
    outbox.send("Hello");
    await passed(0);
    expect([need.mock.calls.length, start.mock.calls.length]).toEqual([2, 1]);
  });

  // Vitest fails for a rejection that nobody handles, as the page's console does.
  test("does no harm while the connection's file is on its way and never comes", async () => {
    const { outbox, store, files } = create();
    delete files[file];
    outbox.send("One");
    outbox.typing();
    outbox.older();
    await passed(0);
    expect(store.state.failed).toBe(true);
  });
});

describe("when the chat ends", () => {
  test("while it waits to ask for the file again, it does not, and no timer is left", async () => {
    const { app, outbox, need, files } = create();
    delete files[file];
    outbox.send("One");
    outbox.send("Two");
    await passed(second);
    app.end();
    expect(vi.getTimerCount()).toBe(0);
    await passed(60 * second);
    expect(need).toHaveBeenCalledTimes(1);
  });

  test("while the file is on its way, and that never comes, nobody asks for it again", async () => {
    const { app, outbox, need } = create();
    let fail!: () => void;
    need.mockReturnValue(new Promise((_, reject) => (fail = () => reject(Error(file)))));
    outbox.send("One");
    app.end();
    fail();
    await passed(60 * second);
    expect([need.mock.calls.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test("nothing has piled up that listens for it", async () => {
    const stop = new AbortController();
    const app = { ...createApp(), signal: stop.signal };
    const count = countListeners(stop.signal, "abort");
    createOutbox(app, createConfig(), createMemory("acme"), jane).send("One");
    await passed(0);
    const before = count();
    await passed(10 * 60 * second);
    expect(count()).toBe(before);
    stop.abort();
  });
});
