// The connection as a whole: who is connected and when, to which conversation, and what follows when visitor or conversation change.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Config } from "../src/shared/generated";
import type { Message } from "../src/shared/types";
import { KeptConversation, lost, refused } from "./fake-conversation";
import { createLocks, stubLocks } from "./fake-locks";
import { forget, jane } from "./fake-app";
import { type FakePage, files, openPage } from "./fake-page";
import { answer, Service } from "./fake-service";

// Says everything each time.
vi.mock("../src/shared/warn", () => ({ warn: (message: string) => console.warn("MissiveChat: " + message) }));

const second = 1000;
const minute = 60 * second;
const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

let pages: FakePage[];
const open = (...given: Parameters<typeof openPage>): FakePage => {
  const page = openPage(...given);
  pages.push(page);
  return page;
};

/** A page on which the visitor has said something. */
async function begin(text: string, given: Parameters<typeof openPage>[0] = {}): Promise<FakePage> {
  const page = open({ state: { open: true }, ...given });
  page.outbox.send(text);
  await page.come();
  expect([page.service.conversation.bodies, waiting(page)]).toEqual([[text], {}]);
  return page;
}

const user = { email: "jane@example.com", name: "", digest: "d78c", avatarUrl: "" };
const bodies = ({ store }: FakePage) => store.state.messages.map(({ body }) => body);
const waiting = ({ store }: FakePage) => Object.fromEntries(store.state.messages.flatMap(({ body, state }) => (state ? [[body, state]] : [])));
const message = (body: string): Message => ({ id: body, body, own: true, time: Date.now(), state: "pending" });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
  localStorage.clear();
  stubLocks("none");
  pages = [];
});
afterEach(() => {
  for (const { app } of pages) app.end();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("connected is", () => {
  test("who writes, to the conversation that the token endpoint says, and the message goes with what is known of them", async () => {
    const page = await begin("Hello");
    expect(page.service.client.getConversationBySid.mock.calls).toEqual([["CH1"]]);
    expect(page.service.conversation.messages).toMatchObject([
      { body: "Hello", author: "visitor", attributes: { id: page.store.state.messages[0]!.id, name: "Jane", email: "jane@example.com", page: location.origin + location.pathname, meta: { language: "en-GB", platform: "", browser: "" } } },
    ]);
    expect([page.store.state.connecting, page.store.state.failed]).toEqual([false, false]);
  });

  test("who has a conversation, before they write", async () => {
    const service = new Service();
    service.conversation.fill(3);
    const page = open({ memories: { session: "s0" }, service });
    await page.come();
    expect(service.asked).toEqual([expect.objectContaining({ session: "s0" })]);
    expect(bodies(page)).toEqual(["Line 0", "Line 1", "Line 2"]);
  });

  test("the page's user, who may have a conversation from another device, once they look", async () => {
    const service = new Service();
    service.conversation.fill(1);
    const page = open({ state: { named: user }, service });
    await passed(minute);
    expect(service.fetch).not.toHaveBeenCalled();
    page.store.set({ open: true });
    await page.come();
    expect([service.asked.length, bodies(page)]).toEqual([1, ["Line 0"]]);
  });

  test("not a user whom nothing vouches for: they can have no conversation from elsewhere", async () => {
    const { service } = open({ state: { open: true, named: { ...user, digest: "" } } });
    await passed(minute);
    expect(service.asked).toEqual([]);
  });

  test("nobody else: it would cost the service something", async () => {
    const { service } = open();
    await passed(10 * minute);
    expect(service.fetch).not.toHaveBeenCalled();
  });

  test("nobody where there is nowhere to connect to: it isn't tried, and the visitor sees other ways", async () => {
    const page = open({ connection: { tokenUrl: "" } });
    page.outbox.send("Hello");
    await passed(0);
    expect([page.store.state.connecting, page.store.state.failed]).toEqual([false, true]);
    await passed(10 * minute);
    expect(page.service.fetch).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
    expect(waiting(page)).toEqual({ Hello: "pending" });
  });

  test.each<[where: string, connection: object, socket: string | undefined, options: object]>([
    ["in the region of the account", { region: "ie1" }, undefined, { region: "ie1" }],
    ["where the token endpoint says that the service is", { region: "ie1" }, "ws://127.0.0.1/socket", { Twilsock: { uri: "ws://127.0.0.1/socket" } }],
  ])("the visitor %s", async (_, connection, socket, options) => {
    const page = open({ connection });
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "CH1", session: "s1", socket });
    page.outbox.send("Hello");
    await page.come();
    expect([page.service.client.token, page.service.client.options]).toEqual(["t", options]);
  });
});

