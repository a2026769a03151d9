import { attribute, el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { avatar } from "../../../widget/src/window/bubble-list";
import type { State, Talk } from "./state";

/** Shows the conversations as links, so that the browser's own keys, history and reload work on them. */
export function showList(list: HTMLElement, empty: HTMLElement, store: Store<State>): void {
  let rows = new Map<string, ReturnType<typeof createRow>>();
  let shown: readonly Talk[] | undefined;
  let open: string | undefined;
  store.watch(["talks", "selected", "loaded", "line"], ({ talks, selected, loaded, line }) => {
    empty.hidden = !loaded || talks.length > 0;
    list.ariaBusy = "" + (!loaded && line != "off");
    list.inert = line == "off";
    if (talks == shown && selected == open) return;
    shown = talks;
    open = selected;
    const next = new Map<string, ReturnType<typeof createRow>>();
    // Moving the row that has the focus would take it away.
    const focused = document.activeElement;
    talks.forEach((talk, i) => {
      const row = rows.get(talk.sid) ?? createRow(talk.sid);
      row.update(talk, talk.sid == selected);
      next.set(talk.sid, row);
      if (list.children[i] != row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
    for (const [sid, row] of rows) if (!next.has(sid)) row.element.remove();
    rows = next;
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
  });
  // What was today is yesterday at some time.
  setInterval(() => shown?.forEach((talk) => rows.get(talk.sid)?.update(talk, talk.sid == open)), 60_000);
}

function createRow(sid: string) {
  const picture = el("span", { class: "portrait" });
  const name = el("bdi", { class: "who" });
  const time = el("time");
  const text = el("span", { class: "last", dir: "auto" });
  const unread = el("span", { class: "unread" });
  const link = el("a", { href: "#" + sid }, picture, el("span", { class: "line" }, name, time), el("span", { class: "line" }, text, unread));
  let title: string | undefined;
  return {
    element: el("li", {}, link),
    update(talk: Talk, selected: boolean) {
      if (talk.title != title) picture.replaceChildren(portrait(talk));
      title = talk.title;
      name.textContent = talk.title;
      time.textContent = talk.time ? when(talk.time) : "";
      time.dateTime = talk.time ? new Date(talk.time).toISOString() : "";
      text.textContent = talk.typing ? "Typing…" : talk.last ? (talk.last.own ? "You: " : "") + talk.last.text : "No message yet";
      text.classList.toggle("typing", talk.typing);
      const count = el("span", { "aria-hidden": "true" }, talk.unread > 99 ? "99+" : "" + talk.unread);
      unread.replaceChildren(...(talk.unread ? [count, el("span", { class: "hidden" }, `${talk.unread} unread`)] : []));
      link.classList.toggle("new", talk.unread > 0);
      attribute(link, "aria-current", selected && "page");
    },
  };
}

/** A round picture with initials, in a colour that stays with the visitor. Nobody's initials are V. */
export function portrait({ sid, title, name, email }: Talk): HTMLElement {
  const element = avatar(name || email ? title : "?", "");
  element.classList.add("tone" + ([...sid].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7) % 5));
  return element;
}

const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "short" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

function when(time: number): string {
  const ago = (new Date().setHours(12, 0, 0, 0) - new Date(time).setHours(12, 0, 0, 0)) / 864e5;
  return (ago < 0.5 ? clock : ago < 6.5 ? weekday : date).format(time);
}
