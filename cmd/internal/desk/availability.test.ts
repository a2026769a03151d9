// When an agent is away: because they said so, or because nobody has touched any tab of the desk.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { type Availability, createAvailability } from "./availability";

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function begin() {
  const states: (string | undefined)[] = [];
  const availability = createAvailability((away) => states.push(away));
  return { availability, states };
}
const touch = () => dispatchEvent(new Event("pointermove"));
/** Another tab has remembered something. */
function elsewhere(key: string, value: string): void {
  if (value) localStorage.setItem("missive-desk-" + key, value);
  else localStorage.removeItem("missive-desk-" + key);
  dispatchEvent(new StorageEvent("storage", { key: "missive-desk-" + key }));
}
const minutes = (count: number) => vi.advanceTimersByTime(count * 60_000);

test("nobody is away by themselves before the limit is known, or with none", () => {
  const { availability, states } = begin();
  minutes(600);
  availability.limit(0);
  minutes(600);
  expect(states).toEqual([undefined]);
});

test("after the limit without a touch the agent is away, and back with one", () => {
  const { availability, states } = begin();
  availability.limit(900);
  minutes(10);
  touch();
  minutes(14);
  expect(states).toEqual([undefined]);
  minutes(1);
  expect(states).toEqual([undefined, "idle"]);
  touch();
  expect(states).toEqual([undefined, "idle", undefined]);
});

test("the focus that moves about in the page is nobody's touch, that of the window is", () => {
  const { availability, states } = begin();
  availability.limit(900);
  const link = document.createElement("a");
  link.href = "#";
  document.body.append(link);
  minutes(14);
  link.focus();
  expect(document.activeElement).toBe(link);
  minutes(1);
  expect([states, availability.touchedWithin(60_000)]).toEqual([[undefined, "idle"], false]);
  dispatchEvent(new Event("focus"));
  expect([states, availability.touchedWithin(60_000)]).toEqual([[undefined, "idle", undefined], true]);
  link.remove();
});

test("a touch in another tab counts, for coming back, too", () => {
  const { availability, states } = begin();
  availability.limit(900);
  minutes(10);
  elsewhere("touched", "" + Date.now());
  minutes(10);
  expect(states).toEqual([undefined]);
  minutes(5);
  elsewhere("touched", "" + Date.now());
  expect(states).toEqual([undefined, "idle", undefined]);
});

test("who has chosen to be away stays it, whatever is touched, also after a reload, until they choose otherwise", () => {
  const { availability, states } = begin();
  availability.limit(900);
  availability.choose(false);
  touch();
  minutes(20);
  touch();
  expect(states).toEqual([undefined, "chosen"]);
  expect(begin().states).toEqual(["chosen"]);
  availability.choose(true);
  expect(states).toEqual([undefined, "chosen", undefined]);
});

test("what is chosen in one tab is so in all", () => {
  const { states } = begin();
  elsewhere("offline", "1");
  elsewhere("offline", "");
  expect(states).toEqual([undefined, "chosen", undefined]);
});

test.each<[string, act: (availability: Availability) => void, within: boolean]>([
  ["nobody touches anything", () => minutes(1), false],
  ["somebody does", () => (minutes(1), touch()), true],
  ["somebody does in another tab", () => (minutes(1), elsewhere("touched", "" + Date.now())), true],
])("whether somebody sits there: %s", (_, act, within) => {
  const { availability } = begin();
  act(availability);
  expect(availability.touchedWithin(60_000)).toBe(within);
});

test("where nothing can be stored, the tab goes by itself", () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw Error("blocked");
  });
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw Error("blocked");
  });
  const { availability, states } = begin();
  availability.limit(900);
  availability.choose(false);
  availability.choose(true);
  minutes(15);
  expect(states).toEqual([undefined, "chosen", undefined, "idle"]);
});
