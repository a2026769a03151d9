// What is left behind: listeners, as a test can't ask for them.

import { vi } from "vitest";

/** Counts, from now on, the listeners of a target for one type of event. */
export function countListeners(target: EventTarget, type: string): () => number {
  const there = new Set<unknown>();
  const { addEventListener, removeEventListener } = target;
  vi.spyOn(target, "addEventListener").mockImplementation((name, listener, options) => {
    addEventListener.call(target, name, listener, options);
    const signal = typeof options == "object" ? options.signal : undefined;
    if (name != type || signal?.aborted) return;
    there.add(listener);
    signal?.addEventListener("abort", () => there.delete(listener));
  });
  vi.spyOn(target, "removeEventListener").mockImplementation((name, listener, options) => {
    removeEventListener.call(target, name, listener, options);
    if (name == type) there.delete(listener);
  });
  return () => there.size;
}
