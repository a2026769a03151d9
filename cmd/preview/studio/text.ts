import { attribute, el } from "../../../widget/src/shared/dom";
import type { Variable } from "./api";
import { step } from "./numbers";

export interface TextEvents {
  /** A new text. */
  change(text: string): void;
  /** The change is over: the next one is another step. */
  settle(): void;
  /** Escape was pressed on a text that was refused. */
  giveUp(): void;
}

/** The text of a value, with what helps to write it: arrow keys and buttons for numbers, the values of other themes for the rest. */
export interface Text {
  /** To be placed in a line. */
  parts: HTMLElement[];
  /** Shows a value, unless a person is writing another one. */
  show(text: string): void;
  /** Whether something is wrong. A text that was refused stays for its author to mend. */
  blame(wrong: boolean, refused?: string): void;
  /** Writes as a person does. */
  write(text: string): void;
  settle(): void;
  focus(): void;
}

const numeric = ["length", "duration", "border", "shadow"];

export function createText(id: string, label: string, { kind, examples }: Variable, events: TextEvents): Text {
  const input = el("input", { id, class: "text", "aria-label": label, "aria-describedby": id + "-notes", autocomplete: "off", spellcheck: "false" });
  let shown = "";
  /** A person writes: the text is theirs until they are done. */
  let writing = false;
  /** What they wrote is being looked at. */
  let asked = false;
  let refused: string | undefined;

  const write = (text: string) => {
    writing = asked = true;
    input.value = text;
    events.change(text.trim());
  };
  const restore = () => {
    if (!writing && !asked) input.value = refused ?? shown;
  };
  const settle = () => {
    writing = false;
    events.settle();
    restore();
  };
  const nudge = (by: number) => {
    const next = step({ text: input.value, at: input.selectionStart ?? 0 }, by);
    if (!next) return;
    write(next.text);
    input.setSelectionRange(next.at, next.at);
  };
  input.addEventListener("input", () => write(input.value));
  input.addEventListener("change", settle);
  input.addEventListener("blur", () => writing && settle());
  input.addEventListener("keydown", (event) => {
    const { key, shiftKey, ctrlKey, metaKey, isComposing } = event;
    if (isComposing) return;
    // What is undone or saved by keyboard is done.
    if (key == "Enter" || ctrlKey || metaKey) settle();
    else if (key == "Escape" && refused !== undefined) events.giveUp();
    else if ((key == "ArrowUp" || key == "ArrowDown") && numeric.includes(kind)) {
      event.preventDefault();
      nudge((key == "ArrowUp" ? 1 : -1) * (shiftKey ? 10 : 1));
    }
  });

  const parts: HTMLElement[] = [input];
  if (kind == "length" || kind == "duration") parts.push(...[-1, 1].map((by) => createStep(label, by, () => (nudge(by), settle()))));
  if (!numeric.includes(kind)) {
    attribute(input, "list", id + "-list");
    parts.push(el("datalist", { id: id + "-list" }, ...examples.map((value) => el("option", { value }))));
  }
  return {
    parts,
    show(text) {
      shown = text;
      asked = false;
      restore();
    },
    blame(wrong, text) {
      refused = text;
      attribute(input, "aria-invalid", wrong && "true");
      restore();
    },
    write,
    settle,
    focus: () => input.focus(),
  };
}

/** For the mouse: the keyboard has the arrow keys. */
function createStep(label: string, by: number, act: () => void): HTMLElement {
  const button = el("button", { type: "button", class: "step", tabindex: "-1", "aria-label": `${by < 0 ? "Less" : "More"} ${label}` }, by < 0 ? "−" : "+");
  button.addEventListener("click", act);
  return button;
}