describe("to a new message attention is called", () => {
  test.each<[what: string, chat: Partial<Config["chat"]>, calls: number]>([
    ["where sound is wanted", { sound: true }, 1],
    ["where the title is wanted", { flashTitle: true }, 1],
    ["nowhere else, and its file isn't asked for", {}, 0],
  ])("%s", async (_, chat, calls) => {
    const page = open({ state: { open: true }, chat });
    const asked = vi.spyOn(page.app, "need");
    const call = vi.fn();
    page.files["attention.js"] = () => call;
    page.outbox.send("Hello");
    await page.come();
    page.service.conversation.say("Hi");
    await passed(0);
    expect([call.mock.calls.length, asked.mock.calls.flat().includes("attention.js")]).toEqual([calls, calls > 0]);
  });

  test("in vain where its file can't be had: the message shows all the same", async () => {
    const page = await begin("Hello", { chat: { sound: true } });
    page.service.conversation.say("Hi");
    await passed(0);
    expect(bodies(page)).toEqual(["Hello", "Hi"]);
  });
});

describe("each message says on which page it was written:", () => {
  const page = (href: string) => {
    vi.stubGlobal("location", new URL(href));
    return begin("Hello").then(({ service }) => (service.conversation.messages[0]!.attributes as { page?: string }).page);
  };

  test.each<[href: string, page: string | undefined]>([
    ["https://jane:secret@site.example/prices/?token=1#top", "https://site.example/prices/"],
    ["http://site.example:8080/", "http://site.example:8080/"],
    ["https://site.example/" + "x".repeat(5000), "https://site.example/" + "x".repeat(1000 - 21)],
    // A page from a disk says nothing of that, nor a frame without an address.
    ["file:///home/jane/page.html", undefined],
    ["about:srcdoc", undefined],
  ])("%.60s", async (href, want) => {
    expect(await page(href)).toBe(want);
  });
});

describe("the first message goes along with the request for a token:", () => {
  test("it is there before the client, and the client takes over as things are", async () => {
    const page = open({ state: { open: true } });
    page.outbox.send("Hello");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
    expect([page.service.asked.length, page.service.clients.length, page.service.client.conversation]).toEqual([1, 1, undefined]);
    const [shown] = page.store.state.messages;
    expect(page.app.told).toEqual([["onChatStarted", jane.told]]);
    // The team is quick.
    page.service.conversation.say("Hi");
    const seen = vi.fn();
    page.store.watch(["messages"], ({ messages }) => seen(messages.map(({ body }) => body).join()));
    await page.come();
    expect(seen.mock.calls).toEqual([["Hello"], ["Hello,Hi"]]);
    expect(page.store.state.messages).toEqual([shown, expect.objectContaining({ body: "Hi", past: false })]);
    expect(page.app.told.slice(1)).toEqual([["onNewMessage", "Hi"]]);
    page.outbox.send("Bye");
    await passed(0);
    expect([page.service.conversation.bodies, page.service.asked.length]).toEqual([["Hello", "Hi", "Bye"], 1]);
  });

  test("one whose answer was lost goes along again, and is there once", async () => {
    const page = open();
    page.service.instead = async () => {
      page.service.store(page.service.asked.at(-1)!.message);
      throw new TypeError("failed to fetch");
    };
    page.outbox.send("Hello");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], { Hello: "pending" }]);
    page.service.instead = undefined;
    await passed(second);
    await page.come();
    expect([page.service.conversation.bodies, bodies(page), waiting(page)]).toEqual([["Hello"], ["Hello"], {}]);
  });

  test("what is written meanwhile goes after it", async () => {
    const page = open();
    page.outbox.send("One");
    page.outbox.send("Two");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One"], { Two: "pending" }]);
    await page.come();
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One", "Two"], {}]);
  });

  test("in the conversation of a visitor who comes back it is not the first, and no chat has started", async () => {
    const service = new Service();
    service.conversation.say("Hello", { author: "visitor" });
    service.conversation.say("Hi");
    const page = open({ memories: { session: "s0" }, service, state: { open: true } });
    page.outbox.send("Again");
    await page.come();
    expect([bodies(page), waiting(page), page.app.told]).toEqual([["Hello", "Hi", "Again"], {}, []]);
  });

  test("sent again in another tab, it is there once, and both tabs know", async () => {
    stubLocks(createLocks());
    const service = new Service();
    service.instead = async () => answer({ code: "too-many", message: "Later." }, 429);
    const one = open({ service });
    one.outbox.send("Hello");
    await passed(0);
    const two = open({ service });
    expect(waiting(two)).toEqual({ Hello: "failed" });
    service.instead = undefined;
    two.outbox.again(two.store.state.messages[0]!.id);
    await passed(10 * second);
    expect([service.conversation.bodies, waiting(one), waiting(two), two.memory.read().outbox]).toEqual([["Hello"], {}, {}, []]);
  });

  test("one that is refused is not sent, and says so; the next one goes", async () => {
    const page = open();
    page.service.instead = async () => {
      page.service.instead = undefined;
      return answer({ code: "message-refused", message: "No." }, 400);
    };
    page.outbox.send("One");
    page.outbox.send("Two");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Two"], { One: "failed" }]);
  });

  test("an endpoint from before that takes none lets the client send it", async () => {
    const page = open();
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "CH1", session: "s1" });
    page.outbox.send("Hello");
    await passed(0);
    expect(waiting(page)).toEqual({ Hello: "pending" });
    await page.come();
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
  });
});

