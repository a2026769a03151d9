// Which features of regular expressions these use, of those that came late: a browser that doesn't know one runs nothing of the file.

import { type Feature, feature } from "./support.ts";

const inPattern = { lookbehind_assertion: /\(\?<[=!]/, modifier: /\(\?[ims-]+:/, named_capturing_group: /\(\?<[^=!]/, unicode_character_class_escape: /\\[pP]\{/ };
const flags: Record<string, string> = { d: "hasIndices", s: "dotAll", u: "unicode", v: "unicodeSets", y: "sticky" };

/** Of an expression as it stands in a script. */
export function expressionFeatures(text: string): Feature[] {
  const end = text.lastIndexOf("/");
  // What is escaped, or in a class, opens no group.
  const pattern = text.slice(1, end).replace(/\\[^pP]|\[(\\.|[^\]])*\]/g, "");
  const names = Object.entries(inPattern).flatMap(([name, form]) => (form.test(pattern) ? name : []));
  const used = [...text.slice(end + 1)].flatMap((flag) => flags[flag] ?? []);
  return [...names.map((name) => feature("javascript", "regular_expressions", name)), ...used.map((name) => feature("javascript", "builtins", "RegExp", name))].filter((each) => !!each);
}
