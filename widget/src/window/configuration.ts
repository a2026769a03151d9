import { builtinMeta, callbacks, choices, type Config, defaults, lists } from "../shared/generated";
import { unsafe } from "../shared/unsafe";
import { warn } from "../shared/warn";
import { isTree, merge, type Tree } from "./merge";

/** All of the configuration: the defaults, the account's setup over them, and over both what the page gives. */
export function readConfig(launcherDefaults: object, baked: unknown, page: unknown, source: string): Config {
  const all = structuredClone(defaults) as Tree;
  merge(all, launcherDefaults as Tree, (tree, key, value) => (tree[key] = value));
  mergeChecked(all, baked);
  for (const name of callbacks) all[name] = () => {};
  const { chat } = all as never as Config;
  // A picture that the build copied: beside the script, wherever that is.
  if (chat.avatarUrl) chat.avatarUrl = new URL(chat.avatarUrl, source).href;
  // The page may not set these, so to it they are unknown.
  const { host, connection, ...config } = all;
  if (page !== undefined) mergeChecked(config, page);
  return { ...config, host, connection } as never;
}

/**
 * Puts what is given over what is there, key by key. What the table of options does not know, or not like this, is left out,
 * with a warning that says what would be right.
 */
export function mergeChecked<T extends object>(into: T, given: unknown, path = ""): T {
  if (isTree(given)) merge(into as Tree, given, put, path);
  else warn((path.slice(0, -1) || "MissiveChatConfig") + " must be an object");
  return into;
}

/** Sets a value, or says what is wrong with it. */
function put(tree: Tree, key: string, value: any, path: string): void {
  const was = tree[key];
  const list = path == "messages." && lists.includes(key);
  const type = typeof value;
  let fault = "";
  if (path == "meta.") {
    if (builtinMeta.includes(key) || key == "__proto__") fault = "can’t be changed";
    else if (type != "string" && type != "number" && type != "boolean") fault = "must be a text";
    else value = "" + value;
  } else if (!Object.hasOwn(tree, key)) {
    const near = nearest(key, Object.keys(tree));
    fault = "is not an option of the page" + (near && `, did you mean "${near}"?`);
  } else if (isTree(was)) {
    fault = "must be an object";
  } else if (list ? [value].flat().some((text) => typeof text != "string") : type != typeof was) {
    fault = `must be a ${list ? "string or a list of strings" : typeof was}`;
  } else if (path == "chat." && choices[key] && !choices[key].includes(value)) {
    fault = `must be "${choices[key].join('" or "')}"`;
  } else if (path == "chat.variables." && (unsafe.test(value) || !CSS.supports(property(key), value))) {
    fault = "must be one CSS value of its kind, without addresses";
  }
  if (fault) warn(path + key + " " + fault);
  else tree[key] = value;
}

/** The CSS property that takes such values: most variables are named after it. A radius is one length, as others are reckoned from it. */
function property(variable: string): string {
  return variable.replace(/.*(color|box-shadow)$/, "$1").replace(/.*-radius$|badge-size|offset-.*/, "padding-top").replace("easing", "timing-function");
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
