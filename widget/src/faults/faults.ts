// What judges the style variables that a page sets, and the words for what is wrong in its configuration: a file that is loaded when
// there are such variables, or is something to say.

import { handOver } from "../launcher/scripts";
import { builtinMeta, choices, lists } from "../shared/generated";
import type { Explain } from "../shared/types";
import { warn } from "../shared/warn";
import { isStyle } from "./style";

const explain: Explain = (tree, path, key, value) => {
  const known = tree as Record<string, unknown>;
  if (path == "chat.variables." && Object.hasOwn(tree, key) && typeof value == "string" && isStyle(key, value)) known[key] = value;
  else warn(path + key + " " + findFault(known, path, key, value));
};

handOver(explain);

/** What is wrong with a value that may not stand there, see window/configuration.ts. */
function findFault(tree: Record<string, unknown>, path: string, key: string, value: unknown): string {
  if (path == "meta.") return builtinMeta.includes(key) || key == "__proto__" ? "can’t be changed" : "must be a text";
  if (!Object.hasOwn(tree, key)) {
    const near = nearest(key, Object.keys(tree));
    return "is not an option of the page" + (near && `, did you mean "${near}"?`);
  }
  const type = typeof tree[key];
  if (type == "object") return "must be an object";
  if (path == "messages." && lists.includes(key)) return "must be a string or a list of strings";
  if (typeof value != type) return "must be a " + type;
  if (path == "chat.variables.") return "must be one CSS value of its kind, without addresses";
  return choices[key] ? `must be "${choices[key].join('" or "')}"` : "is missing";
}

/** The candidate at the least edit distance: at most about a third of the word, and three. */
function nearest(word: string, candidates: string[]): string {
  for (let edits = 1; edits < Math.min(4, word.length / 3 + 1); edits++) {
    const found = candidates.find((candidate) => within(edits, word, candidate));
    if (found) return found;
  }
  return "";
}

/** Whether so many edits make one word of the other. */
function within(edits: number, a: string, b: string): boolean {
  if (edits < 0 || a == b) return edits >= 0;
  const restA = a.slice(1);
  const restB = b.slice(1);
  if (a[0] == b[0]) return within(edits, restA, restB);
  return within(edits - 1, restA, b) || within(edits - 1, a, restB) || within(edits - 1, restA, restB);
}
