// How much a message moves: what the store is told, whom it tells, and how often the thread is drawn. Launcher, window and connection
// are the real ones.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { launcherDefaults } from "../src/shared/generated";
import type { Holder, Store } from "../src/shared/store";
import { stubLocks } from "./fake-locks";
import { Service } from "./fake-service";

interface Figures {
  sets: number;
  calls: number;
  drawn: number;
}

const figures: Figures = { sets: 0, calls: 0, drawn: 0 };

/** What each of our files hands over, and the SDK. */
const files: Record<string, unknown> = {};
let loading = "";
vi.mock("../src/launcher/scripts", () => ({
  script: null,
  handOver: (gift: unknown) => void (files[loading] = gift),
  loadFile: async (url: string) => files[url.replace(/.*\//, "")],
}));

// Counts what the store is told, and whom it tells.
vi.mock("../src/shared/store", async (load) => {
  const { createHolder, createStore } = await load<typeof import("../src/shared/store")>();
  return {
    createHolder<T>(initial: T): Holder<T> {
      const holder = createHolder(initial);
      const { set } = holder;
      holder.set = (change) => {
        figures.sets++;
        set(change);
      };
      return holder;
    },
    createStore<T>(holder: Holder<T>, signal?: AbortSignal): Store<T> {
      const store = createStore(holder, signal);
      const { watch } = store;
      store.watch = (keys, listener) =>
        watch(keys, (state) => {
          figures.calls++;
          listener(state);
        });
      return store;
    },
  };
});

const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const service = new Service();

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  stubLocks("none");
  vi.stubGlobal("visualViewport", null);
  vi.stubGlobal("fetch", service.fetch);
});
afterEach(() => {
  window.MissiveChat.destroy();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page with the chat on it. */
async function open(): Promise<ShadowRoot> {
  for (const [name, file] of Object.entries({ WINDOW_FILE: "window.js", CONNECTION_FILE: "connection.js", THREAD_FILE: "thread.js", SDK_FILE: "sdk.js" })) vi.stubGlobal(name, file);
  vi.stubGlobal("INTEGRITY", undefined);
  vi.stubGlobal("SETUP", {
    id: "acme",
    host: "https://chat.example",
    connection: { ...launcherDefaults.connection, tokenUrl: "https://token.example/token", sdk: "bundled" },
    visitor: { askName: false, askEmail: false },
  });
  files["sdk.js"] = service.sdk;
  loading = "window.js";
  await import("../src/window/window");
  loading = "connection.js";
  await import("../src/connection/connection");
  loading = "thread.js";
  await import("../src/thread/thread");
  await import("../src/launcher/launcher");
  window.MissiveChat.open();
  // The newest: other files' tests have the same document.
  const { shadowRoot } = [...document.querySelectorAll("missive-chat")].at(-1)!;
  // Files come one after the other.
  while (!shadowRoot!.querySelector(".row")) await passed(0);
  // And whether the team is there is known.
  await passed(1000);
  return shadowRoot!;
}

test("a first message draws the thread at most five times, a second one at most twice, and few are told", async () => {
  const chat = await open();
  // Each time that the thread is drawn, each row is told once what it is.
  const row = chat.querySelector(".row")!;
  Object.defineProperty(row, "className", {
    get: () => row.getAttribute("class"),
    set(names: string) {
      figures.drawn++;
      row.setAttribute("class", names);
    },
  });
  function write(text: string): void {
    Object.assign(figures, { sets: 0, calls: 0, drawn: 0 });
    const box = chat.querySelector("textarea")!;
    box.value = text;
    box.dispatchEvent(new Event("input"));
    chat.querySelector<HTMLElement>(".send")!.click();
  }
  write("Hello");
  await passed(0);
  service.client.come();
  await passed(0);
  const first = { ...figures };
  write("And another thing");
  await passed(0);
  const second = { ...figures };
  console.log("first message:", first, "second message:", second);

  expect(service.conversation.bodies).toEqual(["Hello", "And another thing"]);
  expect(chat.querySelectorAll(".own:not(.pending)").length).toBe(2);
  // It was 14 sets, 124 calls and 15 drawings for the first one, 3, 27 and 4 for the second.
  const most = { first: { sets: 8, calls: 20, drawn: 5 }, second: { sets: 2, calls: 10, drawn: 2 } };
  for (const [figures, limits] of [[first, most.first], [second, most.second]] as const)
    for (const name of ["sets", "calls", "drawn"] as const) {
      expect(figures[name], name).toBeGreaterThan(0);
      expect(figures[name], name).toBeLessThanOrEqual(limits[name]);
    }
});
