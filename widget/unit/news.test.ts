// What is new in a conversation: of what the page is told, what is counted, and what attention is called for.

import { describe, expect, test, vi } from "vitest";
import { tellNews } from "../src/connection/news";
import type { Message, State } from "../src/shared/types";
import { createApp, jane } from "./fake-app";

const theirs = (index: number, more: Partial<Message> = {}): Message => ({ id: "IM" + index, body: "Line " + index, own: false, time: index, index, ...more });
const mine = (id: string, more: Partial<Message> = {}): Message => ({ id, body: id, own: true, time: 0, state: "pending", ...more });
const accepted = (id: string, index: number, more: Partial<Message> = {}): Message => mine(id, { state: undefined, index, ...more });

function create(state: Partial<State> = {}) {
  const app = createApp(state);
  const callAttention = vi.fn();
  tellNews(app, jane, callAttention);
  return {
    app,
    callAttention,
    set: (...messages: Message[]) => app.store.set({ messages }),
    /** What the page was told of one kind. */
    told: (callback: string) => app.told.flatMap(([name, argument]) => (name == callback ? [argument] : [])),
  };
}

describe("a message from the team", () => {
  test("is told to the page, calls attention, and is counted while the window is closed", () => {
    const { app, callAttention, set, told } = create();
    set(theirs(0));
    expect([told("onNewMessage"), callAttention.mock.calls.length, app.store.state.unread]).toEqual([["Line 0"], 1, 1]);
    set(theirs(0), theirs(1));
    expect([told("onNewMessage"), callAttention.mock.calls.length, app.store.state.unread]).toEqual([["Line 0", "Line 1"], 2, 2]);
  });

  test("is not counted while the window is open", () => {
    const { app, callAttention, set, told } = create({ open: true });
    set(theirs(0));
    expect([told("onNewMessage"), callAttention.mock.calls.length, app.store.state.unread]).toEqual([["Line 0"], 1, 0]);
  });

  test("that comes with others is told and counted by itself, in order, but calls attention with them", () => {
    const { app, callAttention, set, told } = create({ unread: 2 });
    set(theirs(0), theirs(1), mine("a"), theirs(2));
    expect([told("onNewMessage"), callAttention.mock.calls.length, app.store.state.unread]).toEqual([["Line 0", "Line 1", "Line 2"], 1, 5]);
  });

  test("is counted before the page is told, which may open the window then", () => {
    const app = createApp();
    const unread: unknown[] = [];
    tellNews({ ...app, emit: () => void unread.push(app.store.state.unread) }, jane, () => {});
    app.store.set({ messages: [theirs(0)] });
    expect(unread).toEqual([1]);
  });

  test.each<[what: string, before: Message[], after: Message[]]>([
    ["that was there before this page was", [], [theirs(0, { past: true })]],
    ["that is loaded as an older one", [theirs(20, { past: true })], [theirs(0, { past: true }), theirs(20, { past: true })]],
    ["that is edited", [theirs(0)], [theirs(0, { body: "Edited" })]],
    ["that is removed", [theirs(0), theirs(1)], [theirs(1)]],
    ["that stays while the visitor writes", [theirs(0)], [theirs(0), mine("a")]],
    ["that is none: it is the visitor's own, of another tab", [], [accepted("a", 0)]],
    ["that is none: it is the visitor's own, and accepted", [mine("a")], [accepted("a", 0)]],
  ])("%s is no news", (_, before, after) => {
    const { app, callAttention, set, told } = create({ messages: before });
    set(...after);
    expect([told("onNewMessage"), callAttention.mock.calls.length, app.store.state.unread]).toEqual([[], 0, 0]);
  });
});

describe("onChatStarted is called", () => {
  test("with name and address when the first message is accepted, and with no other one", () => {
    const { set, told } = create();
    set(mine("a"));
    expect(told("onChatStarted")).toEqual([]);
    set(accepted("a", 0));
    expect(told("onChatStarted")).toEqual([{ name: "Jane", email: "jane@example.com" }]);
    set(accepted("a", 0), mine("b"));
    set(accepted("a", 0), accepted("b", 1));
    set(accepted("a", 0), accepted("b", 1), theirs(2));
    expect(told("onChatStarted").length).toBe(1);
  });

  test("once, when several messages are accepted at a time", () => {
    const { set, told } = create({ messages: [mine("a"), mine("b")] });
    set(accepted("a", 0), accepted("b", 1));
    expect(told("onChatStarted").length).toBe(1);
  });

  test("where the team has spoken first, too", () => {
    const { set, told } = create({ messages: [theirs(0, { past: true }), mine("a")] });
    set(theirs(0, { past: true }), accepted("a", 1));
    expect(told("onChatStarted").length).toBe(1);
  });

  test("for the next conversation as well", () => {
    const { set, told } = create({ messages: [mine("a")] });
    set(accepted("a", 0));
    // What is still to be sent is all that goes on.
    set(accepted("a", 0), mine("b"));
    set(mine("b"));
    set(accepted("b", 0));
    expect(told("onChatStarted").length).toBe(2);
  });

  test.each<[what: string, state: Partial<State>, after: Message[]]>([
    ["a message of another tab", {}, [accepted("a", 0)]],
    ["a message that is not accepted", { messages: [mine("a")] }, [mine("a", { state: "failed" })]],
    ["one that an earlier page has sent, and this one found", { messages: [mine("a", { state: "failed" })] }, [accepted("a", 3, { past: true })]],
    ["the history of a conversation", {}, [accepted("a", 0, { past: true }), theirs(1, { past: true })]],
    ["a message in a conversation that goes on", { messages: [accepted("a", 0, { past: true }), mine("b")] }, [accepted("a", 0, { past: true }), accepted("b", 1)]],
    ["a message behind a page of the team's, with the visitor's further up", { older: true, messages: [theirs(30, { past: true }), mine("b")] }, [theirs(30, { past: true }), accepted("b", 31)]],
  ])("not for %s", (_, state, after) => {
    const { set, told } = create(state);
    set(...after);
    expect(told("onChatStarted")).toEqual([]);
  });
});
