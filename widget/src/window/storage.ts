import { storagePrefix } from "../shared/storage-key";
import type { Message } from "../shared/types";
import { isTree } from "./merge";

/** What is remembered of one person. */
export interface Memories {
  /** What the visitor said in the form; email and name are empty when it was skipped. */
  visitor?: { name: string; email: string; consent: boolean };
  /** The e-mail address of the user whom the page named, in small letters. */
  owner?: string;
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

/** What one account remembers in this browser. */
interface Shelf {
  /** Whether the window is. */
  open?: boolean;
  /** Of whom no page has named. In storage it stands beside the others. */
  nobody?: Memories;
  /** Of the user whom a page has named last. */
  user?: Memories;
}

export interface Memory {
  /** What is remembered of who sits there, as of the last read or save. */
  readonly now: Readonly<Memories>;
  /** Reads again: another tab may have saved something. */
  read(): Readonly<Memories>;
  save(change: Memories): void;
  keepOpen(open: boolean): void;
  /**
   * The page names its user; "": nobody. Said: the address by which who sits there is known else. Returns what that makes of what was
   * there before: 2: it is somebody else's, and forgotten; 1: it is not this user's, of whom there is something else; 0: it goes on.
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
  /** With a time of the last message it was in storage: should it not be there any more, another tab has forgotten it. */
  let now: Memories = {};
  /** The page's user. */
  let owner = "";

  const put = ({ nobody, ...shelf }: Shelf) => {
    try {
      localStorage.setItem(key, JSON.stringify({ ...nobody, ...shelf }, itself));
    } catch {
      // Blocked or full.
    }
  };
  /** Undefined: what is there can't be read. */
  const load = (): Shelf | undefined => {
    try {
      const text = localStorage.getItem(key) ?? "{}";
      if (text[0] != "{") return;
      const { open, user, ...nobody } = JSON.parse(text);
      // Once there was one place for both.
      const [first, second] = nobody.owner ? [{}, nobody] : [nobody, user];
      const shelf = { open, nobody: mend(first), user: mend(second) };
      // What is too old goes.
      if (!shelf.nobody || (second && !shelf.user)) put(shelf);
      return shelf;
    } catch {
      // Blocked, or no JSON.
    }
  };
  const whose = () => (owner ? "user" : "nobody");
  const mine = (shelf: Shelf | undefined) => {
    const found = shelf?.[whose()];
    return (found?.owner || "") == owner && (found?.last || !now.last) && found;
  };
  // Else what we know stays.
  const read = () => (now = mine(load()) || now);
  read();
  return {
    get now() {
      return now;
    },
    read,
    save(change) {
      const shelf = load();
      // What another tab has forgotten stays forgotten, and what is somebody else's stays theirs.
      const may = !shelf || mine(shelf) || !(now.last || shelf.user);
      now = { last: Date.now(), ...read(), ...(owner && { owner }), ...change };
      if (may) put({ ...shelf, [whose()]: now });
    },
    keepOpen: (open) => put({ ...load(), open }),
    name(email, said = "") {
      const shelf = load();
      const theirs = shelf?.user?.owner;
      const before = owner || theirs || said.toLowerCase();
      const first = !owner && email;
      owner = email.toLowerCase();
      const other = before && before != owner;
      // Another tab may have heard of it first.
      if (other && (theirs ? theirs != owner : first)) put({});
      const change = other ? 2 : first && theirs ? 1 : 0;
      if (change) now = {};
      // What was nobody's is this user's from now on.
      else if (first && Object.keys(now)[0]) put({ open: shelf?.open, user: (now = { last: Date.now(), ...now, owner }) });
      read();
      return change;
    },
  };
}

/** The value itself: Prototype gives arrays a toJSON() that makes texts of them. */
function itself(this: Record<string, unknown>, key: string): unknown {
  return this[key];
}

/** Of which type values must be: texts with the most characters that they may have, null for a number. */
const types = { visitor: { name: 254, email: 254 }, owner: 254, session: 4096, secret: 32, draft: 1e6, last: null };
const messageTypes = { id: 64, body: 1e6, time: null, after: null, attributes: { name: 254, email: 254 } };

function fits(value: any, type: any): boolean {
  if (isTree(type)) return isTree(value) && Object.keys(type).every((key) => fits(value[key], type[key]));
  // Times end at 8.64e15 milliseconds, as ECMAScript has them.
  return type ? typeof value == "string" && value.length <= type : typeof value == "number" && Math.abs(value) <= 8.64e15;
}

/**
 * Storage is of the page: other scripts, and other versions, write there too. What is wrong is left out, each value alone, and what is too
 * old, as a whole.
 */
function mend(stored: any): Memories | undefined {
  if (!isTree(stored)) return;
  const { outbox }: any = stored;
  for (const key in types) if (!fits(stored[key], types[key as keyof typeof types])) delete stored[key];
  if (stored.owner) stored.owner = (stored.owner as string).toLowerCase();
  if (outbox) stored.outbox = [outbox].flat().filter((message) => message?.own === true && fits({ after: 0, attributes: { name: "", email: "" }, ...message }, messageTypes));
  else delete stored.outbox;
  // Undefined: of a version that knew no end.
  return Math.abs(Date.now() - (stored.last as number)) > life ? undefined : stored;
}
