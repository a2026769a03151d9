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
      if (stored[0] == "{") now = mend(JSON.parse(stored));
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

/** How many characters texts may have. */
const lengths = { owner: 254, session: 4096, secret: 32, draft: 1e6 };
const isText = (value: unknown, most: number) => typeof value == "string" && value.length <= most;

/** Storage is of the page: other scripts, and other versions, write there too. What is wrong is left out, each value alone. */
function mend(stored: any): Memories {
  const { open, visitor, outbox } = stored;
  for (const [key, most] of Object.entries(lengths)) if (!isText(stored[key], most)) delete stored[key];
  if (open !== !!open) delete stored.open;
  if (!isText(visitor?.name, 254) || !isText(visitor.email, 254)) delete stored.visitor;
  // Times end at 8.64e15 milliseconds, as ECMAScript has them.
  const isOwn = (message: any) => message?.own === true && isText(message.id, 64) && isText(message.body, 1e6) && Math.abs(message.time) <= 8.64e15;
  if (outbox) stored.outbox = [outbox].flat().filter(isOwn);
  else delete stored.outbox;
  return stored;
}
