import { attribute, el } from "../dom";
import type { Fault, Pair, Value, Variable } from "./api";
import { step } from "./numbers";
import { createShadowEditor } from "./shadow";

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
  show(value: Value, changed: boolean, pairs: Pair[]): void;
  /** The text that was refused, until it is changed. */
  blame(fault?: Fault): void;
  focus(): void;
}

const steps = ["length", "duration", "border", "shadow"];

export function createField(key: string, { name, kind, examples }: Variable, palette: string, events: FieldEvents): Field {
  const id = "field-" + key;
  const label = `${name}${palette && ", " + palette}`;
  const input = el("input", { id, class: "text", "aria-label": label, "aria-describedby": id + "-notes", autocomplete: "off", spellcheck: "false" });
  const origin = el("span", { class: "origin" });
  const reset = el("button", { type: "button", class: "reset", "aria-label": `Reset ${label} to inherited`, title: "Reset to inherited" }, "Reset");
  const notes = el("div", { id: id + "-notes", class: "notes" });
  const line = el("div", { class: "line" });
  let shown: Value = { text: "", own: false, from: "" };
  /** A person writes: the text is theirs until they are done. */
  let writing = false;
  /** What they wrote is being looked at. */
  let asked = false;

  const write = (text: string) => {
    writing = asked = true;
    input.value = text;
    events.change(key, text.trim());
  };
  const settle = () => {
    writing = false;
    events.settle();
    if (!asked && !input.hasAttribute("aria-invalid")) input.value = shown.text;
  };
  input.addEventListener("input", () => write(input.value));
  input.addEventListener("change", settle);
  input.addEventListener("blur", () => writing && settle());
  input.addEventListener("keydown", (event) => {
    const { key: pressed, shiftKey, isComposing } = event;
    if (isComposing) return;
    if (pressed == "Enter") settle();
    else if (pressed == "Escape" && input.hasAttribute("aria-invalid")) {
      write(shown.own ? shown.text : "");
      settle();
    } else if ((pressed == "ArrowUp" || pressed == "ArrowDown") && steps.includes(kind)) {
      event.preventDefault();
      nudge((pressed == "ArrowUp" ? 1 : -1) * (shiftKey ? 10 : 1));
    }
  });
  function nudge(by: number): void {
    const next = step({ text: input.value, at: input.selectionStart ?? 0 }, by);
    if (!next) return;
    write(next.text);
    input.setSelectionRange(next.at, next.at);
  }
  reset.addEventListener("click", () => {
    events.settle();
    writing = false;
    events.change(key, "");
    events.settle();
    input.focus();
  });

  const sample = createSample(kind, label, write, settle);
  if (sample) line.append(sample.element);
  line.append(input);
  if (kind == "length" || kind == "duration")
    line.append(
      ...[-1, 1].map((by) => {
        const button = el("button", { type: "button", class: "step", tabindex: "-1", "aria-label": `${by < 0 ? "Less" : "More"} ${label}` }, by < 0 ? "−" : "+");
        button.addEventListener("click", () => {
          nudge(by);
          settle();
        });
        return button;
      }),
    );
  if (!steps.includes(kind)) {
    attribute(input, "list", id + "-list");
    line.append(el("datalist", { id: id + "-list" }, ...examples.map((value) => el("option", { value }))));
  }
  const head = el("div", { class: "head" }, palette && el("span", { class: "palette" }, palette), origin, reset);
  const layers = kind == "shadow" ? createShadowEditor(label, write, settle) : undefined;
  const element = el("div", { class: `field ${kind} ${palette}` }, head, line, notes, layers?.element);
  let faint: HTMLElement[] = [];
  let blamed: HTMLElement[] = [];

  return {
    element,
    key,
    show(value, changed, pairs) {
      shown = value;
      asked = false;
      if (!writing && !blamed.length) input.value = value.text;
      element.classList.toggle("own", value.own);
      element.classList.toggle("changed", changed);
      origin.textContent = value.own ? (changed ? "changed" : "own") : value.from ? "from " + value.from : "as in light";
      reset.hidden = !value.own;
      sample?.show(value);
      layers?.show(value.text);
      faint = contrast(key, pairs);
      if (!blamed.length) notes.replaceChildren(...faint);
    },
    blame(fault) {
      blamed = fault ? [el("p", { class: "fault" }, el("strong", {}, fault.message), " ", el("span", {}, fault.hint))] : [];
      attribute(input, "aria-invalid", fault && "true");
      if (!fault && !writing) input.value = shown.text;
      notes.replaceChildren(...(fault ? blamed : faint));
    },
    focus: () => input.focus(),
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
