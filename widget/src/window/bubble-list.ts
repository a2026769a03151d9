import type { View } from "../shared/app";
import { el } from "../shared/dom";
import type { Texts } from "./texts";

/** A bubble of the thread: a message, or a text that the site owner configured. */
export interface Bubble {
  /** The same for the same bubble, each time. */
  key: string;
  text: string;
  /** Configured, so it may have links with a text of their own. */
  trusted?: boolean;
  own?: boolean;
  /** The author. Named: it stands above the first bubble of a group. */
  name: string;
  named?: boolean;
  /** The address of a picture, or none: initials. Undefined: no avatar. */
  avatarUrl?: string;
  /** Milliseconds since 1970; configured texts have none. */
  time?: number;
  /** On its way. */
  pending?: boolean;
  /** What is said below a message that the team has read, or "". */
  seen?: string;
  /** What is said below a message that was not sent, with the button that sends it again. */
  failed?: { text: string; action: string; again(): void };
}

export interface BubbleList {
  element: HTMLElement;
  /** Shows the bubbles, with their days and times. What was shown before and has changed is updated in place. */
  render(bubbles: Bubble[], dates?: ReturnType<View["dates"]>): void;
}

/** A log, so that screen readers say what is new. You: what they say of the visitor's own bubbles. Show: puts a text into one. */
export function createBubbleList(label: string, you: string, show: Texts["show"]): BubbleList {
  const element = el("div", { class: "thread", role: "log", "aria-label": label, tabindex: "0" });
  const rows = new Map<string, Row>();
  return {
    element,
    render(bubbles, dates) {
      const keys = new Set(bubbles.map(({ key }) => key));
      // First, so that those after them are in their place.
      for (const [key, row] of rows)
        if (!keys.has(key)) {
          row.element.remove();
          rows.delete(key);
        }
      bubbles.forEach((bubble, i) => {
        const row = rows.get(bubble.key) ?? createRow(bubble, you, show);
        rows.set(bubble.key, row);
        const { day = "", time = "" } = dates?.[i] ?? {};
        row.update(bubble, {
          first: !!day || !together(bubbles[i - 1], bubble),
          last: !!dates?.[i + 1]?.day || !together(bubble, bubbles[i + 1]),
          day,
          time,
        });
        // What is in its place is not touched: moving it would make screen readers say it again.
        if (element.children[i] != row.element) element.insertBefore(row.element, element.children[i] ?? null);
      });
    },
  };
}

/** Whether two bubbles are of the same author, so that name and avatar stand there once. */
function together(a: Bubble | undefined, b: Bubble | undefined): boolean {
  return !!a && !!b && !a.own == !b.own && a.name == b.name && a.avatarUrl == b.avatarUrl;
}

interface Row {
  element: HTMLElement;
  update(bubble: Bubble, place: { first: boolean; last: boolean; day: string; time: string }): void;
}

function createRow({ own, named, trusted, failed }: Bubble, you: string, show: Texts["show"]): Row {
  const day = el("p", { class: "day" });
  const who = el("p");
  const note = el("p", { class: "note" });
  const content = el("div", { class: "bubble", dir: "auto" });
  let shown: string;
  let author: string;
  let face: HTMLElement | undefined;
  const element = el("div", {}, day, who, content, note);
  const again = el("button", { class: "again" });
  again.onclick = () => {
    failed?.again();
    // The button goes, and would take the focus with it.
    element.parentElement!.focus({ preventScroll: true });
  };
  return {
    element,
    update(bubble, place) {
      failed = bubble.failed;
      const { name, avatarUrl } = bubble;
      // Who has written may be known later than what, and may change.
      if (author != name + avatarUrl) {
        author = name + avatarUrl;
        who.textContent = own && !named ? you : name;
        face?.remove();
        if (avatarUrl !== undefined) content.before((face = avatar(name, avatarUrl)));
      }
      // A message may be edited.
      if (bubble.text != shown) show(content, (shown = bubble.text), trusted);
      element.className = ["row", own && "own", place.first && "first", place.last && "last", bubble.pending && "pending", failed && "failed"].filter(Boolean).join(" ");
      // Each author once for the eye, but always for a screen reader.
      who.className = named && place.first ? "name" : "away";
      write(day, place.day);
      if (!failed) write(note, [place.last && place.time, bubble.seen].filter(Boolean).join(" · "));
      else if (!again.parentNode) {
        again.textContent = failed.action;
        note.replaceChildren(failed.text + " ", again);
      }
    },
  };
}

/** Writes a text, if it is another: a screen reader says again what is written again. */
export function write(element: Element, text: string): void {
  if (element.textContent != text) element.textContent = text;
}

/** A round picture; without one, or if it does not load, the initials of the name. */
export function avatar(name: string, url: string): HTMLElement {
  const initials = (name.match(/(?<!\S)\S/gu) ?? []).slice(0, 2).join("").toLocaleUpperCase();
  const element = el("span", { class: "avatar", "aria-hidden": "true" }, initials);
  if (url) {
    const picture = el("img", { alt: "", referrerpolicy: "no-referrer" });
    picture.onload = () => element.replaceChildren(picture);
    picture.src = url;
  }
  return element;
}
