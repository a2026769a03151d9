// The messages of a conversation: what comes is there once and in order, what is written goes exactly once, whatever goes wrong.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMessageList, type Entry } from "../src/connection/message-list";
import { createMessageSync, type MessageSync } from "../src/connection/messages";
import { createHolder, createStore, type Store } from "../src/shared/store";
import { arrives, failedAfterwards, type Fate, type FakeConversation, KeptConversation, lost, onItsWay, refused, repliedFirst, replyLost } from "./fake-conversation";
import { countListeners } from "./leaks";

interface Message extends Entry {
  own: boolean;
  past?: boolean;
}

const second = 1000;
const day = 864e5;
const now = new Date("2026-03-01T12:00:00Z").getTime();

const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => void vi.useFakeTimers({ now }));
afterEach(() => void vi.useRealTimers());

/** What the visitor wrote and the service has not confirmed. */
const written = (id: string, more: Partial<Message> = {}): Message => ({ id, body: id, own: true, time: Date.now(), state: "pending", ...more });

/** A page with a chat on it. */
class Here {
  readonly store: Store<{ messages: readonly Message[]; older?: boolean }>;
  readonly sync: MessageSync;
  readonly stop = new AbortController();
  connected = true;
  /** How often the messages were replaced. */
  changes = -1;

  constructor(messages: readonly Message[] = [], alone: (work: () => Promise<void>) => Promise<void> = (work) => work()) {
    this.store = createStore(createHolder({ messages }));
    this.store.watch(["messages"], () => this.changes++);
    this.sync = createMessageSync<Message>(this.store, this.stop.signal, {
      connected: () => this.connected,
      take({ sid, index, author, body, attributes, dateCreated }, past) {
        const own = author == "visitor";
        return { id: own ? (attributes as { id: string }).id : sid, index, body: body!, own, time: dateCreated!.getTime(), past };
      },
      attributes: ({ id }) => ({ id }),
      alone,
    });
  }

  async open(conversation: FakeConversation): Promise<void> {
    await this.sync.open(conversation.real);
    await passed(0);
  }

  /** Opens it on a client that breaks then. */
  async openAndLeave(conversation: FakeConversation): Promise<void> {
    await this.open(conversation);
    conversation.leave();
  }

  /** The visitor writes. */
  async write(...ids: string[]): Promise<void> {
    this.store.set({ messages: [...this.messages, ...ids.map((id) => written(id))] });
    this.sync.send();
    await passed(0);
  }

  /** The visitor wants what failed to go. */
  async again(id: string): Promise<void> {
    this.store.set({ messages: this.messages.map((message) => (message.id == id ? { ...message, state: "pending" } : message)) });
    this.sync.send();
    await passed(0);
  }

  get messages(): readonly Message[] {
    return this.store.state.messages;
  }

  get bodies(): string[] {
    return this.messages.map(({ body }) => body);
  }

  /** The state of those that the service has not confirmed, by what they say. */
  get waiting(): Record<string, string> {
    return Object.fromEntries(this.messages.flatMap(({ body, state }) => (state ? [[body, state]] : [])));
  }
}

const line = (index: number) => "Line " + index;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => line(from + i));

