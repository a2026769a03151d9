import type { Client, Conversation } from "@twilio/conversations";
import type { App } from "../app";
import { warn } from "../config";
import type { Pass } from "./pass";
import type { Sdk } from "./sdk";

/** After that many tries in vain the visitor is told, and shown other ways. */
const patience = 3;
/** Between two tries, in milliseconds: twice as long each time, up to a limit. */
const firstPause = 1000;
const longestPause = 60_000;
/** How long one try may take, and how long a lost connection may be lost before the visitor is told. In milliseconds. */
const longestTry = 15_000;

/** A conversation that is there. */
export interface Talk {
  client: Client;
  conversation: Conversation;
  identity: string;
}

/** What the line to the service needs and tells. */
export interface LineEvents {
  getPass(): Promise<Pass>;
  getSdk(): Promise<Sdk>;
  /** The conversation is there, for the first time or anew. Until the promise resolves the visitor sees that it connects. */
  opened(talk: Talk): Promise<void>;
  /** The connection has come back after a break. */
  resumed(): void;
}

export interface Line {
  /** Tries again now, if it is waiting to. */
  hurry(): void;
  /** Gives the conversation up for a new one. */
  renew(): void;
}

/**
 * Keeps a client of Twilio's SDK alive for as long as the page lives. Short breaks are the SDK's business. A client that is
 * denied, expired or dead is thrown away and followed by a new one with a new token: the SDK's own ways back
 * have dead ends (a token renewed while the client closes never settles; the same token again is ignored).
 * Without an address of a token endpoint it gives up after the usual patience: nothing can change.
 */
export function createLine({ signal, store }: App, address: boolean, region: string, events: LineEvents): Line {
  let hurry = () => {};
  let end = () => {};

  async function keep(): Promise<void> {
    for (let tries = 0; !signal.aborted; ) {
      store.set({ connecting: true });
      const lived = await live().catch((error: Error) => {
        warn(error.message);
        return false;
      });
      if (signal.aborted) return;
      tries = lived ? 0 : tries + 1;
      if (tries >= patience) store.set({ failed: true, connecting: address });
      if (tries >= patience && !address) return;
      await pause(lived ? 0 : Math.min(firstPause * 2 ** (tries - 1), longestPause));
    }
  }

  /** One client, from its birth to its death. Resolves with whether it ever got through. */
  async function live(): Promise<boolean> {
    if (!address) return false;
    const [pass, { Client }] = await Promise.all([events.getPass(), events.getSdk()]);
    const client = new Client(pass.token, pass.socket ? { Twilsock: { uri: pass.socket } } : { region });
    const dead = new Promise<void>((resolve) => {
      end = resolve;
      signal.addEventListener("abort", () => resolve());
      client.on("connectionStateChanged", (state) => {
        if (state == "denied" || state == "disconnected") resolve();
      });
      client.on("connectionError", ({ terminal }) => terminal && resolve());
    });
    try {
      const talk = await Promise.race([open(client, pass), dead, timeout(longestTry)]);
      if (!talk) return false;
      await events.opened(talk);
      store.set({ connecting: false, failed: false });
      watch(client);
      await dead;
      return true;
    } finally {
      client.removeAllListeners();
      client.shutdown().catch(() => {});
    }
  }

  function watch(client: Client): void {
    let tell: ReturnType<typeof setTimeout> | undefined;
    client.on("tokenAboutToExpire", async () => {
      // If that fails, the client expires, and a new one follows.
      await events.getPass().then(({ token }) => client.updateToken(token)).catch(() => {});
    });
    client.on("connectionStateChanged", (state) => {
      clearTimeout(tell);
      const connected = state == "connected";
      store.set({ connecting: !connected });
      if (connected) {
        store.set({ failed: false });
        events.resumed();
      } else tell = setTimeout(() => store.set({ failed: true }), longestTry);
    });
    signal.addEventListener("abort", () => clearTimeout(tell));
  }

  function pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      hurry = resolve;
      setTimeout(resolve, milliseconds);
      addEventListener("online", () => resolve(), { once: true, signal });
      signal.addEventListener("abort", () => resolve());
    });
  }

  keep();
  return { hurry: () => hurry(), renew: () => end() };
}

async function open(client: Client, { conversation, identity }: Pass): Promise<Talk> {
  // initFailed is no end: the client goes on, and may come through later.
  await new Promise<void>((resolve) => client.on("initialized", resolve));
  return { client, identity, conversation: await client.getConversationBySid(conversation) };
}

function timeout(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, undefined));
}
