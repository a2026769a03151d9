// What is read of conversations and their messages, whatever stands there.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import { team } from "./fake-desk";
import { asConversation, FakeConversation } from "./fake-twilio";
import { lastWords, pageAddress, reopenedAt, senderOf, shortAddress, titleOf } from "./summary";

type Said = [author: string, time: number, participantSid?: string][];

const read = (said: Said, reopened?: number) => {
  const conversation = new FakeConversation("CH1");
  for (const [author, time, participantSid] of said) conversation.add({ body: "Hello", author, time, participantSid });
  return lastWords(conversation.messages, (author) => senderOf(asConversation(conversation), author, team), reopened);
};

describe("since when an answer is owed", () => {
  test.each<[string, Said, reopened: number, since: number | undefined]>([
    ["nothing was said", [], 0, undefined],
    ["the visitor has written", [["visitor", 1000]], 0, 1000],
    ["and again: since the first time", [["visitor", 1000], ["visitor", 2000]], 0, 1000],
    ["the agent has answered", [["visitor", 1000], ["me", 2000]], 0, undefined],
    ["a colleague has", [["visitor", 1000], ["jo", 2000]], 0, undefined],
    ["the visitor asks once more", [["visitor", 1000], ["jo", 2000], ["visitor", 3000], ["visitor", 4000]], 0, 3000],
    ["a stranger answers nothing", [["visitor", 1000], ["mallory", 2000]], 0, 1000],
    ["somebody has who is not of the team any more", [["visitor", 1000], ["max", 2000, "MB1"]], 0, undefined],
    ["nor does another visitor", [["visitor", 1000], ["visitor-23456", 2000, "MB1"]], 0, 1000],
    ["and is owed nothing", [["mallory", 2000]], 0, undefined],
    ["it was done, and the visitor wrote again, a moment before it became active", [["visitor", 1000], ["visitor", 9000]], 9010, 9000],
    ["it was done, and the visitor wrote again twice", [["visitor", 1000], ["visitor", 9000], ["visitor", 9900]], 9010, 9010],
    ["it was done, and somebody has reopened it", [["visitor", 1000]], 9000, 1000],
  ])("%s", (_, said, reopened, since) => expect(read(said, reopened).waitingSince).toBe(since));
});

test.each<[string, created: number, since: number | undefined, at: number]>([
  ["never", 1000, undefined, 0],
  ["with the conversation", 1000, 1000, 0],
  ["a moment later, as a service does it", 1000, 1900, 0],
  ["later", 1000, 9000, 9000],
])("a conversation got its state %s", (_, created, since, at) => {
  const state = { current: "active" as const, dateUpdated: since === undefined ? undefined! : new Date(since) };
  expect(reopenedAt({ dateCreated: new Date(created), state })).toBe(at);
});

test.each<[value: unknown, address: string | undefined, short?: string]>([
  ["https://www.acme.example/prices", "https://www.acme.example/prices", "www.acme.example/prices"],
  ["http://acme.example:8080", "http://acme.example:8080/", "acme.example:8080"],
  ["https://user:word@acme.example/a?b#c", "https://user:word@acme.example/a?b#c", "acme.example/a"],
  ["https://acme.example/\u202eexe", "https://acme.example/%E2%80%AEexe", "acme.example/%E2%80%AEexe"],
  ["https://acme.example/" + "x".repeat(3000), undefined],
  ["javascript:alert(1)", undefined],
  ["data:text/html,x", undefined],
  ["//acme.example", undefined],
  ["", undefined],
  [undefined, undefined],
  [["https://acme.example"], undefined],
])("the page %j is %j", (value, address, short) => {
  expect(pageAddress(value)).toBe(address);
  if (address) expect(shortAddress(address)).toBe(short);
});

test.each<[name: string, email: string, title: string]>([
  ["Jane Doe", "jane@acme.example", "Jane Doe"],
  ["", "jane@acme.example", "jane@acme.example"],
  ["", "", "Visitor"],
  ["\u202eeoD enaJ", "", "eoD enaJ"],
  ["Jane\n\u0000Doe\u2069", "", "Jane Doe"],
  ["\u2066\u2069", "jane@acme.example", "jane@acme.example"],
  ["\u200b\u2060", "jane@acme.example", "jane@acme.example"],
  ["\u3164", "\u2800", "Visitor"],
])("a visitor with the name %j and the address %j is called %j", (name, email, title) => expect(titleOf({ name, email })).toBe(title));