describe("the list", () => {
  const create = (messages: Message[] = []) => {
    const store = createStore<{ messages: readonly Message[] }>(createHolder({ messages }));
    const seen = vi.fn();
    store.watch(["messages"], seen);
    seen.mockClear();
    return { store, seen, list: createMessageList<Message>(store) };
  };
  const stored = (index: number, more: Partial<Message> = {}): Message => ({ id: "IM" + index, index, body: line(index), own: false, time: now, past: false, ...more });

  test("has the messages in the order of the conversation, and at the end what is not confirmed, as it was written", () => {
    const { store, list } = create([written("second", { time: now + 1 }), written("first", { time: now })]);
    list.add([stored(2, { time: now - 3 }), stored(0), stored(10), stored(1)]);
    expect(store.state.messages.map(({ body }) => body)).toEqual([line(0), line(1), line(2), line(10), "first", "second"]);
  });

  test.each<[what: string, change: (list: ReturnType<typeof createMessageList<Message>>) => void]>([
    ["the same message again", (list) => list.add([stored(0)])],
    ["nothing", (list) => list.add([])],
    ["another time of the same message: clocks differ", (list) => list.add([stored(0, { time: now + 5 })])],
    ["a message that was there before, as one that is new", (list) => list.add([stored(1, { past: false })])],
    ["a message that came while the page was there, as one of the past", (list) => list.add([stored(0, { past: true })])],
    ["a change that is none", (list) => list.update("IM0", { body: line(0) })],
    ["a change of one that isn't there", (list) => list.update("IM9", { body: "?" })],
    ["keeping all of them", (list) => list.keep(() => true)],
  ])("stays the same, and tells nobody, on %s", (_, change) => {
    const { store, seen, list } = create([stored(0), stored(1, { past: true })]);
    const { messages } = store.state;
    change(list);
    expect(store.state.messages).toBe(messages);
    expect(seen).not.toHaveBeenCalled();
  });

  test("replaces what has changed, and nothing else", () => {
    const { store, seen, list } = create([stored(0), stored(1)]);
    const [first] = store.state.messages;
    list.add([stored(0), stored(1, { body: "Edited" })]);
    expect(store.state.messages.map(({ body }) => body)).toEqual([line(0), "Edited"]);
    expect(store.state.messages[0]).toBe(first);
    expect(seen).toHaveBeenCalledTimes(1);
  });

  test("takes what comes from the service in place of what is not confirmed, by its id", () => {
    const { store, list } = create([written("a"), written("b")]);
    list.add([stored(0, { id: "a", body: "a", own: true })]);
    expect(store.state.messages).toEqual([stored(0, { id: "a", body: "a", own: true }), written("b")]);
  });

  test("has a message that the service has stored twice once, where it was first, whichever comes first", () => {
    for (const indexes of [[1, 4], [4, 1]]) {
      const { store, list } = create([stored(0), written("a")]);
      for (const index of indexes) list.add([stored(index, { id: "a", own: true })]);
      list.add([stored(2)]);
      expect(store.state.messages.map(({ id, index }) => [id, index])).toEqual([["IM0", 0], ["a", 1], ["IM2", 2]]);
    }
  });

  test("keeps what is wanted", () => {
    const { store, list } = create([stored(0), written("a")]);
    list.keep(({ state }) => !!state);
    expect(store.state.messages).toEqual([written("a")]);
  });

  test.each<[newest: number, messages: Message[]]>([
    [-1, []],
    [-1, [written("a")]],
    [7, [stored(3), stored(7), written("a")]],
  ])("knows the place of the last one that the service has: %i", (newest, messages) => {
    expect(create(messages).list.newest()).toBe(newest);
  });
});

describe("a conversation that is opened", () => {
  test.each([
    [0, 0, false],
    [1, 0, false],
    [20, 0, false],
    [21, 1, true],
    [105, 85, true],
  ])("with %i messages shows those from %i on, and tells whether there are older ones: %s", async (count, first, older) => {
    const kept = new KeptConversation();
    kept.fill(count);
    const here = new Here();
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(first, count));
    expect(here.store.state.older).toBe(older);
    expect(here.messages.filter(({ past }) => !past)).toEqual([]);
    expect(here.changes).toBe(count ? 1 : 0);
  });

  test("shows what is said from then on, once, as news", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const here = new Here();
    await here.open(kept.client());
    kept.say("New");
    kept.say("Newer");
    expect(here.bodies).toEqual([line(0), "New", "Newer"]);
    expect(here.messages.map(({ past }) => past)).toEqual([true, false, false]);
  });

  test("shows what is edited, and no longer what is removed", async () => {
    const kept = new KeptConversation();
    kept.fill(3);
    const here = new Here();
    await here.open(kept.client());
    kept.edit(1, "Edited");
    kept.remove(2);
    kept.say("New");
    kept.edit(3, "Newer");
    kept.remove(0);
    expect(here.bodies).toEqual(["Edited", "Newer"]);
  });

  test("is not drawn anew for what it knows already", async () => {
    const kept = new KeptConversation();
    kept.fill(3);
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    const { messages, changes } = here;
    conversation.emit("messageAdded", kept.messages[1]);
    conversation.emit("messageUpdated", { message: kept.messages[2] });
    conversation.emit("messageRemoved", { index: 9 });
    expect(here.messages).toBe(messages);
    expect(here.changes).toBe(changes);
  });

  test("once more does not ask again", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    await here.open(conversation);
    expect(conversation.asked).toEqual(["last page"]);
    kept.say("New");
    expect(here.changes).toBe(2);
  });

  test("whose page can't be had is opened the next time", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const conversation = kept.client();
    const here = new Here();
    const release = conversation.hold();
    const opening = here.sync.open(conversation.real);
    release(Error("disconnected"));
    await expect(opening).rejects.toThrow("disconnected");
    await here.open(conversation);
    expect(here.bodies).toEqual([line(0)]);
  });
});

describe("older messages", () => {
  test("come page by page, as the past, until there are none", async () => {
    const kept = new KeptConversation();
    kept.fill(45);
    const here = new Here();
    await here.open(kept.client());
    const seen: [first: number, older?: boolean][] = [];
    for (let i = 0; i < 4; i++) {
      seen.push([here.messages[0]!.index!, here.store.state.older]);
      await here.sync.older();
    }
    expect(seen).toEqual([[25, true], [5, true], [0, false], [0, false]]);
    expect(here.bodies).toEqual(lines(0, 45));
    expect(here.messages.every(({ past }) => past)).toBe(true);
    expect(here.changes).toBe(3);
  });

  test("that are asked for twice at a time come once", async () => {
    const kept = new KeptConversation();
    kept.fill(65);
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    await Promise.all([here.sync.older(), here.sync.older()]);
    expect(conversation.asked).toEqual(["last page", "page before 45"]);
    expect(here.bodies).toEqual(lines(25, 65));
  });

  test("that can't be had are asked for again", async () => {
    const kept = new KeptConversation();
    kept.fill(25);
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    const release = conversation.hold();
    const older = here.sync.older();
    release(Error("disconnected"));
    await expect(older).rejects.toThrow("disconnected");
    expect(here.store.state.older).toBe(true);
    await here.sync.older();
    expect(here.bodies).toEqual(lines(0, 25));
  });

  test("are none before a conversation is there", async () => {
    const here = new Here();
    await here.sync.older();
    expect([here.bodies, here.store.state.older]).toEqual([[], undefined]);
  });
});

