// The connection to the service. It asks the token endpoint to let the visitor in, and tries on until that works.

import type { StartConnection } from "./app";
import { handOver } from "./load";

/** After that many tries in vain the visitor is told, and shown other ways. */
const patience = 3;
/** Between two tries, in milliseconds: twice as long each time, up to a limit. */
const firstPause = 1000;
const longestPause = 60_000;

const start: StartConnection = ({ id, signal, store }, { connection }, who) => {
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function attempt(): Promise<void> {
    clearTimeout(timer);
    store.set({ connecting: true });
    tries++;
    await askForToken().catch(() => {});
    if (signal.aborted) return;
    // Carrying messages is not part of this version, so being let in is not enough.
    if (tries >= patience) store.set({ failed: true, connecting: !!connection.tokenUrl });
    // Without an address nothing can change.
    if (tries >= patience && !connection.tokenUrl) return;
    timer = setTimeout(attempt, Math.min(firstPause * 2 ** (tries - 1), longestPause));
  }

  async function askForToken(): Promise<void> {
    if (!connection.tokenUrl) return;
    const { user, now } = who;
    const body = user.email
      ? { account: id, user: { email: user.email, name: user.name, digest: user.digest } }
      : { account: id, visitor: { name: now.name, email: now.email } };
    await fetch(connection.tokenUrl, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  }

  signal.addEventListener("abort", () => clearTimeout(timer));
  return attempt;
};

handOver(start);
