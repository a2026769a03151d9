// What the thread shows, in which order, and what stands with each bubble.

import { describe, expect, test, vi } from "vitest";
import { type Config, defaults, launcherDefaults } from "../src/shared/generated";
import type { Message, State } from "../src/shared/types";
import { bubbles } from "../src/window/bubbles";
import type { Visitor } from "../src/window/visitor";

const texts = { welcome: "Welcome", help: "Help", identify: "Who?", identifyThanks: "Thanks", error: "Error", typing: "Typing", title: "Title", notSent: "Not sent", sendAgain: "Again", seen: "Seen" };

interface Situation {
  chat?: Partial<Config["chat"]>;
  messages?: Partial<Config["messages"]>;
  support?: Partial<Config["support"]>;
  state?: Partial<State>;
  due?: Visitor["due"];
  answered?: boolean;
  /** The visitor. */
  now?: Partial<Visitor["now"]>;
}

const again = vi.fn();

function show({ chat, messages, support, state, due = "", answered = false, now }: Situation) {
  const config = {
    chat: { ...defaults.chat, ...chat },
    messages: { ...defaults.messages, ...launcherDefaults.messages, ...texts, ...messages },
    support: { ...defaults.support, ...support },
  } as Config;
  const visitor = { now: { name: "", email: "", avatarUrl: "", ...now }, due } as Visitor;
  return bubbles(config, { messages: [], seen: -1, ...state } as State, visitor, answered, again);
}

const message = (body: string, more?: Partial<Message>): Message => ({ id: "id of " + body, body, own: false, time: 1, ...more });
const own = (body: string, more?: Partial<Message>) => message(body, { own: true, ...more });
const hello = own("Hello");

test.each<[string, Situation, string[]]>([
  ["by default greeting and help", {}, ["Welcome", "Help"]],
  ["while the form is due, the question instead of the help", { due: "all" }, ["Welcome", "Who?"]],
  ["while the consent is due, the same", { due: "consent" }, ["Welcome", "Who?"]],
  ["once the form is answered, question, thanks and help", { answered: true }, ["Welcome", "Who?", "Thanks", "Help"]],
  ["once answered, but due again, the question alone", { answered: true, due: "consent" }, ["Welcome", "Who?"]],
  ["messages after the help", { state: { messages: [hello, message("Hi")] } }, ["Welcome", "Help", "Hello", "Hi"]],
  ["no greeting above messages that others come before", { state: { messages: [hello], older: true } }, ["Help", "Hello"]],
  ["that somebody types, below the messages", { state: { messages: [hello], typing: true } }, ["Welcome", "Help", "Hello", "Typing"]],
  ["lists as a bubble each", { messages: { welcome: ["One", "Two"], help: ["Three", "Four"] } }, ["One", "Two", "Three", "Four"]],
  ["nothing of what is empty", { messages: { welcome: "", help: [] }, state: { messages: [hello] } }, ["Hello"]],
  ["nothing of the empty texts of a list", { messages: { welcome: ["", "Two", ""] } }, ["Two", "Help"]],
  ["that the service can't be reached, last", { state: { messages: [hello], failed: true, typing: true } }, ["Welcome", "Help", "Hello", "Typing", "Error"]],
  ["an error in several bubbles", { messages: { error: ["No luck.", "Sorry."] }, state: { failed: true } }, ["Welcome", "Help", "No luck.", "Sorry."]],
])("the thread shows %s", (_, situation, want) => {
  expect(show(situation).map(({ text }) => text)).toEqual(want);
});

test.each([
  [{}, []],
  [{ email: "a@b.example" }, ["{{ link:mailto:a@b.example a@b.example }}"]],
  [{ phone: "+1 (555) 010-99" }, ["{{ link:tel:+155501099 +1 (555) 010-99 }}"]],
  [{ email: "a@b.example", phone: "112" }, ["{{ link:mailto:a@b.example a@b.example }}\n{{ link:tel:112 112 }}"]],
])("of the ways %j those that are set are in one bubble below the error", (support, want) => {
  const shown = show({ support, state: { failed: true } });
  expect(shown.slice(3).map(({ text }) => text)).toEqual(want);
  expect(show({ support })).toHaveLength(2);
});

test("what is configured is trusted with links, what was written is not", () => {
  const shown = show({ answered: true, state: { messages: [hello, message("Hi")], typing: true, failed: true }, support: { phone: "112" } });
  expect(shown.filter(({ trusted }) => !trusted).map(({ text }) => text)).toEqual(["Hello", "Hi"]);
});

