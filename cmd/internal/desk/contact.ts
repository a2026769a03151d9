import { el } from "../../../widget/src/shared/dom";
import type { Message, Talk, Verification } from "./state";
import { portrait } from "./list";

const marks: Record<Verification, { text: string; about: string }> = {
  verified: { text: "Verified", about: "The site vouches for this user with a valid digest." },
  unverified: { text: "[Unverified]", about: "Name and e-mail are what the visitor says. Anyone could have typed them." },
  "cannot-verify": { text: "[Cannot verify]", about: "The site sent a digest that doesn’t match. Someone may be posing as this user." },
};

/** The mark of how sure it is who the visitor is. */
export function mark({ verification }: Talk): HTMLElement {
  return el("span", { class: "mark " + verification }, marks[verification].text);
}

/** What is known of the visitor: from the conversation alone, and apart from it what their page told. */
export function showContact(panel: HTMLElement, talk: Talk, messages: readonly Message[]): void {
  const last = messages.findLast(({ from }) => from == "visitor");
  const meta = Object.entries(last?.meta ?? {}).filter(([, value]) => value != null && value !== "");
  const usual = ["language", "platform", "browser"];
  const place = ([key]: [string, unknown]) => (usual.includes(key) ? usual.indexOf(key) : usual.length);
  meta.sort((a, b) => place(a) - place(b));
  panel.replaceChildren(
    el("div", { class: "card" }, portrait(talk), el("h2", {}, el("bdi", {}, talk.title)), mark(talk)),
    el("p", { class: "about" }, marks[talk.verification].about),
    facts([
      ["Name", talk.name || "–"],
      ["E-mail", talk.email || "–"],
      ["Account", talk.account || "–"],
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
