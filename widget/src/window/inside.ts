import type { WindowApp } from "../shared/app";
import { doc } from "../shared/dom";

/**
 * Keeps from the page what happens in the chat: shortcuts, copy protection, smooth scrolling and focus traps would take it for
 * something of theirs, or prevent it. So the page's listeners, capturing ones too, don't hear of it, and ours hear a copy.
 */
export function keepInside({ host, signal }: Pick<WindowApp, "host" | "signal">): void {
  let pressed: boolean;
  const keep = (event: any) => {
    const { type, target } = event;
    if (type == "keydown") pressed = target == host;
    // The end of a key is for whoever had its beginning: Escape gives the focus back to the page meanwhile.
    if (type == "keyup") pressed && event.stopImmediatePropagation();
    else if (target == host) {
      event.stopImmediatePropagation();
      // Old libraries put something of theirs in the place of the constructor.
      const copy: any = doc.createEvent("Event");
      copy.initEvent(type, true, true);
      for (const name of ["key", "shiftKey", "isComposing", "keyCode"]) copy[name] = event[name];
      if (event.defaultPrevented) copy.preventDefault();
      if (!event.composedPath()[0].dispatchEvent(copy)) event.preventDefault();
      // A modal dialog that hears that the focus goes to us would take it back.
    } else if (type == "focusout" && event.relatedTarget == host && target.closest("[role$=dialog]")) event.stopImmediatePropagation();
  };
  const types = ["focusin", "focusout", "beforeinput"];
  // Moves and ends of what began on the page are the page's.
  for (const name in host) if (/^on(?!(mouse|pointer)[^d])/.test(name)) types.push(name.slice(2));
  for (const type of types) addEventListener(type, keep, { capture: true, passive: /^(wh|to)/.test(type), signal });
}