describe("on a new client, after a break,", () => {
  test.each([0, 1, 19, 20, 21, 55])("%i messages that came meanwhile are all there, as news, and none is twice", async (missed) => {
    const kept = new KeptConversation();
    kept.fill(30);
    const here = new Here();
    await here.openAndLeave(kept.client());
    const known = here.messages;
    kept.fill(missed);
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(10, 30 + missed));
    expect(here.messages.slice(0, 20).every((message, i) => message == known[i])).toBe(true);
    expect(here.messages.slice(20).filter(({ past }) => past)).toEqual([]);
    expect(here.changes).toBe(missed ? 2 : 1);
    expect(here.store.state.older).toBe(true);
  });

  test("what could not be had the first time is there the next time, whatever was heard meanwhile", async () => {
    const kept = new KeptConversation();
    kept.fill(10);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.fill(50);
    const second = kept.client();
    const opening = here.sync.open(second.real);
    const release = second.hold();
    await passed(0);
    expect(second.asked).toEqual(["last page", "page before 40"]);
    kept.fill(1);
    second.leave();
    release(Error("disconnected"));
    await expect(opening).rejects.toThrow("disconnected");
    kept.fill(1);
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(0, 62));
  });

  test("what is older comes with one question of the visitor, however much of it was here before", async () => {
    const kept = new KeptConversation();
    kept.fill(105);
    const here = new Here();
    await here.open(kept.client());
    await here.sync.older();
    await here.sync.older();
    expect(here.messages[0]!.index).toBe(45);
    const { changes } = here;
    const conversation = kept.client();
    await here.open(conversation);
    // What is here may have changed.
    expect(conversation.asked).toEqual(["last page", "page before 85", "page before 65"]);
    await here.sync.older();
    expect(here.bodies).toEqual(lines(25, 105));
    expect(here.changes - changes).toBe(1);
  });

  test("what is older than what came meanwhile is asked for from there", async () => {
    const kept = new KeptConversation();
    kept.fill(65);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.fill(55);
    const conversation = kept.client();
    await here.open(conversation);
    expect(conversation.asked).toEqual(["last page", "page before 100", "page before 80", "page before 60"]);
    await here.sync.older();
    expect(conversation.asked.slice(4)).toEqual(["page before 60"]);
    expect(here.bodies).toEqual(lines(40, 120));
  });

  test("nothing is older where the first message is here", async () => {
    const kept = new KeptConversation();
    kept.fill(25);
    const here = new Here();
    await here.open(kept.client());
    await here.sync.older();
    await here.open(kept.client());
    expect(here.store.state.older).toBe(false);
  });

  test.each([
    ["the last", 29],
    ["one in the middle", 20],
    ["the first that is here", 10],
  ])("what was edited or removed meanwhile is so here: %s", async (_, index) => {
    const kept = new KeptConversation();
    kept.fill(30);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.edit(15, "Edited");
    kept.remove(index);
    await here.open(kept.client());
    // The page has one more instead. It is no news.
    expect(here.bodies).toEqual(lines(9, 30).toSpliced(6, 1, "Edited").toSpliced(index - 9, 1));
    expect(here.messages.every(({ past }) => past)).toBe(true);
  });

  test("what was removed at the very beginning is so here", async () => {
    const kept = new KeptConversation();
    kept.fill(5);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.remove(0);
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(1, 5));
  });

  test("what was edited or removed further up is so here, and the visitor's view is not longer for it", async () => {
    const kept = new KeptConversation();
    kept.fill(85);
    const old = kept.client();
    const here = new Here();
    await here.open(old);
    for (let i = 0; i < 2; i++) await here.sync.older();
    old.leave();
    kept.remove(30);
    kept.edit(27, "Edited");
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(25, 85).toSpliced(5, 1).toSpliced(2, 1, "Edited"));
    await here.sync.older();
    expect(here.bodies.slice(0, 3)).toEqual(lines(24, 27));
  });

  test("what was removed further up, all of it, is so here", async () => {
    const kept = new KeptConversation();
    kept.fill(45);
    const old = kept.client();
    const here = new Here();
    await here.open(old);
    await here.sync.older();
    old.leave();
    for (let i = 0; i < 30; i++) kept.remove(i);
    await here.open(kept.client());
    expect(here.bodies).toEqual(lines(30, 45));
  });

  test("what was removed, what was there and what came are told apart, over more than a page", async () => {
    const kept = new KeptConversation();
    kept.fill(30);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.remove(29);
    kept.remove(26);
    kept.fill(35);
    kept.remove(50);
    await here.open(kept.client());
    expect(here.bodies).toEqual([...lines(10, 26), ...lines(27, 29), ...lines(30, 50), ...lines(51, 65)]);
    expect(here.messages.filter(({ past }) => !past).map(({ index }) => index)).toEqual([...lines(30, 50), ...lines(51, 65)].map((line) => +line.slice(5)));
  });

  test("what waits to be sent stays", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const here = new Here();
    await here.openAndLeave(kept.client());
    here.connected = false;
    await here.write("a");
    kept.remove(0);
    await here.open(kept.client());
    expect(here.bodies).toEqual(["a"]);
  });

  test("the one before is not heard any more", async () => {
    const kept = new KeptConversation();
    const old = kept.client();
    const here = new Here();
    await here.open(old);
    await here.open(kept.client());
    old.emit("messageAdded", { ...kept.say("New"), sid: "IM7", index: 7, body: "Ghost" });
    old.emit("messageUpdated", { message: { ...kept.messages[0], body: "Ghost" } });
    old.emit("messageRemoved", { index: 0 });
    expect(here.bodies).toEqual(["New"]);
  });

  test("a page of the one before that comes late is left out", async () => {
    const kept = new KeptConversation();
    kept.fill(45);
    const old = kept.client();
    const here = new Here();
    const release = old.hold();
    const opening = here.sync.open(old.real);
    await here.open(kept.client());
    const { messages } = here;
    kept.edit(30, "Edited");
    kept.edit(30, line(30));
    release();
    await opening;
    expect(here.messages.map(({ id }) => id)).toEqual(messages.map(({ id }) => id));
    await here.sync.older();
    expect(here.bodies).toEqual(lines(5, 45));
  });
});

