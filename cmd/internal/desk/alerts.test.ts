// What is announced, and what is not.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createAlerts } from "./alerts";
import { createDeskStore, jane } from "./fake-desk";
import { createNotices } from "./notices";
import type { ConversationSummary, Sender } from "./state";

class FakeNotification {
  static permission = "granted";
  static shown: FakeNotification[] = [];
  onclick = () => {};
  readonly close = vi.fn();
  constructor(
    readonly heading: string,
    readonly options: { tag: string; body: string },
  ) {
    FakeNotification.shown.push(this);
  }
}
const shown = () => FakeNotification.shown.map(({ heading, options: { tag, body } }) => `${tag} ${heading}: ${body}`);

beforeEach(() => {
  FakeNotification.shown = [];
  FakeNotification.permission = "granted";
  vi.stubGlobal("Notification", FakeNotification);
  vi.stubGlobal("focus", () => {});
});
afterEach(() => void vi.unstubAllGlobals());

/** A conversation whose last message has this number. */
const at = (sid: string, index: number, from: Sender = "visitor", change: Partial<ConversationSummary> = {}): ConversationSummary => ({
  ...jane,
  sid,
  lastIndex: index,
  unread: 1,
  lastMessage: { index, text: "Message " + index, from, author: from },
  ...change,
});

function begin(first: ConversationSummary[] = [], settings = { notify: true, sound: true, letters: true }) {
  const store = createDeskStore({ loaded: true, conversations: first });
  const [chime, open] = [vi.fn(), vi.fn()];
  let looked = "";
  createAlerts(store, { settings, looksAt: (sid) => sid == looked, notices: createNotices(open), chime, once: (_, work) => work() });
  const come = (...conversations: ConversationSummary[]) => store.set({ conversations });
  return { store, come, chime, open, lookAt: (sid: string) => (looked = sid) };
}

test("a visitor's message is announced once, what was there from the start is not", () => {
  const { come, chime } = begin([at("CH1", 4), at("CH2", 0)]);
  come(at("CH1", 4, "visitor", { typing: true }), at("CH2", 0));
  expect(shown()).toEqual([]);
  come(at("CH1", 5), at("CH2", 0));
  come(at("CH1", 5), at("CH2", 0));
  expect([shown(), chime.mock.calls.length]).toEqual([["CH1 Jane Doe: Message 5"], 1]);
});

test("so is a new conversation, and one whose words are read later", () => {
  const { come } = begin([at("CH1", 4)]);
  come(at("CH1", 4), at("CH2", 0));
  come(at("CH1", 5, "visitor", { lastMessage: { index: 4, text: "Old", from: "visitor", author: "visitor" } }), at("CH2", 0));
  expect(shown()).toEqual(["CH2 Jane Doe: Message 0"]);
  come(at("CH1", 5), at("CH2", 0));
  expect(shown()).toEqual(["CH2 Jane Doe: Message 0", "CH1 Jane Doe: Message 5"]);
});

test("words of old messages that are read later are no news", () => {
  const { come } = begin([at("CH1", 4, "visitor", { lastMessage: undefined })]);
  come(at("CH1", 4));
  expect(shown()).toEqual([]);
});

test("what a colleague has answered is announced no longer, until the visitor writes again", () => {
  const { come } = begin([at("CH1", 4)]);
  come(at("CH1", 5));
  const [notification] = FakeNotification.shown;
  expect(notification!.close).not.toHaveBeenCalled();
  come(at("CH1", 6, "colleague", { unread: 2 }));
  expect(notification!.close).toHaveBeenCalledOnce();
  come(at("CH1", 7, "visitor", { unread: 3 }));
  expect(shown()).toEqual(["CH1 Jane Doe: Message 5", "CH1 Jane Doe: Message 7"]);
  expect(FakeNotification.shown[1]!.close).not.toHaveBeenCalled();
});

test.each<Sender>(["me", "colleague", "stranger"])("what a %s has written is not announced", (from) => {
  const { come } = begin([at("CH1", 4)]);
  come(at("CH1", 5, from));
  expect(shown()).toEqual([]);
});

test("what the agent looks at is not announced, and no longer what has been read", () => {
  const { come, chime, lookAt } = begin([at("CH1", 4), at("CH2", 4)]);
  lookAt("CH1");
  come(at("CH1", 5), at("CH2", 5));
  expect([shown(), chime.mock.calls.length]).toEqual([["CH2 Jane Doe: Message 5"], 1]);
  come(at("CH1", 5), at("CH2", 5, "visitor", { unread: 0 }));
  expect(FakeNotification.shown[0]!.close).toHaveBeenCalledOnce();
});

test("a message that the conversation doesn't count yet is announced for all that", () => {
  const { come } = begin([at("CH1", 4, "visitor", { unread: 0 })]);
  come(at("CH1", 5, "visitor", { unread: 0, lastIndex: 4 }));
  expect([shown(), FakeNotification.shown[0]!.close.mock.calls.length]).toEqual([["CH1 Jane Doe: Message 5"], 0]);
});

test("many at once are announced as one", () => {
  const sids = ["CH1", "CH2", "CH3", "CH4"];
  const { come, chime } = begin(sids.map((sid) => at(sid, 0)));
  come(...sids.map((sid) => at(sid, 1)));
  expect([shown(), chime.mock.calls.length]).toEqual([[" 4 conversations: Visitors have written."], 1]);
});

test("a click leads to the conversation", () => {
  const { come, open } = begin([at("CH1", 4)]);
  come(at("CH1", 5));
  FakeNotification.shown[0]!.onclick();
  expect([open.mock.calls, FakeNotification.shown[0]!.close.mock.calls.length]).toEqual([[["CH1"]], 1]);
});

test.each<[string, settings: { notify: boolean; sound: boolean; letters: boolean }, permission: string, notified: number, chimes: number]>([
  ["without a sound", { notify: true, sound: false, letters: true }, "granted", 1, 0],
  ["with a sound alone", { notify: false, sound: true, letters: true }, "granted", 0, 1],
  ["where the browser has taken its leave back", { notify: true, sound: true, letters: true }, "denied", 0, 1],
])("%s", (_, settings, permission, notified, chimes) => {
  FakeNotification.permission = permission;
  const { come, chime } = begin([at("CH1", 4)], settings);
  come(at("CH1", 5));
  expect([shown().length, chime.mock.calls.length]).toEqual([notified, chimes]);
});

test("where a browser lets no page notify, sound and title go on", () => {
  vi.stubGlobal("Notification", Object.assign(function () { throw TypeError("Illegal constructor"); }, { permission: "granted" }));
  const { come, chime } = begin([at("CH1", 4)]);
  come(at("CH1", 5));
  expect([chime.mock.calls.length, document.title]).toEqual([1, expect.stringMatching(/^\(1\)/)]);
});
