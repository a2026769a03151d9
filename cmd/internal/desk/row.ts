// A row of the list: who it is, how long they have waited, what was said last, and which colleagues are there.

import { attribute, el } from "../../../widget/src/shared/dom";
import { avatar } from "../../../widget/src/window/bubble-list";
import { isWaiting } from "./browse";
import { createMark } from "./mark";
import type { People } from "./people";
import type { ConversationSummary, LastMessage, State } from "./state";
import { shortAddress } from "./summary";
import { formatTime, formatWait } from "./times";

/** A longer text isn't seen, and would be work for nothing. */
const maxLastCharacters = 200;

export interface Place {
  /** It is the open one. */
  selected: boolean;
  /** From 0, of how many. */
  position: number;
  count: number;
  /** Those that are done and those that are open stand side by side, so it says which it is. */
  labelled: boolean;
  names: State["names"];
  /** Something that the agent has written there was not sent. */
  failed: boolean;
}

export type Row = ReturnType<typeof createRow>;

export function createRow(sid: string, people: People) {
  const picture = el("span", { class: "portrait" });
  const name = el("bdi", { class: "who" });
  const time = el("time");
  const text = el("span", { class: "last", dir: "auto" });
  const unread = el("span", { class: "unread" });
  const mark = el("span", { class: "sure" });
  const address = el("bdi", { class: "address" });
  const page = el("bdi", { class: "page" });
  const present = el("span", { class: "present" });
  const link = el(
    "a",
    { href: "#" + sid },
    picture,
    el("span", { class: "line" }, name, time),
    el("span", { class: "line" }, text, unread),
    el("span", { class: "line small" }, mark, address, page, present),
  );
  const element = el("li", {}, link);
  let portrait: string | undefined;
  let shown: ConversationSummary | undefined;
  let names: State["names"] | undefined;
  let failed = false;
  return {
    element,
    link,
    /** Time passes: what it says of that is said anew. */
    tick(): void {
      if (!shown) return;
      const wait = isWaiting(shown) ? formatWait(shown.waitingSince!) : undefined;
      time.classList.toggle("waiting", !!wait);
      time.dateTime = shown.time ? new Date(wait ? shown.waitingSince! : shown.time).toISOString() : "";
      attribute(time, "title", wait?.long);
      if (wait) time.replaceChildren(el("span", { "aria-hidden": "true" }, wait.short), el("span", { class: "hidden" }, wait.long));
      else time.textContent = shown.time ? formatTime(shown.time) : "";
    },
    update(conversation: ConversationSummary, place: Place) {
      attribute(link, "aria-current", place.selected && "page");
      attribute(element, "aria-posinset", "" + (place.position + 1));
      attribute(element, "aria-setsize", "" + place.count);
      const label = place.labelled && conversation.state != "active" ? (conversation.state == "done" ? "Done" : "Closed") : "";
      if (conversation == shown && names == place.names && failed == place.failed && label == (link.dataset.state ?? "")) return;
      shown = conversation;
      names = place.names;
      failed = place.failed;
      link.dataset.state = label;
      const { title, email, vouched, verification } = conversation;
      if (portrait != title) picture.replaceChildren(createPortrait(conversation));
      name.textContent = portrait = title;
      this.tick();
      text.textContent = failed ? "What you wrote was not sent." : conversation.typing ? "Typing…" : describeLast(conversation.lastMessage, people);
      text.classList.toggle("typing", conversation.typing && !failed);
      text.classList.toggle("failed", failed);
      const count = el("span", { "aria-hidden": "true" }, conversation.unread > 99 ? "99+" : "" + conversation.unread);
      unread.replaceChildren(...(conversation.unread ? [count, el("span", { class: "hidden" }, `${conversation.unread} unread`)] : []));
      link.classList.toggle("new", conversation.unread > 0);
      mark.replaceChildren(label ? el("span", { class: "state" }, label) : "", createMark(conversation));
      // What the site vouches for is the address; beside the name alone the mark would be one of the name, which can be anybody's.
      address.textContent = vouched && verification == "verified" && email != title ? email : "";
      page.textContent = conversation.page ? shortAddress(conversation.page) : "";
      present.replaceChildren(...conversation.present.map(({ identity, typing }) => createPresent(identity, typing, people)));
    },
  };
}

function describeLast(last: LastMessage | undefined, people: People): string {
  if (!last) return "";
  const who = last.from == "me" ? "You: " : last.from == "colleague" ? people.nameOf(last.author) + ": " : "";
  return who + last.text.slice(0, maxLastCharacters);
}

/** The picture of a colleague who is there, with the name for those who don't see it. */
function createPresent(identity: string, typing: boolean, people: People): HTMLElement {
  const name = people.nameOf(identity);
  const says = typing ? `${name} is typing` : `${name} is here`;
  return el("span", { class: typing ? "colleague typing" : "colleague", title: says }, avatar(name, people.pictureOf(identity)), el("span", { class: "hidden" }, says));
}

/** A round picture with initials, in a colour that stays with the conversation. "?" for nobody: the V of "Visitor" would be somebody's. */
export function createPortrait({ sid, title, name, email }: Pick<ConversationSummary, "sid" | "title" | "name" | "email">): HTMLElement {
  const element = avatar(name || email ? title : "?", "");
  element.classList.add("tone" + ([...sid].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7) % 5));
  return element;
}
