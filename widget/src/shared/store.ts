/** An observable object: listeners hear of each change, after it is made. */
export interface Store<T> {
  readonly state: Readonly<T>;
  set(change: Partial<T>): void;
  /** Calls the listener now and after each change. */
  watch(listener: (state: Readonly<T>) => void): void;
  /** Forgets all listeners. */
  clear(): void;
}

export function createStore<T>(initial: T): Store<T> {
  let state = initial;
  const listeners = new Set<(state: T) => void>();
  return {
    get state() {
      return state;
    },
    set(change) {
      state = { ...state, ...change };
      for (const listener of listeners) listener(state);
    },
    watch(listener) {
      listeners.add(listener);
      listener(state);
    },
    clear: () => listeners.clear(),
  };
}
