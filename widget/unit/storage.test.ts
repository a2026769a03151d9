// What an account remembers in the browser, whoever else writes there.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemory, type Memories } from "../src/window/storage";

const key = "missive-chat:acme";
const stored = () => JSON.parse(localStorage.getItem(key) ?? "null");
const last = new Date("2026-03-01T12:00:00Z").getTime();
const day = 864e5;

/** As it stands in storage: what is nobody's, and beside it the user's. */
type Stored = Memories & { open?: boolean; user?: Memories };

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
  ...(["visitor", "session", "secret", "draft", "last"] as const).flatMap((name) => [null, [], {}, ["Hello"], true].map((value) => [name, value] as [keyof Memories, unknown])),
  ...(["visitor", "session", "secret", "last"] as const).map((name) => [name, long] as [keyof Memories, unknown]),
  ["draft", "x".repeat(1e6 + 1)],
  ["visitor", 5],
  ["visitor", { email: "jane@example.com", consent: true }],
  ["visitor", { name: "Jane", consent: true }],
  ["visitor", { ...visitor, name: 5 }],
  ["visitor", { ...visitor, name: long }],
  ["visitor", { ...visitor, email: null }],
  ["visitor", { ...visitor, email: long }],
  ["last", "now"],
  ["last", 1e300],
];

describe.each(["nobody's", "the user's"])("of %s memories", (whose) => {
  test.each(broken)("%s that is %j is thrown away alone", (name, value) => {
    const { owner, ...nobodys }: Memories = { ...whole, last, [name]: value };
    const others = { session: "others", last };
    localStorage.setItem(key, JSON.stringify(whose == "nobody's" ? { ...nobodys, user: { ...others, owner } } : { ...others, user: { ...nobodys, owner } }));
    const memory = createMemory("acme");
    if (whose != "nobody's") memory.name(owner!);
    const { [name]: _, ...rest }: Memories = { ...whole, last };
    expect(memory.now).toEqual({ ...rest, ...(whose == "nobody's" && { owner: undefined }) });
    // What is beside them stays.
    memory.save({ draft: "Hello" });
    expect(stored()).toMatchObject(whose == "nobody's" ? { user: others } : others);
  });
});

test.each([null, [], {}, "jane", 5, true, long, { owner: null, session: "s", last }, { owner: 5, last }])("a user that is %j is nobody, and what is nobody's is there", (user) => {
  localStorage.setItem(key, JSON.stringify({ session: "s", last, user }));
  const memory = createMemory("acme");
  expect(memory.now).toEqual({ session: "s", last });
  expect(memory.name("jane@example.com")).toBe(0);
  expect(memory.now).toEqual({ session: "s", owner: "jane@example.com", last });
});

