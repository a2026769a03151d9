import type { Opened, Own } from "./api";

/** One theme as it is worked on: what its file says, what it is to say, and the steps between. */
export interface Session {
  readonly opened: Opened;
  readonly own: Own;
  /** Keys that differ from the file. */
  changed(): string[];
  /** Makes a step. Those that follow with the same name are part of it: a drag through colours is undone at once. */
  commit(own: Own, step?: string): void;
  canUndo(): boolean;
  canRedo(): boolean;
  undo(): void;
  redo(): void;
  /** Takes over what the file says now; what was changed here since the base stays on top of it. It can be undone. */
  rebase(now: Opened, base: Own): void;
}

export function createSession(opened: Opened): Session {
  let { own } = opened;
  let past: Own[] = [];
  let future: Own[] = [];
  let last: string | undefined;

  const session: Session = {
    get opened() {
      return opened;
    },
    get own() {
      return own;
    },
    changed: () => differing(opened.own, own),
    commit(next, step) {
      if (!differing(own, next).length) return;
      if (!step || step != last) past.push(own);
      future = [];
      last = step;
      own = next;
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    undo() {
      last = undefined;
      if (!past.length) return;
      future.push(own);
      own = past.pop()!;
    },
    redo() {
      last = undefined;
      if (!future.length) return;
      past.push(own);
      own = future.pop()!;
    },
    rebase(now, base) {
      opened = now;
      session.commit(without(now.own, differing(base, own), own));
    },
  };
  return session;
}

/** The keys of which one has another value than the other, or none. */
export function differing(a: Own, b: Own): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]);
}

/** Values, but for some keys those of others. */
export function without<T>(own: Readonly<Record<string, T>>, keys: string[], others: Readonly<Record<string, T>>): Record<string, T> {
  const mended = { ...own };
  for (const key of keys)
    if (key in others) mended[key] = others[key]!;
    else delete mended[key];
  return mended;
}
