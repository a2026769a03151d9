import { storagePrefix } from "../shared/storage-key";
import type { Message } from "../shared/types";
import { isTree } from "./merge";

/** What one account remembers in this browser. */
export interface Memories {
  open?: boolean;
  /** What the visitor said in the form; email and name are empty when it was skipped. */
  visitor?: { name: string; email: string; consent: boolean };
  /** The e-mail address of the user to whom the rest belongs, in small letters. */
  owner?: string;
  /** The user before, in whose place somebody has written whom the page did not name: they may be the same. */
  former?: string;
  /** Resumes the visitor at the token endpoint. */
  session?: string;
  /** Makes the visitor known to the token endpoint as long as there is no session: 32 hex digits. It is there from the first request on. */
  secret?: string;
  draft?: string;
  /** Messages that the service has not confirmed. */
  outbox?: readonly Message[];
  /** When the last message was written; before the first one, when something was first saved. In milliseconds since 1970. */
  last?: number;
}

export interface Memory {
  /** What is remembered of who sits there, as of the last read or save. */
  readonly now: Readonly<Memories>;
  /** Reads again: another tab may have saved something. */
  read(): Readonly<Memories>;
  save(change: Memories): void;
  /**
   * The page names its user; "": nobody. Said: the address by which who sits there is known else. Returns what that makes of what was
   * remembered: 2: it is somebody else's, and forgotten; 1: there is something of this user; 0: nothing new.
   */
  name(email: string, said?: string): number;
}

/** How long something is remembered after the last message, in milliseconds: 90 days. */
const life = 7776e6;

/**
 * Reads once, and writes only when something is saved: never before the visitor did something.
 * Where storage is blocked (private windows, sandboxed frames) it lasts as long as the page.
 */
export function createMemory(id: string): Memory {
  const key = storagePrefix + id;
  let now: Memories = {};
  let owner = "";
  /** Something of who sits there is in storage, or was. */
  let kept = false;
  /** Whoever's it is. Null: nothing, undefined: nothing that can be read. */
  const stored = () =>
    attempt((storage) => {
      const text = storage.getItem(key);
      const there = text && mend(JSON.parse(text));
      if (!there || !(Math.abs(Date.now() - there.last!) > life)) return there;
      storage.removeItem(key);
      return null;
    }) as Memories | null | undefined;
  const put = (memories: Memories) =>
    !!attempt((storage) => {
      storage.setItem(key, JSON.stringify(memories, itself));
      return true;
    });
  const isOurs = (there: Memories) => (there.owner ?? "") == owner;
  const read = () => {
    const there = stored();
    // Else what we know stays.
    if (there && isOurs(there)) {
      now = there;
      kept = true;
    }
    return now;
  };
  read();
  return {
    get now() {
      return now;
    },
    read,
    save(change) {
      const there = stored();
      const foreign = there && !isOurs(there);
      now = { last: Date.now(), open: there?.open, ...read(), ...(owner && { owner }), ...(foreign && { former: there.owner }), ...change };
      // What another tab has forgotten stays so, and what is somebody else's, but for whether the window is open, which is nobody's. But
      // who is nobody may write where a user was.
      if (foreign && (kept || owner || !change.outbox)) put({ ...there, open: now.open });
      else if (there !== null || !kept) kept = put(now) || kept;
    },
    name(email, said = "") {
      const there = stored();
      const theirs = there?.owner;
      const before = (owner || theirs || there?.former || said).toLowerCase();
      const unnamed = !owner;
      owner = email.toLowerCase();
      const other = before && before != owner;
      if (other) {
        now = {};
        kept = false;
        // Another tab may have heard of it first.
        if (!owner || theirs != owner) attempt((storage) => storage.removeItem(key));
      } else if (owner && unnamed && there && !theirs) {
        // What was nobody's is this user's from now on.
        put({ ...there, owner });
      }
      const news = !kept;
      read();
      return other ? 2 : +(news && kept);
    },
  };
}

/** Does something with the storage, where that isn't blocked or full. */
function attempt<T>(work: (storage: Storage) => T): T | undefined {
  try {
    return work(localStorage);
  } catch {}
}

/** The value itself: Prototype gives arrays a toJSON() that makes texts of them. */
function itself(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

/** Of which type values must be: texts with the most characters that they may have, null for a number. */
const types = { open: true, visitor: { name: 128, email: 254, consent: true }, owner: 254, former: 254, session: 4096, secret: 32, draft: 1e6, last: null };
const messageTypes = { id: 64, body: 1e6, own: true, time: null, after: null, attributes: { name: 128, email: 254 } };

function fits(value: any, type: any): boolean {
  if (isTree(type)) return isTree(value) && Object.keys(type).every((key) => fits(value[key], type[key]));
  // Times end at 8.64e15 milliseconds, as ECMAScript has them.
  if (type === null) return typeof value == "number" && Math.abs(value) <= 8.64e15;
  return type === true ? value === !!value : typeof value == "string" && value.length <= type;
}

/** Storage is of the page: other scripts, and other versions, write there too. What is wrong is left out, each value alone. */
function mend(stored: any): Memories | undefined {
  if (!isTree(stored)) return;
  for (const key in types) if (!fits(stored[key], types[key as keyof typeof types])) delete stored[key];
  const { outbox } = stored;
  if (outbox !== undefined)
    stored.outbox = [outbox].flat().filter((message: any) => message?.own && fits({ after: -1, attributes: { name: "", email: "" }, ...message }, messageTypes));
  return stored;
}
