// Asking the token server which conversations it vouches for.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { type Claim, createVouching } from "./vouching";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const claim = (n: number): Claim => ({ uniqueName: `visitor-${n}-1`, account: "acme", name: "Jane", email: "", verification: "verified", seal: "seal" + n });

test("the server is asked once about all that a list brings, a hundred at a time", async () => {
  const ask = vi.fn(async (claims: Claim[]) => claims.map(({ uniqueName }) => uniqueName.includes("7")));
  const told = vi.fn();
  const vouching = createVouching(ask, told);
  for (let n = 0; n < 150; n++) expect(vouching.isVouched(claim(n))).toBeUndefined();
  expect(vouching.isVouched(claim(7))).toBeUndefined();
  await vi.runAllTimersAsync();
  expect(ask.mock.calls.map(([claims]) => claims.length)).toEqual([100, 50]);
  expect(told).toHaveBeenCalledTimes(2);
  expect(vouching.isVouched(claim(7))).toBe(true);
  expect(vouching.isVouched(claim(8))).toBe(false);
  await vi.runAllTimersAsync();
  expect(ask).toHaveBeenCalledTimes(2);
});

test("what has no seal, or is in no conversation of the server, needs no question", async () => {
  const ask = vi.fn();
  const vouching = createVouching(ask, () => {});
  expect(vouching.isVouched({ ...claim(1), seal: "" })).toBe(false);
  expect(vouching.isVouched({ ...claim(1), uniqueName: "" })).toBe(false);
  await vi.runAllTimersAsync();
  expect(ask).not.toHaveBeenCalled();
});

test("another value is another question", async () => {
  const vouching = createVouching(async (claims) => claims.map(({ verification }) => verification == "verified"), () => {});
  vouching.isVouched(claim(1));
  await vi.runAllTimersAsync();
  expect(vouching.isVouched(claim(1))).toBe(true);
  expect(vouching.isVouched({ ...claim(1), name: "Joan" })).toBeUndefined();
});

test("a server that can’t be asked is asked again, and an answer that is too short vouches for nothing", async () => {
  const ask = vi.fn().mockRejectedValueOnce(Error("no network")).mockResolvedValue([]);
  const vouching = createVouching(ask, () => {});
  vouching.isVouched(claim(1));
  await vi.advanceTimersByTimeAsync(4000);
  expect(vouching.isVouched(claim(1))).toBeUndefined();
  await vi.advanceTimersByTimeAsync(2000);
  expect(ask).toHaveBeenCalledTimes(2);
  expect(vouching.isVouched(claim(1))).toBe(false);
});
