// The contact panel: what is known of the visitor of a conversation, and how sure that is.

import { el } from "../../../widget/src/shared/dom";
import { builtinMeta } from "../../../widget/src/shared/generated";
import { createMark, explainMark } from "./mark";
import { createPortrait } from "./row";
import { pageLink } from "./page-link";
import type { ConversationSummary, Message } from "./state";

/** Who the visitor is comes from the conversation, with how sure that is; what their page sent along stands apart from it. */
export function showContact(panel: HTMLElement, conversation: ConversationSummary, messages: readonly Message[]): void {
  const last = messages.findLast(({ from }) => from == "visitor");
  const page = conversation.page ?? last?.page;
  const meta = Object.entries(last?.meta ?? {}).filter(([, value]) => value != null && value !== "");
  const usual = builtinMeta;
  const place = ([key]: [string, unknown]) => (usual.includes(key) ? usual.indexOf(key) : usual.length);
  meta.sort((a, b) => place(a) - place(b));
  panel.replaceChildren(
    el("div", { class: "card" }, createPortrait(conversation), el("h2", {}, el("bdi", {}, conversation.title)), createMark(conversation)),
    el("p", { class: "about" }, explainMark(conversation)),
    facts([
      ["Name", conversation.name || "–"],
      ["E-mail", conversation.email || "–"],
      ["Account", conversation.account || "–"],
      ...(page ? [["Page", pageLink(page)] as const] : []),
    ]),
    el("h3", {}, "From the last message"),
    meta.length
      ? facts(meta.map(([key, value]) => [usual.includes(key) ? key[0]!.toUpperCase() + key.slice(1) : key, typeof value == "object" ? JSON.stringify(value) : String(value)]))
      : el("p", { class: "about" }, "Nothing was sent along."),
  );
}

function facts(pairs: (readonly [name: string, value: string | Node])[]): HTMLElement {
  return el("dl", {}, ...pairs.map(([name, value]) => el("div", {}, el("dt", { dir: "auto" }, name), el("dd", { dir: "auto" }, value))));
}
