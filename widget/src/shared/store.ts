/** A state and whoever has to hear of its changes: what the launcher needs of a store. */
export interface Holder<T> {
  state: Readonly<T>;
  set(change: Partial<T>): void;
  /** Called after each change with the state before it: put here by whoever has to hear of changes. */
  changed?(before: Readonly<T>): void;
}

export function createHolder<T>(initial: T): Holder<T> {
  const holder: Holder<T> = {
    state: initial,
    set(change) {
      const before = holder.state;
      holder.state = { ...before, ...change };
      holder.changed?.(before);
    },
  };
  return holder;
}

/** A state that can be watched, key by key. */
export interface Store<T> extends Holder<T> {
  /** Calls the listener now, and after changes of one of the keys. A key that is set to the value that it has doesn't count. */
  watch(keys: readonly (keyof T)[], listener: (state: Readonly<T>) => void): void;
}

/**
 * Makes a store of a holder, which is the same object. A listener is called with the newest state; one that sets something has
 * that told before it goes on, so the order in which they came doesn't matter. When the signal aborts, nobody is called any more.
 */
export function createStore<T>(holder: Holder<T>, signal?: AbortSignal): Store<T> {
  // Each finds out whether its listener has to be called.
  const checks = new Set<(before: Readonly<T>) => void>();
  // The listeners that have to be, also after changes that come while one is.
  const due = new Set<(state: Readonly<T>) => void>();
  holder.changed = (before) => {
    for (const check of checks) check(before);
    for (const listener of due) {
      due.delete(listener);
      try {
        if (!signal?.aborted) listener(holder.state);
      } catch (error) {
        // The others have to hear of it all the same: one of them sends what the visitor wrote.
        reportError(error);
      }
    }
  };
  return Object.assign(holder, {
    watch(keys: readonly (keyof T)[], listener: (state: Readonly<T>) => void) {
      checks.add((before) => keys.some((key) => before[key] !== holder.state[key]) && due.add(listener));
      listener(holder.state);
    },
  });
}
