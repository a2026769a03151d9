// The proof of work, against what Node computes.

import { createHash } from "node:crypto";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import type { Solve } from "../src/connection/token";

const mocks = vi.hoisted(() => ({ solve: undefined as unknown }));
vi.mock("../src/launcher/scripts", () => ({ handOver: (gift: unknown) => (mocks.solve = gift) }));
await import("../src/proof/proof");
const solve = mocks.solve as Solve;

// The window of the tests has none.
vi.stubGlobal("MessageChannel", MessageChannel);

const salt = "0123abcd?expires=1&for=visitor";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const challenge = (number: number, more: object = {}) => ({ algorithm: "SHA-256", challenge: sha256(salt + number), maxNumber: 5000, salt, signature: "s", ...more });
const { signal } = new AbortController();

test.each([0, 1, 999, 1000, 3021, 5000])("the number %i is found, and told as ALTCHA has it", async (number) => {
  const { maxNumber, ...said } = challenge(number);
  expect(JSON.parse(atob(await solve({ ...said, maxNumber }, signal)))).toEqual({ ...said, number });
});

describe("there is none", () => {
  test.each<[why: string, more: object]>([
    ["for a challenge that no number answers", { challenge: sha256("another") }],
    ["for an algorithm that is another", { algorithm: "SHA-512" }],
    ["for a highest number that is none", { maxNumber: "many" }],
    ["for a challenge that is cut off", { challenge: "" }],
  ])("%s", async (_, more) => {
    await expect(solve(challenge(6001, more), signal)).rejects.toThrow("can't be made");
  });

  test("for a visitor who has gone", async () => {
    await expect(solve(challenge(5000), AbortSignal.abort())).rejects.toThrow();
  });

  test("on a page without https, and the console says why", async () => {
    const whole = crypto;
    vi.stubGlobal("crypto", {});
    await expect(solve(challenge(1), signal)).rejects.toThrow("https");
    vi.stubGlobal("crypto", whole);
  });
});

test("the page does its own work meanwhile", async () => {
  // A hash that is there at once gives the page no turn of its own.
  vi.stubGlobal("crypto", { subtle: { digest: async (_: string, data: Uint8Array) => createHash("sha256").update(data).digest() } });
  let turns = 0;
  let done = false;
  const turn = () => void (turns++, done || setTimeout(turn));
  setTimeout(turn);
  await solve(challenge(5000), signal);
  done = true;
  expect(turns).toBeGreaterThanOrEqual(4);
  vi.unstubAllGlobals();
});
