// What the token endpoint is asked, and what becomes of its answers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Carried, exclusively, requestToken, type Solve } from "../src/connection/token";
import { createMemory, type Memories } from "../src/window/storage";
import type { State } from "../src/shared/types";
import { createApp, createConfig, forget, jane } from "./fake-app";
import { createLocks, stubLocks } from "./fake-locks";

const fetch = vi.fn<typeof globalThis.fetch>();
const secret = "00112233445566778899aabbccddeeff";
const pass = { token: "t", identity: "visitor", conversation: "CH1", session: "s1" };

beforeEach(() => {
  localStorage.clear();
  fetch.mockReset();
  vi.stubGlobal("fetch", fetch);
  stubLocks(createLocks());
});
afterEach(() => void vi.unstubAllGlobals());

const json = (body: unknown, init: ResponseInit = {}) => new Response(JSON.stringify(body), init);
const stored = (): Memories => JSON.parse(localStorage.getItem("missive-chat:acme") ?? "{}");

/** A visitor's page, before the endpoint is asked; the browser has a secret, if not said otherwise. */
function create({ state = {}, memories, carried, files }: { state?: Partial<State>; memories?: object; carried?: Carried; files?: Record<string, unknown> } = {}) {
  localStorage.setItem("missive-chat:acme", JSON.stringify({ secret, ...memories }));
  const app = createApp(state, files);
  const memory = createMemory("acme");
  return { app, memory, request: () => requestToken(app, createConfig(), jane, memory, app.signal, carried) };
}

/** What was asked, request by request. */
const asked = () => fetch.mock.calls.map(([, init]) => JSON.parse(init!.body as string));

const user = { email: "jane@example.com", name: "Jane Doe", digest: "d78c", avatarUrl: "https://site.example/jane.png" };

describe("the token endpoint is asked", () => {
  test.each<[who: string, given: Parameters<typeof create>[0], body: object]>([
    ["for a new visitor, by what they said in the form", {}, { protocol: 2, account: "acme", secret, visitor: { name: "Jane", email: "jane@example.com" } }],
    ["for one who was here before, by their session", { memories: { session: "s0" } }, { protocol: 2, account: "acme", secret, session: "s0", visitor: { name: "Jane", email: "jane@example.com" } }],
    ["for the page's user, by what vouches for them", { state: { named: user } }, { protocol: 2, account: "acme", secret, user: { email: "jane@example.com", name: "Jane Doe", digest: "d78c" } }],
    ["for nobody whom the page has named, by the form", { state: { named: { ...user, email: "" } } }, { protocol: 2, account: "acme", secret, visitor: { name: "Jane", email: "jane@example.com" } }],
  ])("%s", async (_, given, body) => {
    fetch.mockResolvedValue(json(pass));
    const { app, request } = create(given);
    await request();
    expect(fetch).toHaveBeenCalledExactlyOnceWith("https://token.example/token", { method: "POST", headers: { "content-type": "application/json" }, body: expect.any(String), signal: app.signal });
    expect(JSON.parse(fetch.mock.calls[0]![1]!.body as string)).toEqual(body);
  });

  test("by the session that another tab has got meanwhile", async () => {
    fetch.mockResolvedValue(json(pass));
    const { request } = create();
    localStorage.setItem("missive-chat:acme", JSON.stringify({ secret, session: "theirs" }));
    await request();
    expect(JSON.parse(fetch.mock.calls[0]![1]!.body as string).session).toBe("theirs");
  });

  test("by one tab after the other, so that two don't make two visitors", async () => {
    let first!: (answer: Response) => void;
    fetch.mockReturnValueOnce(new Promise((resolve) => (first = resolve)));
    fetch.mockResolvedValueOnce(json({ ...pass, session: "s2" }));
    const [here, there] = [create(), create()];
    const requests = [here.request(), there.request()];
    await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
    expect(fetch).toHaveBeenCalledTimes(1);
    first(json(pass));
    await Promise.all(requests);
    expect(fetch.mock.calls.map(([, init]) => JSON.parse(init!.body as string).session)).toEqual([undefined, "s1"]);
  });
});

