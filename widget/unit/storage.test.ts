// What an account remembers in the browser, whoever else writes there.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMemory, type Memories } from "../src/window/storage";

const key = "missive-chat:acme";
const stored = () => JSON.parse(localStorage.getItem(key) ?? "null");

beforeEach(() => localStorage.clear());
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
    expect(createMemory("acme").now).toEqual(memories);
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

/** What other scripts, or versions of the chat that we don't know, may have left under its name. */
const damaged: Record<string, string> = {
  "an empty text": "",
  "no JSON": "{",
  null: "null",
  "a number": "5",
  "a text": '"open"',
  "a list": "[]",
  true: "true",
  "a visitor that is a number": '{"visitor":5}',
  "a visitor without a name": '{"visitor":{"email":"jane@example.com"}}',
  "a visitor without an address": '{"visitor":{"name":"Jane"}}',
  "a visitor whose name is a number": '{"visitor":{"name":5,"email":"jane@example.com"}}',
  "an owner that is a number": '{"owner":5}',
  "an owner that is null": '{"owner":null}',
  "a draft that is a list": '{"draft":["Hello"]}',
  "a session that is an object": '{"session":{}}',
  "an outbox that is a text": '{"outbox":"Hello"}',
  "an outbox that is an object": '{"outbox":{}}',
  "an outbox that is null": '{"outbox":null}',
  "a message that is null": '{"outbox":[null]}',
  "a message without a text": JSON.stringify({ outbox: [{ ...message, body: undefined }] }),
  "a message whose id is a number": JSON.stringify({ outbox: [{ ...message, id: 1 }] }),
  "a message without a time": JSON.stringify({ outbox: [{ ...message, time: undefined }] }),
  "a message whose time is a text": JSON.stringify({ outbox: [{ ...message, time: "now" }] }),
  "a message after the end of time": JSON.stringify({ outbox: [{ ...message, time: 1e300 }] }),
  "a message of somebody else": JSON.stringify({ outbox: [{ ...message, own: false }] }),
  "one message of two that is damaged": JSON.stringify({ outbox: [message, { ...message, own: 1 }] }),
};

const isObject = (text: string) => text[0] == "{" && text.endsWith("}");
const all = Object.entries(damaged).filter(([, text]) => !isObject(text));
const single = Object.entries(damaged).filter(([, text]) => isObject(text));

describe("damage", () => {
  test.each(all)("%s counts as nothing at the start, and saving mends it", (_, text) => {
    localStorage.setItem(key, text);
    const memory = createMemory("acme");
    expect({ ...memory.now }).toEqual({});
    memory.save({ draft: "Hello" });
    expect(stored()).toEqual({ ...memory.now });
    expect(createMemory("acme").now).toEqual({ draft: "Hello" });
  });

  test.each(all)("%s that comes later does not hide what is known", (_, text) => {
    const memory = createMemory("acme");
    memory.save({ draft: "Hello" });
    localStorage.setItem(key, text);
    expect(memory.read()).toEqual({ draft: "Hello" });
    memory.save({ session: "s" });
    expect(stored()).toEqual({ draft: "Hello", session: "s" });
  });

  test.each(single)("%s is left out, and what stands beside it is read", (what, text) => {
    const other = what.startsWith("a draft") ? { session: "s" } : { draft: "Hello" };
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(text), ...other }));
    const { outbox = [], ...now } = createMemory("acme").now;
    expect(now).toEqual(other);
    expect(outbox).toEqual(what.startsWith("one message") ? [message] : []);
  });

  test.each(["owner", "session", "secret", "draft"])("a value without end is left out: %s", (name) => {
    localStorage.setItem(key, JSON.stringify({ [name]: "x".repeat(1e6 + 1), open: true }));
    expect(createMemory("acme").now).toEqual({ open: true });
  });
});

describe("another tab", () => {
  test("is heard when somebody reads", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    there.save({ session: "theirs" });
    expect(here.now).toEqual({});
    expect(here.read()).toEqual({ session: "theirs" });
    expect(here.now).toEqual({ session: "theirs" });
  });

  test("keeps what it has saved when this one saves something else", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    there.save({ session: "theirs", draft: "theirs" });
    here.save({ draft: "ours" });
    expect(stored()).toEqual({ session: "theirs", draft: "ours" });
  });

  test("that forgets does not have it come back", () => {
    const [here, there] = [createMemory("acme"), createMemory("acme")];
    here.save({ session: "s" });
    there.forget();
    expect(localStorage.getItem(key)).toBeNull();
    expect(there.now).toEqual({});
  });
});

describe("an owner", () => {
  test("is saved with all that is saved from then on", () => {
    const memory = createMemory("acme");
    memory.save({ draft: "nobody's" });
    expect(stored()).toEqual({ draft: "nobody's" });
    memory.owner = "jane@example.com";
    expect(stored()).toEqual({ draft: "nobody's" });
    memory.save({ draft: "hers" });
    expect(stored()).toEqual({ draft: "hers", owner: "jane@example.com" });
  });

  test("stays on a page that names no user", () => {
    localStorage.setItem(key, JSON.stringify({ owner: "jane@example.com", draft: "hers" }));
    const memory = createMemory("acme");
    memory.save({ draft: "whose?" });
    expect(stored()).toEqual({ owner: "jane@example.com", draft: "whose?" });
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
    expect(memory.now).toEqual({ draft: "By the way", open: true });
    expect(memory.read()).toEqual({ draft: "By the way", open: true });
    memory.forget();
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
  expect(memory.now).toEqual({ draft: "second" });
});
