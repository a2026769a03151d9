// What several tabs of the desk have to agree on.

import { newId } from "../../../widget/src/shared/id";
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

export interface PageLife {
  /** Names this page. */
  id: string;
  /** The pages of the desk that are there in this browser, this one too. */
  alive(): Promise<Set<string>>;
}

const pageLock = "missive-desk-page:";

/** A page holds a lock for as long as it lives, so others know whether it is gone. Where there are no locks, all others are. */
export function createPageLife(): PageLife {
  const id = newId();
  const { locks } = navigator;
  // The browser may keep a page that is left, and its lock with it.
  const left = new Promise<void>((resolve) => addEventListener("pagehide", () => resolve()));
  locks?.request(pageLock + id, () => left).catch(() => {});
  return {
    id,
    async alive() {
      const state = await locks?.query().catch(() => undefined);
      const names = (state?.held ?? []).flatMap(({ name }) => (name?.startsWith(pageLock) ? [name.slice(pageLock.length)] : []));
      return new Set([id, ...names]);
    },
  };
}
