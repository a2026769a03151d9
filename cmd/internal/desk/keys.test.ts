// Which keys do something, and when.

import { beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { listenToKeys } from "./keys";

const [next, done] = [vi.fn(), vi.fn()];
let letters = true;
listenToKeys({
  shortcuts: [
    { keys: ["j"], repeats: true, run: next },
    { keys: ["e"], run: done },
  ],
  listed: [],
  letters: () => letters,
});
beforeEach(() => {
  next.mockReset();
  done.mockReset();
  letters = true;
});

function press(key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  document.body.dispatchEvent(event);
  return event;
}

test("a key that is held down goes on through the list, and does all else once", () => {
  for (const key of ["j", "e"]) {
    press(key);
    for (let i = 0; i < 5; i++) expect(press(key, { repeat: true }).defaultPrevented).toBe(true);
  }
  expect([next.mock.calls.length, done.mock.calls.length]).toEqual([6, 1]);
});

test("letters are no keys with others held, nor when they are turned off", () => {
  for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) press("e", more);
  letters = false;
  press("e");
  expect(done).not.toHaveBeenCalled();
});
