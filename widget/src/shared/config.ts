type Tree = Record<string, unknown>;

/**
 * Puts what is given over what is there, key by key; what is unknown or of another type is left out.
 * Quietly: the window's file knows all options and says in the console what is wrong (check.ts).
 */
export function layer<T extends object>(into: T, given: unknown): T {
  for (const [key, value] of Object.entries(Object(given))) {
    const was = Object.hasOwn(into, key) && (into as Tree)[key];
    const fits = typeof value == typeof was || (key == "error" && Array.isArray(value));
    if (was && typeof was == "object") layer(was, value);
    else if (fits && (key != "position" || /^bottom-(left|right)$/.test(value as string))) (into as Tree)[key] = value;
  }
  return into;
}

/** What a style value may not have: the end of its declaration, and functions that take an address. */
export const unsafe = /[;{}\\]|\/\*|\b(url|src|image|image-set|cross-fade|element)\(/i;

const said = new Set<string>();

/** Says something in the console, once: the same value is checked again with each change. */
export function warn(message: string): void {
  if (!said.has(message)) console.warn("MissiveChat: " + message);
  said.add(message);
}
