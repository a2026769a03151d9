// How sure it is who a visitor is, in the words of the desk.

import { el } from "../../../widget/src/shared/dom";
import type { ConversationSummary, Verification } from "./state";

const marks: Record<Verification, { text: string; about: string }> = {
  verified: { text: "Verified", about: "The site vouches for this user’s e-mail with a valid digest. The name is what the page says." },
  unverified: { text: "[Unverified]", about: "Name and e-mail are what the visitor says. Anyone could have typed them." },
  "cannot-verify": { text: "[Cannot verify]", about: "The site sent a digest that doesn’t match. Someone may be posing as this user." },
};

const unvouched = { text: "[Not vouched for]", about: "The token server hasn’t written this, or not for this conversation. Name and e-mail may be from anyone." };

type Known = Pick<ConversationSummary, "vouched" | "verification">;

/** The mark, where the token server vouches for it; else that it doesn't, or nothing while that isn't known. */
export function createMark({ vouched, verification }: Known): HTMLElement {
  if (vouched) return el("span", { class: "mark " + verification }, marks[verification].text);
  return el("span", { class: "unvouched" }, vouched === false && unvouched.text);
}

/** What the mark means. */
export function explainMark({ vouched, verification }: Known): string {
  if (vouched) return marks[verification].about;
  return vouched === false ? unvouched.about : "";
}
