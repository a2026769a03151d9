import type { Client } from "@twilio/conversations";
import { warn } from "../shared/warn";

/** After so many tries in vain, or so many milliseconds without a connection, it counts as failed. Trying goes on. */
const failedAfterTries = 3;
const failedAfterMilliseconds = 15_000;
/** Between two tries, in milliseconds: twice as long each time, up to a limit. */
const firstPauseMilliseconds = 1000;
const longestPauseMilliseconds = 60_000;
/** A service that is busy may say so for this long, in milliseconds, and so many times in a row, before it counts as a try in vain. */
const longestBusyMilliseconds = 30_000;
const mostBusyTries = 3;
/** However long the service wants to be left alone, in milliseconds: beyond 2^31 a timer is over at once. */
const longestRestMilliseconds = 864e5;
/** How long one try may take, in milliseconds. After that a new one is more likely to come through, also on a slow network. */
const longestTryMilliseconds = 60_000;

export type ConnectionState = "connecting" | "on" | "failed";

/** Why no client could be made. */
export interface Refusal extends Error {
  /** How long the service wants to be left alone, in milliseconds. */
  wait?: number;
  /** That won't change soon: it counts as failed at once. */
  hopeless?: boolean;
}

export interface ReconnectEvents {
  /** Makes a client, with a new token. It is given up when the signal aborts. Undefined: there is nothing to connect to, and the signal has aborted. */
  connect(signal: AbortSignal): Promise<Client | undefined>;
  /**
   * The client has come through, for the first time. Until the promise resolves it doesn't count as connected. It is given up when the
   * signal aborts.
   */
  open(client: Client, signal: AbortSignal): Promise<void>;
  /** A new token for the client that lives. */
  getToken(signal: AbortSignal): Promise<string>;
  /** What the client that is given up has under way, for a limited time: it is not shut down before. */
  underway?(): Promise<unknown> | undefined;
  /** Told with each change: a break ends with "on", too. */
  state(now: ConnectionState): void;
}

export interface Reconnector {
  /** Tries again now, if it is waiting to. */
  hurry(): void;
  /** Gives the client up for a new one. */
  renew(): void;
}

/**
 * Keeps a client of Twilio's SDK alive until the signal aborts. Short breaks are the SDK's business. A client that is
 * denied, expired or dead is thrown away and followed by a new one with a new token: the SDK's own ways back
 * have dead ends (a token renewed while the client closes never settles; the same token again is ignored).
 */
export function keepConnected(signal: AbortSignal, events: ReconnectEvents): Reconnector {
  let state: ConnectionState | undefined;
  let tries = 0;
  /** Clients in a row that came through and were over soon. */
  let brief = 0;
  /** How often in a row the service was busy. */
  let busy = 0;
  let late: ReturnType<typeof setTimeout> | undefined;
  /** Of the client that there is, or of the last one. */
  let life = new AbortController();
  let wake = () => {};
  let rushed = false;

  function tell(now: ConnectionState): void {
    // Further tries don't change that it has failed; only a connection does.
    if (signal.aborted || now == state || (state == "failed" && now == "connecting")) return;
    state = now;
    clearTimeout(late);
    if (now == "connecting") late = setTimeout(tell, failedAfterMilliseconds, "failed");
    events.state(now);
  }

  async function keep(): Promise<void> {
    while (!signal.aborted) {
      tell("connecting");
      rushed = false;
      let wait = 0;
      let hopeless = false;
      const began = Date.now();
      life = new AbortController();
      const end = () => life.abort();
      signal.addEventListener("abort", end, { signal: life.signal });
      const came = await runClient(life, events, tell).catch((error: Refusal) => {
        if (error.name != "AbortError") warn(error.message);
        wait = error.wait ?? 0;
        hopeless = !!error.hopeless;
      });
      tries = came ? 0 : tries + 1;
      busy = wait && wait <= longestBusyMilliseconds && !hopeless ? busy + 1 : 0;
      if (busy && busy <= mostBusyTries && state == "connecting") {
        // It has said when it will be back: until then nothing is wrong.
        clearTimeout(late);
        state = undefined;
      } else tell(tries < failedAfterTries && !hopeless ? "connecting" : "failed");
      if (Date.now() - began >= longestPauseMilliseconds) brief = 0;
      const power = (came ? brief++ : tries) - 1;
      if (!rushed && !signal.aborted) await rest(Math.min(longestRestMilliseconds, Math.max(wait, Math.min(firstPauseMilliseconds * 2 ** power, longestPauseMilliseconds))));
    }
  }

  async function rest(milliseconds: number): Promise<void> {
    const waiting = new AbortController();
    wake = () => waiting.abort();
    addEventListener("online", wake, { signal: waiting.signal });
    signal.addEventListener("abort", wake, { signal: waiting.signal });
    await pause(milliseconds, waiting.signal);
    wake();
  }

  whenAborted(signal, () => clearTimeout(late));
  keep();
  return {
    hurry() {
      if (state == "on") return;
      // The visitor has just asked for it, so the tries are counted anew.
      state = undefined;
      tries = brief = 0;
      tell("connecting");
      wake();
    },
    renew() {
      rushed = true;
      life.abort();
      wake();
    },
  };
}

/** Makes one client, and resolves when its life is over: with whether it ever came through. */
async function runClient(life: AbortController, { connect, open, getToken, underway }: ReconnectEvents, tell: (now: ConnectionState) => void): Promise<boolean> {
  const { signal } = life;
  const end = () => life.abort();
  const over = new Promise<void>((resolve) => whenAborted(signal, resolve));
  const timer = setTimeout(end, longestTryMilliseconds);
  let came = false;
  const begin = async () => {
    const client = await connect(signal);
    if (!client) return;
    whenAborted(signal, () => {
      client.removeAllListeners();
      const shutDown = () => disconnect(client).catch(() => {});
      const work = underway?.();
      if (work) work.then(shutDown, shutDown);
      else shutDown();
    });
    // It comes too late.
    if (signal.aborted) return;
    client.on("connectionStateChanged", (now) => {
      if (now == "denied" || now == "disconnected") end();
      else if (came) tell(now == "connected" ? "on" : "connecting");
    });
    client.on("connectionError", ({ terminal }) => terminal && end());
    // If that fails, the client expires, and a new one follows.
    client.on("tokenAboutToExpire", () => void getToken(signal).then((token) => client.updateToken(token)).catch(() => {}));
    // After initFailed the client goes on trying, and may come through later.
    await new Promise<void>((resolve) => client.on("initialized", resolve));
    clearTimeout(timer);
    await open(client, signal);
    if (signal.aborted) return;
    came = true;
    if (client.connectionState == "connected") tell("on");
  };
  try {
    await Promise.race([begin(), over]);
    await over;
    return came;
  } finally {
    clearTimeout(timer);
    end();
  }
}

/**
 * Closes the client's socket, and makes no other. Its own shutdown() waits until it has started, which on a dead network is never, and does
 * nothing if that has failed: the client would go on connecting, and who has one counts as reachable.
 */
async function disconnect(client: Client): Promise<void> {
  // A connection that has just failed takes no order before its own timer has set the next try.
  await new Promise((resolve) => setTimeout(resolve));
  return client["_services"]?.twilsockClient.disconnect() ?? client.shutdown();
}

/** Resolves after the time, or when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    whenAborted(signal, end);
  });
}

function whenAborted(signal: AbortSignal, work: () => void): void {
  if (signal.aborted) work();
  else signal.addEventListener("abort", work);
}