test.each([null, "Hello", long, 5, true, {}, { length: 1 }, [null], ["Hello"], [[message]]])("an outbox that is %j is empty, and the rest is there", (outbox) => {
  localStorage.setItem(key, JSON.stringify({ session: "s", last, outbox }));
  const { outbox: left = [], ...rest } = createMemory("acme").now;
  expect([left, rest]).toEqual([[], { session: "s", last }]);
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

const jane = "jane@example.com";

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

  const hers = { owner: jane, last };

  /** Two tabs with the same user. */
  function two() {
    const tabs = [createMemory("acme"), createMemory("acme")] as const;
    for (const tab of tabs) tab.name(jane);
    tabs[0].save({ session: "hers" });
    for (const tab of tabs) tab.read();
    return tabs;
  }

  test("that goes on writing after its user has logged out in this one doesn't bring them back", () => {
    const [here, there] = two();
    expect(here.name("")).toBe(2);
    expect([here.now, stored()]).toEqual([{}, {}]);
    for (const change of [{ draft: "hers" }, { session: "renewed" }, { outbox: [message] }]) there.save(change);
    expect(stored()).toEqual({});
    // Its page has them until it is gone.
    expect(there.now).toMatchObject({ session: "renewed", draft: "hers", outbox: [message] });
    here.save({ session: "of nobody" });
    there.save({ draft: "hers" });
    expect(stored()).toEqual({ session: "of nobody", last });
    expect(there.read()).toMatchObject({ session: "renewed" });
    // It hears of it later.
    expect(there.name("")).toBe(2);
    expect(there.now).toEqual({ session: "of nobody", last });
  });

  test("that goes on writing after another user has logged in here leaves theirs alone", () => {
    const [here, there] = two();
    here.name("bob@example.com");
    here.save({ session: "his" });
    for (const change of [{ draft: "hers" }, { outbox: [message] }]) there.save(change);
    expect(stored()).toEqual({ user: { session: "his", owner: "bob@example.com", last } });
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

  test("whose page names nobody doesn't bring back what has become a user's here, but sends what it has", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    here.save({ session: "s" });
    there.read();
    here.name(jane);
    there.save({ outbox: [message] });
    expect(stored()).toEqual({ user: { session: "s", ...hers } });
    expect(there.read()).toMatchObject({ session: "s", outbox: [message] });
  });
});

describe("a user", () => {
  test("has for themselves what is saved from then on", () => {
    const memory = createMemory("acme");
    memory.name(jane);
    expect(localStorage.length).toBe(0);
    memory.save({ draft: "hers" });
    expect(stored()).toEqual({ user: { draft: "hers", owner: jane, last } });
  });

  test("takes over what was nobody's, at once: after a logout nothing of it is left", () => {
    const memory = createMemory("acme");
    memory.keepOpen(true);
    memory.save({ session: "s", draft: "hers" });
    expect(memory.name(jane)).toBe(0);
    expect(memory.now).toEqual({ session: "s", draft: "hers", owner: jane, last });
    expect(stored()).toEqual({ open: true, user: memory.now });
    expect(memory.name("")).toBe(2);
    expect([memory.now, stored()]).toEqual([{}, {}]);
  });

  test("of an earlier page does not show on one that names nobody, and is there again once that names them", () => {
    const user = { session: "s", draft: "hers", outbox: [message], owner: jane, last };
    localStorage.setItem(key, JSON.stringify({ user }));
    const memory = createMemory("acme");
    expect([memory.now, memory.read()]).toEqual([{}, {}]);
    // What nobody in particular does meanwhile is not hers, nor does she lose anything by it.
    memory.save({ draft: "whose?", session: "nobody's" });
    memory.keepOpen(true);
    expect(stored()).toEqual({ open: true, draft: "whose?", session: "nobody's", last, user });
    expect(memory.name("Jane@Example.com")).toBe(1);
    expect(memory.now).toEqual(user);
    expect(memory.name(jane)).toBe(0);
    memory.save({ draft: "and" });
    expect(stored()).toEqual({ open: true, draft: "whose?", session: "nobody's", last, user: { ...user, draft: "and" } });
    expect(createMemory("acme").now).toEqual({ draft: "whose?", session: "nobody's", last });
  });

  test.each(["bob@example.com", ""])("who comes after them and somebody unnamed (%j) finds nothing of both", (next) => {
    localStorage.setItem(key, JSON.stringify({ session: "nobody's", last, user: { session: "s", owner: jane, last } }));
    const memory = createMemory("acme");
    expect(memory.name(next)).toBe(2);
    expect([memory.now, stored()]).toEqual([{}, {}]);
  });

  test.each([jane, "Jane@Example.COM"])("that an older version has stored (%s) is found, and written as it is now", (owner) => {
    localStorage.setItem(key, JSON.stringify({ open: true, session: "s", owner }));
    const memory = createMemory("acme");
    expect(memory.now).toEqual({});
    expect(memory.name(jane)).toBe(1);
    memory.save({ draft: "hers" });
    expect(stored()).toEqual({ open: true, user: { session: "s", draft: "hers", owner: jane, last } });
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
    const user = { ...memories, owner: jane };
    const young = { session: "young", last: last + days * day };
    const cases: [all: Stored, left: Stored][] = [[{ ...memories, open: true }, { open: true }], [{ ...young, user }, young], [{ ...memories, user: { ...young, owner: jane } }, { user: { ...young, owner: jane } }]];
    for (const [all, left] of cases) {
      vi.setSystemTime(last + days * day);
      localStorage.setItem(key, JSON.stringify(all));
      const memory = createMemory("acme");
      expect(stored()).toEqual(there ? all : left);
      if (all.user) memory.name(jane);
      const { open, user, ...nobodys } = there ? all : left;
      expect(memory.now).toEqual(all.user ? (user ?? { ...nobodys, owner: jane }) : nobodys);
    }
  });

  test("does not live longer for what is saved without a message", () => {
    const memory = createMemory("acme");
    memory.save({ session: "s" });
    vi.setSystemTime(last + 60 * day);
    memory.save({ draft: "Hello" });
    memory.keepOpen(true);
    expect(stored()).toMatchObject({ last });
    memory.save({ last: last + 60 * day });
    vi.setSystemTime(last + 120 * day);
    expect(createMemory("acme").now).toMatchObject({ session: "s" });
  });

  test("by a version that knew no such limit has it from the next time on that something is saved", () => {
    localStorage.setItem(key, JSON.stringify({ session: "s" }));
    const memory = createMemory("acme");
    expect(memory.now).toEqual({ session: "s" });
    memory.save({ draft: "Hello" });
    expect(stored()).toEqual({ session: "s", draft: "Hello", last });
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
    memory.keepOpen(true);
    memory.save({ session: "s" });
    expect(memory.now).toEqual({ draft: "By the way", session: "s", last });
    expect(memory.read()).toEqual({ draft: "By the way", session: "s", last });
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
