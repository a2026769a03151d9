import { el } from "../../../widget/src/shared/dom";
import type { Pair, Value, Variable } from "./api";
import { createShadowEditor } from "./shadow";
import { createText } from "./text";
import type { Wrong } from "./work";

/** What a field reports. */
export interface FieldEvents {
  /** A new text; "" takes the value out of the theme, which then inherits it. */
  change(key: string, text: string): void;
  /** The change is over: the next one is another step. */
  settle(): void;
}

/** The control of one key: a value for both palettes, or for one of them. */
export interface Field {
  readonly element: HTMLElement;
  readonly key: string;
  /** Shows a value, whether it differs from the file's, whether a newer one waits, and whether the theme has another one to inherit from. */
  show(value: Value, is: { changed: boolean; waiting: boolean; inherits: boolean }, pairs: Pair[]): void;
  /** What is wrong, until it is changed. */
  blame(wrong?: Wrong): void;
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
  let faint: HTMLElement[] = [];
  let blamed: Wrong | undefined;

  const back = (to: string) => {
    text.settle();
    text.write(to);
    text.settle();
  };
  const text = createText(id, label, variable, {
    change: (value) => events.change(key, value),
    settle: events.settle,
    giveUp: () => back(shown.own ? shown.text : ""),
  });
  reset.addEventListener("click", () => {
    back("");
    text.focus();
  });
  const sample = createSample(kind, label, text.write, text.settle);
  const layers = kind == "shadow" ? createShadowEditor(label, text.write, text.settle) : undefined;
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
    show(value, { changed, waiting, inherits }, pairs) {
      shown = value;
      if (!waiting) {
        text.show(value.text);
        layers?.show(value.text);
      }
      element.classList.toggle("own", value.own);
      element.classList.toggle("changed", changed);
      origin.textContent = value.own ? (changed ? "changed" : "own") : value.from ? "from " + value.from : "as in light";
      reset.hidden = !value.own || !inherits;
      sample?.show(value);
      faint = contrast(key, pairs);
      if (!blamed) notes.replaceChildren(...faint);
    },
    blame(wrong) {
      text.blame(!!wrong, wrong?.text);
      const told = wrong?.message == blamed?.message && wrong?.hint == blamed?.hint;
      blamed = wrong;
      // Told again, it would blink.
      if (!told) notes.replaceChildren(...(wrong ? [el("p", { class: "fault" }, el("strong", {}, wrong.message), " ", el("span", {}, wrong.hint))] : faint));
    },
    focus: text.focus,
  };
}

/** Each pair that is too faint; when there is none, the faintest. */
function contrast(key: string, pairs: Pair[]): HTMLElement[] {
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

/** What a value looks like; for a colour also the picker. */
function createSample(kind: Variable["kind"], label: string, pick: (text: string) => void, settle: () => void): Sample | undefined {
  if (kind == "color") return createSwatch(label, pick, settle);
  if (kind != "border" && kind != "shadow" && kind != "font" && kind != "easing") return undefined;
  const inner = el("span", {}, kind == "font" && "Ag");
  const element = el("span", { class: "sample " + kind, "aria-hidden": "true" }, inner);
  const property = { border: "border", shadow: "box-shadow", font: "font-family", easing: "transition-timing-function" }[kind];
  // What refers to other variables by var() is seen on the stages only.
  return { element, show: ({ text }) => inner.style.setProperty(property, text) };
}

function createSwatch(label: string, pick: (text: string) => void, settle: () => void): Sample {
  const picker = el("input", { type: "color", "aria-label": "Pick " + label });
  const paint = el("span");
  let opacity = "ff";
  // A colour that lets through what is below keeps doing so.
  picker.addEventListener("input", () => pick(picker.value + (opacity == "ff" ? "" : opacity)));
  picker.addEventListener("change", settle);
  return {
    element: el("span", { class: "swatch" }, paint, picker),
    show({ color = "", text }) {
      opacity = color.slice(7) || "ff";
      if (color) picker.value = color.slice(0, 7);
      paint.style.backgroundColor = color || text;
    },
  };
}
