import { Client } from "@twilio/conversations";
import type { LineState } from "./state";

/** What the server gives an agent. */
interface Pass {
  token: string;
  identity: string;
  /** Where the web socket is, when it isn't Twilio's. */
  socket?: string;
}

interface LineEvents {
  /** A new client, before it connects: to listen to. */
  created(client: Client, identity: string): void;
  state(now: LineState): void;
}

/** The line to the service. It is there from start to stop, whatever happens between. */
export interface Line {
  start(): void;
  /** Closes the socket: from then on the team counts as offline. */
  stop(): void;
}

/** Between two tries, in milliseconds: twice as long each time, up to a limit. */
const firstPause = 1000;
const longestPause = 30_000;
/** How long one try may take, in milliseconds. */
const longestTry = 15_000;

/**
 * Keeps a client alive. Short breaks are the SDK's business; one that is denied, expired or dead is followed
 * by a new one with a new token, as the SDK's own ways back have dead ends.
 */
export function createLine(address: string, events: LineEvents): Line {
  let running: AbortController | undefined;

  async function keep(signal: AbortSignal): Promise<void> {
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      events.state("connecting");
      const connected = await live(signal).catch(() => false);
      if (signal.aborted) return;
      if (connected) pause = firstPause;
      events.state("lost");
      await wait(pause, signal);
    }
  }

  /** The life of one client. Resolves when it ends: true if it was ever connected. */
  async function live(signal: AbortSignal): Promise<boolean> {
    const pass = await getPass(address, signal);
    const client = new Client(pass.token, pass.socket ? { Twilsock: { uri: pass.socket } } : {});
    try {
      return await new Promise<boolean>((resolve) => {
        let connected = false;
        const end = () => resolve(connected);
        // It may come through at its second attempt; after that long a new one is the better chance.
        setTimeout(() => connected || end(), longestTry);
        signal.addEventListener("abort", end, { once: true });
        client.on("initialized", () => (connected = true));
        client.on("connectionError", ({ terminal }) => terminal && end());
        client.on("connectionStateChanged", (state) => {
          if (state == "denied" || state == "disconnected") end();
          else events.state(state == "connected" ? "on" : connected ? "lost" : "connecting");
        });
        client.on("tokenAboutToExpire", () => {
          // If that fails, the client expires, and a new one follows.
          getPass(address, signal)
            .then(({ token }) => client.updateToken(token))
            .catch(() => {});
        });
        events.created(client, pass.identity);
      });
    } finally {
      client.removeAllListeners();
      client.shutdown().catch(() => {});
    }
  }

  return {
    start() {
      if (running) return;
      running = new AbortController();
      void keep(running.signal);
    },
    stop() {
      running?.abort();
      running = undefined;
      events.state("off");
    },
  };
}

async function getPass(address: string, signal: AbortSignal): Promise<Pass> {
  const answer = await fetch(address, { method: "POST", signal: AbortSignal.any?.([signal, AbortSignal.timeout(longestTry)]) ?? signal });
  if (!answer.ok) throw Error(`${address} answers ${answer.status}`);
  return answer.json();
}

/** Waits, but no longer than until the network is back. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const now = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener("online", now, { once: true, signal });
    signal.addEventListener("abort", now, { once: true });
  });
}
