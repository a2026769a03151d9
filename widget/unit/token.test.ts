// What the token endpoint is asked, and what becomes of its answers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { exclusively, requestToken } from "../src/connection/token";
import { createMemory, type Memories } from "../src/window/storage";
import type { State } from "../src/shared/types";
import { createApp, createConfig, jane } from "./fake-app";
import { createLocks, stubLocks } from "./fake-locks";

const fetch = vi.fn<typeof globalThis.fetch>();
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

/** A visitor's page, before the endpoint is asked. */
function create({ state = {}, memories }: { state?: Partial<State>; memories?: Memories } = {}) {
  if (memories) localStorage.setItem("missive-chat:acme", JSON.stringify(memories));
  const app = createApp(state);
  const memory = createMemory("acme");
  return { app, memory, request: () => requestToken(app, createConfig(), jane, memory, app.signal) };
}

const user = { email: "jane@example.com", name: "Jane Doe", digest: "d78c", avatarUrl: "https://site.example/jane.png" };

describe("the token endpoint is asked", () => {
  test.each<[who: string, given: Parameters<typeof create>[0], body: object]>([
    ["for a new visitor, by what they said in the form", {}, { account: "acme", visitor: { name: "Jane", email: "jane@example.com" } }],
    ["for one who was here before, by their session", { memories: { session: "s0" } }, { account: "acme", session: "s0", visitor: { name: "Jane", email: "jane@example.com" } }],
    ["for the page's user, by what vouches for them", { state: { named: user } }, { account: "acme", user: { email: "jane@example.com", name: "Jane Doe", digest: "d78c" } }],
    ["for nobody whom the page has named, by the form", { state: { named: { ...user, email: "" } } }, { account: "acme", visitor: { name: "Jane", email: "jane@example.com" } }],
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
    localStorage.setItem("missive-chat:acme", JSON.stringify({ session: "theirs" }));
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

describe("an answer with a token", () => {
  test.each([
    ["", pass],
    [" of a service elsewhere", { ...pass, socket: "ws://127.0.0.1/socket" }],
  ])("%s is taken as it is, and its session kept", async (_, given) => {
    fetch.mockResolvedValue(json(given));
    const { request } = create({ memories: { draft: "By the way", session: "s0" } });
    expect(await request()).toEqual(given);
    expect(stored()).toEqual({ draft: "By the way", session: "s1" });
  });

  test("for somebody who is not the visitor any more is not taken, and nothing of it kept", async () => {
    const { app, request } = create({ memories: { draft: "By the way" } });
    fetch.mockImplementation(async () => {
      app.store.set({ visit: 1 });
      return json(pass);
    });
    await expect(request()).rejects.toThrow("the visitor has changed");
    expect(stored()).toEqual({ draft: "By the way" });
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
    expect(stored()).toEqual({ session: "s0" });
  });

  test("none at all", async () => {
    fetch.mockRejectedValue(new TypeError("failed to fetch"));
    const { request } = create({ memories: { session: "s0" } });
    await expect(request()).rejects.toThrow("failed to fetch");
    expect(stored()).toEqual({ session: "s0" });
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
