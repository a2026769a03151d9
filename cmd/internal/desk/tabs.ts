// What several tabs of the desk have to agree on.

import { recall, remember } from "./remembered";

const lookedAtKey = "looked-at";
/** For how long others leave alone what one tab does, in milliseconds: they hear of the same a moment later. */
const onceMilliseconds = 5000;

/** Does something in the tab that comes first, and in no other. */
export function once(key: string, work: () => void): void {
  const holding = navigator.locks?.request("missive-desk:" + key, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    work();
    await new Promise((resolve) => setTimeout(resolve, onceMilliseconds));
  });
  // Where there are no locks, as in a context that isn't secure, each tab does it.
  if (holding) holding.catch(() => {});
  else work();
}

export interface LookedAt {
  /** Another conversation is open. */
  changed(): void;
  /** Whether it is open in the tab that has the focus, if one has. */
  is(sid: string): boolean;
}

/** Which conversation the agent has before their eyes, in whatever tab. `open` is the one that is open in this tab. */
export function createLookedAt(open: () => string): LookedAt {
  const changed = () => document.hasFocus() && remember(lookedAtKey, open());
  addEventListener("focus", changed);
  addEventListener("blur", () => remember(lookedAtKey, ""));
  addEventListener("pagehide", () => document.hasFocus() && remember(lookedAtKey, ""));
  changed();
  return {
    changed,
    is: (sid) => recall(lookedAtKey) == sid || (document.hasFocus() && open() == sid),
  };
}
