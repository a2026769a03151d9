// Opening and closing, while the window's file is there, on its way, or not to be had.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createHolder } from "../src/shared/store";

let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => void (warn = vi.spyOn(console, "warn").mockImplementation(() => {})));
afterEach(() => vi.restoreAllMocks());

/** A launcher on a page of its own. Its window's file arrives, or doesn't, when the test says so. */
async function launch() {
  vi.resetModules();
  vi.stubGlobal("WINDOW_FILE", "panel.js");
  const { createOpening } = await import("../src/launcher/opening");
  const store = createHolder({ open: false, shown: false } as never as { open: boolean; shown: boolean; broken?: boolean });
  const stop = new AbortController();
  const happened: string[] = [];
  const asked: { arrive: () => Promise<void>; fail: () => Promise<void> }[] = [];
  const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
  const need = (file: string) =>
    new Promise((resolve, reject) => {
      expect(file).toBe("panel.js");
      const show = (open: boolean, quiet: boolean) => happened.push((open ? "show" : "hide") + (quiet ? " quietly" : ""));
      asked.push({ arrive: async () => (resolve(() => ({ show })), settled()), fail: async () => (reject(Error("gone")), settled()) });
    });
  const emit = (callback: string) => happened.push(callback);
  const opening = createOpening({ store, signal: stop.signal, need, emit, attach: () => {} } as never);
  return { asked, happened, opening, settled, stop, store };
}

test.each<[string, boolean[], string[]]>([
  ["opened", [true], ["show", "onOpen"]],
  ["opened twice", [true, true], ["show", "onOpen", "show"]],
  ["opened and closed", [true, false], []],
  ["opened, closed and opened", [true, false, true], ["show", "onOpen", "show"]],
  ["closed", [false], []],
])("%s before the window has arrived, it is as it was wanted last, and the page hears of that alone", async (_, wishes, want) => {
  const { asked, happened, opening, settled, store } = await launch();
  for (const open of wishes) opening.set(open);
  expect(store.state.open).toBe(wishes.at(-1));
  expect(asked).toHaveLength(wishes.includes(true) ? 1 : 0);
  await (asked[0]?.arrive() ?? settled());
  expect(happened).toEqual(want);
  expect(store.state).toMatchObject({ open: wishes.at(-1), shown: wishes.at(-1) });
});

test("a window that is there opens and closes each time, and is asked for once", async () => {
  const { asked, happened, opening, settled } = await launch();
  opening.prepare();
  await asked[0]!.arrive();
  expect(happened).toEqual([]);
  for (const open of [true, false, true]) {
    opening.set(open);
    await settled();
  }
  expect(happened).toEqual(["show", "onOpen", "hide", "onClose", "show", "onOpen"]);
  expect(asked).toHaveLength(1);
});

test("a window that is open and is opened again comes to the front, and the page hears of it once", async () => {
  const { asked, happened, opening, settled } = await launch();
  opening.set(true);
  await asked[0]!.arrive();
  opening.set(true);
  await settled();
  expect(happened).toEqual(["show", "onOpen", "show"]);
});

test("as the visitor left it, it opens quietly, and the page hears of that too", async () => {
  const { asked, happened, opening } = await launch();
  opening.set(true, true);
  await asked[0]!.arrive();
  expect(happened).toEqual(["show quietly", "onOpen"]);
});

test("a window that does not arrive leaves the chat closed and broken, with a word, until the next try", async () => {
  const { asked, happened, opening, store } = await launch();
  opening.set(true);
  await asked[0]!.fail();
  expect(store.state).toMatchObject({ open: false, shown: false, broken: true });
  expect(warn.mock.calls).toEqual([["MissiveChat: can’t open: gone"]]);
  opening.set(true);
  expect(store.state).toMatchObject({ open: true, broken: false });
  await asked[1]!.arrive();
  expect(happened).toEqual(["show", "onOpen"]);
});

test("a chat that is gone opens no more: neither what is on its way nor what is asked later", async () => {
  const { asked, happened, opening, settled, stop, store } = await launch();
  opening.set(true);
  stop.abort();
  await asked[0]!.arrive();
  store.set({ open: false });
  opening.set(true);
  await settled();
  expect(store.state.open).toBe(false);
  expect(happened).toEqual([]);
});
