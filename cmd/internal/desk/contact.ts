// The contact panel: what is known of the visitor of a conversation, and how sure that is.

import { el } from "../../../widget/src/shared/dom";
import type { ConversationSummary, Message, Verification } from "./state";
import { createPortrait } from "./list";

const marks: Record<Verification, { text: string; about: string }> = {
  verified: { text: "Verified", about: "The site vouches for this user with a valid digest." },
  unverified: { text: "[Unverified]", about: "Name and e-mail are what the visitor says. Anyone could have typed them." },
  "cannot-verify": { text: "[Cannot verify]", about: "The site sent a digest that doesn’t match. Someone may be posing as this user." },
};

/** How sure it is who the visitor is. */
export function createMark({ verification }: ConversationSummary): HTMLElement {
  return el("span", { class: "mark " + verification }, marks[verification].text);
}

/** Who the visitor is comes from the conversation, where no visitor can write; what their page sent along stands apart from it. */
export function showContact(panel: HTMLElement, conversation: ConversationSummary, messages: readonly Message[]): void {
  const last = messages.findLast(({ from }) => from == "visitor");
  const meta = Object.entries(last?.meta ?? {}).filter(([, value]) => value != null && value !== "");
  const usual = ["language", "platform", "browser"];
  const place = ([key]: [string, unknown]) => (usual.includes(key) ? usual.indexOf(key) : usual.length);
  meta.sort((a, b) => place(a) - place(b));
  panel.replaceChildren(
    el("div", { class: "card" }, createPortrait(conversation), el("h2", {}, el("bdi", {}, conversation.title)), createMark(conversation)),
    el("p", { class: "about" }, marks[conversation.verification].about),
    facts([
      ["Name", conversation.name || "–"],
      ["E-mail", conversation.email || "–"],
      ["Account", conversation.account || "–"],
    ]),
    el("h3", {}, "From the last message"),
    meta.length
      ? facts(meta.map(([key, value]) => [usual.includes(key) ? key[0]!.toUpperCase() + key.slice(1) : key, typeof value == "object" ? JSON.stringify(value) : String(value)]))
      : el("p", { class: "about" }, "Nothing was sent along."),
  );
}

function facts(pairs: [name: string, value: string][]): HTMLElement {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", { dir: "auto" }, name), el("dd", { dir: "auto" }, value))));
}
