// What the contact panel says of a visitor.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import { showContact } from "./contact";
import { jane as known } from "./fake-desk";
import { createMark } from "./mark";
import type { ConversationSummary, Message } from "./state";

const jane = { ...known, email: "jane@acme.example" };
const message = (from: Message["from"], meta?: object): Message => ({ id: "1", body: "", time: 0, author: "", from, meta: meta as Message["meta"] });

function show(conversation: ConversationSummary, messages: Message[] = []) {
  const panel = document.createElement("aside");
  showContact(panel, conversation, messages);
  const facts = [...panel.querySelectorAll("dl > div")].map(({ firstChild, lastChild }) => `${firstChild!.textContent}: ${lastChild!.textContent}`);
  return { panel, identity: facts.slice(0, 3), meta: facts.slice(3) };
}

describe("how sure it is who the visitor is", () => {
  test.each<[ConversationSummary["verification"], mark: string, about: string]>([
    ["verified", "Verified", "The site vouches for this user’s e-mail with a valid digest. The name is what the page says."],
    ["unverified", "[Unverified]", "Name and e-mail are what the visitor says. Anyone could have typed them."],
    ["cannot-verify", "[Cannot verify]", "The site sent a digest that doesn’t match. Someone may be posing as this user."],
  ])("%s", (verification, mark, about) => {
    const { panel } = show({ ...jane, verification });
    expect(panel.querySelector(".mark")!.textContent).toBe(mark);
    expect(panel.querySelector(".mark")!.classList.contains(verification)).toBe(true);
    expect(panel.querySelector(".about")!.textContent).toBe(about);
    expect(createMark({ ...jane, verification }).textContent).toBe(mark);
  });

  test.each<[vouched: boolean | undefined, text: string, about: string]>([
    [false, "[Not vouched for]", "The token server hasn’t written this, or not for this conversation. Name and e-mail may be from anyone."],
    [undefined, "", ""],
  ])("no mark where the token server vouches for nothing: %s", (vouched, text, about) => {
    const { panel, identity } = show({ ...jane, verification: "verified", vouched });
    expect(panel.querySelector(".mark")).toBe(null);
    expect(panel.querySelector(".unvouched")!.textContent).toBe(text);
    expect(panel.querySelector(".about")!.textContent).toBe(about);
    expect(identity).toContain("E-mail: jane@acme.example");
  });
});

test("who it is comes from the conversation", () => {
  expect(show(jane).identity).toEqual(["Name: Jane Doe", "E-mail: jane@acme.example", "Account: acme"]);
  expect(show({ ...jane, name: "", email: "", account: "" }).identity).toEqual(["Name: –", "E-mail: –", "Account: –"]);
});

describe("what came along is", () => {
  test.each<[string, Message[], string[]]>([
    ["nothing without a message", [], []],
    ["that of the last message of the visitor", [message("visitor", { plan: "free" }), message("visitor", { plan: "pro" }), message("me", { plan: "none" })], ["plan: pro"]],
    ["nothing when that had none", [message("visitor", { plan: "free" }), message("visitor")], []],
    ["language, platform and browser first, then the rest as it was sent", [message("visitor", { plan: "pro", browser: "Chrome 120", z: 1, platform: "Linux", language: "en-GB", a: 2 })], ["Language: en-GB", "Platform: Linux", "Browser: Chrome 120", "plan: pro", "z: 1", "a: 2"]],
    ["shown as text, whatever it is", [message("visitor", { seats: 3, trial: false, tags: ["a", 1], nested: { b: 2 } })], ["seats: 3", "trial: false", 'tags: ["a",1]', 'nested: {"b":2}']],
    ["left out where it is empty", [message("visitor", { plan: "", seats: null, none: undefined, zero: 0 })], ["zero: 0"]],
  ])("%s", (_, messages, meta) => {
    const { panel, meta: shown } = show(jane, messages);
    expect(shown).toEqual(meta);
    expect(panel.textContent!.includes("Nothing was sent along.")).toBe(!meta.length);
  });
});
