// Which colleagues are where, and for how long that counts.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createPresence } from "./presence";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const here = (identity: string, typing = false) => ({ identity, typing });

function begin() {
  const changed = vi.fn();
  return { presence: createPresence(changed), changed };
}

test("who looks is there until nothing was heard of it for 45 seconds", () => {
  const { presence, changed } = begin();
  presence.look("CH1", "jo");
  expect([presence.of("CH1"), presence.of("CH2")]).toEqual([[here("jo")], []]);
  vi.advanceTimersByTime(40_000);
  presence.look("CH1", "jo");
  expect(changed.mock.calls).toEqual([["CH1"]]);
  vi.advanceTimersByTime(44_000);
  expect(presence.of("CH1")).toEqual([here("jo")]);
  vi.advanceTimersByTime(1000);
  expect([presence.of("CH1"), changed.mock.calls]).toEqual([[], [["CH1"], ["CH1"]]]);
});

test("who looks elsewhere has left, at once", () => {
  const { presence, changed } = begin();
  presence.look("CH1", "jo");
  presence.look("CH2", "jo");
  expect([presence.of("CH1"), presence.of("CH2"), changed.mock.calls]).toEqual([[], [here("jo")], [["CH1"], ["CH1"], ["CH2"]]]);
  vi.advanceTimersByTime(44_000);
  expect(presence.of("CH2")).toEqual([here("jo")]);
});

test("who types is there, whether or not they were heard to look", () => {
  const { presence } = begin();
  presence.type("CH1", "jo", true);
  presence.look("CH1", "ann");
  expect(presence.of("CH1")).toEqual([here("ann"), here("jo", true)]);
  presence.type("CH1", "jo", false);
  presence.type("CH1", "ann", true);
  expect(presence.of("CH1")).toEqual([here("ann", true)]);
});

test("with the connection all of it is forgotten", () => {
  const { presence, changed } = begin();
  presence.look("CH1", "jo");
  presence.type("CH2", "ann", true);
  changed.mockClear();
  presence.clear();
  expect([presence.of("CH1"), presence.of("CH2"), changed.mock.calls]).toEqual([[], [], [["CH1"], ["CH2"]]]);
});