test("who is gone before another tab is done asks nothing, leaves no secret behind, and waits no longer", async () => {
  const locks = createLocks();
  stubLocks(locks);
  let done!: () => void;
  const theirs = locks.request("missive-chat:acme", () => new Promise<void>((resolve) => (done = resolve)));
  const { app, memory, request } = create();
  const asking = request();
  app.end();
  forget(memory);
  await expect(asking).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  done();
  await theirs;
  expect([fetch.mock.calls, stored()]).toEqual([[], {}]);
});

test("a message that is on its way goes on when its visitor has gone, but what becomes of it is not told to the next one", async () => {
  let answer!: (answer: Response) => void;
  fetch.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
  const { app, memory } = create();
  const carried = { next: () => ({ id: "1", body: "Hello", attributes: { id: "1" } }), stored: vi.fn(), refused: vi.fn() };
  const life = new AbortController();
  const asking = requestToken(app, createConfig(), jane, memory, life.signal, carried);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  const { signal } = fetch.mock.calls[0]![1]!;
  life.abort();
  expect(signal!.aborted).toBe(false);
  answer(json({ ...pass, message: { index: 0 } }));
  await expect(asking).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
  expect([carried.stored.mock.calls, memory.now.session]).toEqual([[], undefined]);
});

describe("an answer with a token", () => {
  test.each([
    ["", pass],
    [" of a service elsewhere", { ...pass, socket: "ws://127.0.0.1/socket" }],
  ])("%s is taken as it is, and its session kept", async (_, given) => {
    fetch.mockResolvedValue(json(given));
    const { request } = create({ memories: { draft: "By the way", session: "s0" } });
    expect(await request()).toEqual(given);
    expect(stored()).toMatchObject({ secret, draft: "By the way", session: "s1" });
  });

  test.each([["no session", undefined], ["one that is no text", 5]])("and %s is taken, and what is kept stays as it is", async (_, session) => {
    fetch.mockResolvedValue(json({ ...pass, session }));
    const { request } = create({ memories: { draft: "By the way", session: "s0" } });
    expect(await request()).toMatchObject({ token: "t" });
    expect(stored()).toEqual({ secret, draft: "By the way", session: "s0" });
  });

  test("for somebody who is not the visitor any more is not taken, and nothing of it kept", async () => {
    const { app, request } = create({ memories: { draft: "By the way" } });
    fetch.mockImplementation(async () => {
      app.store.set({ visit: 1 });
      return json(pass);
    });
    await expect(request()).rejects.toThrow("the visitor has changed");
    expect(stored()).toEqual({ secret, draft: "By the way" });
  });
});

