// The frame of the window: its header, its foot, and what closes it. Focus and motion are for the browser tests.

import { afterEach, describe, expect, test, vi } from "vitest";
import { type Config, defaults, launcherDefaults } from "../src/shared/generated";
import { createHolder, createStore } from "../src/shared/store";
import type { State } from "../src/shared/types";
import { createFrame } from "../src/window/frame";

const texts = { online: "Here", offline: "Asleep", connecting: "One moment", close: "Later", branding: "Made with care", title: "Ask us" };
const close = vi.fn();
const paint = vi.fn();
vi.stubGlobal("visualViewport", null);
let stop: AbortController;

function make(chat: Partial<Config["chat"]> = {}, state: Partial<State> = {}) {
  const config = { chat: { ...defaults.chat, name: "Acme", ...chat }, messages: { ...defaults.messages, ...launcherDefaults.messages, ...texts } } as Config;
  const root = document.body.appendChild(document.createElement("section"));
  const store = createStore(createHolder(state as State));
  stop = new AbortController();
  createFrame({ host: root, root, store, signal: stop.signal, close, paint } as never, config, { elements: [document.createElement("main")], focus() {} });
  const dialog = root.querySelector("dialog")!;
  return { dialog, root, store, say: (part: string) => dialog.querySelector(part)?.textContent };
}
afterEach(() => {
  stop.abort();
  vi.clearAllMocks();
  document.body.replaceChildren();
});

test.each([
  ["Acme", "Acme"],
  ["", "Ask us"],
])("a team called %j is %j in the header, and so is the window", (name, want) => {
  const { dialog, say } = make({ name });
  expect([say("h2"), dialog.getAttribute("aria-label"), say(".avatar")]).toEqual([want, want, want[0]! + (want.split(" ")[1]?.[0]?.toUpperCase() ?? "")]);
});

test.each<[keyof Config["chat"], boolean, string, string | undefined]>([
  ["showAvatars", true, ".avatar", "A"],
  ["showAvatars", false, ".avatar", undefined],
  ["showOnlineStatus", true, ".status", "Asleep"],
  ["showOnlineStatus", false, ".status", undefined],
  ["hideBranding", false, ".branding", "Made with care"],
  ["hideBranding", true, ".branding", undefined],
])("%s: %j, so %s is %j", (option, value, part, want) => {
  expect(make({ [option]: value }).say(part)).toBe(want);
});

test.each<[Partial<State>, string, string]>([
  [{}, "Asleep", ""],
  [{ online: true }, "Here", "online"],
  [{ online: false }, "Asleep", ""],
  [{ connecting: true }, "One moment", "connecting"],
  [{ online: true, connecting: true }, "One moment", "connecting"],
])("with %j the status is %j, at the start and later", (state, text, dot) => {
  for (const { dialog, say, store } of [make({}, state), make({}, { online: false, connecting: false })]) {
    store.set(state);
    expect([say(".status"), dialog.querySelector(".status i")!.className]).toEqual([text, dot]);
  }
});

function answered(): Event {
  const event = new KeyboardEvent("keydown", { key: "Escape", cancelable: true });
  event.preventDefault();
  return event;
}

describe("the window", () => {
  test.each<[string, (dialog: HTMLElement) => unknown, number]>([
    ["is closed by its button", (dialog) => dialog.querySelector<HTMLElement>("[title=Later]")!.click(), 1],
    ["is closed by Escape", (dialog) => dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })), 1],
    ["is closed by the browser’s own ways, which it doesn’t let close it first", (dialog) => expect(dialog.dispatchEvent(new Event("cancel", { cancelable: true }))).toBe(false), 1],
    ["is closed when the browser has closed it", (dialog) => dialog.dispatchEvent(new Event("close")), 1],
    ["is not closed by an Escape that the page has answered", (dialog) => dialog.dispatchEvent(answered()), 0],
    ["is not closed by the Escape that ends a composition", (dialog) => dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", isComposing: true })), 0],
    ["is not closed by another key", (dialog) => dialog.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" })), 0],
  ])("%s", (_, act, times) => {
    act(make().dialog);
    expect(close).toHaveBeenCalledTimes(times);
  });

  test("goes with the chat", () => {
    const { dialog } = make();
    stop.abort();
    expect(dialog.isConnected).toBe(false);
  });
});

test.each([
  ["the on-screen keyboard leaves", { height: 400, offsetTop: 120 }, { top: "120px", tall: "400px", scale: "1.00" }],
  ["there is otherwise", {}, { top: "0px", tall: "800px", scale: "1.00" }],
  ["there is when the page is zoomed in", { scale: 2, height: 300 }, { top: "0px", tall: "100%", scale: 1 }],
  ["fills the screen of a phone, for which the page was not laid out", { scale: 0.5, width: innerWidth, height: 1600 }, { top: "0px", tall: "1600px", scale: "2.00" }],
])("the window has the height that %s, until the chat is gone", (_, change, want) => {
  // What of the page is to be seen, as a browser on a phone tells of it.
  const view = Object.assign(new EventTarget(), { scale: 1, offsetTop: 0, height: 800, width: innerWidth });
  vi.stubGlobal("visualViewport", view);
  make();
  expect(paint.mock.calls).toEqual([[{ top: "0px", tall: "800px", scale: "1.00" }]]);
  Object.assign(view, change);
  for (const type of ["resize", "scroll"]) {
    paint.mockClear();
    view.dispatchEvent(new Event(type));
    expect(paint.mock.calls).toEqual([[want]]);
  }
  stop.abort();
  view.dispatchEvent(new Event("resize"));
  expect(paint).toHaveBeenCalledTimes(1);
  vi.stubGlobal("visualViewport", null);
});
