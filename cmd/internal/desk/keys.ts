// The keys of the desk, and the sheet that lists them. What has a key has a button or a link as well.

import { el } from "../../../widget/src/shared/dom";

export interface Shortcut {
  /** Letters and signs as KeyboardEvent.key has them; they count outside of text, and when letters are on. With Alt: everywhere. */
  keys: string[];
  alt?: boolean;
  /** How the sheet names the keys, where that is otherwise. */
  shown?: string;
  /** What it does, for the sheet; a key that another one stands for has nothing. */
  does?: string;
  /** It is done again and again while the key is held down. */
  repeats?: boolean;
  run(): void;
}

export interface Shortcuts {
  /** Those of the page. Others, which single parts see to themselves, are only listed. */
  shortcuts: readonly Shortcut[];
  listed: readonly (readonly [keys: string, does: string])[];
  letters(): boolean;
}

/** Listens for them. While a dialog is open, keys are its own. */
export function listenToKeys({ shortcuts, letters }: Shortcuts): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
    if (!event.altKey && (isText(event.target) || !letters())) return;
    const found = shortcuts.find(({ keys, alt }) => !!alt == event.altKey && keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    if (!event.repeat || found.repeats) found.run();
  });
}

/** Where letters are text. */
function isText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Fills the sheet. */
export function listKeys(sheet: HTMLElement, { shortcuts, listed }: Shortcuts): void {
  const own = shortcuts.flatMap(({ keys, shown, does }) => (does ? [[shown ?? keys.join(" or "), does] as const] : []));
  sheet.replaceChildren(...[...own, ...listed].map(([keys, does]) => el("div", {}, el("dt", {}, ...marked(keys)), el("dd", {}, does))));
}

/** "j or k", with the keys as such. */
const marked = (keys: string) => keys.split(/( or )/).map((part) => (part == " or " ? part : el("kbd", {}, part)));