describe("an answer without a token is an error:", () => {
  const page = () => new Response("<h1>Hello</h1>");
  test.each<[what: string, answer: () => Response, message: string, wait: number]>([
    ["a page", page, "the token endpoint answers 200", 0],
    ["nothing", () => new Response(""), "the token endpoint answers 200", 0],
    ["null", () => json(null), "the token endpoint answers 200", 0],
    ["a text", () => json("token"), "the token endpoint answers 200", 0],
    ["no token", () => json({ ...pass, token: undefined }), "the token endpoint answers 200", 0],
    ["a token that is none", () => json({ ...pass, token: 5 }), "the token endpoint answers 200", 0],
    ["no conversation", () => json({ ...pass, conversation: undefined }), "the token endpoint answers 200", 0],
    ["an error that says why", () => json({ code: "unknown", message: "There is no such account." }, { status: 404 }), "There is no such account.", 0],
    ["an error that says nothing", () => json({}, { status: 403 }), "the token endpoint answers 403", 0],
    ["an error, though it has a token", () => json(pass, { status: 500 }), "the token endpoint answers 500", 0],
    ["the page of a proxy", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), "the token endpoint answers 502", 0],
    ["a time to wait", () => json({ message: "Too many." }, { status: 429, headers: { "retry-after": "10" } }), "Too many.", 10_000],
    ["a page with a time to wait", () => new Response("<h1>Later</h1>", { status: 503, headers: { "retry-after": "120" } }), "the token endpoint answers 503", 120_000],
    // Which the standard allows as well. Trying less and less often is good enough.
    ["a date to wait for", () => json({ message: "Too many." }, { status: 429, headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" } }), "Too many.", 0],
  ])("%s", async (_, answer, message, wait) => {
    fetch.mockResolvedValue(answer());
    const { request } = create({ memories: { session: "s0" } });
    await expect(request()).rejects.toMatchObject({ message, wait });
    expect(stored()).toEqual({ secret, session: "s0" });
  });

  test("none at all", async () => {
    fetch.mockRejectedValue(new TypeError("failed to fetch"));
    const { request } = create({ memories: { session: "s0" } });
    await expect(request()).rejects.toThrow("failed to fetch");
    expect(stored()).toEqual({ secret, session: "s0" });
  });
});

describe("a secret of 128 bits makes the visitor known while there is no session:", () => {
  test.each<[what: string, memories: object]>([
    ["one is made where there is none", { secret: undefined }],
    ["one is made where there is something else", { secret: "secret" }],
    ["and where it has the wrong letters", { secret: secret.toUpperCase() }],
  ])("%s, and is stored before it is told", async (_, memories) => {
    const { request } = create({ memories });
    let before: Memories = {};
    fetch.mockImplementation(async () => {
      before = stored();
      throw new TypeError("failed to fetch");
    });
    await expect(request()).rejects.toThrow();
    await expect(request()).rejects.toThrow();
    expect(before.secret).toMatch(/^[\da-f]{32}$/);
    expect(asked().map((body) => body.secret)).toEqual([before.secret, before.secret]);
  });

  test("no two visitors have the same", async () => {
    fetch.mockImplementation(async () => json(pass));
    const { memory, request } = create();
    for (let i = 0; i < 20; i++) {
      forget(memory);
      await request();
    }
    expect(new Set(asked().map((body) => body.secret)).size).toBe(20);
  });
});

describe("a message that is carried along", () => {
  const outgoing = (id: string) => ({ id, body: "Hello", attributes: { id, name: "Jane" } });

  /** Carries these, one with each request that is answered for. */
  function carry(...ids: string[]) {
    const waiting = [...ids];
    const happened: unknown[] = [];
    const done = (id: string) => void waiting.splice(waiting.indexOf(id), 1);
    const carried: Carried = {
      next: () => (waiting.length ? outgoing(waiting[0]!) : undefined),
      stored: (id, index, conversation) => (done(id), happened.push(["stored", id, index, conversation])),
      refused: (id) => (done(id), happened.push(["refused", id])),
    };
    return { carried, happened };
  }

  test("is stored where the answer says", async () => {
    const { carried, happened } = carry("a", "b");
    fetch.mockResolvedValue(json({ ...pass, message: { index: 4, sid: "IM5" } }));
    await create({ carried }).request();
    expect(asked()).toMatchObject([{ message: outgoing("a") }]);
    expect(happened).toEqual([["stored", "a", 4, "CH1"]]);
  });

  test.each([["", pass], [" that is none", { ...pass, message: { index: "4" } }], [" without a place", { ...pass, message: {} }]])("is stored nowhere if the answer says no place%s", async (_, given) => {
    const { carried, happened } = carry("a");
    fetch.mockResolvedValue(json(given));
    await create({ carried }).request();
    expect(happened).toEqual([]);
  });

  test("has not been stored when the answer is lost, and goes along the next time", async () => {
    const { carried, happened } = carry("a");
    const { request } = create({ carried });
    fetch.mockRejectedValueOnce(new TypeError("failed to fetch"));
    await expect(request()).rejects.toThrow();
    expect(happened).toEqual([]);
    fetch.mockResolvedValueOnce(json({ ...pass, message: { index: 0, sid: "IM1" } }));
    await request();
    expect(asked().map(({ message, secret }) => [message.id, secret])).toEqual([["a", secret], ["a", secret]]);
    expect(happened).toEqual([["stored", "a", 0, "CH1"]]);
  });

  test.each(["message-refused", "too-large"])("and is %s keeps nobody from being let in, nor the next one from going", async (code) => {
    const { carried, happened } = carry("a", "b");
    fetch.mockResolvedValueOnce(json({ code, message: "No." }, { status: 400 }));
    fetch.mockResolvedValueOnce(json({ ...pass, message: { index: 0, sid: "IM1" } }));
    expect(await create({ carried }).request()).toMatchObject(pass);
    expect(happened).toEqual([
      ["refused", "a"],
      ["stored", "b", 0, "CH1"],
    ]);
  });

  test.each([["no-agent", 503], ["too-many", 429], ["twilio-failed", 502], ["bad-json", 400]])("is not refused by the error %s", async (code, status) => {
    const { carried, happened } = carry("a");
    fetch.mockResolvedValue(json({ code, message: "No." }, { status }));
    await expect(create({ carried }).request()).rejects.toThrow("No.");
    expect([happened, asked().length]).toEqual([[], 1]);
  });

  test("of a visitor who has changed meanwhile is not theirs", async () => {
    const { carried, happened } = carry("a");
    const { app, request } = create({ carried });
    fetch.mockImplementation(async () => {
      app.store.set({ visit: 1 });
      return json({ ...pass, message: { index: 0, sid: "IM1" } });
    });
    await expect(request()).rejects.toThrow();
    expect(happened).toEqual([]);
  });
});

describe("where the endpoint wants a proof of work", () => {
  const challenge = { algorithm: "SHA-256", challenge: "00", maxNumber: 5, salt: "salt", signature: "s" };
  const wanted = () => json({ code: "proof-wanted", message: "Prove it.", challenge }, { status: 403 });
  const solve = vi.fn<Solve>();
  beforeEach(() => {
    solve.mockReset().mockResolvedValue("proof");
    vi.stubGlobal("PROOF_FILE", "proof.js");
  });

  test("the same request is made with one", async () => {
    fetch.mockResolvedValueOnce(wanted());
    fetch.mockResolvedValueOnce(json(pass));
    const { app, request } = create({ files: { "proof.js": solve } });
    expect(await request()).toEqual(pass);
    expect(solve).toHaveBeenCalledExactlyOnceWith(challenge, app.signal);
    const [first, second] = asked();
    expect(second).toEqual({ ...first, proof: "proof" });
  });

  test("again, it is an error", async () => {
    fetch.mockImplementation(async () => wanted());
    await expect(create({ files: { "proof.js": solve } }).request()).rejects.toThrow("Prove it.");
    expect(asked().length).toBe(2);
  });

  test("that can't be made, it is an error", async () => {
    fetch.mockImplementation(async () => wanted());
    solve.mockRejectedValue(Error("no https"));
    await expect(create({ files: { "proof.js": solve } }).request()).rejects.toThrow("no https");
    expect(asked().length).toBe(1);
  });
});

test("after an error the next tab, or try, has its turn", async () => {
  fetch.mockRejectedValueOnce(new TypeError("failed to fetch"));
  fetch.mockResolvedValueOnce(json(pass));
  const { request } = create();
  await expect(request()).rejects.toThrow();
  expect(await request()).toEqual(pass);
});

describe("exclusive work", () => {
  test("is done one after the other, with what each has as its outcome", async () => {
    const done: string[] = [];
    let release!: () => void;
    const first = exclusively("a", async () => {
      await new Promise<void>((resolve) => (release = resolve));
      done.push("first");
      return 1;
    });
    const second = exclusively("a", async () => (done.push("second"), 2));
    const other = exclusively("b", async () => (done.push("other"), 3));
    expect(await other).toBe(3);
    expect(done).toEqual(["other"]);
    release();
    expect([await first, await second, done]).toEqual([1, 2, ["other", "first", "second"]]);
  });

  test.each(["none", "denied"] as const)("is done, once, where the locks are %s", async (locks) => {
    stubLocks(locks);
    const work = vi.fn(async () => 1);
    expect(await exclusively("a", work)).toBe(1);
    expect(work).toHaveBeenCalledTimes(1);
  });

  test.each([createLocks(), "none", "denied"] as const)("that fails is not done again", async (locks) => {
    stubLocks(locks);
    const work = vi.fn(() => Promise.reject(Error("no")));
    await expect(exclusively("a", work)).rejects.toThrow("no");
    expect(work).toHaveBeenCalledTimes(1);
  });
});
