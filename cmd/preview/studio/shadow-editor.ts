// The controls for the layers of a box-shadow, below its text.

import { el } from "../../../widget/src/shared/dom";
import { formatShadow, type Layer, parseShadow } from "./shadow";

export interface ShadowEditor {
  element: HTMLElement;
  /** Shows the layers of a value, or nothing when it can only be edited as text. */
  show(text: string): void;
}

const newLayer: Layer = { x: 0, y: 4, blur: 12, spread: 0, color: "#000000", opacity: 20, inset: false };

/** `change` is told each new text, `endStep` when what follows is another step of undo. */
export function createShadowEditor(label: string, change: (text: string) => void, endStep: () => void): ShadowEditor {
  let layers: Layer[] = [];
  let shown = "";
  const list = el("ol", { class: "layers" });
  const add = el("button", { type: "button", class: "quiet" }, "Add a layer");
  const element = el("details", {}, el("summary", {}, "Layers"), list, add);

  function set(next: Layer[]): void {
    layers = next;
    shown = formatShadow(layers);
    change(shown);
  }

  /** Another number of layers: each has its number in its labels. */
  function replace(next: Layer[]): void {
    set(next);
    endStep();
    draw();
  }

  function draw(): void {
    list.replaceChildren(
      ...layers.map((layer, i) =>
        createLayerRow(`${label}, layer ${i + 1}`, layer, {
          change: (part) => set(layers.map((other, j) => (i == j ? { ...other, ...part } : other))),
          endStep,
          remove() {
            replace(layers.filter((_, j) => j != i));
            add.focus();
          },
        }),
      ),
    );
  }

  add.addEventListener("click", () => replace([...layers, newLayer]));

  return {
    element,
    show(text) {
      if (text == shown) return;
      shown = text;
      const read = parseShadow(text, (color) => readColor(color, element));
      element.hidden = !read;
      layers = read ?? [];
      draw();
    },
  };
}

/** What the browser makes of a colour: it knows all the ways to write one. The element is of the page, so that its style is computed. */
function readColor(text: string, element: HTMLElement): [number, number, number, number] {
  element.style.color = text;
  const [red = 0, green = 0, blue = 0, opacity = 1] = (getComputedStyle(element).color.match(/[\d.]+/g) ?? []).map(Number);
  element.style.color = "";
  return [red, green, blue, opacity];
}

interface LayerEvents {
  change(part: Partial<Layer>): void;
  endStep(): void;
  remove(): void;
}

function createLayerRow(label: string, layer: Layer, { change, endStep, remove }: LayerEvents): HTMLElement {
  const number = (key: "x" | "y" | "blur" | "spread" | "opacity", name: string, { min = -Infinity, max = Infinity } = {}) => {
    const input = el("input", { type: "number", value: "" + layer[key], "aria-label": `${label}, ${name}`, min: "" + min, max: "" + max });
    // Browsers keep what is typed outside of the range.
    const inRange = () => Math.min(max, Math.max(min, input.valueAsNumber));
    input.addEventListener("input", () => input.value && change({ [key]: inRange() }));
    input.addEventListener("change", () => {
      if (input.value) input.value = "" + inRange();
      endStep();
    });
    return el("label", {}, el("span", { "aria-hidden": "true" }, name), input);
  };
  const color = el("input", { type: "color", value: layer.color, "aria-label": `${label}, colour` });
  color.addEventListener("input", () => change({ color: color.value }));
  color.addEventListener("change", endStep);
  const inset = el("input", { type: "checkbox", "aria-label": `${label}, inside` });
  inset.checked = layer.inset;
  inset.addEventListener("change", () => {
    change({ inset: inset.checked });
    endStep();
  });
  const removeButton = el("button", { type: "button", class: "quiet", "aria-label": `Remove ${label}` }, "Remove");
  removeButton.addEventListener("click", remove);
  return el(
    "li",
    {},
    number("x", "across"),
    number("y", "down"),
    number("blur", "blur", { min: 0 }),
    number("spread", "spread"),
    el("label", {}, el("span", { "aria-hidden": "true" }, "colour"), color),
    number("opacity", "opacity", { min: 0, max: 100 }),
    el("label", { class: "tick" }, inset, " inside"),
    removeButton,
  );
}
