// Above the list: which conversations it has, and what is searched for. Below it: what there is when it is empty, and older ones.

import { attribute, el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { browse, isOpen, isWaiting, viewNames } from "./browse";
import type { Closed } from "./closed";
import type { State, View } from "./state";

export interface FilterParts {
  /** Has a button for each view. */
  views: HTMLElement;
  search: HTMLInputElement;
  empty: HTMLElement;
  /** Shows older closed conversations. */
  more: HTMLElement;
  /** Says how many were found. */
  found: HTMLElement;
}

const emptyTexts: Record<View, string> = {
  open: "Nothing is open. What visitors write shows up here.",
  waiting: "Nobody is waiting for an answer.",
  done: "Nothing is done yet. When you mark a conversation as done, it goes here until the visitor writes again.",
  closed: "No conversation is closed. One that has been quiet for long is closed by the service, and can only be read then.",
};

/** How many pages of closed conversations are read for one click of somebody who searches: each takes 20 requests and more. */
const mostPages = 10;
/** How long somebody pauses who has finished a word, in milliseconds. */
const typingPauseMilliseconds = 150;

export function showFilters({ views, search, empty, more, found }: FilterParts, store: Store<State>, closed: Closed, seeAll: () => void): void {
  const buttons = (Object.keys(viewNames) as View[]).map((view) => {
    const count = el("span", { class: "count" });
    const button = el("button", { type: "button" }, viewNames[view], count);
    button.addEventListener("click", () => {
      search.value = "";
      store.set({ view, query: "" });
    });
    return { view, button, count };
  });
  views.replaceChildren(...buttons.map(({ button }) => button));

  let typed: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(typed);
    typed = setTimeout(() => store.set({ query: search.value }), search.value ? typingPauseMilliseconds : 0);
  });

  let reading = false;
  async function readMore(): Promise<void> {
    reading = true;
    more.setAttribute("aria-disabled", "true");
    const { query } = store.state;
    const before = browse(store.state).length;
    try {
      // Someone who searches wants to see something found.
      for (let pages = 0; pages < mostPages; pages++) {
        await closed.more();
        if (!query || store.state.query != query || !store.state.olderClosed || browse(store.state).length != before) break;
      }
      failed = false;
    } catch {
      failed = true;
    }
    reading = false;
    more.removeAttribute("aria-disabled");
    update(store.state);
  }
  let failed = false;
  more.addEventListener("click", () => !reading && readMore());

  store.watch(["view"], ({ view }) => {
    if (view != "closed") return;
    closed.forget();
    readMore();
  });
  let searching = false;
  store.watch(["query"], ({ query, view }) => {
    const begins = !!query.trim() && !searching;
    searching = !!query.trim();
    if (!searching) return;
    seeAll();
    // What has been closed since would be nowhere.
    if (begins && view != "closed") closed.forget();
  });
  store.watch(["conversations", "closed", "olderClosed", "view", "query", "loaded"], update);

  function update(state: Readonly<State>): void {
    const { conversations, view, loaded, olderClosed } = state;
    const query = state.query.trim();
    const counts: Partial<Record<View, number>> = { open: conversations.filter(isOpen).length, waiting: conversations.filter(isWaiting).length };
    for (const { view: each, button, count } of buttons) {
      attribute(button, "aria-pressed", "" + (each == view && !query));
      count.textContent = counts[each] ? " " + counts[each] : "";
    }
    const items = browse(state).length;
    found.textContent = query ? describeFound(items, state) : "";
    const isReading = view == "closed" && !query ? reading : !loaded;
    empty.hidden = items > 0 || isReading || failed;
    empty.textContent = query ? "Nothing found." : loaded && !conversations.length && view == "open" ? "No conversations yet. When a visitor writes, it shows up here." : emptyTexts[view];
    more.hidden = !(olderClosed && (query || view == "closed"));
    more.textContent = reading ? "Reading…" : failed ? "That failed. Try again" : query ? (state.closed.length ? "Search older closed conversations" : "Search closed conversations") : "Show older ones";
  }
}

/** How many were found, and where nobody has looked yet. */
function describeFound(count: number, { closed, olderClosed }: Readonly<State>): string {
  const found = count == 1 ? "1 conversation found" : `${count} conversations found`;
  if (!olderClosed) return `${found}.`;
  return closed.length ? `${found}, also among the last ${closed.length} of the closed ones.` : `${found}. Closed ones have not been searched.`;
}
