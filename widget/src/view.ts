import { el } from "./dom";

/** Messages in the page at once, and by how many the view moves on. */
const most = 100;
const step = 20;

/** The part of a long thread that is in the page, and the place in it that the visitor looks at. */
export interface View {
  element: HTMLElement;
  /** The messages to show, of all that are there. */
  part<T>(all: readonly T[]): readonly T[];
  /** Changes what is in the view. Who looks at the end sees the new end; who reads further up is left there. */
  change(work: () => void): void;
  toEnd(): void;
}

/** Redraw is called when another part is to be shown, more when the messages are at their beginning. */
export function createView(content: HTMLElement, redraw: () => void, more: () => void): View {
  const element = el("div", { class: "scroller" }, content);
  let skipped = 0;
  let count = 0;
  // Upside down: 0 is the end.
  const below = () => -element.scrollTop;
  const top = (e: Element) => e.getBoundingClientRect().top;
  element.addEventListener("scroll", () => {
    const above = element.scrollHeight - element.clientHeight - below();
    if (above < 200 && count - skipped > most) skipped += step;
    else if (above < 200) return more();
    else if (below() < 200 && skipped) skipped = Math.max(0, skipped - step);
    else return;
    redraw();
  });
  return {
    element,
    part(all) {
      count = all.length;
      return all.slice(Math.max(0, count - skipped - most), count - skipped);
    },
    change(work) {
      const anchor = below() > 40 && [...content.querySelectorAll(".row")].find((row) => top(row) + row.clientHeight > top(element) + 40);
      const before = anchor && top(anchor);
      work();
      if (anchor && anchor.isConnected) element.scrollTop += top(anchor) - (before as number);
    },
    toEnd() {
      skipped = 0;
      element.scrollTop = 0;
    },
  };
}
