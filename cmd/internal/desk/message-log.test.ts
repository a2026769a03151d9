// Which bubbles the messages of a conversation become.

import { expect, test, vi } from "../../../widget/unit/vitest.ts";
import { toBubbles } from "./message-log";
import type { Message } from "./state";

const message = (id: string, from: Message["from"], more: Partial<Message> = {}): Message => ({ id, from, body: "Hello", time: 1, author: from == "colleague" ? "jo" : from, ...more });
const names: Record<string, string> = { jo: "Jo Miller", stranger: "Jo Miller" };
const bubbles = (messages: Message[], seen = -1, resend = (_: string) => {}) => toBubbles(messages, seen, "Jane Doe", { nameOf: (identity) => names[identity] ?? identity, pictureOf: (identity) => (identity == "jo" ? "jo.png" : "") }, resend);

test.each<[Message["from"], own: boolean, name: string, named: boolean, key: string]>([
  ["visitor", false, "Jane Doe", false, "1"],
  ["me", true, "You", false, "1"],
  ["colleague", true, "Jo Miller", true, "1"],
  ["stranger", false, "Not of the team: stranger", true, "1"],
])("from %s", (from, own, name, named, key) => {
  expect(bubbles([message("1", from)])).toMatchObject([{ key, text: "Hello", own, name, named, time: 1, pending: false, failed: undefined }]);
});

test("a colleague's picture stands beside what they wrote, and nobody else's", () => {
  const avatars = (["me", "colleague", "visitor", "stranger"] as const).map((from) => bubbles([message("1", from)])[0]!.avatarUrl);
  expect(avatars).toEqual([undefined, "jo.png", undefined, undefined]);
});

test.each<[string, seen: number, below: string]>([
  ["nothing", -1, ""],
  ["up to the visitor's own", 1, "0"],
  ["the first of the team", 0, "0"],
  ["up to a colleague's", 2, "2"],
  ["all, but what is on its way is not there yet", 9, "2"],
])("when the visitor has read %s, that is below the last one of the team", (_, seen, below) => {
  const thread = [message("0", "me", { index: 0 }), message("1", "visitor", { index: 1 }), message("2", "colleague", { index: 2 }), message("3", "visitor", { index: 3 }), message("4", "me", { state: "pending" })];
  expect(bubbles(thread, seen).filter(({ seen }) => seen).map(({ key }) => key[0])).toEqual(below ? [below] : []);
});

test("what was not sent can be sent again", () => {
  const resend = vi.fn();
  const [pending, failed] = bubbles([message("1", "me", { state: "pending" }), message("2", "me", { state: "failed" })], -1, resend);
  expect([pending!.pending, pending!.failed, failed!.pending]).toEqual([true, undefined, true]);
  expect(failed!.failed).toMatchObject({ text: "Not sent.", action: "Send again" });
  failed!.failed!.again();
  expect(resend.mock.calls).toEqual([["2"]]);
});

test("what a visitor's browser has stored twice is shown once, and nothing that they give the id of something else disappears", () => {
  const given = { given: "4b1c" };
  const thread = [
    message("1", "visitor", given),
    message("2", "visitor", given),
    message("3", "visitor", { ...given, body: "Hello again" }),
    message("4", "visitor"),
    message("5", "visitor"),
    message("6", "me", given),
    message("7", "visitor", { ...given, author: "another visitor" }),
  ];
  expect(bubbles(thread).map(({ key }) => key)).toEqual(["1", "3", "4", "5", "6", "7"]);
});
