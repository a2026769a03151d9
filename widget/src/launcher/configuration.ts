import { launcherDefaults, launcherList } from "../shared/generated";
import type { LauncherConfig } from "../shared/types";

/**
 * What the launcher needs of the configuration: the defaults, and over them what the account's setup and the page say. What is
 * unknown or of another type is left out. Quietly: the window's file knows all options and says in the console what is wrong.
 * (But a key that is unknown may be set to true or false; nobody reads it.) It has a way to merge of its own (window/merge.ts), which takes a third more room than this.
 */
export function readLauncherConfig(baked: unknown, page: unknown): LauncherConfig {
  return layer(layer(structuredClone(launcherDefaults), baked), page);
}

function layer<T extends object>(into: T, given: unknown): T {
  const tree = into as Record<string, unknown>;
  for (const [key, value] of Object.entries(Object(given))) {
    const was = Object.hasOwn(tree, key) && tree[key];
    const list = Array.isArray(value) && key == launcherList;
    if (was && typeof was == "object" && !Array.isArray(was)) layer(was, value);
    else if (list || typeof value == typeof was) tree[key] = value;
  }
  return into;
}
