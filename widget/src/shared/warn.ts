const said = new Set<string>();

/** Says something in the console, once: the same value is checked again with each change. */
export function warn(message: string): void {
  if (!said.has(message)) console.warn("MissiveChat: " + message);
  said.add(message);
}