describe("who comes back and has no conversation any more", () => {
  const none = async () => answer({ token: "t", identity: "visitor", conversation: "", session: "s1" });

  /** A page that has been told so. */
  async function come(state: Parameters<typeof openPage>[0] = {}): Promise<FakePage> {
    const page = open({ memories: { session: "s0" }, ...state });
    page.service.instead = none;
    await passed(minute);
    expect(page.service.asked).toEqual([expect.objectContaining({ session: "s0" })]);
    return page;
  }

  test("is not connected, nor asked for again, and whether the team is there is asked elsewhere", async () => {
    const page = await come({ state: { open: true } });
    expect([page.service.clients.length, page.store.state.connecting, page.store.state.failed]).toEqual([0, false, false]);
    expect(page.store.state.online).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    page.store.set({ messages: [{ ...message("Old"), state: "failed" }] });
    await passed(10 * minute);
    expect(page.service.asked.length).toBe(1);
  });

  test("gets one with the next message", async () => {
    const page = await come();
    page.service.instead = undefined;
    page.outbox.send("Hello");
    await page.come();
    expect([page.service.conversation.bodies, waiting(page), page.store.state.connecting]).toEqual([["Hello"], {}, false]);
  });

  test("gets one with the message that was written while that was asked", async () => {
    const page = open({ memories: { session: "s0" } });
    page.service.instead = async () => {
      page.outbox.send("Hello");
      page.service.instead = undefined;
      return none();
    };
    await page.come();
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
  });

  test("may have one after logging in", async () => {
    const page = await come();
    page.service.instead = undefined;
    page.service.conversation.say("Welcome back");
    page.store.set({ named: user });
    await page.come();
    expect(bodies(page)).toEqual(["Welcome back"]);
  });
});

describe("whose first request was answered when the page was gone", () => {
  const left = { secret: "00112233445566778899aabbccddeeff", outbox: [message("Hello")] };

  test("sees on the next page that the message was taken, and what the team has said to it", async () => {
    const service = new Service();
    service.store({ id: "Hello", body: "Hello", attributes: { id: "Hello" } });
    service.conversation.say("Hi");
    const page = open({ memories: left, service });
    expect(waiting(page)).toEqual({ Hello: "failed" });
    await page.come();
    expect(service.asked).toEqual([{ protocol: 2, account: "acme", secret: left.secret, visitor: jane.told }]);
    expect([bodies(page), waiting(page)]).toEqual([["Hello", "Hi"], {}]);
  });

  test("is asked once whether they want to send it again, if it was not", async () => {
    const page = open({ memories: left });
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "", session: "s1" });
    await passed(10 * minute);
    expect([page.service.asked.length, waiting(page), page.store.state.failed, vi.getTimerCount()]).toEqual([1, { Hello: "failed" }, false, 0]);
  });
});

describe("where no web socket comes through", () => {
  /** A page on which the first message has arrived, and a quarter of a minute later the next ones are written. */
  async function block(...texts: string[]): Promise<FakePage> {
    const page = open({ state: { open: true } });
    page.outbox.send("One");
    await passed(15 * second);
    expect(page.store.state).toMatchObject({ failed: false, oneWay: true });
    for (const text of texts) page.outbox.send(text);
    await passed(0);
    return page;
  }

  test("messages go along with requests, in order, and the visitor is told that answers don't come", async () => {
    const page = await block("Two", "Three");
    page.outbox.send("Four");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One", "Two", "Three", "Four"], {}]);
    expect(page.store.state).toMatchObject({ failed: false, oneWay: true });
    expect(page.service.asked.length).toBe(4);
    expect(page.service.clients.filter(({ over }) => !over).length).toBe(1);
  });

  test("what was written before that was known goes then", async () => {
    const page = open();
    page.outbox.send("One");
    page.outbox.send("Two");
    await passed(14 * second);
    expect(waiting(page)).toEqual({ Two: "pending" });
    await passed(second);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One", "Two"], {}]);
  });

  test("and then nothing comes through at all, the visitor is told that, and nothing is lost", async () => {
    const page = await block();
    page.service.instead = () => Promise.reject(new TypeError("failed to fetch"));
    page.outbox.send("Two");
    await passed(15 * second);
    expect(page.store.state).toMatchObject({ failed: true, oneWay: undefined });
    page.service.instead = undefined;
    await passed(minute);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One", "Two"], {}]);
    expect(page.store.state).toMatchObject({ failed: false, oneWay: true });
  });

  test("and then no request is answered, the visitor is told that", async () => {
    const page = await block();
    page.service.instead = () => new Promise(() => {});
    page.outbox.send("Two");
    await passed(0);
    expect(page.store.state).toMatchObject({ failed: false, oneWay: true });
    await passed(15 * second);
    expect(page.store.state).toMatchObject({ failed: true, oneWay: undefined });
    await passed(minute);
    expect(page.store.state).toMatchObject({ failed: true, oneWay: undefined });
  });

  test("nobody is asked for more than there is to send", async () => {
    const page = await block();
    const asked = page.service.asked.length;
    await passed(minute);
    page.store.set({ unread: 3, messages: [...page.store.state.messages] });
    await passed(0);
    expect(page.service.asked.length - asked).toBeLessThanOrEqual(1);
  });

  test("until one does, and all is as if nothing had been", async () => {
    const page = await block("Two");
    await page.come();
    expect(page.store.state).toMatchObject({ failed: false, connecting: false, oneWay: undefined });
    const asked = page.service.asked.length;
    page.service.conversation.say("Hi");
    page.outbox.send("Three");
    await passed(0);
    expect([page.service.conversation.bodies, bodies(page), page.service.asked.length]).toEqual([["One", "Two", "Hi", "Three"], ["One", "Two", "Hi", "Three"], asked]);
  });

  test("an endpoint that takes no messages is not asked again and again", async () => {
    const page = open();
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "CH1", session: "s1" });
    page.outbox.send("One");
    await passed(20 * second);
    expect([page.service.asked.length, page.store.state.failed, page.store.state.oneWay]).toEqual([1, true, undefined]);
    await passed(2 * minute);
    expect(page.service.asked.length).toBeLessThan(5);
  });

  test("nor can the SDK be had, it is the same", async () => {
    const page = open();
    delete page.files[files.sdk];
    page.outbox.send("One");
    await passed(15 * second);
    page.outbox.send("Two");
    await passed(second);
    expect([page.service.conversation.bodies, waiting(page), page.store.state.oneWay]).toEqual([["One", "Two"], {}, true]);
  });

  test("during a long break, what is written goes along with the request for a new client", async () => {
    const page = await begin("One");
    page.service.client.is("connecting");
    page.outbox.send("Two");
    await passed(14 * second);
    expect([page.service.asked.length, waiting(page)]).toEqual([1, { Two: "pending" }]);
    await passed(second);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One", "Two"], {}]);
  });
});

