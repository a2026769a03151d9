import { el } from "../../../widget/src/shared/dom";
import { type Fault, sentence } from "./api";

/** The line below the bar: what went wrong, and what is to be decided. */
export interface Notice {
  fault(fault: Fault): void;
  /** Says what is wrong with a file that was read, and nothing else any more. */
  problems(problems: string[] | null): void;
  /** The file was changed, and so was the draft. */
  conflict(file: string, changes: number, both: string[], decide: (keep: boolean) => void): void;
  /** There is nothing to be decided any more. */
  settle(): void;
  focus(): void;
  clear(): void;
}

/** Its buttons go when they are pressed: leave leads the focus elsewhere. */
export function createNotice(place: HTMLElement, leave: () => void): Notice {
  /** What waits for an answer is not written over. */
  let asking = false;
  const show = (...parts: (Node | string)[]) => {
    place.replaceChildren(...parts);
    place.hidden = false;
  };
  const clear = () => {
    asking = false;
    place.hidden = true;
    place.replaceChildren();
  };
  const action = (text: string, act?: () => void) => {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => {
      clear();
      act?.();
      leave();
    });
    return button;
  };
  const words = (message: string, hint: string) => el("p", {}, el("strong", {}, message), " ", el("span", {}, hint));
  return {
    fault({ message, hint }) {
      if (!asking) show(words(sentence(message), hint && sentence(hint)), action("Close"));
    },
    problems(problems) {
      clear();
      if (problems) show(el("ul", {}, ...problems.map((problem) => el("li", {}, problem))), action("Close"));
    },
    conflict(file, changes, both, decide) {
      asking = true;
      const mine = changes == 1 ? "an unsaved change" : `${changes} unsaved changes`;
      const same = both.length ? `Both have another ${both.join(", ")}.` : "They are about different values.";
      show(words(`${file} was changed outside of the studio, and you have ${mine}.`, same), action("Keep mine, on top of it", () => decide(true)), action("Take what is on disk", () => decide(false)));
    },
    settle: () => asking && clear(),
    focus: () => place.querySelector("button")?.focus(),
    clear,
  };
}