describe("another conversation", () => {
  test("has nothing of the one before but what is still to be sent", async () => {
    const first = new KeptConversation("CH1");
    first.fill(25);
    const here = new Here();
    await here.open(first.client());
    here.connected = false;
    await here.write("a");
    const second = new KeptConversation("CH2");
    second.fill(10);
    here.connected = true;
    await here.open(second.client());
    expect(second.bodies).toEqual([...lines(0, 10), "a"]);
    expect(here.messages.map(({ id }) => id)).toEqual([...second.messages.slice(0, 10).map(({ sid }) => sid), "a"]);
    expect(here.store.state.older).toBe(false);
    expect(here.messages[0]!.past).toBe(true);
  });

  test("begins with its last page, also when the one before could not be read to its end", async () => {
    const [first, second] = [new KeptConversation("CH1"), new KeptConversation("CH2")];
    first.fill(1);
    const here = new Here();
    await here.openAndLeave(first.client());
    const away = first.client();
    const release = away.hold();
    const opening = here.sync.open(away.real);
    release(Error("disconnected"));
    await expect(opening).rejects.toThrow("disconnected");
    second.fill(45);
    const conversation = second.client();
    await here.open(conversation);
    expect(conversation.asked).toEqual(["last page"]);
    expect(here.bodies).toEqual(lines(25, 45));
  });

  test("does not get what is said in the one before, nor a page of that which comes late", async () => {
    const [first, second] = [new KeptConversation("CH1"), new KeptConversation("CH2")];
    first.fill(25);
    const old = first.client();
    const here = new Here();
    await here.open(old);
    const release = old.hold();
    const older = here.sync.older();
    await here.open(second.client());
    release();
    await older;
    first.say("Elsewhere");
    expect(here.bodies).toEqual([]);
    expect(here.store.state.older).toBe(false);
  });
});

describe("a conversation that is left while a hole in it is filled", () => {
  test("gives no page any more", async () => {
    const kept = new KeptConversation();
    kept.fill(10);
    const here = new Here();
    await here.openAndLeave(kept.client());
    kept.fill(60);
    const conversation = kept.client();
    const opening = here.sync.open(conversation.real);
    const release = conversation.hold();
    await passed(0);
    expect(conversation.asked).toEqual(["last page", "page before 50"]);
    here.sync.close();
    here.store.set({ messages: [] });
    release();
    await opening;
    expect(here.bodies).toEqual([]);
    expect(conversation.asked.length).toBe(2);
  });
});