describe("when the token endpoint", () => {
  test.each<[what: string, instead: () => Promise<Response>]>([
    ["answers with an error", async () => answer({ code: "failed", message: "The token server has failed." }, 500)],
    ["answers with garbage", async () => answer("<h1>Hello</h1>")],
    ["can't be reached", () => Promise.reject(new TypeError("failed to fetch"))],
  ])("%s, three tries later the chat has failed; it recovers by itself, and nothing is lost", async (_, instead) => {
    const page = open();
    page.service.instead = instead;
    page.outbox.send("Hello");
    await passed(3 * second);
    expect([page.service.asked.length, page.store.state.connecting, page.store.state.failed]).toEqual([3, true, true]);
    expect(waiting(page)).toEqual({ Hello: "pending" });
    page.service.instead = undefined;
    await passed(4 * second);
    await page.come();
    expect([page.store.state.connecting, page.store.state.failed]).toEqual([false, false]);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
  });

  const busy = async () => new Response(JSON.stringify({ code: "twilio-busy", message: "Busy." }), { status: 503, headers: { "retry-after": "20" } });

  test("says when to come again, nothing is wrong until then, and the message goes", async () => {
    const page = open();
    page.service.instead = busy;
    page.outbox.send("Hello");
    await passed(19 * second);
    expect([page.service.asked.length, page.store.state.connecting, page.store.state.failed, waiting(page)]).toEqual([1, true, false, { Hello: "pending" }]);
    page.service.instead = undefined;
    await passed(second);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
  });

  test.each([
    ["again and again", busy, 70, 4],
    ["for long", async () => new Response("{}", { status: 503, headers: { "retry-after": "600" } }), 15, 1],
  ])("says so %s, the chat has failed", async (_, instead, seconds, asked) => {
    const page = open();
    page.service.instead = instead;
    page.outbox.send("Hello");
    await passed(seconds * second);
    expect([page.store.state.failed, page.service.asked.length]).toEqual([true, asked]);
  });

  test("has nobody who reads the message, the visitor is told at once", async () => {
    const page = open();
    page.service.instead = async () => new Response(JSON.stringify({ code: "no-agent", message: "Nobody." }), { status: 503, headers: { "retry-after": "30" } });
    page.outbox.send("Hello");
    await passed(0);
    expect([page.store.state.failed, waiting(page)]).toEqual([true, { Hello: "pending" }]);
    page.service.instead = undefined;
    await passed(30 * second);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["Hello"], {}]);
  });

  test("does not answer, a quarter of a minute later the chat has failed; a minute later it tries anew", async () => {
    const page = open();
    page.service.instead = () => new Promise(() => {});
    page.outbox.send("Hello");
    await passed(15 * second);
    expect([page.service.asked.length, page.store.state.failed]).toEqual([1, true]);
    page.service.instead = undefined;
    await passed(minute);
    await page.come();
    expect([page.store.state.failed, page.service.conversation.bodies]).toEqual([false, ["Hello"]]);
  });
});

