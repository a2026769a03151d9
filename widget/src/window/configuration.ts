import { builtinMeta, callbacks, choices, type Config, defaults, lists } from "../shared/generated";
import type { Explain, LauncherConfig, Loader } from "../shared/types";
import { isTree, merge, type Tree } from "./merge";

const variablesPath = "chat.variables.";

/** What is given: see App. */
interface Given extends Loader {
  base: string;
  defaults: LauncherConfig;
  given: [baked: unknown, page: unknown];
}

/** All of the configuration: the defaults, the account's setup over them, and over both what the page gives. */
export function readConfig(app: Given): Config {
  const [baked, page] = app.given;
  const all = structuredClone(defaults) as Tree;
  // The build has checked the account's.
  for (const layer of [app.defaults, baked]) merge(all, layer as Tree, (tree, key, value) => (tree[key] = value));
  for (const name of callbacks) all[name] = () => {};
  const { chat } = all as never as Config;
  // A picture that the build copied: with our files, wherever those are.
  chat.avatarUrl = chat.avatarUrl.replace(/^\.\./, app.base);
  // The page may not set these, so to it they are unknown.
  const { host, connection, ...config } = all;
  if (page !== undefined) mergeChecked(app, config, page);
  return { ...config, host, connection } as never;
}

/**
 * Puts what is given over what is there, key by key. What the table of options does not know, or not like this, is left out,
 * with a warning that says what would be right.
 */
export function mergeChecked<T extends object>(app: Loader, into: T, given: unknown, path = ""): T {
  const put = (tree: Tree, key: string, value: unknown, path: string) => {
    if (!fits(tree, key, value, path)) tell(app, tree, path, key, value);
    else tree[key] = path == "meta." ? "" + value : value;
  };
  const name = path.slice(0, -1) || "MissiveChatConfig";
  if (isTree(given)) merge(into as Tree, given, put, path);
  else tell(app, { [name]: into }, "", name, given);
  return into;
}

/** Loaded once there is a fault. */
let explain: Promise<Explain> | undefined;

/** Says in the console what is wrong with a value, or sets it if it is a style variable with nothing wrong. */
export function tell(app: Loader, ...[tree, path, key, value]: Parameters<Explain>): void {
  explain ??= app.need(FAULTS_FILE);
  explain
    .then((explain) => {
      explain(tree, path, key, value);
      // It was painted as given.
      if (path == variablesPath) app.paint({ [key]: (tree as Tree)[key] });
    })
    .catch(() => {});
}

/** Whether a tree may have such a value. Why not, faults.ts finds out. */
function fits(tree: Tree, key: string, value: any, path: string): boolean {
  const was = tree[key];
  const type = typeof value;
  if (path == "meta.") return !builtinMeta.includes(key) && key != "__proto__" && (type == "string" || type == "number" || type == "boolean");
  // Which style values are right takes more to find out than there is room for here.
  if (!Object.hasOwn(tree, key) || isTree(was) || path == variablesPath) return false;
  if (path == "messages." && lists.includes(key)) return [value].flat().every((text) => typeof text == "string");
  if (type != typeof was) return false;
  return path != "chat." || !choices[key] || choices[key].includes(value);
}
