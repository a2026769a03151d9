// What an account remembers in the browser, whoever else writes there.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemory, type Memories } from "../src/window/storage";

const key = "missive-chat:acme";
const stored = () => JSON.parse(localStorage.getItem(key) ?? "null");
const last = new Date("2026-03-01T12:00:00Z").getTime();
const day = 864e5;

beforeEach(() => {
  vi.useFakeTimers({ now: last, toFake: ["Date"] });
  localStorage.clear();
});
afterEach(() => void vi.useRealTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const message = { id: "1", body: "Hello", own: true, time: 0, state: "pending" as const };
const whole: Memories = {
  open: true,
  visitor: { name: "Jane", email: "jane@example.com", consent: true },
  owner: "jane@example.com",
  session: "s",
  draft: "By the way",
  outbox: [message, { ...message, id: "2", time: 8.64e15, attributes: { name: "", email: "", meta: {} } }],
};

describe("reading", () => {
  test.each<[string, Memories]>([
    ["nothing", {}],
    ["all that it keeps", whole],
    ["what a form that was skipped left", { visitor: { name: "", email: "", consent: false } }],
    ["an empty outbox", { outbox: [] }],
  ])("%s is read as it was saved", (_, memories) => {
    localStorage.setItem(key, JSON.stringify(memories));
    const memory = createMemory("acme");
    if (memories.owner) memory.name(memories.owner);
    expect(memory.now).toEqual(memories);
  });

  test("each account reads its own", () => {
    localStorage.setItem(key, JSON.stringify(whole));
    expect(createMemory("other").now).toEqual({});
  });

  test("writes nothing", () => {
    const write = vi.spyOn(Storage.prototype, "setItem");
    createMemory("acme").read();
    expect(write).not.toHaveBeenCalled();
    expect(localStorage.length).toBe(0);
  });
});

const long = "x".repeat(16 << 10);
const visitor = { name: "Jane", email: "jane@example.com", consent: true };

/** What other scripts, or versions of the chat that we don't know, may have left under its name. */
const damaged: Record<string, string> = {
  "an empty text": "",
  "no JSON": "{",
  null: "null",
  "a number": "5",
  "a text": '"open"',
  "a list": "[]",
  true: "true",
};

describe("storage that holds", () => {
  test.each(Object.entries(damaged))("%s counts as nothing at the start, and saving mends it", (_, text) => {
    localStorage.setItem(key, text);
    const memory = createMemory("acme");
    expect({ ...memory.now }).toEqual({});
    memory.save({ draft: "Hello" });
    expect(stored()).toEqual({ ...memory.now });
    expect(createMemory("acme").now).toEqual({ draft: "Hello", last });
  });

  test.each(Object.entries(damaged))("%s that comes later does not hide what is known", (_, text) => {
    const memory = createMemory("acme");
    memory.save({ draft: "Hello" });
    localStorage.setItem(key, text);
    expect(memory.read()).toEqual({ draft: "Hello", last });
    memory.save({ session: "s" });
    expect(stored()).toEqual({ draft: "Hello", session: "s", last });
  });
});

/** Values that can't be, each with its key. */
const broken: [key: keyof Memories, value: unknown][] = [
  ...(["open", "visitor", "owner", "former", "session", "secret", "draft", "last"] as const).flatMap((name) => [null, [], {}, ["Hello"], name == "open" ? "yes" : true].map((value) => [name, value] as [keyof Memories, unknown])),
  ...(["open", "visitor", "owner", "session", "secret", "last"] as const).map((name) => [name, long] as [keyof Memories, unknown]),
  ["open", 1],
  ["visitor", 5],
  ["visitor", { email: "jane@example.com", consent: true }],
  ["visitor", { name: "Jane", consent: true }],
  ["visitor", { ...visitor, name: 5 }],
  ["visitor", { ...visitor, name: long }],
  ["visitor", { ...visitor, email: null }],
  ["visitor", { ...visitor, email: long }],
  ["visitor", { ...visitor, consent: "yes" }],
  ["visitor", { ...visitor, consent: 1 }],
  ["visitor", { ...visitor, consent: undefined }],
  ["last", "now"],
  ["last", 1e300],
];

test.each(broken)("%s that is %j is thrown away alone", (name, value) => {
  localStorage.setItem(key, JSON.stringify({ ...whole, last, [name]: value }));
  const memory = createMemory("acme");
  memory.name(name == "owner" ? "" : whole.owner!);
  const { [name]: _, ...rest } = { ...whole, last };
  expect(memory.now).toEqual(rest);
});

test.each([null, "Hello", long, 5, true, {}, { length: 1 }, [null], ["Hello"], [[message]]])("an outbox that is %j is empty, and the rest is there", (outbox) => {
  localStorage.setItem(key, JSON.stringify({ ...whole, last, outbox }));
  const memory = createMemory("acme");
  memory.name(whole.owner!);
  expect(memory.now).toEqual({ ...whole, last, outbox: [] });
});

test.each<[string, object]>([
  ["without a text", { body: undefined }],
  ["whose text is a list", { body: ["Hello"] }],
  ["whose id is a number", { id: 1 }],
  ["whose id has 16 KB", { id: long }],
  ["without a time", { time: undefined }],
  ["whose time is a text", { time: "now" }],
  ["after the end of time", { time: 1e300 }],
  ["of somebody else", { own: false }],
  ["of whom nobody knows", { own: 1 }],
  ["whose place is a text", { after: "3" }],
  ["whose place is null", { after: null }],
  ["whose place is a list", { after: [3] }],
  ["whose attributes are null", { attributes: null }],
  ["whose attributes are a text", { attributes: "Jane" }],
  ["whose attributes have a name of 16 KB", { attributes: { name: long, email: "" } }],
  ["whose attributes have an address that is a number", { attributes: { name: "", email: 5 } }],
])("a message %s is thrown away alone", (_, damage) => {
  const good = { ...message, id: "2", after: 3, attributes: { name: "", email: "", meta: {} } };
  localStorage.setItem(key, JSON.stringify({ session: "s", last, outbox: [{ ...message, ...damage }, good] }));
  expect(createMemory("acme").now).toEqual({ session: "s", last, outbox: [good] });
});

describe("another tab", () => {
  test("is heard when somebody reads", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    there.save({ session: "theirs" });
    expect(here.now).toEqual({});
    expect(here.read()).toEqual({ session: "theirs", last });
    expect(here.now).toEqual({ session: "theirs", last });
  });

  test("keeps what it has saved when this one saves something else", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    there.save({ session: "theirs", draft: "theirs" });
    here.save({ draft: "ours" });
    expect(stored()).toEqual({ session: "theirs", draft: "ours", last });
  });

  /** Two tabs with the same user. */
  function two() {
    const tabs = [createMemory("acme"), createMemory("acme")] as const;
    for (const tab of tabs) tab.name("jane@example.com");
    tabs[0].save({ session: "hers" });
    for (const tab of tabs) tab.read();
    return tabs;
  }

  test("that goes on writing after its user has logged out in this one doesn't bring them back", () => {
    const [here, there] = two();
    expect(here.name("")).toBe(2);
    expect(stored()).toBeNull();
    for (const change of [{ draft: "hers" }, { session: "renewed" }, { outbox: [message] }]) there.save(change);
    expect(stored()).toBeNull();
    // Its page has them until it is gone.
    expect(there.now).toMatchObject({ session: "renewed", draft: "hers", outbox: [message] });
    here.save({ session: "of nobody" });
    there.save({ draft: "hers" });
    expect(stored()).toEqual({ session: "of nobody", last });
    expect(there.read()).toMatchObject({ session: "renewed" });
  });

  test("that goes on writing after another user has logged in here leaves theirs alone", () => {
    const [here, there] = two();
    here.name("bob@example.com");
    here.save({ session: "his" });
    for (const change of [{ draft: "hers" }, { outbox: [message] }]) there.save(change);
    expect(stored()).toEqual({ session: "his", owner: "bob@example.com", last });
  });

  test("that hears of the new user later leaves what is theirs, and reads it", () => {
    const [here, there] = two();
    here.name("bob@example.com");
    here.save({ session: "his" });
    expect(there.name("Bob@example.com")).toBe(2);
    expect(there.now).toEqual({ session: "his", owner: "bob@example.com", last });
    there.save({ draft: "his" });
    expect(here.read()).toEqual({ session: "his", draft: "his", owner: "bob@example.com", last });
  });
});