describe("a conversation that is closed here", () => {
  test("is not heard any more, and nothing goes to it", async () => {
    const kept = new KeptConversation();
    kept.fill(25);
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    here.sync.close();
    here.store.set({ messages: [] });
    kept.say("For somebody else");
    await here.write("a");
    await here.sync.older();
    expect(here.bodies).toEqual(["a"]);
    expect(conversation.sent).toEqual([]);
  });

  test("while its page is on the way shows nothing of it", async () => {
    const kept = new KeptConversation();
    kept.fill(25);
    const conversation = kept.client();
    const here = new Here();
    const release = conversation.hold();
    const opening = here.sync.open(conversation.real);
    here.sync.close();
    release();
    await opening;
    expect(here.bodies).toEqual([]);
  });

  test("can be opened again", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const here = new Here();
    await here.open(kept.client());
    here.sync.close();
    here.store.set({ messages: [] });
    await here.open(kept.client());
    await here.write("a");
    expect(kept.bodies).toEqual([line(0), "a"]);
    expect(here.messages[0]!.past).toBe(true);
  });
});

/** What may happen to a message that is sent, and how it ends: without the visitor doing anything, after a minute. */
const faults: [what: string, fates: Fate[], outcome: { sent: number; state?: string }][] = [
  ["arrives", [], { sent: 1 }],
  ["arrives, with the reply before the news of it", [repliedFirst], { sent: 1 }],
  ["is refused as wrong", [refused(400)], { sent: 1, state: "failed" }],
  ["is refused as forbidden", [refused(403)], { sent: 1, state: "failed" }],
  ["is refused as too large", [refused(413)], { sent: 1, state: "failed" }],
  ["meets an error of the service", [refused(500)], { sent: 2 }],
  ["meets errors of the service again and again", [500, 502, 503, 429, 0].map(refused), { sent: 5, state: "failed" }],
  ["is answered by a client that is cut off", [refused(0)], { sent: 2 }],
  ["is lost once", [lost], { sent: 2 }],
  ["is lost four times", [lost, lost, lost, lost], { sent: 5 }],
  ["is lost five times", [lost, lost, lost, lost, lost], { sent: 5, state: "failed" }],
  ["is stored, without anybody saying so", [replyLost], { sent: 1 }],
  ["is stored, and then meets an error of the service", [failedAfterwards], { sent: 1 }],
  ["is lost, and then stored without anybody saying so", [lost, replyLost], { sent: 2 }],
  ["is lost, and then refused", [lost, refused(400)], { sent: 2, state: "failed" }],
];

describe("a message that", () => {
  test.each(faults)("%s", async (_, fates, { sent, state }) => {
    const kept = new KeptConversation();
    kept.fill(1);
    const conversation = kept.client();
    conversation.fates.push(...fates);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(60 * second);
    expect(conversation.sent).toEqual(Array(sent).fill("a"));
    expect(here.waiting).toEqual(state ? { a: state } : {});
    expect(kept.bodies).toEqual(state ? [line(0)] : [line(0), "a"]);
    expect(here.bodies).toEqual([line(0), "a"]);
    conversation.hearAll();
    expect(here.bodies).toEqual([line(0), "a"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(faults)("%s does not keep the next one, nor put it before itself", async (_, fates, { state }) => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(...fates);
    const here = new Here();
    await here.open(conversation);
    await here.write("a", "b", "c");
    await passed(60 * second);
    expect(kept.bodies).toEqual(state ? ["b", "c"] : ["a", "b", "c"]);
    expect(here.bodies).toEqual(state ? ["b", "c", "a"] : ["a", "b", "c"]);
    expect(here.waiting).toEqual(state ? { a: state } : {});
  });

  test.each(faults)("%s is there once after the visitor has sent it again", async (_, fates, { state }) => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(...fates);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(60 * second);
    if (state) await here.again("a");
    await passed(60 * second);
    expect([kept.bodies, here.bodies, here.waiting]).toEqual([["a"], ["a"], {}]);
  });

  test("is tried again after a second, and is on its way until then", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(lost);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(second - 1);
    expect([conversation.sent.length, here.waiting]).toEqual([1, { a: "pending" }]);
    await passed(1);
    expect([conversation.sent.length, here.waiting]).toEqual([2, {}]);
  });

  test.each<[outcome: string, fifth: Fate, bodies: string[]]>([
    ["arrived", arrives, ["a", "b"]],
    ["was given up", lost, ["b"]],
  ])("has all its tries, however many the one before took: that %s", async (_, fifth, bodies) => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(lost, lost, lost, lost, fifth, lost, lost, lost, lost, arrives);
    const here = new Here();
    await here.open(conversation);
    await here.write("a", "b");
    await passed(60 * second);
    expect([kept.bodies, "b" in here.waiting]).toEqual([bodies, false]);
  });

  test.each([
    ["comes before the reply", arrives],
    ["comes after the reply", repliedFirst],
  ])("is the one that the visitor wrote, when the news of it %s", async (_, fate) => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(fate);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(second);
    expect(here.messages).toMatchObject([{ id: "a", body: "a", own: true, index: 0, time: now }]);
    expect(here.waiting).toEqual({});
    // Written, and confirmed.
    expect(here.changes).toBe(2);
  });

  test("was written by a clock that differs keeps its time when the news of it comes after the reply", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(repliedFirst);
    const here = new Here([written("a", { time: now - 5 * 60 * second })]);
    await here.open(conversation);
    await passed(second);
    expect(here.messages).toMatchObject([{ id: "a", time: now - 5 * 60 * second }]);
  });
});