describe("a token endpoint is not asked again at once", () => {
  const granted = { token: "t", identity: "visitor", session: "s1" };

  test.each<[what: string, given: Parameters<typeof openPage>[0], more: object]>([
    ["that takes no message and gives no conversation", { state: { messages: [message("Hello")] } }, { conversation: "" }],
    ["that gives a user neither conversation nor session", { state: { named: user, open: true } }, { conversation: "", session: undefined }],
    ["that gives an empty session", { state: { named: user, open: true } }, { conversation: "", session: "" }],
  ])("%s", async (_, given, more) => {
    const page = open(given);
    // One that never answers ends a loop, which fake timers would never leave.
    page.service.instead = async () => (page.service.asked.length > 20 ? new Promise(() => {}) : answer({ ...granted, ...more }));
    await passed(10 * second);
    expect(page.service.asked.length).toBeLessThan(5);
  });

  test("that takes no message and gives a conversation that is closed", async () => {
    const service = new Service();
    service.instead = async () => answer({ ...granted, conversation: "CH1" });
    const page = open({ service, state: { messages: [message("Hello")] } });
    for (let i = 0; i < 50; i++) {
      await passed(100);
      const { client } = service;
      if (client.over) continue;
      client.getConversationBySid.mockImplementation(async () => Object.assign(service.conversation.client(), { state: { current: "closed" }, sendMessage: () => new Promise(() => {}) }));
      client.come();
    }
    expect(service.asked.length).toBeLessThan(6);
    expect(waiting(page)).toEqual({ Hello: "pending" });
  });
});

test("an SDK that can't be had is asked for again with the next try", async () => {
  const page = open();
  const sdk = page.files[files.sdk];
  delete page.files[files.sdk];
  page.outbox.send("Hello");
  await passed(0);
  expect(page.service.clients).toEqual([]);
  page.files[files.sdk] = sdk;
  await passed(second);
  await page.come();
  expect(page.service.conversation.bodies).toEqual(["Hello"]);
});

describe("after a break", () => {
  test("what was written meanwhile goes", async () => {
    const page = await begin("One");
    page.service.client.is("connecting");
    expect(page.store.state.connecting).toBe(true);
    page.outbox.send("Two");
    page.outbox.send("Three");
    await passed(10 * second);
    expect([page.service.conversation.bodies, waiting(page)]).toEqual([["One"], { Two: "pending", Three: "pending" }]);
    page.service.client.is("connected");
    await passed(0);
    expect([page.service.conversation.bodies, waiting(page), page.store.state.connecting]).toEqual([["One", "Two", "Three"], {}, false]);
  });

  test("what the visitor read meanwhile is told", async () => {
    const page = await begin("One");
    const { conversation } = page.service.client;
    conversation.advanceLastReadMessageIndex = () => Promise.reject(Error("disconnected"));
    page.service.conversation.say("Two");
    await passed(0);
    expect(conversation.lastReadMessageIndex).toBe(0);
    const told = vi.fn(async () => 0);
    conversation.advanceLastReadMessageIndex = told;
    page.service.client.is("connecting");
    page.service.client.is("connected");
    expect(told.mock.calls).toEqual([[1]]);
  });

  test("that ended the client, a new one goes on: what it has missed is there, what was lost goes once", async () => {
    const page = await begin("One");
    const old = page.service.client;
    old.conversation.fates.push(lost);
    page.outbox.send("Two");
    await passed(0);
    old.conversation.leave();
    page.service.conversation.say("Meanwhile");
    old.is("denied");
    await passed(500);
    expect([page.service.clients.length, page.service.asked.length]).toEqual([2, 2]);
    // It is connected before it is ready.
    page.service.client.is("connected");
    await passed(2 * second);
    await page.come();
    await passed(second);
    // It goes along with the request for the new one.
    expect([old.over, old.conversation.sent.length, page.service.asked[1]!.message!.body]).toEqual([true, 1, "Two"]);
    expect(page.service.conversation.bodies).toEqual(["One", "Meanwhile", "Two"]);
    expect([bodies(page), waiting(page)]).toEqual([["One", "Meanwhile", "Two"], {}]);
  });
});

