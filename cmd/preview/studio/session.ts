// One theme that is edited: what its file says, what it is to say, and the steps between, for undo and redo.

import type { Opened, OwnValues } from "./api";

export interface Session {
  /** The theme as it was last read or saved. */
  readonly opened: Opened;
  readonly own: OwnValues;
  /** The keys that differ from the file. */
  changed(): string[];
  /** Makes a step. Commits in a row with the same name are one step: a drag through colours is undone at once. */
  commit(own: OwnValues, step?: string): void;
  canUndo(): boolean;
  canRedo(): boolean;
  undo(): void;
  redo(): void;
  /** Takes over what the file says now; what was changed here since the base stays on top of it. It can be undone. */
  rebase(now: Opened, base: OwnValues): void;
}

export function createSession(opened: Opened): Session {
  let { own } = opened;
  let past: OwnValues[] = [];
  let future: OwnValues[] = [];
  let lastStep: string | undefined;

  const session: Session = {
    get opened() {
      return opened;
    },
    get own() {
      return own;
    },
    changed: () => differingKeys(opened.own, own),
    commit(next, step) {
      if (!differingKeys(own, next).length) return;
      if (!step || step != lastStep) past.push(own);
      future = [];
      lastStep = step;
      own = next;
    },
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    undo() {
      lastStep = undefined;
      if (!past.length) return;
      future.push(own);
      own = past.pop()!;
    },
    redo() {
      if (!future.length) return;
      past.push(own);
      own = future.pop()!;
    },
    rebase(now, base) {
      opened = now;
      session.commit(replaceKeys(now.own, differingKeys(base, own), own));
    },
  };
  return session;
}

/** The keys that have another value in one than in the other, or are in one only. */
export function differingKeys(a: OwnValues, b: OwnValues): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => a[key] !== b[key]);
}

/** A copy that has some keys as in the source. Those that the source lacks are left out. */
export function replaceKeys<T>(values: Readonly<Record<string, T>>, keys: string[], source: Readonly<Record<string, T>>): Record<string, T> {
  const copy = { ...values };
  for (const key of keys)
    if (key in source) copy[key] = source[key]!;
    else delete copy[key];
  return copy;
}