describe("whether a message whose reply was lost is there", () => {
  test("is asked of the service: the client answers from what it knew before", async () => {
    const kept = new KeptConversation();
    kept.fill(3);
    const conversation = kept.client();
    conversation.fates.push(replyLost);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(second);
    expect(conversation.asked.slice(1)).toEqual(["from 3 forward"]);
    expect([kept.bodies, here.bodies, here.waiting]).toEqual([[...lines(0, 3), "a"], [...lines(0, 3), "a"], {}]);
  });

  test("is found behind more than a page of what others said meanwhile, and that is there too, as news", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const conversation = kept.client();
    conversation.fates.push(async (...given) => {
      conversation.leave();
      kept.fill(45);
      return replyLost(...given);
    });
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(second);
    expect(conversation.asked.slice(1)).toEqual(["from 1 forward", "page after 20", "page after 40"]);
    expect(here.bodies).toEqual([...lines(0, 46), "a"]);
    expect(here.messages.filter(({ past }) => past).length).toBe(1);
    expect(conversation.sent.length).toBe(1);
  });

  test("is found behind another one whose reply was lost as well", async () => {
    const kept = new KeptConversation();
    kept.fill(1);
    const conversation = kept.client();
    conversation.fates.push(replyLost, replyLost);
    const here = new Here();
    await here.open(conversation);
    const wrote = (id: string) => written(id, { after: 0 });
    here.store.set({ messages: [...here.messages, wrote("a"), wrote("b"), wrote("c")] });
    here.sync.send();
    await passed(60 * second);
    expect([kept.bodies, here.bodies, here.waiting]).toEqual([[line(0), "a", "b", "c"], [line(0), "a", "b", "c"], {}]);
  });

  // Of an earlier page, which could not hear of it any more.
  test("is found pages back, whatever the clock says", async () => {
    const kept = new KeptConversation();
    kept.fill(3);
    kept.say("a", { author: "visitor", attributes: { id: "a" } });
    kept.fill(60);
    const conversation = kept.client();
    const here = new Here([written("a", { state: "failed", time: now + 3 * day, after: 2 })]);
    await here.open(conversation);
    await here.again("a");
    expect(conversation.asked.slice(1)).toEqual(["from 64 forward", "from 3 forward"]);
    expect(conversation.sent).toEqual([]);
    expect(here.waiting).toEqual({});
    expect(here.messages.find(({ id }) => id == "a")).toMatchObject({ index: 3, past: true });
    // The rest of those pages is for when the visitor comes by.
    expect(here.bodies).toEqual(["a", ...lines(44, 64)]);
  });

  test("is not looked for in what was there before it was written, nor in what is here", async () => {
    const kept = new KeptConversation();
    kept.fill(90);
    const conversation = kept.client();
    const here = new Here([written("a", { state: "failed", after: 69 })]);
    await here.open(conversation);
    await here.again("a");
    expect(conversation.asked.slice(1)).toEqual(["from 90 forward"]);
    expect([conversation.sent, here.waiting]).toEqual([["a"], {}]);
    expect(kept.bodies.at(-1)).toBe("a");
  });

  test("is looked for among the last hundred where that is not known", async () => {
    const kept = new KeptConversation();
    kept.fill(200);
    const conversation = kept.client();
    const here = new Here([written("a", { state: "failed" })]);
    await here.open(conversation);
    await here.again("a");
    expect(conversation.asked.slice(1, 3)).toEqual(["from 200 forward", "from 100 forward"]);
    expect(kept.bodies.at(-1)).toBe("a");
  });

  test("in another conversation is looked for in all of it", async () => {
    const [before, kept] = [new KeptConversation("CH1"), new KeptConversation("CH2")];
    before.fill(50);
    kept.say("a", { author: "visitor", attributes: { id: "a" } });
    kept.fill(40);
    const first = before.client();
    first.fates.push(lost);
    const here = new Here();
    await here.open(first);
    await here.write("a");
    const second = kept.client();
    await here.open(second);
    await passed(2 * 1000);
    expect([second.sent, here.waiting]).toEqual([[], {}]);
  });

  test("is not asked for one that was never sent", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    expect(conversation.asked).toEqual(["last page"]);
  });

  test("is asked again when that can't be answered", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    conversation.fates.push(replyLost);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    const release = conversation.hold();
    await passed(second);
    release(Error("disconnected"));
    await passed(2 * second);
    expect([conversation.sent, here.waiting]).toEqual([["a"], {}]);
  });

  test("is not taken from what another message says: the id tells", async () => {
    const kept = new KeptConversation();
    kept.say("a", { author: "visitor", attributes: { id: "other" } });
    const conversation = kept.client();
    conversation.fates.push(lost);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await passed(second);
    expect(kept.messages.map(({ attributes }) => attributes)).toEqual([{ id: "other" }, { id: "a" }]);
  });
});

