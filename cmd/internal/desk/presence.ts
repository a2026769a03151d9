// Which colleagues have which conversation before them, so that two don't answer.
//
// Typing is told by the service itself. That somebody looks is told by their read horizon: a desk sets it anew while its agent has the
// conversation in view, to where it is, and the service tells those who take part when that was. It takes no right that agents don't
// have, and tells visitors no more than that they are read, which they see anyway.

import type { Presence } from "./state";

/** How often a desk tells that its agent still looks, in milliseconds. */
export const lookEveryMilliseconds = 20_000;
/** How long somebody counts as there who has told so, in milliseconds: one time may get lost. */
const lookMilliseconds = 45_000;

export interface PresenceBoard {
  /** A colleague has a conversation in view. They can look at one at a time. */
  look(sid: string, identity: string): void;
  type(sid: string, identity: string, typing: boolean): void;
  /** Who is there now. */
  of(sid: string): Presence[];
  /** Nobody tells anything any more. */
  clear(): void;
}

/** `changed` is told for which conversation somebody came or went. */
export function createPresence(changed: (sid: string) => void): PresenceBoard {
  /** Where each colleague looks. */
  const looking = new Map<string, { sid: string; over: ReturnType<typeof setTimeout> }>();
  /** Who types where. */
  const typing = new Map<string, Set<string>>();

  function leave(identity: string): void {
    const place = looking.get(identity);
    if (!place) return;
    clearTimeout(place.over);
    looking.delete(identity);
    changed(place.sid);
  }

  return {
    look(sid, identity) {
      const before = looking.get(identity);
      if (before && before.sid != sid) leave(identity);
      clearTimeout(before?.over);
      looking.set(identity, { sid, over: setTimeout(leave, lookMilliseconds, identity) });
      if (before?.sid != sid) changed(sid);
    },
    type(sid, identity, on) {
      const there = typing.get(sid) ?? new Set();
      typing.set(sid, there);
      if (there.has(identity) == on) return;
      if (on) there.add(identity);
      else there.delete(identity);
      changed(sid);
    },
    of(sid) {
      const there = typing.get(sid);
      const present = new Set(there);
      for (const [identity, place] of looking) if (place.sid == sid) present.add(identity);
      return [...present].sort().map((identity) => ({ identity, typing: !!there?.has(identity) }));
    },
    clear() {
      for (const identity of looking.keys()) leave(identity);
      const sids = [...typing.keys()];
      typing.clear();
      for (const sid of sids) changed(sid);
    },
  };
}
