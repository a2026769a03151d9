import { storagePrefix } from "../shared/storage-key";
import type { Message } from "../shared/types";

/** What one account remembers in this browser. */
export interface Memories {
  open?: boolean;
  /** What the visitor said in the form; email and name are empty when it was skipped. */
  visitor?: { name: string; email: string; consent: boolean };
  /** The e-mail address of the user to whom the rest belongs. */
  owner?: string;
  /** Resumes the visitor at the token endpoint. */
  session?: string;
  /** Makes the visitor known to the token endpoint as long as there is no session: 32 hex digits. It is there from the first request on. */
  secret?: string;
  draft?: string;
  /** Messages that the service has not confirmed. */
  outbox?: readonly Message[];
}

export interface Memory {
  /** What is remembered, as of the last read or save. */
  readonly now: Readonly<Memories>;
  /** The e-mail address of the page's user, to whom belongs what is saved from now on. */
  owner: string;
  /** Reads again: another tab may have saved something. */
  read(): Readonly<Memories>;
  save(change: Memories): void;
  forget(): void;
}

/**
 * Reads once, and writes only when something is saved: never before the visitor did something.
 * Where storage is blocked (private windows, sandboxed frames) it lasts as long as the page.
 */
export function createMemory(id: string): Memory {
  const key = storagePrefix + id;
  let now: Memories = {};
  const read = () => {
    try {
      const stored = localStorage.getItem(key)!;
      const memories: unknown = JSON.parse(stored);
      if (stored[0] == "{" && isMemories(memories)) now = memories;
    } catch {
      // Blocked, or no JSON: what we know stays.
    }
    return now;
  };
  const write = (memories: Memories) => {
    now = memories;
    try {
      localStorage.setItem(key, JSON.stringify(now, itself));
    } catch {
      // Blocked or full.
    }
  };
  read();
  const memory: Memory = {
    get now() {
      return now;
    },
    owner: "",
    read,
    // Another tab may have saved something else since. On a page that names no user, what was somebody's stays theirs.
    save: (change) => write({ ...read(), ...(memory.owner && { owner: memory.owner }), ...change }),
    forget() {
      now = {};
      try {
        localStorage.removeItem(key);
      } catch {
        // Blocked: nothing was stored.
      }
    },
  };
  return memory;
}

/** The value itself: Prototype gives arrays a toJSON() that makes texts of them. */
function itself(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

/** Storage is of the page: other scripts, and older versions, write there too. */
function isMemories(stored: any): stored is Memories {
  const { visitor, draft = "", owner = "", session = "", secret = "", outbox = [] } = stored;
  const { name, email } = visitor || { name: "", email: "" };
  const isText = (value: unknown) => typeof value == "string";
  // Times end at 8.64e15 milliseconds, as ECMAScript has them.
  const isOwn = ({ id, body, own, time }: any) => isText(id) && isText(body) && own === true && Math.abs(time) <= 8.64e15;
  return [draft, owner, session, secret, name, email].every(isText) && outbox.every(isOwn);
}
