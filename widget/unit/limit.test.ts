// What goes with a message fits into what Twilio takes.

import { afterEach, beforeEach, expect, test, vi } from "vitest";

const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value)).length;

/** Cuts the attributes of a message to size, on a page of its own: what was said once is said there for the first time. */
async function within(meta: Record<string, string>, more: object = {}): Promise<Record<string, string>> {
  vi.resetModules();
  const { withinLimit } = await import("../src/connection/limit");
  return withinLimit({ ...more, meta: { ...meta } }).meta;
}

let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => void (warn = vi.spyOn(console, "warn").mockImplementation(() => {})));
afterEach(() => vi.restoreAllMocks());

const built = { language: "en", platform: "Linux", browser: "Firefox 127" };
/** Meta of so many bytes with all that stands around it. */
const sized = (total: number) => ({ plan: "x".repeat(total - bytes({ meta: { plan: "" } })) });

test.each([
  ["4,096 bytes are within the limit", sized(4096), ["plan"]],
  ["a byte more is not", sized(4097), []],
  ["bytes count, not characters", { plan: "é".repeat(2100) }, []],
  ["what was attached last goes first, until the rest fits", { a: "x".repeat(2000), b: "x".repeat(2000), c: "x".repeat(2000), d: "x" }, ["a", "b"]],
  ["what each message says of the browser stays, wherever it stands", { plan: "x".repeat(4000), ...built, seats: "x".repeat(200) }, ["plan", "language", "platform", "browser"]],
  ["nothing but the browser is left when one value is too long", { plan: "x".repeat(5000), ...built }, ["language", "platform", "browser"]],
])("%s", async (_, meta, kept) => {
  const left = Object.keys(meta).filter((key) => !kept.includes(key));
  expect(Object.keys(await within(meta))).toEqual(kept);
  expect(warn.mock.calls).toEqual(left.reverse().map((key) => [`MissiveChat: meta.${key} is left out: a message takes 4 KB of data`]));
});

test("what cannot be left out is kept, even if that is too much", async () => {
  expect(await within({ ...built, plan: "free" }, { name: "x".repeat(5000) })).toEqual(built);
});
