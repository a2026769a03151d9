// How far the visitor has read: what the team is told, and what the badge counts.

import { EventEmitter } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Conversation } from "@twilio/conversations";
import { createReadHorizon } from "../src/connection/read-horizon";
import type { Message, State } from "../src/shared/types";
import { createApp, type FakeApp } from "./fake-app";
import { countListeners } from "./leaks";

let hidden: boolean;
let apps: FakeApp[];
beforeEach(() => {
  hidden = false;
  apps = [];
  vi.spyOn(Object.getPrototypeOf(document), "hidden", "get").mockImplementation(() => hidden);
});
afterEach(() => {
  for (const app of apps) app.end();
  vi.restoreAllMocks();
});

const message = (index: number | undefined, own = false): Message => ({ id: "" + index, body: "", own, time: 0, index });
/** So many from the team. */
const messages = (count: number) => Array.from({ length: count }, (_, i) => message(i));

/** The conversation as a client has it. Read: the place up to which the service knows it as read. */
function createConversation(read: number | null = null) {
  const conversation = Object.assign(new EventEmitter(), {
    lastReadMessageIndex: read,
    told: [] as number[],
    fails: false,
    async advanceLastReadMessageIndex(index: number): Promise<number> {
      conversation.told.push(index);
      await Promise.resolve();
      if (conversation.fails) throw Error("disconnected");
      conversation.lastReadMessageIndex = index;
      return 0;
    },
  });
  return { conversation, real: conversation as unknown as Conversation };
}

function create(state: Partial<State>) {
  const app = createApp(state);
  apps.push(app);
  return { ...app, horizon: createReadHorizon(app.store, app.signal) };
}

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("the team is told", () => {
  test.each<[what: string, state: Partial<State>, read: number | null, away: boolean, told: number[]]>([
    ["that all is read, in an open window", { open: true, messages: messages(3) }, null, false, [2]],
    ["what is new since", { open: true, messages: messages(3) }, 1, false, [2]],
    ["nothing that it knows", { open: true, messages: messages(3) }, 2, false, []],
    ["nothing while the window is closed", { messages: messages(3) }, null, false, []],
    ["nothing while nobody looks at the page", { open: true, messages: messages(3) }, null, true, []],
    ["nothing where nothing was said", { open: true }, null, false, []],
    ["nothing of what the service does not have yet", { open: true, messages: [message(undefined, true)] }, null, false, []],
    ["the last that the service has, whatever is still to be sent", { open: true, messages: [...messages(3), message(undefined, true)] }, null, false, [2]],
    ["the visitor's own as well", { open: true, messages: [message(0), message(1, true)] }, 0, false, [1]],
  ])("%s", (_, state, read, away, told) => {
    hidden = away;
    const { horizon } = create(state);
    const { conversation, real } = createConversation(read);
    horizon.open(real);
    expect(conversation.told).toEqual(told);
  });

  test.each<[when: string, happens: (app: ReturnType<typeof create>) => void]>([
    ["the window opens", ({ store }) => store.set({ open: true })],
    ["the page is looked at", ({ store }) => ((hidden = true), store.set({ open: true }), (hidden = false), document.dispatchEvent(new Event("visibilitychange")))],
  ])("when %s", (_, happens) => {
    const app = create({ messages: messages(3) });
    const { conversation, real } = createConversation();
    app.horizon.open(real);
    happens(app);
    expect(conversation.told).toEqual([2]);
  });

  test("of each message that comes, once", async () => {
    const { store, horizon } = create({ open: true, messages: messages(1) });
    const { conversation, real } = createConversation();
    horizon.open(real);
    horizon.tell();
    await settled();
    expect(conversation.told).toEqual([0]);
    store.set({ messages: messages(2) });
    store.set({ messages: messages(2) });
    expect(conversation.told).toEqual([0, 1]);
  });

  test("again what could not be told", async () => {
    const { horizon } = create({ open: true, messages: messages(3) });
    const { conversation, real } = createConversation();
    conversation.fails = true;
    horizon.open(real);
    await settled();
    conversation.fails = false;
    horizon.tell();
    await settled();
    horizon.tell();
    expect(conversation.told).toEqual([2, 2]);
  });

  test("anew on a new client that does not know of it", () => {
    const { horizon } = create({ open: true, messages: messages(3) });
    const [first, second] = [createConversation(), createConversation()];
    horizon.open(first.real);
    horizon.open(second.real);
    expect([first.conversation.told, second.conversation.told]).toEqual([[2], [2]]);
  });

  test("nothing of a conversation that is left", () => {
    const { store, horizon } = create({ open: true, messages: messages(1) });
    const { conversation, real } = createConversation();
    horizon.open(real);
    horizon.close();
    store.set({ messages: messages(2) });
    horizon.tell();
    expect(conversation.told).toEqual([0]);
  });

  test("nothing without a conversation", () => {
    const { store, horizon } = create({ open: true });
    store.set({ messages: messages(1) });
    expect(() => horizon.tell()).not.toThrow();
  });
});

describe("the badge of a closed window counts", () => {
  test.each<[what: string, messages: Message[], read: number | null, unread: number]>([
    ["what the team wrote since the visitor looked, on whatever device", messages(5), 1, 3],
    ["all, for one who never looked", messages(5), null, 5],
    ["nothing, for one who has read it all", messages(5), 4, 0],
    ["nothing of what the visitor wrote, sent or not", [message(0), message(1, true), message(2), message(undefined, true)], 0, 1],
  ])("%s", (_, messages, read, unread) => {
    const { store, horizon } = create({ messages, unread: 9 });
    horizon.open(createConversation(read).real);
    expect(store.state.unread).toBe(unread);
  });

  test("what the team wrote, until it is removed, or read in another tab", () => {
    const { store, horizon } = create({ messages: messages(5) });
    const { conversation, real } = createConversation(1);
    horizon.open(real);
    const counts = [store.state.unread];
    store.set({ messages: messages(5).toSpliced(3, 1) });
    counts.push(store.state.unread);
    conversation.lastReadMessageIndex = 4;
    conversation.emit("updated");
    counts.push(store.state.unread);
    horizon.close();
    conversation.lastReadMessageIndex = 0;
    conversation.emit("updated");
    counts.push(store.state.unread);
    expect(counts).toEqual([3, 2, 0, 0]);
  });

  test.each<[what: string, first: number, read: number | null, counted: boolean]>([
    ["that begins on an earlier page", 5, 2, false],
    ["that is all here", 3, 2, true],
    ["from the first message on", 0, null, true],
    ["more than it can show", 7, -1, true],
  ])("%s, and knows whether that is all", (_, first, read, counted) => {
    const count = first == 7 ? 100 : 20;
    const { horizon } = create({ messages: Array.from({ length: count }, (_, i) => message(first + i)) });
    horizon.open(createConversation(read).real);
    expect(horizon.counted).toBe(counted);
  });

  test("nothing when it is open: then all is read", () => {
    const { store, horizon } = create({ open: true, messages: messages(5), unread: 0 });
    horizon.open(createConversation().real);
    expect(store.state.unread).toBe(0);
  });
});

test("when the chat ends, nothing is left that listens", () => {
  const count = countListeners(document, "visibilitychange");
  const app = create({ open: true });
  expect(count()).toBe(1);
  app.end();
  expect(count()).toBe(0);
});