describe("a conversation that has been closed", () => {
  const closings: [how: string, close: (page: FakePage) => void][] = [
    ["told by its state", ({ service }) => void (service.client.conversation.state = { current: "closed" })],
    ["not told of, but left", ({ service }) => void (service.client.conversation.status = "notParticipating")],
  ];

  test.each(closings)("(%s) is followed by a new one when the visitor writes, and what was said stays above it", async (_, close) => {
    const page = await begin("One");
    const [first] = page.service.conversations;
    close(page);
    page.service.conversations.push(new KeptConversation("CH2"));
    page.outbox.send("Two");
    await page.come();
    await passed(0);
    expect([first!.bodies, page.service.conversation.bodies]).toEqual([["One"], ["Two"]]);
    expect([bodies(page), waiting(page), page.service.asked.length]).toEqual([["One", "Two"], {}, 2]);
    page.service.conversation.say("Three");
    expect(bodies(page)).toEqual(["One", "Two", "Three"]);
    // And again.
    close(page);
    page.service.conversations.push(new KeptConversation("CH3"));
    page.outbox.send("Four");
    await page.come();
    await passed(0);
    page.service.conversation.say("Five");
    expect(bodies(page)).toEqual(["One", "Two", "Three", "Four", "Five"]);
    page.service.conversation.remove(0);
    expect(bodies(page)).toEqual(["One", "Two", "Three", "Five"]);
  });

  test("while the visitor was away, is followed by one that has what they write, by itself", async () => {
    const page = await begin("One");
    page.service.client.is("denied");
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "", session: "s1" });
    await passed(minute);
    expect([bodies(page), page.store.state.connecting]).toEqual([["One"], false]);
    page.service.instead = undefined;
    page.service.conversations.push(new KeptConversation("CH2"));
    page.outbox.send("Two");
    await page.come();
    expect([page.service.conversation.bodies, bodies(page), waiting(page)]).toEqual([["Two"], ["One", "Two"], {}]);
  });

  test.each([
    ["not a member of it any more", 403],
    ["no such conversation", 404],
  ])("and of which only sending says so (%s) is followed by one that has the message", async (_, status) => {
    const page = await begin("One");
    page.service.client.conversation.fates.push(refused(status));
    page.service.conversations.push(new KeptConversation("CH2"));
    page.outbox.send("Two");
    await page.come();
    expect([page.service.conversation.bodies, bodies(page), waiting(page)]).toEqual([["Two"], ["One", "Two"], {}]);
  });

  test("has nothing older that the new one could show, before that is there", async () => {
    const service = new Service();
    service.conversation.fill(45);
    const page = open({ memories: { session: "s0" }, service, state: { open: true } });
    await page.come();
    expect(page.store.state.older).toBe(true);
    service.client.conversation.state = { current: "closed" };
    service.conversations.push(new KeptConversation("CH2"));
    page.outbox.send("New");
    await passed(0);
    expect([bodies(page).slice(19), page.store.state.older, page.app.told]).toEqual([["Line 44", "New"], false, []]);
  });

  test.each(closings)("(%s) stays for a visitor who only looks", async (_, close) => {
    const page = await begin("One");
    close(page);
    page.service.client.is("connecting");
    page.service.client.is("connected");
    await passed(10 * minute);
    expect([page.service.asked.length, bodies(page)]).toEqual([1, ["One"]]);
  });
});

describe("a client that says nothing", () => {
  test("while a message waits for its receipt is followed by another one within half a minute, and the message goes along", async () => {
    const page = await begin("One");
    const silent = page.service.client;
    silent.conversation.fates.push(() => new Promise(() => {}));
    page.outbox.send("Two");
    page.outbox.send("Three");
    await passed(30 * second);
    expect([silent.over, page.service.conversation.bodies, waiting(page)]).toEqual([true, ["One", "Two"], { Three: "pending" }]);
    await page.come();
    expect([page.service.conversation.bodies, bodies(page), waiting(page)]).toEqual([["One", "Two", "Three"], ["One", "Two", "Three"], {}]);
  });

  test.each<[when: string, look: (page: FakePage) => void]>([
    ["when the window opens", ({ store }) => void (store.set({ open: false }), store.set({ open: true }))],
    ["when the page comes back", () => void document.dispatchEvent(new Event("visibilitychange"))],
    ["when the network is said to be back", () => void dispatchEvent(new Event("online"))],
    ["when the page is taken from the cache of pages", () => void dispatchEvent(new Event("pageshow"))],
  ])("is found out %s", async (_, look) => {
    const page = await begin("One");
    const silent = page.service.client;
    silent.conversation.hold();
    look(page);
    look(page);
    await passed(9 * second);
    expect(silent.over).toBe(false);
    await passed(second + 1);
    expect([silent.over, page.service.clients.length]).toEqual([true, 2]);
    await page.come();
    look(page);
    await passed(minute);
    expect(page.service.clients.length).toBe(2);
  });

  test("is not asked while nobody looks", async () => {
    const page = await begin("One", { state: { open: false } });
    const asked = page.service.client.conversation.asked.length;
    document.dispatchEvent(new Event("visibilitychange"));
    await passed(minute);
    expect(page.service.client.conversation.asked.length).toBe(asked);
  });

  test("while nothing is waited for is left alone", async () => {
    const page = await begin("One");
    await passed(10 * minute);
    expect([page.service.asked.length, page.service.client.over]).toEqual([1, false]);
  });

  test("nor lets anything be stored is given up once for a message, not again and again", async () => {
    const page = await begin("One");
    page.service.instead = async () => answer({ token: "t", identity: "visitor", conversation: "CH1", session: "s1" });
    page.service.client.conversation.fates.push(refused(403));
    page.outbox.send("Two");
    await passed(0);
    page.service.client.getConversationBySid.mockImplementation(async () => {
      const conversation = page.service.conversation.client();
      conversation.fates.push(refused(403));
      return conversation;
    });
    await page.come();
    await passed(minute);
    expect([page.service.asked.length, waiting(page)]).toEqual([2, { Two: "failed" }]);
  });
});

