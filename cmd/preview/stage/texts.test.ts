// The texts of the stages, and the messages that are made of them.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { defaults } from "../../../widget/src/shared/generated";
import { texts, toMessages } from "./texts";

beforeEach(() => void vi.useFakeTimers({ now: new Date(2026, 2, 1, 23, 59) }));
afterEach(() => void vi.useRealTimers());

const lines = [{ body: "One", own: true }, { body: "Two", name: "Jo" }, { body: "Three" }];
const days = (past?: boolean) => toMessages(lines, past).map(({ time }) => new Date(time).toLocaleString("en-GB").replace(",", ""));

test("messages are of the same minutes each day, and past ones of two days", () => {
  expect(days()).toEqual(["01/03/2026 09:41:00", "01/03/2026 09:42:00", "01/03/2026 09:43:00"]);
  expect(days(true)).toEqual(["28/02/2026 09:41:00", "28/02/2026 09:42:00", "01/03/2026 09:43:00"]);
});

test("messages are in order, of the visitor or the team", () => {
  expect(toMessages(lines, true)).toMatchObject([
    { id: "stageOne", index: 0, own: true, past: true },
    { id: "stageTwo", index: 1, own: false, name: "Jo" },
    { id: "stageThree", index: 2, own: false },
  ]);
});

test.each(["ltr", "rtl"] as const)("the long texts of %s are longer", (dir) => {
  const { short, long } = texts[dir];
  const longest = ({ conversation }: typeof short) => Math.max(...conversation.map(({ body }) => body.length));
  expect(longest(long)).toBeGreaterThan(longest(short));
  for (const part of ["name", "failed"] as const) expect(long[part].length).toBeGreaterThan(short[part].length);
});

test("from right to left nothing is left in English", () => {
  const own = Object.keys(defaults.messages).filter((key) => defaults.messages[key as keyof typeof defaults.messages]);
  expect(own.filter((key) => !(key in texts.rtl.short.messages))).toEqual([]);
  expect(own.filter((key) => !(key in texts.rtl.long.messages))).toEqual([]);
});
