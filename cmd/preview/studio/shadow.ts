// Box-shadows as text and as layers, which the shadow editor shows.

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

/** Reads any CSS colour: red, green and blue from 0 to 255, and the opacity from 0 to 1. */
export type ReadColor = (text: string) => readonly [red: number, green: number, blue: number, opacity: number];

/** The layers of a box-shadow. Undefined when it has something else than pixels and plain colours: that can be edited as text only. */
export function parseShadow(text: string, readColor: ReadColor): Layer[] | undefined {
  if (text.trim() == "none") return [];
  const layers = split(text, ",").map((layer) => parseLayer(layer, readColor));
  return layers.some((layer) => !layer) ? undefined : (layers as Layer[]);
}

function parseLayer(text: string, readColor: ReadColor): Layer | undefined {
  const parts = split(text, " ");
  const lengths = parts.filter((part) => /^-?(\d+\.?\d*|\.\d+)(px)?$/.test(part)).map(parseFloat);
  const others = parts.filter((part) => !/^[-.\d]/.test(part) && part != "inset");
  const rest = parts.length - lengths.length - others.length;
  const inset = parts.includes("inset");
  if (lengths.length < 2 || others.length != 1 || rest != (inset ? 1 : 0) || /var\(|current/i.test(text)) return undefined;
  const [red, green, blue, opacity] = readColor(others[0]!);
  const hex = [red, green, blue].map((channel) => Math.round(channel).toString(16).padStart(2, "0")).join("");
  const [x = 0, y = 0, blur = 0, spread = 0] = lengths;
  return { x, y, blur, spread, color: "#" + hex, opacity: Math.round(opacity * 100), inset };
}

/** The parts of a text between separators; those within brackets separate nothing. */
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

/** The layers as a value of box-shadow. */
export function formatShadow(layers: readonly Layer[]): string {
  return layers.map(formatLayer).join(", ") || "none";
}

function formatLayer({ x, y, blur, spread, color, opacity, inset }: Layer): string {
  const lengths = [x, y, blur, ...(spread ? [spread] : [])].map((length) => (length ? length + "px" : "0"));
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));
  return [...(inset ? ["inset"] : []), ...lengths, opacity == 100 ? color : `rgba(${red}, ${green}, ${blue}, ${opacity / 100})`].join(" ");
}
