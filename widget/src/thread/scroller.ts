import type { View } from "../shared/app";
import { el } from "../shared/dom";

/** Messages that are in the page at once, and by how many the part on show moves. */
const mostMessages = 100;
const stepMessages = 20;

/** Redraw is called when another part is to be shown, more when the messages are at their beginning and there are others before. */
export function createScroller(element: HTMLElement, label: string, redraw: () => void, more: () => void): Omit<View, "dates"> {
  const button = el("button", { type: "button", class: "older", hidden: true }, label);
  button.onclick = more;
  element.firstElementChild!.prepend(button);
  let skipped = 0;
  let count = 0;
  // Upside down: 0 is the end.
  const below = () => -element.scrollTop;
  const above = () => element.scrollHeight - element.clientHeight - below();
  const bottom = (e: Element) => e.getBoundingClientRect().bottom;
  /** Shows what is further up to who gets to the beginning of this part, if it is here. */
  const climb = () => {
    if (above() >= 200 || count - skipped <= mostMessages) return false;
    skipped += stepMessages;
    redraw();
    return true;
  };
  element.onscroll = () => {
    if (climb()) return;
    if (above() < 200) button.hidden || more();
    else if (below() < 200 && skipped) {
      skipped = Math.max(0, skipped - stepMessages);
      redraw();
    }
  };
  return {
    part(all, older) {
      button.hidden = !older;
      count = all.length;
      return all.slice(Math.max(0, count - skipped - mostMessages), count - skipped);
    },
    change(work) {
      const anchor = (below() > 40 || skipped) && [...element.querySelectorAll(".row")].find((row) => bottom(row) > bottom(element) - element.clientHeight + 40);
      // By its lower edge: at its upper one the author's name may come or go.
      const before = anchor && bottom(anchor);
      work();
      if (!anchor) return;
      if (anchor.isConnected) element.scrollTop += bottom(anchor) - (before as number);
      // Who waits at the beginning for more sees it.
      climb();
    },
    toEnd() {
      skipped = 0;
    },
  };
}
