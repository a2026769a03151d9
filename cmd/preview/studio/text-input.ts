// The text of a value, with what helps to write it: arrow keys and buttons for numbers, the values of other themes for the rest.

import { attribute, el } from "../../../widget/src/shared/dom";
import type { Variable } from "./api";
import { stepNumber } from "./numbers";

export interface TextInputEvents {
  /** A new text. */
  change(text: string): void;
  /** The change is over: the next one is another step of undo. */
  endStep(): void;
  /** Escape was pressed on a text that was refused. */
  revert(): void;
}

export interface TextInput {
  /** To be put beside each other in a line. */
  parts: HTMLElement[];
  /** Shows the value of the theme, unless the user is writing another one, or was refused one. */
  show(text: string): void;
  /** Marks the value as invalid or not. A text that was refused is shown until it is changed. */
  setInvalid(invalid: boolean, refused?: string): void;
  /** Enters a text as the user does. */
  enter(text: string): void;
  endStep(): void;
  focus(): void;
}

const numeric = ["length", "duration", "border", "shadow", "integer"];

export function createTextInput(id: string, label: string, { kind, examples }: Variable, events: TextInputEvents): TextInput {
  const input = el("input", { id, class: "text", "aria-label": label, "aria-describedby": id + "-notes", autocomplete: "off", spellcheck: "false" });
  let shown = "";
  /** The user is writing: nothing else is shown until they are done. */
  let writing = false;
  /** What they wrote has not been answered yet. */
  let pending = false;
  let refused: string | undefined;

  const enter = (text: string) => {
    writing = pending = true;
    input.value = text;
    events.change(text.trim());
  };
  const restore = () => {
    if (!writing && !pending) input.value = refused ?? shown;
  };
  const endStep = () => {
    writing = false;
    events.endStep();
    restore();
  };
  const add = (steps: number) => {
    const next = stepNumber({ text: input.value, at: input.selectionStart ?? 0 }, steps);
    if (!next) return;
    enter(next.text);
    input.setSelectionRange(next.at, next.at);
  };
  input.addEventListener("input", () => enter(input.value));
  input.addEventListener("change", endStep);
  input.addEventListener("blur", () => writing && endStep());
  input.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return;
    // Ctrl is for undo or save, and both mean the whole change.
    if (key == "Enter" || ctrlKey || metaKey) endStep();
    else if (key == "Escape" && refused !== undefined) events.revert();
    else if ((key == "ArrowUp" || key == "ArrowDown") && numeric.includes(kind)) {
      event.preventDefault();
      add((key == "ArrowUp" ? 1 : -1) * (shiftKey ? 10 : 1));
    }
  });

  const parts: HTMLElement[] = [input];
  if (kind == "length" || kind == "duration") parts.push(...[-1, 1].map((steps) => createStepButton(label, steps, () => (add(steps), endStep()))));
  if (!numeric.includes(kind)) {
    attribute(input, "list", id + "-list");
    parts.push(el("datalist", { id: id + "-list" }, ...examples.map((value) => el("option", { value }))));
  }
  return {
    parts,
    show(text) {
      shown = text;
      pending = false;
      restore();
    },
    setInvalid(invalid, text) {
      refused = text;
      attribute(input, "aria-invalid", invalid && "true");
      restore();
    },
    enter,
    endStep,
    focus: () => input.focus(),
  };
}

/** For the mouse; the keyboard has the arrow keys, so it is no stop of the Tab key. */
function createStepButton(label: string, steps: number, add: () => void): HTMLElement {
  const button = el("button", { type: "button", class: "step", tabindex: "-1", "aria-label": `${steps < 0 ? "Less" : "More"} ${label}` }, steps < 0 ? "−" : "+");
  button.addEventListener("click", add);
  return button;
}