test("each bubble has a key of its own, and keeps it when others come", () => {
  const few = show({ messages: { welcome: ["Same", "Same"] }, state: { messages: [hello] } });
  const many = show({ messages: { welcome: ["Same", "Same"] }, answered: true, state: { messages: [hello, message("Hi")], failed: true, typing: true }, support: { phone: "112" } });
  const keys = many.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const { key, text } of few) expect(many.find((bubble) => bubble.key == key)).toMatchObject({ text });
});

describe("who speaks", () => {
  const hi = message("Hi");
  const zoe = message("Hi", { name: "Zoe", avatarUrl: "zoe.png" });
  test.each<[string, Situation, object]>([
    ["the team by its name", { chat: { name: "Acme" }, state: { messages: [hi] } }, { name: "Acme", named: true, avatarUrl: "" }],
    ["the team without a name by the title", { state: { messages: [hi] } }, { name: "Title" }],
    ["the team with its picture", { chat: { avatarUrl: "us.png" }, state: { messages: [hi] } }, { avatarUrl: "us.png" }],
    ["the team without a name above it", { chat: { showNames: false }, state: { messages: [hi] } }, { named: false }],
    ["the team without a picture", { chat: { avatarUrl: "us.png", showAvatars: false }, state: { messages: [hi] } }, { avatarUrl: undefined }],
    ["one of the team by their own name and picture", { chat: { name: "Acme", avatarUrl: "us.png" }, state: { messages: [zoe] } }, { name: "Zoe", avatarUrl: "zoe.png", named: true }],
    ["one of the team without their picture", { chat: { showAvatars: false }, state: { messages: [zoe] } }, { name: "Zoe", avatarUrl: undefined }],
    ["the visitor by name", { now: { name: "Jane", email: "jane@example.com" }, state: { messages: [hello] } }, { name: "Jane", avatarUrl: undefined }],
    ["the visitor without a name by address", { now: { email: "jane@example.com" }, state: { messages: [hello] } }, { name: "jane@example.com" }],
    ["the visitor with a picture", { now: { avatarUrl: "jane.png" }, state: { messages: [hello] } }, { avatarUrl: "jane.png" }],
    ["the visitor without it", { chat: { showAvatars: false }, now: { avatarUrl: "jane.png" }, state: { messages: [hello] } }, { avatarUrl: undefined }],
  ])("is %s", (_, situation, want) => {
    expect(show(situation).at(-1)).toMatchObject(want);
  });

  test.each([
    [true, "Acme", "us.png"],
    [false, "Acme", undefined],
  ])("of what is configured is the team, with pictures: %j", (showAvatars, name, avatarUrl) => {
    for (const bubble of show({ chat: { name: "Acme", avatarUrl: "us.png", showAvatars }, due: "all", state: { failed: true } })) expect(bubble).toMatchObject({ name, avatarUrl });
  });
});

describe("a message of the visitor", () => {
  test.each<[string, Partial<Message>, Partial<State>, boolean, boolean]>([
    ["that was accepted is neither on its way nor lost", {}, {}, false, false],
    ["that was accepted stays so when the service is gone", {}, { failed: true }, false, false],
    ["that waits is on its way", { state: "pending" }, {}, true, false],
    ["that waits can be sent again when the service is gone", { state: "pending" }, { failed: true }, true, true],
    ["that was refused can be sent again", { state: "failed" }, {}, true, true],
  ])("%s", (_, more, state, pending, failed) => {
    const bubble = show({ state: { messages: [own("Hello", more)], ...state } }).find(({ text }) => text == "Hello")!;
    expect(bubble).toMatchObject({ own: true, time: 1, pending });
    if (!failed) return expect(bubble.failed).toBeUndefined();
    expect(bubble.failed).toMatchObject({ text: "Not sent", action: "Again" });
    bubble.failed!.again();
    expect(again.mock.lastCall).toEqual(["id of Hello"]);
  });

  const sent = [own("One", { index: 0 }), own("Two", { index: 1 }), message("Hi", { index: 2 }), own("Three", { index: 3 }), own("Four")];
  test.each([
    [-1, []],
    [0, ["One"]],
    [1, ["Two"]],
    [2, ["Two"]],
    [3, ["Three"]],
    [9, ["Three"]],
  ])("is marked as seen if it is the last that was: of five, read up to place %i, %j", (seen, want) => {
    const shown = show({ state: { messages: sent, seen } });
    expect(shown.filter((bubble) => bubble.seen).map(({ text }) => text)).toEqual(want);
    expect(shown.every((bubble) => !bubble.seen || bubble.seen == "Seen")).toBe(true);
  });
});
