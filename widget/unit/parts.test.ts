// How a long text is cut into messages.

import { afterEach, expect, test, vi } from "vitest";
import { isLong, parts } from "../src/connection/parts";

afterEach(() => void vi.unstubAllGlobals());

const family = "👨‍👩‍👧‍👦";
const bytes = (text: string) => new TextEncoder().encode(text).length;

test.each<[what: string, text: string, lengths: number[]]>([
  ["a short one stays whole", "Hello", [5]],
  ["one that just fits stays whole", "a".repeat(8000), [8000]],
  ["a long one is cut", "a".repeat(20_001), [8000, 8000, 4001]],
  ["a family is not parted", "a".repeat(7999) + family + "b", [7999, family.length + 1]],
  ["an accent stays with its letter", "a".repeat(7999) + "e\u0301", [7999, 2]],
  ["what is one character without end is cut all the same", "e" + "\u0301".repeat(9000), [8000, 1001]],
])("%s", (_, text, lengths) => {
  expect(isLong(text)).toBe(lengths.length > 1);
  const all = parts(text);
  expect(all.map(({ length }) => length)).toEqual(lengths);
  expect(all.join("")).toBe(text);
  for (const part of all) expect(bytes(part)).toBeLessThanOrEqual(32_768);
});

test("no part is empty, nor without anything that can be seen", () => {
  const joined = "👩\u200d".repeat(3000) + "👩";
  expect(parts(joined)).toEqual([joined]);
  expect(parts("a" + "\n".repeat(17_000) + "b").map((part) => part.trim())).toEqual(["a", "b"]);
});

test("where the browser does not know what people take for a character, no character is halved", () => {
  vi.stubGlobal("Intl", { ...Intl, Segmenter: undefined });
  const text = "a".repeat(7999) + "😀" + "😀".repeat(9000);
  const all = parts(text);
  expect(all.join("")).toBe(text);
  for (const part of all) expect([/\p{Surrogate}/u.test(part), bytes(part) <= 32_768]).toEqual([false, true]);
});
