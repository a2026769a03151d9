import { unsafe, variablesOfKind } from "../shared/generated";

// The same verdict as that of the build, see widget/cssvalue: a table of cases holds both to it. What it doesn't parse itself, it has
// the browser judge, with var() and env() replaced, as with those the browser takes anything.

type Kind = "color" | "length" | "border" | "shadow" | "font" | "duration" | "easing" | "integer";

interface Rules {
  /** A CSS property that takes such values. */
  property: string;
  /** A value, to stand for a variable. */
  sample: string;
  /** The kinds of variables that may be part of one. */
  parts: Kind[];
  functions: string;
}

const colors = "rgb rgba hsl hsla hwb";
const lengths = "calc min max clamp";
const rules: Record<Kind, Rules> = {
  color: { property: "color", sample: "red", parts: [], functions: colors },
  // One length, and none below zero.
  length: { property: "padding-top", sample: "1px", parts: ["length"], functions: lengths },
  border: { property: "border", sample: "1px solid red", parts: ["length", "color"], functions: `${colors} ${lengths}` },
  shadow: { property: "box-shadow", sample: "0 0 red", parts: ["shadow", "length", "color"], functions: `${colors} ${lengths}` },
  font: { property: "font-family", sample: "serif", parts: ["font"], functions: "" },
  duration: { property: "transition-duration", sample: "1s", parts: [], functions: "" },
  easing: { property: "transition-timing-function", sample: "ease", parts: [], functions: "cubic-bezier steps" },
  integer: { property: "z-index", sample: "1", parts: [], functions: "" },
};

const kindOf = (name: string) => (Object.keys(rules) as Kind[]).find((kind) => variablesOfKind[kind]!.includes(name));

/** One value for each scheme, as the build makes of a theme, and the preview's stages of one that is being worked on. */
const schemes = /^var\(--light,([^]*)\) var\(--dark,([^]*)\)$/;

/** Whether a style variable may have such a value. */
export function isStyle(name: string, value: string): boolean {
  const [, ...parts] = schemes.exec(value) ?? [, value];
  return parts.every((part) => fits(kindOf(name)!, part!));
}

function fits(kind: Kind, value: string): boolean {
  if (value.length > 1000 || unsafe.test(value) || /[^\P{Cc}\t\r\n]/u.test(value)) return false;
  const { property, functions } = rules[kind];
  const plain = replaceVariables(kind, value);
  const bare = plain.replace(/"[^"]*"|'[^']*'/g, "");
  // The browser would close what is open.
  if (/["']/.test(bare) || bare.split("(").length != bare.split(")").length) return false;
  const called = [...bare.matchAll(/([\w-]*)\(/g)].map(([, called]) => called!.toLowerCase());
  return called.every((called) => !called || functions.split(" ").includes(called)) && isPlain(kind, bare) && CSS.supports(property, plain);
}

/** What is put into the place of something wrong: no value of any kind. */
const wrong = "?";

/** Replaces var() and env(), with what they fall back to, by samples of their kind. */
function replaceVariables(kind: Kind, value: string): string {
  const call = /(^|[^\w-])(var|env)\(/i.exec(value);
  if (!call) return value;
  const start = call.index + call[1]!.length;
  const inner = call.index + call[0].length;
  let end = inner;
  for (let depth = 1; depth && end < value.length; end++) depth += value[end] == "(" ? 1 : value[end] == ")" ? -1 : 0;
  if (value[end - 1] != ")") return wrong;
  const [, name, fallback] = /^\s*([a-z-][\w-]*)\s*(?:,([^]*))?$/i.exec(value.slice(inner, end - 1)) ?? [];
  const isEnv = call[2]!.toLowerCase() == "env";
  const found = isEnv ? "length" : kindOf(name?.slice(2) ?? "");
  const whole = value.slice(0, start).trim() == "" && value.slice(end).trim() == "";
  const allowed = found && ((whole && found == kind) || rules[kind].parts.includes(found));
  if (!name || !allowed || name.startsWith("--") == isEnv || (fallback !== undefined && !fits(found, fallback))) return wrong;
  return replaceVariables(kind, value.slice(0, start) + rules[found].sample + value.slice(end));
}

/** What every CSS property takes, but is no value of its own. */
const pageWide = /(^|[\s,])(inherit|initial|unset|revert|revert-layer)($|[\s,])/i;
/** Colours that are not of the page, but of the visitor's system. */
const system = /\b(\w*(text|face|border|shadow|highlight|item|canvas|field|window|menu|frame|caption|scrollbar|background|workspace)|accentcolor|mark)\b/i;
const units = /^(px|r?em|ex|ch|ic|pt|pc|in|cm|mm|q|[sld]?v(w|h|min|max)|v[ib])$/i;

/** Whether a value, without strings, is one that all supported browsers have, as far as this one might know more. */
function isPlain(kind: Kind, value: string): boolean {
  // Too large to be a number.
  if (pageWide.test(value) || /\de\+?\d{3}/i.test(value)) return false;
  switch (kind) {
    case "font":
      return !/(^|,)\s*(serif|sans-serif|monospace|cursive|fantasy|system-ui)\s+[^\s,]/i.test(value) && !/(^|[\s,])--/.test(value);
    case "duration":
      return /^\s*\+?[\d.]+(e[+-]?\d+)?m?s\s*$/i.test(value);
    case "integer":
      return /^\s*[+-]?\d+\s*$/.test(value) && Math.abs(+value) < 2 ** 31;
    case "easing":
      return !value.replace(/\([^()]*\)/, "").includes(",");
    case "border":
      if (!/(^|\s)(none|hidden|dotted|dashed|solid|double|groove|ridge|inset|outset)($|\s)/i.test(value) && !/^\s*[+-]?0+[a-z]*\s*$/i.test(value)) return false;
  }
  const colorFunctions = /(?:rgb|hsl)a?\([^()]*\)|hwb\([^()]*\)/gi;
  for (const [color] of value.matchAll(colorFunctions)) if (!isColorFunction(color.toLowerCase())) return false;
  const rest = value.replace(colorFunctions, " ").replace(/#\w+/g, " ");
  if (system.test(rest)) return false;
  return [...rest.matchAll(/(?:^|[^\w.-])[+-]?(?:\d*\.)?\d+(?:e[+-]?\d+)?([a-z]+)/gi)].every(([, unit]) => units.test(unit!));
}

/** A colour as the oldest of the supported browsers read it. */
function isColorFunction(color: string): boolean {
  const [name, inner] = color.slice(0, -1).split("(") as [string, string];
  const legacy = inner.includes(",");
  const parts = legacy ? inner.split(",") : inner.trim().split(/\s*\/\s*|\s+/);
  const [a, b, c, alpha = "1"] = parts.map((part) => part.trim());
  if (!a || !b || !c || parts.length > 4 || (legacy && name == "hwb") || (!legacy && (parts.length == 4) != /\//.test(inner))) return false;
  const number = /^[+-]?(\d*\.)?\d+(e[+-]?\d+)?$/;
  const isNumber = (part: string) => number.test(part);
  const isPercent = (part: string) => part.endsWith("%") && isNumber(part.slice(0, -1));
  if (!isNumber(alpha) && !isPercent(alpha)) return false;
  if (name.startsWith("rgb")) return [a, b, c].every(isNumber) || [a, b, c].every(isPercent);
  return isNumber(a.replace(/(deg|grad|rad|turn)$/, "")) && isPercent(b) && isPercent(c);
}
