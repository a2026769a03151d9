// The list of conversations. There may be a thousand: only the rows in view are in the page, and some around them.

import type { Store } from "../../../widget/src/shared/store";
import { attribute } from "../../../widget/src/shared/dom";
import { browse } from "./browse";
import type { People } from "./people";
import { createRow, type Row } from "./row";
import type { ConversationSummary, State } from "./state";

export interface ListParts {
  /** What scrolls. */
  scroller: HTMLElement;
  list: HTMLElement;
}

export interface List {
  /** Opens the conversation so many places after the open one; where none is open, moves the focus instead. */
  step(by: 1 | -1): void;
  /** Moves the focus to the row of a conversation that was open, or to what has taken its place; else to the first one. */
  focus(sid?: string): void;
  /** The conversation whose row has the focus. */
  focused(): string | undefined;
}

/** So many rows are in the page above and below those in view. */
const spareRows = 6;
/** Of a row, in pixels, until one has been measured; and of the list until it has been laid out. */
const usualRowHeight = 84;
const usualHeight = 800;
/** How often times are said anew. */
const tickMilliseconds = 20_000;

/** Shows the conversations as links, so that the browser's own keys, history and reload work on them. `see` hears which are in view. */
export function showList({ scroller, list }: ListParts, store: Store<State>, people: People, see: (sids: Iterable<string>) => void): List {
  const rows = new Map<string, Row>();
  let items: readonly ConversationSummary[] = [];
  let rowHeight = usualRowHeight;
  /** The row that Tab leads to. It is in the page wherever it is. */
  let current = "";
  /** Where that row and the open conversation were last: they leave the list when they are done, and the next one takes their place. */
  let currentAt = 0;
  let openAt = 0;

  const indexOf = (sid: string) => items.findIndex((item) => item.sid == sid);

  /** The indexes of the rows that are to be in the page. */
  function wanted(): number[] {
    const first = Math.floor(scroller.scrollTop / rowHeight) - spareRows;
    const last = Math.ceil((scroller.scrollTop + (scroller.clientHeight || usualHeight)) / rowHeight) + spareRows;
    const indexes = new Set<number>();
    for (let i = Math.max(0, first); i < Math.min(items.length, last); i++) indexes.add(i);
    if (items.length) indexes.add(currentAt);
    return [...indexes].sort((a, b) => a - b);
  }

  function render(): void {
    const { selected, query, names, failed } = store.state;
    if (indexOf(current) < 0) current = items[indexOf(selected) >= 0 ? indexOf(selected) : Math.min(currentAt, items.length - 1)]?.sid ?? "";
    currentAt = Math.max(0, indexOf(current));
    // Moving the row that has the focus would take it away.
    const focused = document.activeElement;
    const shown = wanted();
    const keep = new Set(shown.map((i) => items[i]!.sid));
    for (const [sid, row] of rows)
      if (!keep.has(sid)) {
        row.element.remove();
        rows.delete(sid);
      }
    shown.forEach((position, i) => {
      const item = items[position]!;
      const row = rows.get(item.sid) ?? createRow(item.sid, people);
      rows.set(item.sid, row);
      row.update(item, { selected: item.sid == selected, position, count: items.length, labelled: !!query.trim(), names, failed: failed.includes(item.sid) });
      row.element.style.top = position * rowHeight + "px";
      attribute(row.link, "tabindex", item.sid == current ? "0" : "-1");
      if (list.children[i] != row.element) list.insertBefore(row.element, list.children[i] ?? null);
    });
    list.style.height = items.length * rowHeight + "px";
    if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
    else if (focused instanceof HTMLElement && !focused.isConnected && items.length) rows.get(current)?.link.focus({ preventScroll: true });
    see(keep);
    measure();
  }

  /** All rows are of one height, which is the browser's to say: people set their letters larger. */
  function measure(): void {
    const height = rows.values().next().value?.element.offsetHeight;
    if (!height || height == rowHeight) return;
    rowHeight = height;
    render();
  }

  function reach(index: number): void {
    const item = items[Math.min(items.length - 1, Math.max(0, index))];
    if (!item) return;
    current = item.sid;
    const top = indexOf(current) * rowHeight;
    scroller.scrollTop = Math.min(top, Math.max(scroller.scrollTop, top + rowHeight - scroller.clientHeight));
    render();
    rows.get(current)!.link.focus({ preventScroll: true });
  }

  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const by = steps[event.key];
    if (!by) return;
    event.preventDefault();
    reach(indexOf(current) + by);
  });
  list.addEventListener("focusin", ({ target }) => {
    const row = [...rows].find(([, { link }]) => link == target);
    if (!row || row[0] == current) return;
    attribute(rows.get(current)?.link ?? row[1].link, "tabindex", "-1");
    current = row[0];
    attribute(row[1].link, "tabindex", "0");
  });
  let due = 0;
  scroller.addEventListener("scroll", () => {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(render);
  }, { passive: true });
  new ResizeObserver(render).observe(scroller);
  setInterval(() => rows.forEach((row) => row.tick()), tickMilliseconds);

  store.watch(["conversations", "closed", "view", "query", "selected", "names", "team", "failed"], (state) => {
    items = browse(state);
    const at = indexOf(state.selected);
    if (at >= 0) openAt = at;
    render();
  });
  // What was looked for before is left.
  store.watch(["view", "query"], () => {
    scroller.scrollTop = 0;
    currentAt = 0;
  });
  store.watch(["loaded", "connection", "away"], ({ loaded, connection, away }) => {
    attribute(list, "aria-busy", "" + (!loaded && connection != "off"));
    // Who is away because they touched nothing is back with the touch that opens a conversation.
    list.inert = away == "chosen";
  });

  return {
    step(by) {
      const { selected } = store.state;
      if (!selected) return reach(list.contains(document.activeElement) ? indexOf(current) + by : indexOf(current));
      const at = indexOf(selected);
      // One that is gone has left its place to the one after it.
      const next = items[at >= 0 ? at + by : by > 0 ? openAt : openAt - 1];
      if (next) location.hash = next.sid;
    },
    focus: (sid) => reach(!sid ? 0 : indexOf(sid) >= 0 ? indexOf(sid) : openAt),
    focused: () => (list.contains(document.activeElement) ? current : undefined),
  };
}
