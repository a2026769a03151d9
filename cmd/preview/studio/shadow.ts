import { el } from "../../../widget/src/shared/dom";

/** One layer of a box-shadow: lengths in pixels, a colour without its opacity, and that in percent. */
export interface Layer {
  x: number;
  y: number;
  blur: number;
  spread: number;
  color: string;
  opacity: number;
  inset: boolean;
}

const sizes = ["x", "y", "blur", "spread"] as const;
const words = { x: "across", y: "down", blur: "blur", spread: "spread" };

/** Controls for the layers of a shadow, below its text. */
export interface ShadowEditor {
  element: HTMLElement;
  show(text: string): void;
}

export function createShadowEditor(label: string, pick: (text: string) => void, settle: () => void): ShadowEditor {
  let layers: Layer[] = [];
  let shown = "";
  const list = el("ol", { class: "layers" });
  const add = el("button", { type: "button", class: "quiet" }, "Add a layer");
  const element = el("details", {}, el("summary", {}, "Layers"), list, add);

  const report = () => pick((shown = write(layers)));
  const change = (i: number, part: Partial<Layer>) => {
    layers = layers.map((layer, j) => (i == j ? { ...layer, ...part } : layer));
    report();
  };
  add.addEventListener("click", () => {
    layers = [...layers, { x: 0, y: 4, blur: 12, spread: 0, color: "#000000", opacity: 20, inset: false }];
    report();
    settle();
    draw();
  });

  function draw(): void {
    list.replaceChildren(...layers.map((layer, i) => row(layer, i)));
  }

  function row(layer: Layer, i: number): HTMLElement {
    const about = `${label}, layer ${i + 1}, `;
    const number = (name: string, value: number, { min = -Infinity, max = Infinity }, put: (value: number) => Partial<Layer>) => {
      const input = el("input", { type: "number", value: "" + value, "aria-label": about + name, min: "" + min, max: "" + max });
      // A browser keeps what is typed outside of the range.
      const within = () => Math.min(max, Math.max(min, input.valueAsNumber));
      input.addEventListener("input", () => input.value && change(i, put(within())));
      input.addEventListener("change", () => {
        if (input.value) input.value = "" + within();
        settle();
      });
      return el("label", {}, el("span", { "aria-hidden": "true" }, name), input);
    };
    const color = el("input", { type: "color", value: layer.color, "aria-label": about + "colour" });
    color.addEventListener("input", () => change(i, { color: color.value }));
    color.addEventListener("change", settle);
    const inset = el("input", { type: "checkbox", "aria-label": about + "inside" });
    inset.checked = layer.inset;
    inset.addEventListener("change", () => {
      change(i, { inset: inset.checked });
      settle();
    });
    const remove = el("button", { type: "button", class: "quiet", "aria-label": `Remove ${about.slice(0, -2)}` }, "Remove");
    remove.addEventListener("click", () => {
      layers = layers.filter((_, j) => j != i);
      report();
      settle();
      draw();
      add.focus();
    });
    return el(
      "li",
      {},
      ...sizes.map((size) => number(words[size], layer[size], size == "blur" ? { min: 0 } : {}, (value) => ({ [size]: value }))),
      el("label", {}, el("span", { "aria-hidden": "true" }, "colour"), color),
      number("opacity", layer.opacity, { min: 0, max: 100 }, (opacity) => ({ opacity })),
      el("label", { class: "tick" }, inset, " inside"),
      remove,
    );
  }

  return {
    element,
    show(text) {
      if (text == shown) return;
      shown = text;
      const read = parse(text, element);
      // What is more than plain pixels and colours is for the text alone.
      element.hidden = !read;
      layers = read ?? [];
      draw();
    },
  };
}

/** The layers of a box-shadow; undefined when there is something else than pixels and plain colours. */
function parse(text: string, probe: HTMLElement): Layer[] | undefined {
  if (text.trim() == "none") return [];
  const layers = split(text, ",").map((layer) => parseLayer(layer, probe));
  return layers.some((layer) => !layer) ? undefined : (layers as Layer[]);
}

function parseLayer(text: string, probe: HTMLElement): Layer | undefined {
  const parts = split(text, " ");
  const numbers = parts.filter((part) => /^-?(\d+\.?\d*|\.\d+)(px)?$/.test(part)).map(parseFloat);
  const others = parts.filter((part) => !/^[-.\d]/.test(part) && part != "inset");
  const insets = parts.length - numbers.length - others.length;
  if (numbers.length < 2 || others.length != 1 || insets != (parts.includes("inset") ? 1 : 0) || /var\(|current/i.test(text)) return undefined;
  // The browser knows all the ways to write a colour.
  probe.style.color = others[0]!;
  const [r = 0, g = 0, b = 0, a = 1] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(Number);
  probe.style.color = "";
  const hex = [r, g, b].map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("");
  const [x = 0, y = 0, blur = 0, spread = 0] = numbers;
  return { x, y, blur, spread, color: "#" + hex, opacity: Math.round(a * 100), inset: insets == 1 };
}

/** The parts of a text, where the separator is not in brackets. */
function split(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character == "(") depth++;
    if (character == ")") depth--;
    if (!depth && character == separator) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function write(layers: readonly Layer[]): string {
  const length = (n: number) => (n ? n + "px" : "0");
  const paint = ({ color, opacity }: Layer) => {
    const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
    return opacity == 100 ? color : `rgba(${r}, ${g}, ${b}, ${opacity / 100})`;
  };
  return (
    layers
      .map((layer) => `${layer.inset ? "inset " : ""}${sizes.filter((size) => size != "spread" || layer.spread).map((size) => length(layer[size])).join(" ")} ${paint(layer)}`)
      .join(", ") || "none"
  );
}
