// Who writes, what of the form is due to them, and when somebody else has taken over.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Config, defaults } from "../src/shared/generated";
import { createHolder, createStore } from "../src/shared/store";
import type { Explain, State } from "../src/shared/types";
import { createMemory, type Memories } from "../src/window/storage";

const jane = { email: "jane@example.com", name: "Jane Doe" };
const bob = { email: "bob@example.com", name: "Bob" };
/** What the form was told by Jane. */
const told = { ...jane, consent: false };

/** What faults/faults.ts hands over. */
let explain: Explain;
vi.mock("../src/launcher/scripts", () => ({ handOver: (given: Explain) => (explain = given) }));
/** The file that has the words for what is wrong, once it was asked for. */
let words: Promise<unknown> | undefined;
const need = <T>() => (words = import("../src/faults/faults").then(() => explain)) as Promise<T>;

let warn: ReturnType<typeof vi.spyOn>;
const last = new Date("2026-03-01T12:00:00Z").getTime();

beforeEach(() => {
  vi.useFakeTimers({ now: last, toFake: ["Date"] });
  words = undefined;
  vi.stubGlobal("FAULTS_FILE", "faults.js");
  localStorage.clear();
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

interface Situation {
  /** What the browser keeps of earlier pages. */
  memories?: Memories;
  /** The user as the page gives it; left out, the page says nothing of one. */
  user?: unknown;
  visitor?: Partial<Config["visitor"]>;
}

/** A page of its own: what was said once in the console is said there for the first time. */
async function visit({ memories, visitor: asks, ...page }: Situation) {
  vi.resetModules();
  const { createVisitor } = await import("../src/window/visitor");
  if (memories) localStorage.setItem("missive-chat:acme", JSON.stringify(memories));
  const memory = createMemory("acme");
  const state = { user: "user" in page && [page.user], messages: [{ id: "1" }], unread: 2, failed: true } as never as State;
  const store = createStore(createHolder(state));
  const config = { ...defaults, visitor: { ...defaults.visitor, ...asks } } as never as Config;
  return { memory, store, visitor: createVisitor({ store, need, paint: () => {} }, config, memory) };
}

describe("who writes", () => {
  test.each<[string, Situation, object]>([
    ["nobody, as long as nobody says anything", {}, { name: "", email: "", avatarUrl: "" }],
    ["whom the form was told of", { memories: { visitor: told } }, { ...jane, avatarUrl: "" }],
    ["the user of the page", { user: jane }, { ...jane, avatarUrl: "" }],
    ["the user of the page without a name", { user: { email: jane.email } }, { email: jane.email, name: "", avatarUrl: "" }],
    ["the user of the page with a picture", { user: { ...jane, avatarUrl: "https://site.example/jane.png" } }, { ...jane, avatarUrl: "https://site.example/jane.png" }],
    ["the user of the page, not whom the form was told of", { memories: { visitor: told }, user: { ...jane, name: "J. D." } }, { email: jane.email, name: "J. D.", avatarUrl: "" }],
    ["whom the form was told of, when the page says that nobody is logged in", { memories: { visitor: told }, user: null }, { ...jane, avatarUrl: "" }],
  ])("is %s", async (_, situation, want) => {
    const { visitor } = await visit(situation);
    expect(visitor.now).toMatchObject(want);
    const { name, email } = want as typeof jane;
    expect(visitor.told).toEqual({ name, email });
  });

  test("is the user whom the page names later, as they are then", async () => {
    const { store, visitor } = await visit({});
    const user = { ...jane };
    store.set({ user: [user] });
    expect(visitor.now.email).toBe(jane.email);
    user.email = bob.email;
    store.set({ user: [user] });
    expect(visitor.now.email).toBe(bob.email);
    expect(store.state.named).toMatchObject({ email: bob.email });
  });
});

const no = { askName: false, askEmail: false };
const skipped = { name: "", email: "", consent: false };
const consent = { requireConsent: true };

describe("of the form", () => {
  test.each<[string, Situation, string]>([
    ["all is due by default", {}, "all"],
    ["nothing is due where nothing is asked", { visitor: no }, ""],
    ["requiring what is not asked makes nothing due", { visitor: { ...no, requireName: true, requireEmail: true } }, ""],
    ["all is due where the name alone is asked", { visitor: { askEmail: false } }, "all"],
    ["all is due where the address alone is asked", { visitor: { askName: false } }, "all"],
    ["nothing is due to who has answered", { memories: { visitor: told } }, ""],
    ["nothing is due to who has skipped it", { memories: { visitor: skipped }, visitor: { requireEmail: false } }, ""],
    ["all is due to who has skipped it, once the address is required", { memories: { visitor: skipped } }, "all"],
    ["all is due to who gave no name, once that is required", { memories: { visitor: { ...told, name: "" } }, visitor: { requireName: true } }, "all"],
    ["nothing is due to who gave no name where it is required, but not asked", { memories: { visitor: { ...told, name: "" } }, visitor: { askName: false, requireName: true } }, ""],
    ["nothing is due to who gave no address where it is required, but not asked", { memories: { visitor: { ...told, email: "" } }, visitor: { askEmail: false } }, ""],
    ["nothing is due to the user of the page", { user: jane, visitor: { requireName: true } }, ""],
    ["all is due to a user of the page without an address", { user: { name: "Jane" } }, "all"],
    ["all is due where the page says that nobody is logged in", { user: null }, "all"],
    ["the consent is due to the user of the page", { user: jane, visitor: consent }, "consent"],
    ["the consent alone is due to who has answered the rest", { memories: { visitor: told }, visitor: consent }, "consent"],
    ["the consent alone is due where nothing else is asked", { visitor: { ...no, ...consent } }, "consent"],
    ["all is due to who has said nothing yet, with the consent", { visitor: consent }, "all"],
    ["nothing is due to who has given it", { memories: { visitor: { ...told, consent: true } }, visitor: consent }, ""],
    ["nothing is due to the user of the page who has given it", { memories: { visitor: { ...skipped, consent: true } }, user: jane, visitor: consent }, ""],
  ])("%s", async (_, situation, due) => {
    expect((await visit(situation)).visitor.due).toBe(due);
  });

  test.each<[string, Situation, [string, string], object]>([
    ["what was said", {}, ["Jane Doe", jane.email], told],
    ["what was said, in place of that it was skipped before", { memories: { visitor: skipped } }, ["Jane Doe", jane.email], told],
    ["that it was skipped", { visitor: { requireEmail: false } }, ["", ""], skipped],
    ["what was said and the consent", { visitor: consent }, ["Jane Doe", jane.email], { ...told, consent: true }],
    ["the consent of the user of the page", { user: jane, visitor: consent }, ["", ""], { ...skipped, consent: true }],
    ["with the consent that is given later what was said before", { memories: { visitor: told }, visitor: consent }, ["", ""], { ...told, consent: true }],
  ])("%s is kept, and nothing is due any more", async (_, situation, [name, email], want) => {
    const { memory, visitor } = await visit(situation);
    visitor.answer(name, email);
    expect(memory.read().visitor).toEqual(want);
    expect(visitor.due).toBe("");
  });
});

/** A visit, what the page then says of its user, if anything, and who sits there now: still the same, somebody else, or again a user of before. */
const changes: [what: string, situation: Situation, then: unknown[], who: "same" | "other" | "again"][] = [
  ["another address", { user: jane }, [bob], "other"],
  ["null", { user: jane }, [null], "other"],
  ["the same address in other letters", { user: jane }, [{ email: "Jane@Example.COM" }], "same"],
  ["another name for the same address", { user: jane }, [{ ...jane, name: "J. D." }], "same"],
  ["the user of an earlier page", { memories: { owner: jane.email } }, [jane], "again"],
  ["the user of an earlier page in other letters", { memories: { owner: jane.email } }, [{ email: "Jane@Example.COM" }], "again"],
  ["somebody else than the user of an earlier page", { memories: { owner: jane.email } }, [bob], "other"],
  ["nobody, where an earlier page had a user", { memories: { owner: jane.email } }, [null], "other"],
  ["from its start somebody else than the user of an earlier page", { memories: { owner: jane.email }, user: bob }, [], "other"],
  ["from its start nobody, where an earlier page had a user", { memories: { owner: jane.email }, user: null }, [], "other"],
  ["the address that the form was told", { memories: { visitor: told } }, [jane], "same"],
  ["another address than the form was told", { memories: { visitor: told } }, [bob], "other"],
  ["nobody, where the form was told of somebody", { memories: { visitor: told } }, [null], "same"],
  ["somebody, where the form was skipped", { memories: { visitor: skipped } }, [jane], "same"],
  ["somebody, where nobody was", {}, [jane], "same"],
  ["nobody, where nobody was", {}, [null], "same"],
  ["null, where an earlier page had a user and this one left the address empty", { memories: { owner: jane.email }, user: {} }, [null], "other"],
];

/** What a template leaves where nobody is logged in: no address. */
const empty: unknown[] = [undefined, {}, { email: "" }, { email: null }, { email: undefined, name: undefined }, { name: "x" }, { ...defaults.user }, "", "jane@example.com", { emial: jane.email }];

/** Who sits there, before a page names nobody. */
const guests: [who: string, memories: Memories, user?: object][] = [
  ["somebody who has said nothing of themselves", {}],
  ["whom the form was told of", { visitor: told }],
  ["who has skipped the form", { visitor: skipped }],
  ["the user of this page", {}, jane],
];

describe("a page that names", () => {
  test.each(changes)("%s", async (_, { memories, ...page }, then, who) => {
    const kept = { draft: "By the way", session: "s", last, ...memories };
    const { memory, store, visitor } = await visit({ memories: kept, ...page });
    for (const given of then) store.set({ user: [given] });
    const other = who == "other";
    const named = [page.user, ...then].findLast((user) => user !== undefined) as typeof jane | null | undefined;
    // What one visitor wrote is not for the next one to see; what was nobody's is the user's.
    expect({ ...memory.read() }).toEqual(other ? {} : { ...kept, ...(named && { owner: named.email.toLowerCase() }) });
    // So what is shown of nobody's doesn't stand in the thread of a user who has one.
    expect(store.state).toMatchObject(who == "same" ? { messages: [{ id: "1" }], unread: 2, failed: true } : { messages: [], unread: 0, failed: false });
    expect(store.state.visit ?? 0).toBe(who == "same" ? 0 : 1);
    expect(visitor.now.email).toBe(named?.email ?? (other ? "" : memories?.visitor?.email ?? ""));
  });

  test("a user who has a thread takes along what is about to be sent", async () => {
    const { store } = await visit({ memories: { session: "s", owner: jane.email, last } });
    const waiting = [{ id: "2", state: "pending" }, { id: "3", state: "failed" }] as never as State["messages"];
    store.set({ messages: [...store.state.messages, ...waiting] });
    store.set({ user: [jane] });
    expect(store.state.messages).toEqual(waiting);
    store.set({ user: [bob] });
    expect(store.state.messages).toEqual([]);
  });

  test.each([[], ...[undefined, {}, { email: "" }, "jane@example.com"].map((user) => [user])])("nobody (%j) has nothing of the user of an earlier page, which stays theirs", async (...said) => {
    const hers = { draft: "By the way", session: "s", visitor: told, last, owner: jane.email };
    const { memory, store, visitor } = await visit({ memories: hers, ...(said.length && { user: said[0] }) });
    expect([memory.now, memory.read(), visitor.now.email, visitor.due]).toEqual([{}, {}, "", "all"]);
    visitor.answer("J.", "j@example.com");
    expect(visitor.now.email).toBe("j@example.com");
    store.set({ user: [jane] });
    expect([memory.now, store.state.visit]).toEqual([hers, 1]);
  });

  test.each(guests)("nobody, for want of an address, leaves %s who they are, with all that is theirs", async (_, memories, user) => {
    const kept = { draft: "By the way", session: "s", last, ...memories };
    for (const given of empty) {
      for (const atStart of user ? [false] : [true, false]) {
        localStorage.clear();
        const { memory, store, visitor } = await visit({ memories: kept, ...(user ? { user } : atStart && { user: given }) });
        const { now } = visitor;
        if (!atStart) store.set({ user: [given] });
        expect(visitor.now, JSON.stringify(given)).toEqual(now);
        expect(memory.read()).toEqual({ ...kept, ...(user && { owner: jane.email }) });
        expect(store.state).toMatchObject({ messages: [{ id: "1" }], unread: 2, failed: true });
        expect(store.state.visit).toBeUndefined();
        await words;
        visitor.answer("J.", "j@example.com");
        expect(memory.read().owner).toBe(user ? jane.email : memories.owner);
      }
    }
  });

  test("three users one after the other has had two changes", async () => {
    const { store } = await visit({ user: jane });
    store.set({ user: [bob] });
    store.set({ user: [jane] });
    expect(store.state.visit).toBe(2);
  });

  test("a user keeps for them what is saved from then on, until it names another", async () => {
    const { memory, store } = await visit({ user: jane });
    memory.save({ draft: "hers" });
    expect(memory.read()).toEqual({ owner: jane.email, draft: "hers", last });
    store.set({ user: [bob] });
    memory.save({ draft: "his" });
    expect(memory.read()).toEqual({ owner: bob.email, draft: "his", last });
  });
});

test.each<[unknown, ...string[]]>([
  [{ ...jane, digest: "d78c55fe", avatarUrl: "" }],
  [null],
  [undefined],
  [{}],
  [{ email: undefined, name: null }],
  // As documented.
  [{ ...defaults.user }],
  ["jane@example.com", "user must be an object"],
  [{ name: "Jane" }, "user.email is missing"],
  [{ email: "", digest: "d78c55fe" }, "user.email is missing"],
  [{ emial: "jane@example.com" }, 'user.emial is not an option of the page, did you mean "email"?'],
  [{ ...jane, name: 5 }, "user.name must be a string"],
])("of the user %j the page is told once what is wrong", async (user, ...warnings) => {
  const { store } = await visit({});
  for (const _ of [1, 2]) store.set({ user: [user] });
  await words;
  expect(warn.mock.calls).toEqual(warnings.map((line) => ["MissiveChat: " + line]));
});
