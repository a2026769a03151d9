// navigator.locks, as the tabs of a browser share them: who asks for a name waits until nobody else has it.

import { vi } from "vitest";

interface Lock {
  waiting: (() => Promise<void>)[];
  held: boolean;
}

export interface FakeLocks {
  /** The names that somebody has. */
  held(): string[];
  request(name: string, ...more: unknown[]): Promise<unknown>;
}

export function createLocks(): FakeLocks {
  const locks = new Map<string, Lock>();
  async function next(lock: Lock): Promise<void> {
    if (lock.held) return;
    const turn = lock.waiting.shift();
    if (!turn) return;
    lock.held = true;
    await turn();
    lock.held = false;
    void next(lock);
  }
  return {
    held: () => [...locks].filter(([, { held }]) => held).map(([name]) => name),
    request(name, ...more) {
      const work = more.at(-1) as () => Promise<unknown>;
      const { signal } = (more.length > 1 ? more[0] : {}) as { signal?: AbortSignal };
      const lock = locks.get(name) ?? { waiting: [], held: false };
      locks.set(name, lock);
      return new Promise((resolve, reject) => {
        const turn = async () => {
          // Never at once, as in a browser.
          await Promise.resolve();
          await Promise.resolve().then(work).then(resolve, reject);
        };
        lock.waiting.push(turn);
        signal?.addEventListener("abort", () => {
          const place = lock.waiting.indexOf(turn);
          if (place < 0) return;
          lock.waiting.splice(place, 1);
          reject(new DOMException("aborted", "AbortError"));
        });
        void next(lock);
      });
    },
  };
}

/** What navigator.locks is: shared ones, none (on plain http), or ones that nobody may have (in sandboxed frames). */
export function stubLocks(locks: FakeLocks | "none" | "denied"): void {
  const denied = { request: () => Promise.reject(new DOMException("denied", "SecurityError")) };
  vi.stubGlobal("navigator", { locks: locks == "none" ? undefined : locks == "denied" ? denied : locks, onLine: true, language: "en-GB", userAgent: "" });
}
