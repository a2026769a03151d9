import type { WindowApp } from "../shared/app";
import type { Config } from "../shared/generated";
import { newId } from "../shared/id";
import type { Memory } from "../window/storage";
import type { Visitor } from "../window/visitor";
import type { Outgoing } from "./sending";

/** What the token endpoint gives a visitor: who they are to the service, and which conversation is theirs. */
export interface TokenResponse {
  token: string;
  /** The visitor's identity. */
  identity: string;
  /** The SID of their open conversation; "": there is none, as nothing was written, or not since the last one was closed. */
  conversation: string;
  /** Resumes this visitor the next time. */
  session: string;
  /** Where the message that came with the request is stored. An endpoint from before protocol 2 takes none. */
  message?: { index: number };
  /** Where the service's web socket is, when it isn't Twilio's: the preview has one of its own. */
  socket?: string;
}

/** A challenge of the endpoint, while newcomers come fast: see solve in proof.ts. */
export interface Challenge {
  algorithm: string;
  /** The hex SHA-256 of the salt with the number behind it that is looked for. */
  challenge: string;
  /** The number is one from 0 to this. */
  maxNumber: number;
  salt: string;
  signature: string;
}

/** Returns the proof that the endpoint wants, or rejects when there is none. */
export type Solve = (challenge: Challenge, signal: AbortSignal) => Promise<string>;

/** How long a request with a message may take, in milliseconds: longer than the endpoint takes for its answer. */
const carriedMilliseconds = 30_000;

/** Takes what becomes of messages that go along with requests. */
export interface Carried {
  /** What goes along with the next request, if anything. */
  next(): Outgoing | undefined;
  stored(id: string, index: number, conversation: string, identity: string): void;
  /** It will not be taken, however often it is sent. */
  refused(id: string): void;
}

/**
 * Asks the token endpoint to let the visitor in, and to store what is carried. Rejects when it doesn't; the error is a
 * Refusal of reconnect.ts.
 */
export async function requestToken(app: Pick<WindowApp, "id" | "need" | "store">, { connection }: Config, visitor: Visitor, memory: Memory, signal: AbortSignal, carried?: Carried): Promise<TokenResponse> {
  const { id, need, store } = app;
  const ask = async (proof?: string): Promise<TokenResponse> => {
    // Who has gone while another tab had its turn leaves no trace.
    signal.throwIfAborted();
    const { now } = visitor;
    const { named: user, visit } = store.state;
    const { session, secret } = keepSecret(memory);
    const named = user?.email ? { user: { email: user.email, name: user.name, digest: user.digest } } : { visitor: { name: now.name, email: now.email } };
    const message = carried?.next();
    const answer = await fetch(connection.tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ protocol: 2, account: id, session, secret, ...named, message, proof }),
      // A message that is on its way goes on, whoever the visitor is then.
      signal: message ? AbortSignal.timeout(carriedMilliseconds) : signal,
    });
    // A proxy in front of it may answer with a page, or with null.
    const granted = (await answer.json().catch(() => 0)) ?? 0;
    if (!answer.ok || typeof granted.token != "string" || typeof granted.conversation != "string") {
      if (message && (granted.code == "message-refused" || granted.code == "too-large")) {
        carried!.refused(message.id);
        return ask();
      }
      if (granted.challenge && !proof) return ask(await (await need<Solve>(PROOF_FILE))(granted.challenge, signal));
      const reason = granted.message || "the token endpoint answers " + answer.status;
      // Without anybody to read the message, the visitor is to know of other ways.
      throw Object.assign(Error(reason), { wait: 1000 * +answer.headers.get("retry-after")! || 0, hopeless: granted.code == "no-agent" });
    }
    // Somebody else may have become the visitor meanwhile.
    signal.throwIfAborted();
    if (visit != store.state.visit) throw Error("the visitor has changed");
    // Storage takes texts alone.
    if (typeof granted.session == "string") memory.save({ session: granted.session });
    if (message && Number.isInteger(granted.message?.index)) carried!.stored(message.id, granted.message.index, granted.conversation, granted.identity);
    return granted;
  };
  // One tab after the other, so that two don't make two visitors.
  return exclusively("missive-chat:" + id, ask, signal);
}

/**
 * Who has no session is known by a secret, so that a request whose answer was lost can be repeated: it is stored before it is told.
 * The team sees the ids of messages, but never this.
 */
function keepSecret(memory: Memory): { session?: string; secret: string } {
  const { session, secret } = memory.read();
  if (/^[\da-f]{32}$/.test(secret!)) return { session, secret: secret! };
  const fresh = newId();
  memory.save({ secret: fresh });
  return { session, secret: fresh };
}

/**
 * Runs the work while no other tab of this browser runs work of the name. On plain http there are no locks, and where
 * storage is blocked (sandboxed frames) none is to be had. When the signal aborts, the work need not wait for its turn to find that out.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  let run: Promise<T> | undefined;
  await navigator.locks?.request(name, { signal }, () => (run = work())).catch(() => {});
  return run ?? work();
}
