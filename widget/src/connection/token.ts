import type { WindowApp } from "../shared/app";
import type { Config } from "../shared/generated";
import type { Memory } from "../window/storage";
import type { Visitor } from "../window/visitor";

/** What the token endpoint gives a visitor: who they are to the service, and which conversation is theirs. */
export interface TokenResponse {
  token: string;
  /** The visitor's identity. */
  identity: string;
  /** The conversation's SID. */
  conversation: string;
  /** Resumes this visitor the next time. */
  session: string;
  /** Where the service's web socket is, when it isn't Twilio's: the preview has one of its own. */
  socket?: string;
}

/** Asks the token endpoint to let the visitor in. Rejects when it doesn't; the error's `wait` is the time it wants to be left alone, in milliseconds. */
export async function requestToken({ id, store }: Pick<WindowApp, "id" | "store">, { connection }: Config, visitor: Visitor, memory: Memory, signal: AbortSignal): Promise<TokenResponse> {
  const ask = async (): Promise<TokenResponse> => {
    const { now } = visitor;
    const { named: user, visit } = store.state;
    const { session } = memory.read();
    const named = user?.email ? { user: { email: user.email, name: user.name, digest: user.digest } } : { visitor: { name: now.name, email: now.email } };
    const answer = await fetch(connection.tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ account: id, session, ...named }),
      signal,
    });
    // A proxy in front of it may answer with a page, or with null.
    const granted = (await answer.json().catch(() => 0)) ?? 0;
    if (!answer.ok || typeof granted.token != "string" || typeof granted.conversation != "string") {
      const message = granted.message || "the token endpoint answers " + answer.status;
      throw Object.assign(Error(message), { wait: 1000 * +answer.headers.get("retry-after")! || 0 });
    }
    // Somebody else may have become the visitor meanwhile.
    if (visit != store.state.visit) throw Error("the visitor has changed");
    memory.save({ session: granted.session });
    return granted;
  };
  // One tab after the other, so that two don't make two visitors.
  return exclusively("missive-chat:" + id, ask);
}

/**
 * Runs the work while no other tab of this browser runs work of the name. On plain http there are no locks, and where
 * storage is blocked (sandboxed frames) none is to be had.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  let run: Promise<T> | undefined;
  await navigator.locks?.request(name, () => (run = work())).catch(() => {});
  return run ?? work();
}
