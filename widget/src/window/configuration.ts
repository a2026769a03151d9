import { unsafe, warn } from "../shared/config";
import { callbacks, choices, type Config, defaults, lists } from "../shared/generated";

type Tree = Record<string, unknown>;

/** All of the configuration: the defaults, the account's setup over them, and over both what the page gives. */
export function readConfig(launcherDefaults: object, baked: unknown, page: unknown, source: string): Config {
  const all = join(structuredClone(defaults), structuredClone(launcherDefaults as Tree));
  for (const name of callbacks) all[name] = () => {};
  merge(all, baked);
  const { chat } = all as never as Config;
  // A picture that the build copied: beside the script, wherever that is.
  if (chat.avatarUrl) chat.avatarUrl = new URL(chat.avatarUrl, source).href;
  // The page may not set these, so to it they are unknown.
  const { host, connection, ...config } = all;
  if (page !== undefined) merge(config, page);
  return { ...config, host, connection } as never;
}

/**
 * Puts what is given over what is there, key by key. `null` and `undefined` count as not given.
 * What the table of options does not know, or not like this, is left out, with a warning that says what would be right.
 */
export function merge<T extends object>(target: T, given: unknown, path = ""): T {
  const into = target as Tree;
  if (!isTree(given)) warn((path.slice(0, -1) || "MissiveChatConfig") + " must be an object");
  else
    for (const key of Object.keys(given)) {
      const value = given[key];
      const fault = value != null && check(into, key, value, path);
      if (fault) warn(path + key + fault);
    }
  return target;
}

/** Sets one value, or says what is wrong with it. */
function check(into: Tree, key: string, value: unknown, path: string): string | void {
  const was = into[key];
  const list = path == "messages." && lists.includes(key);
  const type = typeof value;
  if (path == "meta.") {
    if (/^(language|platform|browser|__proto__)$/.test(key)) return " can’t be changed";
    if (type != "string" && type != "number" && type != "boolean") return " must be a text";
    into[key] = "" + value;
  } else if (!Object.hasOwn(into, key)) {
    const near = nearest(key, Object.keys(into));
    return " is not an option of the page" + (near && `, did you mean "${near}"?`);
  } else if (isTree(was)) {
    merge(was, value, path + key + ".");
  } else if (list && Array.isArray(value) && value.every((text) => typeof text == "string")) {
    into[key] = value;
  } else if (type != (list ? "string" : typeof was)) {
    return ` must be a ${list ? "string or a list of strings" : typeof was}`;
  } else if (choices[key] && path == "chat." && !choices[key].includes(value as string)) {
    return ` must be "${choices[key].join('" or "')}"`;
  } else if (path == "chat.variables." && (unsafe.test(value as string) || !CSS.supports(property(key), value as string))) {
    return " must be one CSS value of its kind, without addresses";
  } else {
    into[key] = value;
  }
}

/** The CSS property that takes such values: most variables are named after it. A radius is one length, as others are reckoned from it. */
function property(variable: string): string {
  return variable.replace(/.*(color|box-shadow)$/, "$1").replace(/.*-radius$|badge-size/, "padding-top").replace("easing", "timing-function");
}

function join(into: Tree, more: Tree): Tree {
  for (const key in more) into[key] = isTree(into[key]) ? join(into[key], more[key] as Tree) : more[key];
  return into;
}

function isTree(value: unknown): value is Tree {
  return !!value && typeof value == "object" && !Array.isArray(value);
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