describe("while the connection is lost", () => {
  test("nothing is sent, and nothing is given up", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    const here = new Here();
    await here.open(conversation);
    here.connected = false;
    await here.write("a", "b");
    await passed(60 * second);
    expect([conversation.sent, here.waiting]).toEqual([[], { a: "pending", b: "pending" }]);
    here.connected = true;
    here.sync.send();
    await passed(0);
    expect(kept.bodies).toEqual(["a", "b"]);
  });

  test.each([
    ["was stored", replyLost, 1],
    ["was not", lost, 2],
  ])("a message that was on its way waits, and is there once afterwards: it %s", async (_, fate, sent) => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    const first = onItsWay();
    conversation.fates.push(first.fate);
    const here = new Here();
    await here.open(conversation);
    await here.write("a", "b");
    here.connected = false;
    await first.settle(fate);
    await passed(60 * second);
    expect([conversation.sent, here.waiting]).toEqual([["a"], { a: "pending", b: "pending" }]);
    here.connected = true;
    here.sync.send();
    await passed(second);
    expect(conversation.sent.filter((id) => id == "a").length).toBe(sent);
    expect([kept.bodies, here.bodies, here.waiting]).toEqual([["a", "b"], ["a", "b"], {}]);
  });

  test("what is written before there is a conversation goes when it is there", async () => {
    const kept = new KeptConversation();
    const here = new Here();
    await here.write("a");
    await here.open(kept.client());
    expect([kept.bodies, here.waiting]).toEqual([["a"], {}]);
  });
});

describe("a new client that comes while a message is on its way", () => {
  test.each([
    ["it was stored", replyLost],
    ["it was lost", lost],
    ["it arrives after all", arrives],
  ])("sends it if it is not there: %s", async (_, fate) => {
    const kept = new KeptConversation();
    const [old, fresh] = [kept.client(), kept.client()];
    const first = onItsWay();
    old.fates.push(first.fate);
    const here = new Here();
    await here.open(old);
    await here.write("a", "b");
    await here.open(fresh);
    await first.settle(fate);
    await passed(60 * second);
    expect([kept.bodies, here.bodies, here.waiting]).toEqual([["a", "b"], ["a", "b"], {}]);
  });

  test("finds what was stored on the page that it opens with", async () => {
    const kept = new KeptConversation();
    const [old, fresh] = [kept.client(), kept.client()];
    old.fates.push(replyLost);
    const here = new Here();
    await here.open(old);
    await here.write("a");
    await here.open(fresh);
    expect([fresh.asked, fresh.sent, here.waiting]).toEqual([["last page"], [], {}]);
    await passed(second);
    expect([fresh.sent, old.sent]).toEqual([[], ["a"]]);
  });

  test("is asked anew whether it is there: what the one before answers late counts for nothing", async () => {
    const kept = new KeptConversation();
    const [old, fresh] = [kept.client(), kept.client()];
    old.fates.push(lost);
    const here = new Here();
    await here.open(old);
    await here.write("a");
    const release = old.hold();
    await passed(second);
    expect(old.asked.at(-1)).toBe("from 0 forward");
    await here.open(fresh);
    kept.say("Meanwhile");
    const { messages } = here;
    release();
    await passed(0);
    expect(here.messages).toBe(messages);
    await passed(2 * second);
    expect(fresh.asked.slice(1)).toContain("from 1 forward");
    expect([old.sent, fresh.sent, kept.bodies]).toEqual([["a"], ["a"], ["Meanwhile", "a"]]);
  });
});

describe("of two tabs with the same message", () => {
  /** As navigator.locks does it: one after the other. */
  function createLock(): (work: () => Promise<void>) => Promise<void> {
    let last: Promise<unknown> = Promise.resolve();
    return (work) => {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    };
  }

  test("one sends it, and the other finds it", async () => {
    const kept = new KeptConversation();
    const lock = createLock();
    const tabs = [0, 1].map(() => new Here([written("a", { state: "failed" })], lock));
    const clients = tabs.map(() => kept.client());
    // Slow enough for the other one to come in between.
    const first = onItsWay();
    clients[0]!.fates.push(first.fate);
    for (const [i, tab] of tabs.entries()) await tab.open(clients[i]!);
    for (const tab of tabs) await tab.again("a");
    expect(clients.map(({ sent }) => sent)).toEqual([["a"], []]);
    await first.settle(arrives);
    await passed(second);
    expect(clients.map(({ sent }) => sent)).toEqual([["a"], []]);
    expect([kept.bodies, ...tabs.map(({ bodies }) => bodies)]).toEqual([["a"], ["a"], ["a"]]);
    expect(tabs.map(({ waiting }) => waiting)).toEqual([{}, {}]);
  });

  test("each goes on when the other is done, with what came meanwhile", async () => {
    const kept = new KeptConversation();
    const lock = createLock();
    const tabs = [new Here([], lock), new Here([], lock)];
    for (const tab of tabs) await tab.open(kept.client());
    await Promise.all([tabs[0]!.write("a"), tabs[1]!.write("b"), tabs[0]!.write("c")]);
    await passed(second);
    expect(kept.bodies.toSorted()).toEqual(["a", "b", "c"]);
    expect(tabs.map(({ bodies }) => bodies)).toEqual([kept.bodies, kept.bodies]);
  });

  test("nobody waits who has nothing to send", async () => {
    const alone = vi.fn((work: () => Promise<void>) => work());
    const here = new Here([], alone);
    await here.open(new KeptConversation().client());
    here.sync.send();
    expect(alone).not.toHaveBeenCalled();
    await here.write("a");
    expect(alone).toHaveBeenCalledTimes(1);
  });

  test("a turn that never came is taken the next time", async () => {
    const kept = new KeptConversation();
    let turn: (work: () => Promise<void>) => Promise<void> = () => Promise.reject(Error("no locks here"));
    const here = new Here([], (work) => turn(work));
    await here.open(kept.client());
    here.connected = false;
    await here.write("a");
    expect(here.waiting).toEqual({ a: "pending" });
    turn = (work) => work();
    here.connected = true;
    here.sync.send();
    await passed(0);
    expect(kept.bodies).toEqual(["a"]);
  });
});

