// What the message box does to the rest: drafts that outlast the page, what goes out and when, and a browser without a network.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Thread, View } from "../src/shared/app";
import { createScroller } from "../src/thread/scroller";
import { createContent } from "../src/window/content";
import { createMemory, type Memories } from "../src/window/storage";
import { createApp, createConfig, type FakeApp } from "./fake-app";
import { countListeners } from "./leaks";

const connection = { retry: vi.fn(), typing: vi.fn(), older: vi.fn() };
let online: boolean;
let apps: FakeApp[];

beforeEach(() => {
  vi.clearAllMocks();
  online = true;
  apps = [];
  localStorage.clear();
  vi.stubGlobal("CONNECTION_FILE", "connection.js");
  vi.stubGlobal("THREAD_FILE", "thread.js");
  vi.spyOn(navigator, "onLine", "get").mockImplementation(() => online);
});
afterEach(() => {
  for (const app of apps) app.end();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A page with the window's content, of a visitor who isn't asked anything. Without a thread its file can't be had. */
function open(state = {}, thread?: object) {
  const app = createApp(state, { "connection.js": () => connection, ...(thread && { "thread.js": thread }) });
  apps.push(app);
  const content = createContent(app, createConfig({ visitor: { askName: false, askEmail: false } }), createMemory("acme"));
  document.body.replaceChildren(...content.elements);
  const box = document.querySelector("textarea")!;
  const send = document.querySelector<HTMLElement>(".send")!;
  return {
    ...app,
    box,
    send,
    type(text: string) {
      box.value = text;
      box.dispatchEvent(new Event("input"));
    },
    notice: () => document.querySelector(".notice")!.textContent,
    bodies: () => app.store.state.messages.map(({ body }) => body),
  };
}

const stored = (): Memories => JSON.parse(localStorage.getItem("missive-chat:acme") ?? "{}");
function network(is: boolean): void {
  online = is;
  dispatchEvent(new Event(is ? "online" : "offline"));
}
const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("a draft", () => {
  test("is there again on the next page", () => {
    open().type("By the way");
    expect(stored().draft).toBe("By the way");
    expect(open().box.value).toBe("By the way");
  });

  test("that was sent is not", () => {
    const page = open();
    page.type("By the way");
    page.send.click();
    expect(page.bodies()).toEqual(["By the way"]);
    expect(stored().draft).toBe("");
    expect(open().box.value).toBe("");
  });

  test("of a visitor who has gone is not for the next one", () => {
    const page = open({ user: [{ email: "jane@example.com" }] });
    page.type("By the way");
    page.store.set({ user: [{ email: "bob@example.com" }] });
    expect(page.box.value).toBe("");
    expect(JSON.stringify(stored())).not.toContain("By the way");
  });

  test("is told to the team as it grows, but not that it has gone", async () => {
    const page = open();
    page.type("First");
    page.send.click();
    await settled();
    expect(connection.typing).not.toHaveBeenCalled();
    page.type("S");
    page.type("Se");
    page.type("");
    await settled();
    expect(connection.typing).toHaveBeenCalledTimes(2);
  });
});

describe("without a network", () => {
  test("the visitor is told, the draft stays, and nothing goes; with it again, it does", () => {
    const page = open();
    page.type("A question");
    network(false);
    expect([page.notice(), page.send.getAttribute("aria-disabled")]).toEqual(["Can’t send messages offline.", "true"]);
    page.send.click();
    page.box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
    expect([page.box.value, page.bodies()]).toEqual(["A question", []]);
    network(true);
    expect([page.notice(), page.send.getAttribute("aria-disabled")]).toEqual(["", "false"]);
    page.send.click();
    expect([page.box.value, page.bodies()]).toEqual(["", ["A question"]]);
  });

  test("a window that opens says so at once", () => {
    online = false;
    const page = open();
    page.type("A question");
    expect([page.notice(), page.send.getAttribute("aria-disabled")]).toEqual(["Can’t send messages offline.", "true"]);
  });
});

const view: View = {
  part: (all) => all,
  change: (work) => work(),
  toEnd() {},
  dates: (bubbles) => bubbles.map(() => ({ day: "Today", time: "12:00" })),
};
const thread: Thread = {
  linked: (text) => [text],
  createView: () => view,
};

describe("a message goes out and shows, once,", () => {
  const fail = () => {
    throw Error("broken");
  };
  test.each<[what: string, thread: Thread | undefined]>([
    ["with the thread's file", thread],
    ["without", undefined],
    ["when it finds no links", { ...thread, linked: fail }],
    ["when it makes no view", { ...thread, createView: fail }],
    ["when it can't say days and times", { ...thread, createView: () => ({ ...view, dates: fail }) }],
    ["when it finds no part to show", { ...thread, createView: () => ({ ...view, part: fail }) }],
    ["when it changes nothing", { ...thread, createView: () => ({ ...view, change: fail }) }],
  ])("%s", async (_, thread) => {
    vi.spyOn(console, "warn").mockReturnValue();
    const past = [{ id: "1", body: "Yesterday", own: true, time: Date.now() - 864e5, index: 0 }];
    const page = open({ messages: past }, thread);
    await settled();
    for (const text of ["See https://acme.example", "Hello"]) {
      page.type(text);
      page.send.click();
      await settled();
    }
    expect(page.bodies()).toEqual(["Yesterday", "See https://acme.example", "Hello"]);
    expect([...document.querySelectorAll(".own .bubble")].map((bubble) => bubble.textContent)).toEqual(page.bodies());
    expect(connection.retry).toHaveBeenCalledTimes(2);
  });
});

describe("older messages", () => {
  test("are offered as long as there are some, and asked for", async () => {
    const scrolling: Thread = { ...thread, createView: (_, { messages }, ...given) => ({ ...view, ...createScroller(given[0], messages.older, given[1], given[2]) }) };
    const page = open({ messages: [{ id: "1", body: "Hello", own: true, time: 0, index: 9 }] }, scrolling);
    await settled();
    const older = document.querySelector<HTMLElement>(".older")!;
    const hidden = [older.hidden];
    page.store.set({ older: true });
    hidden.push(older.hidden);
    page.type("Hello");
    page.send.click();
    await settled();
    older.click();
    await settled();
    expect(connection.older).toHaveBeenCalledTimes(1);
    page.store.set({ older: false });
    hidden.push(older.hidden);
    expect(hidden).toEqual([true, false, true]);
  });
});

describe("the thread is drawn anew for", () => {
  test.each<[what: string, change: object, text: string]>([
    ["a message", { messages: [{ id: "1", body: "Hello", own: false, time: 0 }] }, "Hello"],
    ["a service that can't be reached", { failed: true }, "Sorry, there is an issue connecting to our chat"],
    ["somebody who types", { typing: true }, "Typing…"],
  ])("%s", (_, change, text) => {
    const page = open();
    expect(document.querySelector(".thread")!.textContent).not.toContain(text);
    page.store.set(change);
    expect(document.querySelector(".thread")!.textContent).toContain(text);
  });

  test("what the team has seen", () => {
    const page = open({ messages: [{ id: "1", body: "Hello", own: true, time: 0, index: 0 }] });
    expect(document.querySelector(".thread")!.textContent).not.toContain("Seen");
    page.store.set({ seen: 0 });
    expect(document.querySelector(".thread")!.textContent).toContain("Seen");
  });
});

test("when the chat ends, nothing is left that listens", () => {
  const count = countListeners(window, "online", "offline");
  const page = open();
  expect(count()).toBe(2);
  page.end();
  expect(count()).toBe(0);
});
