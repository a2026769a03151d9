// What is left behind: listeners, as a test can't ask for them.

import { vi } from "vitest";

/** Counts, from now on, the listeners of a target for some types of event. Of a target it can be asked once a test. */
export function countListeners(target: EventTarget, ...types: string[]): () => number {
  const there = new Map<string, Set<unknown>>(types.map((type) => [type, new Set()]));
  const { addEventListener, removeEventListener } = target;
  // The document's own are the prototype's: see doc in src/shared/dom.ts.
  const owner: EventTarget = target == document ? Object.getPrototypeOf(target) : target;
  vi.spyOn(owner, "addEventListener").mockImplementation((name, listener, options) => {
    addEventListener.call(target, name, listener, options);
    const signal = typeof options == "object" ? options.signal : undefined;
    if (signal?.aborted) return;
    there.get(name)?.add(listener);
    signal?.addEventListener("abort", () => there.get(name)?.delete(listener));
  });
  vi.spyOn(owner, "removeEventListener").mockImplementation((name, listener, options) => {
    removeEventListener.call(target, name, listener, options);
    there.get(name)?.delete(listener);
  });
  return () => [...there.values()].reduce((count, { size }) => count + size, 0);
}
