// In which order conversations are asked for their last messages: each takes a request, and there may be a thousand.

/** Does the work for some at a time. */
export interface Reading<T> {
  /** Before all others: it is seen. */
  soon(item: T): void;
  /** Some time. */
  later(item: T): void;
  /** What is left is not wanted any more. */
  stop(): void;
}

/** How many are under way at a time. */
const parallel = 4;

/** What fails is not tried again: a later event asks for it. */
export function createReading<T>(work: (item: T) => Promise<void>): Reading<T> {
  // Sets keep the order in which things came.
  const urgent = new Set<T>();
  const others = new Set<T>();
  let running = 0;

  function take(): T | undefined {
    for (const waiting of [urgent, others])
      for (const item of waiting) {
        waiting.delete(item);
        return item;
      }
    return;
  }

  function next(): void {
    while (running < parallel) {
      const item = take();
      if (item === undefined) break;
      running++;
      work(item)
        .catch(() => {})
        .finally(() => {
          running--;
          next();
        });
    }
  }

  return {
    soon(item) {
      others.delete(item);
      urgent.add(item);
      next();
    },
    later(item) {
      if (urgent.has(item)) return;
      others.add(item);
      next();
    },
    stop() {
      urgent.clear();
      others.clear();
    },
  };
}