describe("a user", () => {
  const jane = "jane@example.com";

  test("has for themselves what is saved from then on", () => {
    const memory = createMemory("acme");
    memory.name(jane);
    expect(stored()).toBeNull();
    memory.save({ draft: "hers" });
    expect(stored()).toEqual({ draft: "hers", owner: jane, last });
  });

  test("takes over what was nobody's, at once: after a logout nothing of it is left", () => {
    const memory = createMemory("acme");
    memory.save({ session: "s", draft: "hers" });
    expect(memory.name(jane)).toBe(0);
    expect(memory.now).toEqual({ session: "s", draft: "hers", owner: jane, last });
    expect(stored()).toEqual({ ...memory.now });
    expect(memory.name("")).toBe(2);
    expect([memory.now, stored()]).toEqual([{}, null]);
  });

  test("of an earlier page does not show on one that names nobody, and is there again once that names them", () => {
    const hers = { session: "s", draft: "hers", outbox: [message], owner: jane, last };
    localStorage.setItem(key, JSON.stringify(hers));
    const memory = createMemory("acme");
    expect([memory.now, memory.read()]).toEqual([{}, {}]);
    // What nobody in particular does meanwhile is not hers, nor is what she had lost by it.
    memory.save({ open: true, draft: "whose?" });
    expect(memory.now).toMatchObject({ draft: "whose?" });
    // But for the window, which is open or not whoever sits there.
    expect(stored()).toEqual({ ...hers, open: true });
    expect(memory.name("Jane@Example.com")).toBe(1);
    expect(memory.now).toEqual({ ...hers, open: true });
    expect(memory.name(jane)).toBe(0);
  });

  test("of an earlier page gives way to who sends a message without being named", () => {
    localStorage.setItem(key, JSON.stringify({ session: "s", draft: "hers", owner: jane, last: last - day }));
    const memory = createMemory("acme");
    memory.save({ outbox: [message] });
    memory.save({ session: "new" });
    expect(stored()).toEqual({ outbox: [message], session: "new", former: jane, last });
    expect(createMemory("acme").now).toEqual(stored());
    // It may have been her: for the next user it is not.
    expect(createMemory("acme").name(jane)).toBe(0);
  });

  test.each(["bob@example.com", ""])("who comes after such a message (%j) finds nothing of it", (next) => {
    localStorage.setItem(key, JSON.stringify({ session: "s", owner: jane, last }));
    createMemory("acme").save({ outbox: [message] });
    const memory = createMemory("acme");
    expect(memory.name(next)).toBe(2);
    expect([memory.now, stored()]).toEqual([{}, null]);
  });
});