describe("when somebody else has become the visitor", () => {
  /** As window/visitor.ts does it. */
  function change({ memory, store }: FakePage): void {
    forget(memory);
    store.set({ visit: (store.state.visit ?? 0) + 1, messages: [], unread: 0, failed: false });
  }

  test("the connection ends, and nothing of it comes any more", async () => {
    const page = await begin("One");
    const { client, conversation } = page.service;
    client.conversation.fates.push(lost);
    page.outbox.send("Two");
    await passed(0);
    page.store.set({ older: true, seen: 3, typing: true });
    change(page);
    await passed(0);
    expect(client.over).toBe(true);
    conversation.say("For the first");
    client.conversation.emit("participantUpdated", { participant: { identity: "agent", lastReadMessageIndex: 1 } });
    await passed(10 * minute);
    expect([bodies(page), page.service.asked.length, conversation.bodies]).toEqual([[], 1, ["One", "For the first"]]);
    expect(page.store.state).toMatchObject({ connecting: false, older: false, seen: -1, typing: false });
  });

  test("of what they wrote before there was a client, that goes on which a request carries, and the rest is told in the console", async () => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const told = [];
    for (const texts of [["One"], ["One", "Two"]]) {
      const page = open();
      page.service.instead = () => new Promise(() => {});
      for (const text of texts) page.outbox.send(text);
      await passed(0);
      change(page);
      await passed(0);
      told.push([...warn.mock.calls.flat()]);
    }
    expect(told).toEqual([[], ["MissiveChat: a user has logged out before all that they wrote was sent"]]);
  });

  test("what they write goes to their own conversation", async () => {
    const page = await begin("One");
    const old = page.service.client.conversation;
    change(page);
    page.service.conversations.push(new KeptConversation("CH2"));
    page.service.conversation.fill(2);
    page.outbox.send("Mine");
    await page.come();
    expect(page.service.conversations.map(({ bodies }) => bodies)).toEqual([["One"], ["Line 0", "Line 1", "Mine"]]);
    expect(bodies(page)).toEqual(["Line 0", "Line 1", "Mine"]);
    expect([old.lastReadMessageIndex, page.service.client.conversation.lastReadMessageIndex]).toEqual([0, 2]);
  });

  function createGate(): { opened: Promise<void>; open: () => void } {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    return { opened, open };
  }

  /** What the client of the one before may still be waiting for, held back until the function that is returned is called. */
  const holds: [what: string, hold: (page: FakePage) => () => void][] = [
    ["the conversation", ({ service: { client } }) => {
      const get = client.getConversationBySid.getMockImplementation()!;
      const held = createGate();
      client.getConversationBySid.mockImplementation(async (sid) => (await held.opened, get(sid)));
      return held.open;
    }],
    ["who is in the conversation", ({ service: { client } }) => {
      const get = client.getConversationBySid.getMockImplementation()!;
      const held = createGate();
      client.getConversationBySid.mockImplementation(async (sid) => {
        await get(sid);
        return Object.assign(client.conversation, { getParticipants: async () => (await held.opened, []) });
      });
      return held.open;
    }],
    ["what was said in the conversation", ({ service: { client } }) => {
      const get = client.getConversationBySid.getMockImplementation()!;
      let release!: () => void;
      client.getConversationBySid.mockImplementation(async (sid) => {
        await get(sid);
        release = client.conversation.hold();
        return client.conversation;
      });
      return () => release();
    }],
  ];

  test.each(holds)("%s of the one before, which comes late, is not for them", async (_, hold) => {
    const service = new Service();
    service.conversation.fill(3);
    const page = open({ memories: { session: "s0" }, service });
    await passed(0);
    const release = hold(page);
    await page.come();
    change(page);
    release();
    await passed(minute);
    expect(bodies(page)).toEqual([]);
    service.conversation.say("For the first");
    page.outbox.typing();
    await passed(0);
    expect([bodies(page), service.client.conversation.typing.mock.calls]).toEqual([[], []]);
  });

  test.each(holds)("%s of the one before, which comes when their own is there, changes nothing of it", async (_, hold) => {
    const service = new Service();
    service.conversation.fill(3);
    const page = open({ state: { open: true }, memories: { session: "s0" }, service });
    await passed(0);
    const release = hold(page);
    await page.come();
    const old = service.client;
    change(page);
    service.conversations.push(new KeptConversation("CH2"));
    page.outbox.send("Mine");
    await page.come();
    release();
    await passed(0);
    const { conversation } = service.client;
    service.conversation.say("For me");
    page.outbox.typing();
    conversation.emit("participantUpdated", { participant: { identity: "agent", lastReadMessageIndex: 0 } });
    await passed(0);
    expect([bodies(page), page.store.state.seen]).toEqual([["Mine", "For me"], 0]);
    expect([conversation.typing.mock.calls.length, conversation.lastReadMessageIndex, old.conversation.lastReadMessageIndex]).toEqual([1, 1, null]);
  });
});

