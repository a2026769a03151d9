import { el } from "../shared/dom";
import { linked } from "./links";

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
  /** Shows the bubbles. What was shown before and has changed is updated in place. */
  render(bubbles: Bubble[]): void;
}

/** A log, so that screen readers say what is new. */
export function createBubbleList(label: string): BubbleList {
  const element = el("div", { class: "thread", role: "log", "aria-label": label, tabindex: "0" });
  const dates = createDates();
  let rows = new Map<string, Row>();
  return {
    element,
    render(bubbles) {
      const shown = new Map<string, Row>();
      // The first day is said only if it isn't today.
      let day = noon(Date.now());
      bubbles.forEach((bubble, i) => {
        const row = rows.get(bubble.key) ?? createRow(bubble);
        const next = bubbles[i + 1];
        const today = bubble.time ? noon(bubble.time) : day;
        row.update(bubble, {
          first: today != day || !together(bubbles[i - 1], bubble),
          last: !together(bubble, next) || (!!next?.time && noon(next.time) != today),
          day: today == day ? "" : dates.day(today),
          time: bubble.time ? dates.time(bubble.time) : "",
        });
        day = today;
        shown.set(bubble.key, row);
        // What is in its place is not touched: moving it would make screen readers say it again.
        if (element.children[i] != row.element) element.insertBefore(row.element, element.children[i] ?? null);
      });
      for (const [key, row] of rows) if (!shown.has(key)) row.element.remove();
      rows = shown;
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

function createRow({ own, name, named, avatarUrl, trusted, failed }: Bubble): Row {
  const day = el("p", { class: "day" });
  const note = el("p", { class: "note" });
  const content = el("div", { class: "bubble", dir: "auto" });
  let shown: string;
  const element = el(
    "div",
    { class: own ? "row own" : "row" },
    day,
    named && el("p", { class: "name" }, name),
    avatarUrl !== undefined && avatar(name, avatarUrl),
    content,
    note,
  );
  const again = el("button", { type: "button", class: "again" });
  again.addEventListener("click", () => {
    failed?.again();
    // The button goes, and would take the focus with it.
    element.parentElement!.focus({ preventScroll: true });
  });
  return {
    element,
    update(bubble, place) {
      failed = bubble.failed;
      // A message may be edited.
      if (bubble.text != shown) content.replaceChildren(...linked((shown = bubble.text), !!trusted));
      element.classList.toggle("first", place.first);
      element.classList.toggle("last", place.last);
      element.classList.toggle("pending", !!bubble.pending);
      element.classList.toggle("failed", !!failed);
      day.textContent = place.day;
      if (failed) {
        again.textContent = failed.action;
        note.replaceChildren(failed.text + " ", again);
      } else note.textContent = [place.last && place.time, bubble.seen].filter(Boolean).join(" · ");
    },
  };
}

/** A round picture; without one, or if it does not load, the initials of the name. */
export function avatar(name: string, url: string): HTMLElement {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toLocaleUpperCase();
  const element = el("span", { class: "avatar", "aria-hidden": "true" }, initials);
  if (url) {
    const picture = el("img", { alt: "" });
    picture.onload = () => element.replaceChildren(picture);
    picture.src = url;
  }
  return element;
}

/** Days and times as the language of the page writes them; of the browser, where the page names none that there is. */
function createDates(): { day(noon: number): string; time(time: number): string } {
  let language: string | undefined = document.documentElement.lang;
  try {
    Intl.getCanonicalLocales(language);
  } catch {
    language = undefined;
  }
  // Each takes long to make, and most visitors need none before they write.
  let days: Intl.DateTimeFormat, near: Intl.RelativeTimeFormat, times: Intl.DateTimeFormat;
  return {
    day(time) {
      const ago = Math.round((noon(Date.now()) - time) / 864e5);
      if (ago == 0 || ago == 1) return (near ??= new Intl.RelativeTimeFormat(language, { numeric: "auto" })).format(-ago, "day");
      return (days ??= new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" })).format(time);
    },
    time: (time) => (times ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" })).format(time),
  };
}

/** The noon of the day, which all its times have in common. */
function noon(time: number): number {
  return new Date(time).setHours(12, 0, 0, 0);
}
