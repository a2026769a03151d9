// The notice below the bar: what went wrong, or what the user must decide.

import { el } from "../../../widget/src/shared/dom";
import { type Fault, sentence } from "./api";

export interface Notice {
  showFault(fault: Fault): void;
  /** Shows what is wrong with a file that was read, instead of anything before; without problems, nothing. */
  showProblems(problems: string[] | null): void;
  /** The file was changed, and the user has changes too: asks whether to keep theirs. `both` are the keys that both have changed. */
  askConflict(file: string, changes: number, both: string[], decide: (keep: boolean) => void): void;
  /** Takes the question back, if there is one. */
  withdrawConflict(): void;
  focus(): void;
  clear(): void;
}

/** The notice has buttons that go when they are pressed: `moveFocus` then gives the focus to something else. */
export function createNotice(element: HTMLElement, moveFocus: () => void): Notice {
  let asking = false;
  const show = (...parts: (Node | string)[]) => {
    element.replaceChildren(...parts);
    element.hidden = false;
  };
  const clear = () => {
    asking = false;
    element.hidden = true;
    element.replaceChildren();
  };
  const action = (text: string, act?: () => void) => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      clear();
      act?.();
      moveFocus();
    });
    return button;
  };
  const words = (message: string, hint: string) => el("p", {}, el("strong", {}, message), " ", el("span", {}, hint));
  return {
    showFault({ message, hint }) {
      // A question stays until it is answered.
      if (!asking) show(words(sentence(message), hint && sentence(hint)), action("Close"));
    },
    showProblems(problems) {
      clear();
      if (problems) show(el("ul", {}, ...problems.map((problem) => el("li", {}, problem))), action("Close"));
    },
    askConflict(file, changes, both, decide) {
      asking = true;
      const mine = changes == 1 ? "an unsaved change" : `${changes} unsaved changes`;
      const same = both.length ? `Both have another ${both.join(", ")}.` : "They are about different values.";
      show(
        words(`${file} was changed outside of the studio, and you have ${mine}.`, same),
        action("Keep mine, on top of it", () => decide(true)),
        action("Take what is on disk", () => decide(false)),
      );
    },
    withdrawConflict: () => asking && clear(),
    focus: () => element.querySelector("button")?.focus(),
    clear,
  };
}
