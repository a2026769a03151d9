import { draw, el } from "../shared/dom";
import type { Config } from "../shared/generated";
import icon from "./send.svg";

/** The message box. */
export interface Composer {
  element: HTMLFormElement;
  focus(): void;
  /** Puts a draft into the box. */
  write(draft: string): void;
  /** Off while the browser has no network: what is written stays. */
  enable(on: boolean): void;
}

/** What the message box tells. */
interface ComposerEvents {
  /** The draft has changed. */
  changed(draft: string): void;
  /** The text is to go. */
  send(text: string): void;
}

/** As many characters as are needed for the box to be as high as it can be. */
const copied = 2000;
/** A character that can be seen: none that only controls others, holds a place, or is blank. */
export const visible = /[^\p{C}\p{Z}\p{DI}\s\u2800]/u;

/**
 * Enter sends, Shift+Enter breaks the line; the Enter that ends a composition (Japanese, Chinese …) does neither.
 */
export function createComposer({ messages }: { messages: Pick<Config["messages"], "chat" | "send"> }, { changed, send }: ComposerEvents): Composer {
  const box = el("textarea", { rows: "1", dir: "auto", placeholder: messages.chat, "aria-label": messages.chat, enterkeyhint: "send" });
  const button = el("button", { class: "send", "aria-label": messages.send, title: messages.send }, draw(icon));
  // The box grows with its text: this copy of the text, in the same cell of a grid, has the height that it needs.
  const copy = el("div", { class: "copy", "aria-hidden": "true" });
  const element = el("form", { class: "composer" }, el("div", { class: "grow" }, box, copy), button);
  let on = true;
  const update = () => {
    // More than the box has room for changes nothing, and would take as long again to lay out.
    copy.textContent = box.value.slice(0, copied) + "\n";
    button.setAttribute("aria-disabled", "" + !(on && visible.test(box.value)));
  };
  box.oninput = () => {
    update();
    changed(box.value);
  };
  box.onkeydown = (event) => {
    // Safari ends the composition before this event; 229 is what it says instead.
    if (event.key != "Enter" || event.shiftKey || event.isComposing || event.keyCode == 229) return;
    event.preventDefault();
    button.click();
  };
  // Not the form's own event: sandboxed frames may forbid that.
  button.onclick = (event) => {
    event.preventDefault();
    const text = box.value.trim();
    box.focus();
    if (!on || !visible.test(text)) return;
    write("");
    send(text);
  };
  const write = (draft: string) => {
    box.value = draft;
    update();
  };
  return {
    element,
    focus: () => box.focus(),
    write,
    enable(now) {
      on = now;
      update();
    },
  };
}
