// The control of one key: a variable's value for both palettes, or for one of them.

import { el } from "../../../widget/src/shared/dom";
import type { Pair, Value, Variable } from "./api";
import type { FieldFault } from "./drafts";
import { createShadowEditor } from "./shadow-editor";
import { createTextInput } from "./text-input";

export interface FieldEvents {
  /** A new text; "" takes the value out of the theme, which then inherits it. */
  change(key: string, text: string): void;
  /** The change is over: the next one is another step of undo. */
  endStep(): void;
}

/** How the value of a field stands. */
export interface FieldState {
  /** It differs from the theme's file. */
  changed: boolean;
  /** A newer one has not been answered yet. */
  pending: boolean;
  /** The theme extends another one, so that there is a value to go back to. */
  inherits: boolean;
}

export interface Field {
  readonly element: HTMLElement;
  readonly key: string;
  show(value: Value, state: FieldState, pairs: Pair[]): void;
  /** Shows what is wrong with the value, or that nothing is. */
  setFault(fault?: FieldFault): void;
  focus(): void;
}

export function createField(key: string, variable: Variable, palette: string, events: FieldEvents): Field {
  const { name, kind } = variable;
  const id = "field-" + key;
  const label = `${name}${palette && ", " + palette}`;
  const origin = el("span", { class: "origin" });
  const reset = el("button", { type: "button", class: "reset", "aria-label": `Reset ${label} to inherited`, title: "Reset to inherited" }, "Reset");
  const notes = el("div", { id: id + "-notes", class: "notes" });
  let shown: Value = { text: "", own: false, from: "" };
  let contrast: HTMLElement[] = [];
  let fault: FieldFault | undefined;

  /** Going back is a step of its own. */
  const goBack = (to: string) => {
    text.endStep();
    text.enter(to);
    text.endStep();
  };
  const text = createTextInput(id, label, variable, {
    change: (value) => events.change(key, value),
    endStep: events.endStep,
    revert: () => goBack(shown.own ? shown.text : ""),
  });
  reset.addEventListener("click", () => {
    goBack("");
    text.focus();
  });
  const sample = createSample(kind, label, text.enter, text.endStep);
  const layers = kind == "shadow" ? createShadowEditor(label, text.enter, text.endStep) : undefined;
  const element = el(
    "div",
    { class: `field ${kind} ${palette}` },
    el("div", { class: "head" }, palette && el("span", { class: "palette" }, palette), origin, reset),
    el("div", { class: "line" }, sample?.element, ...text.parts),
    notes,
    layers?.element,
  );

  return {
    element,
    key,
    show(value, { changed, pending, inherits }, pairs) {
      shown = value;
      if (!pending) {
        text.show(value.text);
        layers?.show(value.text);
      }
      element.classList.toggle("own", value.own);
      element.classList.toggle("changed", changed);
      origin.textContent = value.own ? (changed ? "changed" : "own") : value.from ? "from " + value.from : "as in light";
      reset.hidden = !value.own || !inherits;
      sample?.show(value);
      contrast = contrastNotes(key, pairs);
      if (!fault) notes.replaceChildren(...contrast);
    },
    setFault(next) {
      text.setInvalid(!!next, next?.text);
      const same = next?.message == fault?.message && next?.hint == fault?.hint;
      fault = next;
      // Written again, the note would blink.
      if (same) return;
      notes.replaceChildren(...(next ? [el("p", { class: "fault" }, el("strong", {}, next.message), " ", el("span", {}, next.hint))] : contrast));
    },
    focus: text.focus,
  };
}

/** Each pair of the variable whose contrast is too low; when there is none, the one with the lowest. */
function contrastNotes(key: string, pairs: Pair[]): HTMLElement[] {
  const name = key.replace(/^dark-/, "");
  const about = pairs.filter(({ text, background }) => text == name || background == name).sort((a, b) => a.ratio / a.need - b.ratio / b.need);
  const failing = about.filter(({ passes }) => !passes);
  return (failing.length ? failing : about.slice(0, 1)).map(({ text, background, ratio, need, passes }) => {
    const partner = text == name ? "on " + background : "under " + text;
    return el(
      "p",
      { class: passes ? "contrast" : "contrast low" },
      el("b", {}, ratio.toFixed(2)),
      ` ${partner}`,
      !passes && el("span", {}, `, needs ${need}`),
    );
  });
}

interface Sample {
  element: HTMLElement;
  show(value: Value): void;
}

/** What a value looks like; for a colour it is also the picker. */
function createSample(kind: Variable["kind"], label: string, pick: (text: string) => void, endStep: () => void): Sample | undefined {
  if (kind == "color") return createSwatch(label, pick, endStep);
  if (kind != "border" && kind != "shadow" && kind != "font" && kind != "easing") return undefined;
  const inner = el("span", {}, kind == "font" && "Ag");
  const element = el("span", { class: "sample " + kind, "aria-hidden": "true" }, inner);
  const property = { border: "border", shadow: "box-shadow", font: "font-family", easing: "transition-timing-function" }[kind];
  // The studio's page has no style variables, so a value with var() shows nothing here, only on the stages.
  return { element, show: ({ text }) => inner.style.setProperty(property, text) };
}

function createSwatch(label: string, pick: (text: string) => void, endStep: () => void): Sample {
  const picker = el("input", { type: "color", "aria-label": "Pick " + label });
  const paint = el("span");
  let opacity = "ff";
  // The browser's picker knows no opacity: a colour keeps the one that it has.
  picker.addEventListener("input", () => pick(picker.value + (opacity == "ff" ? "" : opacity)));
  picker.addEventListener("change", endStep);
  return {
    element: el("span", { class: "swatch" }, paint, picker),
    show({ color = "", text }) {
      opacity = color.slice(7) || "ff";
      if (color) picker.value = color.slice(0, 7);
      paint.style.backgroundColor = color || text;
    },
  };
}
