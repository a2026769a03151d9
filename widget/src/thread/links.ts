import { el } from "../shared/dom";

// An address ends at white space, quotes, and at the marks that turn the direction of writing, which could disguise it.
// All counts have a limit: a long text without a link must not take long.
const inText =
  /(https?:\/\/|mailto:)[^\s<>"\u200e\u200f\u202a-\u202e\u2066-\u2069]+|[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(\.[\p{L}\p{N}-]{1,63}){1,8}/giu;
const formatted = /\{\{\s*link:\s*(\S+?)(?:\s+(.*?))?\s*\}\}/gi;

/**
 * A text with its links. `{{ link:URL text }}` counts only where `trusted`: in what the site owner configured.
 * Anyone else could pass off one address for another.
 */
export function linked(text: string, trusted?: boolean): (Node | string)[] {
  return trusted ? split(text, formatted, ([, url, label]) => link(url!, label || url!), plain) : plain(text);
}

function plain(text: string): (Node | string)[] {
  // The pattern's letters of all alphabets take long to compile.
  if (!/[@:]/.test(text)) return [text];
  return split(
    text,
    inText,
    ([found, scheme]) => {
      const address = withoutPunctuation(found);
      return link(scheme ? address : "mailto:" + address, address, found.slice(address.length));
    },
    (rest) => [rest],
  );
}

/** Splits a text into what matches and what is between. */
function split(
  text: string,
  pattern: RegExp,
  match: (found: string[]) => (Node | string)[],
  between: (rest: string) => (Node | string)[],
): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(...between(text.slice(end, found.index)), ...match(found));
    end = found.index + found[0].length;
  }
  return [...parts, ...between(text.slice(end))];
}

/** "(see https://example.com/a_(b))." ends with the second of the three brackets. */
function withoutPunctuation(address: string): string {
  for (;;) {
    const last = address.at(-1)!;
    const open = last == ")" ? "(" : last == "]" ? "[" : "";
    if (!/[.,:;!?'\u2019\u201d\u00bb\u2026)\]}*_]/.test(last) || (open && address.split(open).length >= address.split(last).length)) return address;
    address = address.slice(0, -1);
  }
}

function link(href: string, text: string, after = ""): (Node | string)[] {
  if (!/^(https?:\/\/|mailto:|tel:)/i.test(href)) return [text + after];
  const target = /^http/i.test(href) && "_blank";
  return [el("a", { href, target, rel: "noopener noreferrer nofollow" }, text), after];
}