describe("a message that is written", () => {
  test("while another one goes, goes after it", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    const first = onItsWay();
    conversation.fates.push(first.fate);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    await here.write("b");
    expect(conversation.sent).toEqual(["a"]);
    await first.settle(arrives);
    await passed(0);
    expect(kept.bodies).toEqual(["a", "b"]);
  });

  test("when the last one has gone, but the turn is not given back yet, goes too", async () => {
    const kept = new KeptConversation();
    let give!: () => void;
    const here = new Here([], (work) => work().then(() => new Promise((resolve) => (give = resolve))));
    await here.open(kept.client());
    await here.write("a");
    await here.write("b");
    expect(kept.bodies).toEqual(["a"]);
    give();
    await passed(0);
    expect(kept.bodies).toEqual(["a", "b"]);
  });

  test("and taken away while it goes, as its writer has gone, does no harm", async () => {
    const kept = new KeptConversation();
    const conversation = kept.client();
    const first = onItsWay();
    conversation.fates.push(first.fate);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    here.sync.close();
    here.store.set({ messages: [] });
    await first.settle(lost);
    await passed(60 * second);
    expect([here.messages, conversation.sent]).toEqual([[], ["a"]]);
  });

  test("by an earlier page does not go by itself: the visitor may have thought better of it", async () => {
    const kept = new KeptConversation();
    const here = new Here([written("a", { state: "failed" })]);
    await here.open(kept.client());
    await passed(60 * second);
    expect([kept.bodies, here.waiting]).toEqual([[], { a: "failed" }]);
  });
});

describe("a text that is too long for a message", () => {
  test.each<[what: string, text: string, parts: number[]]>([
    ["is several, in order", "x".repeat(8000) + "y", [8000, 1]],
    ["of emoji is cut between them", "x" + "😀".repeat(9000), [7999, 8000, 2002]],
    ["of lines keeps them", "läst\n".repeat(3000), [8000, 7000]],
  ])("%s, each with an id of its own", async (_, text, parts) => {
    const kept = new KeptConversation();
    const here = new Here();
    await here.open(kept.client());
    await here.write(text, "and more");
    expect(kept.bodies.map(({ length }) => length)).toEqual([...parts, 8]);
    expect(kept.bodies.slice(0, -1).join("")).toBe(text);
    expect(here.bodies).toEqual(kept.bodies);
    expect(new Set(here.messages.map(({ id }) => id)).size).toBe(parts.length + 1);
    expect(here.waiting).toEqual({});
  });

  test("goes along with requests part by part", async () => {
    const here = new Here([written("a", { body: "x".repeat(8000) + "y" })]);
    expect(here.sync.next()).toMatchObject({ id: "a", body: "x".repeat(8000) });
    here.sync.stored("a", 0, "CH1", "visitor");
    expect(here.sync.next()).toMatchObject({ body: "y", id: expect.stringMatching(/^[\da-f]{32}$/) });
  });
});

describe("when the page's chat ends", () => {
  test("between two tries, there is no other one, and no timer", async () => {
    const conversation = new KeptConversation().client();
    conversation.fates.push(lost);
    const here = new Here();
    await here.open(conversation);
    await here.write("a");
    here.stop.abort();
    await passed(60 * second);
    expect([conversation.sent, vi.getTimerCount()]).toEqual([["a"], 0]);
  });

  test("nothing has piled up that listens for it", async () => {
    const conversation = new KeptConversation().client();
    conversation.fates.push(lost, lost, lost);
    const here = new Here();
    const count = countListeners(here.stop.signal, "abort");
    await here.open(conversation);
    await here.write("a");
    await passed(60 * second);
    expect([conversation.sent.length, count()]).toEqual([4, 0]);
  });
});
