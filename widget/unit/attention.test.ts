// Sound and title: who is called, by which tab, and when it ends.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CreateAttention } from "../src/shared/app";
import { createApp, createConfig, type FakeApp } from "./fake-app";
import { createLocks, stubLocks } from "./fake-locks";
import { countListeners } from "./leaks";

/** What the file hands over. */
let createAttention!: CreateAttention;
vi.mock("../src/launcher/scripts", () => ({ handOver: (given: CreateAttention) => (createAttention = given) }));
await import("../src/attention/attention");

let tones: number[];
let closed: number;
let hidden: boolean;
let apps: FakeApp[];

const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  vi.useFakeTimers();
  apps = [];
  tones = [];
  closed = 0;
  hidden = true;
  document.title = "Site";
  vi.spyOn(Object.getPrototypeOf(document), "hidden", "get").mockImplementation(() => hidden);
  class Node {
    constructor(_: unknown, readonly options: { frequency?: number; gain?: unknown }) {}
    gain = { setTargetAtTime() {} };
    onended?: () => void;
    connect = (next: unknown) => next;
    start = () => tones.push(this.options.frequency!);
    stop = () => setTimeout(() => this.onended?.());
  }
  vi.stubGlobal("OscillatorNode", Node);
  vi.stubGlobal("GainNode", Node);
  vi.stubGlobal("AudioContext", class {
    currentTime = 0;
    close = async () => void closed++;
  });
  stubLocks(createLocks());
});
afterEach(() => {
  for (const app of apps) app.end();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** One tab. */
async function create(chat: { sound?: boolean; flashTitle?: boolean } = { sound: true, flashTitle: true }, open = false): Promise<{ app: FakeApp; call: () => void }> {
  const app = createApp({ open });
  apps.push(app);
  const call = createAttention(app, createConfig({ chat }));
  await passed(0);
  return { app, call };
}

describe("attention is called", () => {
  test.each<[how: string, chat: { sound?: boolean; flashTitle?: boolean }, tones: number[], title: string]>([
    ["by sound and title", { sound: true, flashTitle: true }, [660, 880], "New message!"],
    ["by sound alone", { sound: true }, [660, 880], "Site"],
    ["by title alone", { flashTitle: true }, [], "New message!"],
    ["by neither", {}, [], "Site"],
  ])("%s, as the account wants it", async (_, chat, heard, title) => {
    const { call } = await create(chat);
    call();
    expect([tones, document.title]).toEqual([heard, title]);
  });

  test.each<[where: string, open: boolean, away: boolean, called: boolean]>([
    ["on a page that nobody looks at, with the window open", true, true, true],
    ["on a page that nobody looks at, with the window closed", false, true, true],
    ["on a page that somebody looks at, with the window closed", false, false, true],
    ["on a page that somebody looks at, with the window open", true, false, false],
  ])("%s: open %s, hidden %s, called %s", async (_, open, away, called) => {
    hidden = away;
    const { call } = await create(undefined, open);
    call();
    expect([tones.length > 0, document.title != "Site"]).toEqual([called, called]);
  });

  test("by a sound that is put away when it is over", async () => {
    const { call } = await create();
    call();
    expect(closed).toBe(0);
    await passed(1);
    expect(closed).toBe(1);
  });
});

describe("of several tabs", () => {
  test("one calls; when it is gone, another one does", async () => {
    const [first, second] = [await create(), await create()];
    for (const { call } of [first, second]) call();
    expect(tones.length).toBe(2);
    first.app.end();
    await passed(0);
    second.call();
    expect(tones.length).toBe(4);
  });

  test("a tab that goes before its turn has come leaves it to the next", async () => {
    const [first, second, third] = [await create(), await create(), await create()];
    second.app.end();
    first.app.end();
    await passed(0);
    third.call();
    expect(tones.length).toBe(2);
  });

  test.each(["none", "denied"] as const)("each calls where the locks are %s: better twice than not at all", async (locks) => {
    stubLocks(locks);
    for (const { call } of [await create(), await create()]) call();
    expect(tones.length).toBe(4);
  });

});

describe("the title", () => {
  test("changes once a second", async () => {
    const { call } = await create();
    call();
    const seen = [document.title];
    for (let i = 0; i < 3; i++) {
      await passed(1000);
      seen.push(document.title);
    }
    expect(seen).toEqual(["New message!", "Site", "New message!", "Site"]);
  });

  test("changes no faster with more messages", async () => {
    const { call } = await create();
    call();
    await passed(500);
    call();
    call();
    await passed(499);
    expect(document.title).toBe("New message!");
    await passed(1);
    expect(document.title).toBe("Site");
    expect(vi.getTimerCount()).toBe(1);
  });

  test.each<[what: string, look: () => void]>([
    ["the page gets the focus", () => dispatchEvent(new Event("focus"))],
    ["somebody presses a key", () => dispatchEvent(new Event("keydown"))],
    ["somebody touches the page", () => dispatchEvent(new Event("pointerdown"))],
    ["the page is shown", () => ((hidden = false), document.dispatchEvent(new Event("visibilitychange")))],
    ["the chat is opened", () => apps[0]!.store.set({ open: true })],
    ["the chat ends", () => apps[0]!.end()],
  ])("is given back when %s, and another message changes it again", async (_, look) => {
    const { app, call } = await create();
    call();
    look();
    expect(document.title).toBe("Site");
    await passed(5000);
    expect([document.title, vi.getTimerCount()]).toEqual(["Site", 0]);
    hidden = true;
    if (!app.signal.aborted) {
      call();
      expect(document.title).toBe("New message!");
    }
  });

  test("stays while the page is only put aside", async () => {
    const { call } = await create();
    call();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(document.title).toBe("New message!");
  });

  test("that the page changes meanwhile is the one that is given back", async () => {
    const { call } = await create();
    call();
    document.title = "Cart (1)";
    await passed(1000);
    expect(document.title).toBe("New message!");
    await passed(1000);
    expect(document.title).toBe("Cart (1)");
    await passed(1000);
    dispatchEvent(new Event("focus"));
    expect(document.title).toBe("Cart (1)");
  });

  test("that the page has changed last is left to it", async () => {
    const { call } = await create();
    call();
    document.title = "Cart (1)";
    dispatchEvent(new Event("focus"));
    expect(document.title).toBe("Cart (1)");
  });
});

test("when the chat ends, nothing is left that listens", async () => {
  const counts = [countListeners(window, "focus", "keydown", "pointerdown"), countListeners(document, "visibilitychange")];
  const { app } = await create();
  expect(counts.map((count) => count())).toEqual([3, 1]);
  app.end();
  expect(counts.map((count) => count())).toEqual([0, 0]);
});
