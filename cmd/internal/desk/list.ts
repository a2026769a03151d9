// The list of conversations: newest first, with name, address where that is vouched for, mark, time, last message and how many are unread.

import { attribute, el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { avatar } from "../../../widget/src/window/bubble-list";
import { createMark } from "./mark";
import type { ConversationSummary, State } from "./state";

/** Shows the conversations as links, so that the browser's own keys, history and reload work on them. */
export function showList(list: HTMLElement, empty: HTMLElement, store: Store<State>): void {
  let rows = new Map<string, ReturnType<typeof createRow>>();
  let shown: readonly ConversationSummary[] | undefined;
  let open: string | undefined;
  store.watch(["conversations", "selected", "loaded", "connection"], ({ conversations, selected, loaded, connection }) => {
    empty.hidden = !loaded || conversations.length > 0;
    list.setAttribute("aria-busy", "" + (!loaded && connection != "off"));
    list.inert = connection == "off";
    if (conversations == shown && selected == open) return;
    shown = conversations;
    open = selected;
    const next = new Map<string, ReturnType<typeof createRow>>();
    // Moving the row that has the focus would take it away.
    const focused = document.activeElement;
    conversations.forEach((conversation, i) => {
      const row = rows.get(conversation.sid) ?? createRow(conversation.sid);
      row.update(conversation, conversation.sid == selected);
      next.set(conversation.sid, row);
      if (list.children[i] != row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
    for (const [sid, row] of rows) if (!next.has(sid)) row.element.remove();
    rows = next;
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
  });
  // A message of today is one of yesterday after midnight.
  setInterval(() => shown?.forEach((conversation) => rows.get(conversation.sid)?.update(conversation, conversation.sid == open)), 60_000);
}

function createRow(sid: string) {
  const picture = el("span", { class: "portrait" });
  const name = el("bdi", { class: "who" });
  const address = el("bdi", { class: "address" });
  const mark = el("span", { class: "sure" });
  const time = el("time");
  const text = el("span", { class: "last", dir: "auto" });
  const unread = el("span", { class: "unread" });
  const vouchedLine = el("span", { class: "line" }, address);
  const link = el("a", { href: "#" + sid }, picture, el("span", { class: "line" }, name, mark, time), vouchedLine, el("span", { class: "line" }, text, unread));
  let title: string | undefined;
  return {
    element: el("li", {}, link),
    update(conversation: ConversationSummary, selected: boolean) {
      const { time: sent, lastMessage, email, vouched, verification } = conversation;
      if (conversation.title != title) picture.replaceChildren(createPortrait(conversation));
      title = conversation.title;
      name.textContent = title;
      // What the site vouches for is the address; beside the name alone the mark would be one of the name, which can be anybody's.
      address.textContent = vouched && verification == "verified" && email != title ? email : "";
      vouchedLine.hidden = !address.textContent;
      (address.textContent ? address : name).after(mark);
      mark.replaceChildren(createMark(conversation));
      time.textContent = sent ? formatTime(sent) : "";
      time.dateTime = sent ? new Date(sent).toISOString() : "";
      text.textContent = conversation.typing ? "Typing…" : lastMessage ? (lastMessage.own ? "You: " : "") + lastMessage.text : "No message yet";
      text.classList.toggle("typing", conversation.typing);
      const count = el("span", { "aria-hidden": "true" }, conversation.unread > 99 ? "99+" : "" + conversation.unread);
      unread.replaceChildren(...(conversation.unread ? [count, el("span", { class: "hidden" }, `${conversation.unread} unread`)] : []));
      link.classList.toggle("new", conversation.unread > 0);
      attribute(link, "aria-current", selected && "page");
    },
  };
}

/** A round picture with initials, in a colour that stays with the conversation. "?" for nobody: the V of "Visitor" would be somebody's. */
export function createPortrait({ sid, title, name, email }: ConversationSummary): HTMLElement {
  const element = avatar(name || email ? title : "?", "");
  element.classList.add("tone" + ([...sid].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 9973, 7) % 5));
  return element;
}

const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en", { weekday: "short" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** The time of today, the weekday of the last six days, the date of anything before. */
export function formatTime(time: number): string {
  // From noon to noon: days with a change of the clock have 23 or 25 hours.
  const daysAgo = (new Date().setHours(12, 0, 0, 0) - new Date(time).setHours(12, 0, 0, 0)) / 864e5;
  return (daysAgo < 0.5 ? clock : daysAgo < 6.5 ? weekday : date).format(time);
}