describe("what is stored", () => {
  test.each<[days: number, there: boolean]>([
    [0, true],
    [89, true],
    [91, false],
    [-89, true],
    [-91, false],
  ])("%d days after the last message is there: %j", (days, there) => {
    const memories = { session: "s", visitor, last };
    localStorage.setItem(key, JSON.stringify(memories));
    vi.setSystemTime(last + days * day);
    expect(createMemory("acme").now).toEqual(there ? memories : {});
    expect(stored()).toEqual(there ? memories : null);
  });

  test("does not live longer for what is saved without a message", () => {
    const memory = createMemory("acme");
    memory.save({ session: "s" });
    vi.setSystemTime(last + 60 * day);
    memory.save({ open: true });
    expect(stored()).toMatchObject({ last });
    memory.save({ last: last + 60 * day });
    vi.setSystemTime(last + 120 * day);
    expect(createMemory("acme").now).toMatchObject({ session: "s" });
  });

  test("by a version that knew no such limit has it from the next time on that something is saved", () => {
    localStorage.setItem(key, JSON.stringify({ session: "s" }));
    const memory = createMemory("acme");
    expect(memory.now).toEqual({ session: "s" });
    memory.save({ open: true });
    expect(stored()).toEqual({ session: "s", open: true, last });
  });
});

/** Storage that can't be used. */
const blocked: Record<string, () => void> = {
  "throws whenever it is named": () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, "localStorage")!;
    Object.defineProperty(globalThis, "localStorage", {
      configurable: true,
      get() {
        throw new DOMException("blocked", "SecurityError");
      },
    });
    restore = () => void Object.defineProperty(globalThis, "localStorage", own);
  },
  "is not there": () => vi.stubGlobal("localStorage", undefined),
  "throws in all that it does": () => {
    for (const method of ["getItem", "setItem", "removeItem"] as const)
      vi.spyOn(Storage.prototype, method).mockImplementation(() => {
        throw new DOMException("blocked", "SecurityError");
      });
  },
};
let restore = () => {};
afterEach(() => restore());

describe("storage that", () => {
  test.each(Object.entries(blocked))("%s is replaced by the page's own memory, for as long as it lives", (_, block) => {
    block();
    const memory = createMemory("acme");
    expect(memory.now).toEqual({});
    memory.save({ draft: "By the way" });
    memory.save({ open: true });
    expect(memory.now).toEqual({ draft: "By the way", open: true, last });
    expect(memory.read()).toEqual({ draft: "By the way", open: true, last });
    memory.name("jane@example.com");
    memory.name("");
    expect(memory.now).toEqual({});
    expect(memory.read()).toEqual({});
  });
});

test("what no longer fits is remembered until the next read all the same", () => {
  const memory = createMemory("acme");
  memory.save({ draft: "first" });
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  memory.save({ draft: "second" });
  expect(memory.now).toEqual({ draft: "second", last });
});
