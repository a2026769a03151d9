// What missive.js does when it has arrived on a page: what it reads, asks for, and calls.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Api } from "../src/launcher/api";
import { callbacks } from "../src/shared/generated";
import type { Holder } from "../src/shared/store";
import type { State } from "../src/shared/types";

const page = window as { MissiveChat?: Api; MissiveChatConfig?: object };
/** Files of ours that were asked for. None arrives. */
const asked: string[] = [];
/** Addresses that were asked. */
const fetched: string[] = [];
let warn: ReturnType<typeof vi.spyOn>;
let idle: (() => void)[];

vi.mock("../src/launcher/scripts", () => ({
  script: null,
  folders: [],
  handOver: (gift: unknown) => (early = gift),
  async loadFile(url: string) {
    if (url.endsWith("/early.1234.js")) return import("../src/early/early").then(() => early);
    asked.push(url);
    return new Promise(() => {});
  },
}));
/** What early/early.ts hands over. */
let early: unknown;

beforeEach(() => {
  localStorage.clear();
  asked.length = fetched.length = 0;
  idle = [];
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  for (const [name, value] of Object.entries({
    INTEGRITY: undefined,
    WINDOW_FILE: "panel.1234.js",
    EARLY_FILE: "early.1234.js",
    innerWidth: 1280,
    requestIdleCallback: (work: () => void) => void idle.push(work),
    fetch: async (url: URL) => (fetched.push(String(url)), { json: async () => ({ online: true }) }),
  }))
    vi.stubGlobal(name, value);
});
afterEach(() => {
  page.MissiveChat?.destroy();
  delete page.MissiveChat;
  delete page.MissiveChatConfig;
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Loads missive.js of an account, as a page does, also again. */
async function load(setup: object = {}): Promise<Api> {
  vi.resetModules();
  vi.stubGlobal("SETUP", { id: "acme", host: "https://chat.example/files", ...setup });
  await import("../src/launcher/launcher");
  return page.MissiveChat!;
}

/** The users that the page has named, as the chat has taken them. */
const users = () => holders.at(-1)!.state.user || [];
const holders: Holder<State>[] = [];
vi.mock("../src/shared/store", async (original) => {
  const { createHolder } = await original<typeof import("../src/shared/store")>();
  return {
    createHolder(initial: State) {
      const holder = createHolder(initial);
      holders.push(holder);
      return holder;
    },
  };
});

/** Waits until all answers that are there have been heard. */
const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const chats = () => document.querySelectorAll("missive-chat").length;
const button = () => document.querySelector("missive-chat")!.shadowRoot!.querySelector<HTMLElement>(".button")!;
const remember = (memories: unknown) => localStorage.setItem("missive-chat:acme", typeof memories == "string" ? memories : JSON.stringify(memories));

test("a page that nobody has chatted on gets a button and an API, and nothing is asked for or kept", async () => {
  const api = await load();
  expect(chats()).toBe(1);
  expect(button().textContent).toBe("Chat with usOpen chat");
  expect(api.isOpen()).toBe(false);
  for (const work of idle) work();
  expect([asked, fetched, localStorage.length]).toEqual([[], [], 0]);
});

test("the window is asked for when somebody opens the chat, where the launcher came from, and the button is busy until it is there", async () => {
  const api = await load();
  api.open();
  expect(asked).toEqual(["https://chat.example/files/assets/panel.1234.js"]);
  expect([button().getAttribute("aria-busy"), button().getAttribute("aria-expanded")]).toEqual(["true", "false"]);
  api.close();
  expect(button().hasAttribute("aria-busy")).toBe(false);
});

describe("a chat that was open", () => {
  test.each<[string, unknown, object, number, boolean]>([
    ["opens", { open: true }, {}, 1280, true],
    ["opens on 600 px", { open: true }, {}, 600, true],
    ["stays closed on 599 px", { open: true }, {}, 599, false],
    ["stays closed where that is off", { open: true }, { rememberOpenState: false }, 1280, false],
    ["and was closed since stays closed", { open: false }, {}, 1280, false],
    ["at another account stays closed", undefined, {}, 1280, false],
  ])("%s", async (_, memories, chat, width, open) => {
    vi.stubGlobal("innerWidth", width);
    if (memories) remember(memories);
    localStorage.setItem("missive-chat:other", '{"open":true}');
    page.MissiveChatConfig = { chat };
    expect((await load()).isOpen()).toBe(open);
  });
});

test.each(["", "{", "null", "5", '"open"', "[]", "false", '{"visitor":5}'])("storage that holds %j does no harm", async (stored) => {
  remember(stored);
  const onReady = vi.fn();
  page.MissiveChatConfig = { onReady };
  expect((await load()).isOpen()).toBe(false);
  expect(onReady).toHaveBeenCalledOnce();
  expect([idle, warn.mock.calls]).toEqual([[], []]);
});

test.each([
  '<form id="MissiveChat"></form>',
  '<form id="MissiveChat"><input name="isOpen"></form>',
  '<form id="MissiveChat"><input name="isOpen"><input name="q"><input name="destroy"></form>',
  '<form id="MissiveChat"><input name="q"><input name="q"></form>',
  '<form id="MissiveChatConfig"><input name="user"><input name="chat"><input name="onReady"><input name="meta"></form>',
])("elements of the page that carry its names, %s, don't stop it, and what is stored stays", async (html) => {
  document.body.innerHTML = html;
  const form = document.querySelector("form")!;
  page[form.id as "MissiveChat"] = form as never;
  remember({ session: "s" });
  const api = await load();
  api.open();
  expect([chats(), api.isOpen(), warn.mock.calls]).toEqual([1, true, []]);
  expect(localStorage.getItem("missive-chat:acme")).toBe('{"session":"s"}');
});

test("storage that is blocked does no harm", async () => {
  vi.stubGlobal("localStorage", undefined);
  const onReady = vi.fn();
  page.MissiveChatConfig = { onReady };
  await load();
  expect(onReady).toHaveBeenCalledOnce();
});

test.each<[who: string, memories: object]>([
  ["who has a conversation", { session: "s" }],
  ["who may have one, as the answer to their first request was lost,", { secret: "00" }],
  ["who has one as the page's user", { draft: "", user: { session: "s" } }],
])("%s is connected again, once the browser has nothing to do", async (_, memories) => {
  remember(memories);
  await load();
  expect(asked).toEqual([]);
  for (const work of idle) work();
  expect(asked).toEqual(["https://chat.example/files/assets/panel.1234.js"]);
});

test.each<[what: string, memories: object]>([
  ["a draft", { draft: 'It says {"session":"s","open":true}' }],
  ["a draft of the page's user", { user: { owner: "jane@example.com", draft: "Hello" } }],
])("for who has no more than %s nothing is loaded", async (_, memories) => {
  remember(memories);
  expect((await load()).isOpen()).toBe(false);
  expect([asked, idle]).toEqual([[], []]);
});

test.each([
  ["in another tab", "storage"],
  ["after leaving this page, which is then taken from the cache of pages,", "pageshow"],
])("who begins a conversation %s is connected, once, and nobody else", async (_, event) => {
  const api = await load();
  dispatchEvent(new Event(event));
  remember({ draft: "Hello" });
  dispatchEvent(new Event(event));
  expect(idle).toEqual([]);
  remember({ draft: "Hello", secret: "00" });
  for (let i = 0; i < 3; i++) dispatchEvent(new Event(event));
  expect(idle).toHaveLength(1);
  api.destroy();
  idle = [];
  await load();
  expect(idle).toHaveLength(1);
  page.MissiveChat!.destroy();
  dispatchEvent(new Event(event));
  expect(idle).toHaveLength(1);
});

test.each([
  ["online", true, true],
  ["offline", false, false],
])("where the button hides while the team is offline, it is asked once, and the button of a team that is %s shows: %j", async (_, online, shown) => {
  vi.stubGlobal("fetch", async (url: URL) => (fetched.push(String(url)), { json: async () => ({ online }) }));
  page.MissiveChatConfig = { chat: { hideWhenOffline: true } };
  await load({ connection: { tokenUrl: "https://token.example/token" } });
  expect(button().classList.contains("gone")).toBe(true);
  await vi.waitFor(() => expect(idle).toHaveLength(1));
  for (const work of idle) work();
  await settled();
  expect(button().classList.contains("gone")).toBe(!shown);
  expect(fetched).toEqual(["https://token.example/token?account=acme"]);
});

test.each([
  ["that hides while the team is offline stays away where nobody can say that it is there", { hideWhenOffline: true }, true],
  ["that is hidden stays away", { hidden: true }, true],
  ["shows otherwise", {}, false],
])("a button %s", async (_, chat, gone) => {
  page.MissiveChatConfig = { chat };
  await load();
  for (const work of idle) work();
  await settled();
  expect(button().classList.contains("gone")).toBe(gone);
});

test("showButton and hideButton are of the button alone", async () => {
  page.MissiveChatConfig = { chat: { hidden: true } };
  const api = await load();
  api.showButton();
  expect(button().classList.contains("gone")).toBe(false);
  api.hideButton();
  expect(button().classList.contains("gone")).toBe(true);
  expect(api.isOpen()).toBe(false);
});

describe("onReady", () => {
  test("is called once, when all methods can be used", async () => {
    const seen: unknown[] = [];
    page.MissiveChatConfig = {
      onReady() {
        seen.push(page.MissiveChat!.isOpen(), arguments.length);
        page.MissiveChat!.open();
      },
    };
    expect((await load()).isOpen()).toBe(true);
    expect(seen).toEqual([false, 1]);
  });

  test("comes before the calls that were waiting, and these come in their order", async () => {
    const seen: unknown[] = [];
    page.MissiveChatConfig = { onReady: () => seen.push(page.MissiveChat!.isOpen()) };
    page.MissiveChat = { q: [["open", []], ["nonsense", []], ["close", []], ["hideButton", []], ["setUser", [{ email: "jane@example.com" }]], ["open", []]], isOpen: () => false };
    expect((await load()).isOpen()).toBe(true);
    expect(seen).toEqual([false]);
    expect(asked).toHaveLength(1);
  });

  test("that throws is reported, and the chat goes on", async () => {
    const reported: string[] = [];
    vi.stubGlobal("reportError", (error: Error) => reported.push(error.message));
    page.MissiveChatConfig = {
      onReady() {
        throw Error("of the page");
      },
    };
    page.MissiveChat = { q: [["open", []]], isOpen: () => false };
    expect((await load()).isOpen()).toBe(true);
    expect(reported).toEqual(["of the page"]);
  });

  test.each(["ready", 1, null, {}])("that is %j, no function, is left out", async (onReady) => {
    page.MissiveChatConfig = { onReady };
    expect((await load()).isOpen()).toBe(false);
  });
});

test("no other callback is called by loading", async () => {
  const functions = Object.fromEntries(callbacks.map((name) => [name, vi.fn()]));
  page.MissiveChatConfig = functions;
  await load();
  expect(callbacks.filter((name) => functions[name]!.mock.calls.length)).toEqual(["onReady"]);
});

describe("loaded again", () => {
  test("it changes nothing", async () => {
    const onReady = vi.fn();
    page.MissiveChatConfig = { onReady };
    const api = await load();
    expect(await load()).toBe(api);
    expect([chats(), onReady.mock.calls.length, warn.mock.calls]).toEqual([1, 1, []]);
  });

  const bob = { email: "bob@example.com" };
  const jane = { email: "jane@example.com" };
  test.each<[string, unknown, unknown[], unknown, unknown]>([
    ["where nobody was named takes the user who is named then", undefined, [], jane, jane],
    ["where a template had left the address empty takes the user who is named then", { email: "" }, [], jane, jane],
    ["where somebody was named changes nothing", bob, [], jane, bob],
    ["where the API has named somebody changes nothing", undefined, [bob], jane, bob],
    ["where the page has logged somebody out changes nothing", bob, [null], jane, null],
    ["with an empty address changes nothing", bob, [], { email: "" }, bob],
    ["without a user changes nothing", bob, [], undefined, bob],
  ])("on a page %s", async (_, first, later, user, want) => {
    page.MissiveChatConfig = { user: first };
    const api = await load();
    for (const named of later) api.setUser(named);
    page.MissiveChatConfig = { user };
    await load();
    // The window's file, once it comes, reads it from there.
    expect(users().at(-1)).toEqual(want);
  });

  test("for another account it is left out, with a warning", async () => {
    const api = await load();
    expect(await load({ id: "other" })).toBe(api);
    expect(chats()).toBe(1);
    expect(warn.mock.calls).toEqual([["MissiveChat: account acme is here already, other is left out"]]);
  });

  test("after the page has thrown it away it is there again", async () => {
    const onReady = vi.fn();
    page.MissiveChatConfig = { onReady };
    const api = await load();
    document.querySelector("missive-chat")!.remove();
    expect(await load()).not.toBe(api);
    expect([chats(), onReady.mock.calls.length]).toEqual([1, 2]);
  });

  test("after destroy it carries out what was called in between", async () => {
    const api = await load();
    api.destroy();
    expect(chats()).toBe(0);
    expect([page.MissiveChat!.isOpen(), "id" in page.MissiveChat!]).toEqual([false, false]);
    page.MissiveChat!.open();
    expect(asked).toEqual([]);
    expect((await load()).isOpen()).toBe(true);
  });
});

test("thrown away by the page, it comes back by being opened", async () => {
  const api = await load();
  document.querySelector("missive-chat")!.remove();
  api.open();
  expect(chats()).toBe(1);
});

describe("on the page", () => {
  const here = location.href.replace(/#.*/, "");
  const elements = `<form><button data-missive-open>Ask</button></form><a href="#missive-chat"><b>Write</b> to us</a><a href="#elsewhere"><i>Go</i></a>
    <a href="${here}#missive-chat"><u>Write</u></a>`;
  test.each([
    ["button", true],
    ["a", true],
    ["b", true],
    ["u", true],
    ["i", false],
    ["form", false],
  ])("a click on the <%s> opens the chat, and leads nowhere else: %j", async (name, opens) => {
    document.body.innerHTML = elements;
    const api = await load();
    const event = new MouseEvent("click", { bubbles: true, cancelable: true, composed: true });
    document.querySelector(name)!.dispatchEvent(event);
    expect([api.isOpen(), event.defaultPrevented]).toEqual([opens, opens]);
  });

  test("a click that something around keeps to itself opens the chat all the same", async () => {
    document.body.innerHTML = elements;
    document.body.addEventListener("click", (event) => event.stopPropagation(), { once: true });
    const api = await load();
    document.querySelector("b")!.click();
    expect(api.isOpen()).toBe(true);
  });

  test("that is loaded where such a link leads the chat is open, after onReady", async () => {
    const seen: unknown[] = [];
    page.MissiveChatConfig = { onReady: () => seen.push(page.MissiveChat!.isOpen()) };
    location.hash = "#missive-chat";
    try {
      expect((await load()).isOpen()).toBe(true);
    } finally {
      location.hash = "";
    }
    expect(seen).toEqual([false]);
  });

  test("such a click does nothing once the chat is gone", async () => {
    document.body.innerHTML = elements;
    (await load()).destroy();
    const event = new MouseEvent("click", { bubbles: true, cancelable: true });
    document.querySelector("a")!.dispatchEvent(event);
    expect([chats(), page.MissiveChat!.q, event.defaultPrevented]).toEqual([0, [], false]);
  });
});
