/** An object whose values are found by their keys. */
export type Tree = Record<string, unknown>;

/** Sets a value of a tree, if it may stand there. The path is that of the tree, with a dot at its end. */
type Put = (tree: Tree, key: string, value: unknown, path: string) => void;

/** Puts what is given over what is there, key by key; `null` and `undefined` count as not given. Trees are walked through. */
export function merge(tree: Tree, given: Tree, put: Put, path = ""): void {
  for (const key of Object.keys(given)) {
    const value = given[key];
    // Not what every object has: a key "__proto__" would lead to that.
    const was = Object.hasOwn(tree, key) && tree[key];
    if (isTree(was) && isTree(value)) merge(was, value, put, path + key + ".");
    else if (value != null) put(tree, key, value, path);
  }
}

export function isTree(value: unknown): value is Tree {
  return !!value && typeof value == "object" && !Array.isArray(value);
}