describe("who logs in", () => {
  const user = { email: "jane@example.com", name: "Jane", digest: "d78c", avatarUrl: "" };

  test("gets a new client, and the conversation that is theirs", async () => {
    const page = await begin("One");
    const old = page.service.client;
    page.service.conversations.push(new KeptConversation("CH2"));
    page.service.conversation.say("Your other one");
    page.store.set({ named: user });
    await page.come();
    expect(old.over).toBe(true);
    expect(page.service.asked.at(-1)).toMatchObject({ user: { email: user.email, digest: user.digest } });
    expect(bodies(page)).toEqual(["Your other one"]);
  });

  test("as who they are already keeps the one that is there", async () => {
    const page = await begin("One", { state: { named: user } });
    page.store.set({ named: { ...user } });
    await passed(minute);
    expect([page.service.clients.length, page.service.client.over]).toEqual([1, false]);
  });
});

describe("messages are taken as they are:", () => {
  test("own ones with the id that they were sent with, on another page too, and others with their place at the service", async () => {
    const service = new Service();
    service.conversation.say("Mine", { author: "visitor", attributes: { id: "a" } });
    service.conversation.say("Theirs", { attributes: { id: "a" } });
    service.conversation.say("Mine, from elsewhere", { author: "visitor" });
    const page = open({ memories: { session: "s0" }, service });
    await page.come();
    expect(page.store.state.messages).toMatchObject([
      { id: "a", body: "Mine", own: true, index: 0, past: true },
      { id: service.conversation.messages[1]!.sid, body: "Theirs", own: false, index: 1, past: true },
      { id: service.conversation.messages[2]!.sid, body: "Mine, from elsewhere", own: true, index: 2, past: true },
    ]);
  });

  test("files without a word say their names, and the page is told those", async () => {
    const attachedMedia = [{ sid: "ME1", filename: "a.pdf" }, { sid: "ME2", filename: null }, { sid: "ME3", filename: "b.pdf" }] as never;
    const service = new Service();
    for (const files of [attachedMedia, [], null]) service.conversation.say(null as never, { attachedMedia: files });
    const page = open({ memories: { session: "s0" }, service });
    await page.come();
    service.conversation.say("", { attachedMedia });
    service.conversation.say("Here", { attachedMedia });
    expect(bodies(page)).toEqual(["a.pdf\nb.pdf", "", "", "a.pdf\nb.pdf", "Here"]);
    expect(page.store.state.messages.map(({ files }) => files)).toEqual([attachedMedia, undefined, undefined, attachedMedia, attachedMedia]);
    expect(page.app.told.filter(([name]) => name == "onNewMessage").map(([, body]) => body)).toEqual(["a.pdf\nb.pdf", "Here"]);
  });
});

describe("the connection, as the window drives it,", () => {
  test("tells the team that the visitor writes, and nobody while there is no conversation", async () => {
    const page = open();
    page.outbox.send("Hello");
    page.outbox.typing();
    await page.come();
    expect(page.service.client.conversation.typing).not.toHaveBeenCalled();
    page.outbox.typing();
    await passed(0);
    expect(page.service.client.conversation.typing).toHaveBeenCalledTimes(1);
    // Vitest fails for a rejection that nobody handles.
    Object.assign(page.service.client.conversation, { typing: () => Promise.reject(Error("disconnected")) });
    page.outbox.typing();
    await passed(0);
  });

  test("counts what is unread, on earlier pages, too, for a window that is closed", async () => {
    const service = new Service();
    service.conversation.fill(75);
    const page = open({ memories: { session: "s0" }, service });
    service.readUpTo = 19;
    await page.come();
    expect(page.store.state.unread).toBe(55);
    service.conversation.remove(74);
    expect(page.store.state.unread).toBe(54);
  });

  test("loads older messages; that they can't be had does no harm", async () => {
    const service = new Service();
    service.conversation.fill(45);
    const page = open({ memories: { session: "s0" }, state: { open: true }, service });
    await page.come();
    const release = service.client.conversation.hold();
    page.outbox.older();
    await passed(0);
    release(Error("disconnected"));
    await passed(0);
    expect(bodies(page).length).toBe(20);
    page.outbox.older();
    await passed(0);
    expect(bodies(page).length).toBe(40);
  });

  test("tries at once when the visitor sends something again", async () => {
    const page = open();
    page.service.instead = () => Promise.reject(new TypeError("failed to fetch"));
    page.outbox.send("Hello");
    await passed(minute);
    const before = page.service.asked.length;
    page.service.instead = undefined;
    page.outbox.again(page.store.state.messages[0]!.id);
    await page.come();
    expect(page.service.asked.length).toBe(before + 1);
    expect(page.service.conversation.bodies).toEqual(["Hello"]);
  });
});

describe("when the chat ends", () => {
  test("before the connection's file is there, nobody connects", async () => {
    const page = open({ state: { messages: [message("Hello")] } });
    page.app.end();
    await passed(10 * minute);
    expect(page.service.fetch).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("the client does, and no timer is left", async () => {
    // Which is the browser's.
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
    const page = await begin("Hello");
    page.service.client.conversation.fates.push(lost);
    page.outbox.send("Two");
    await passed(0);
    page.app.end();
    await passed(0);
    expect([page.service.client.over, vi.getTimerCount()]).toEqual([true, 0]);
    await passed(10 * minute);
    expect([page.service.asked.length, page.service.conversation.bodies]).toEqual([1, ["Hello"]]);
  });
});
