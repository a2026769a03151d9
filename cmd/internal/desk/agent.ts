// The agent's connection to the service, and whether the agent is online.

import type { Client } from "@twilio/conversations";
import { keepConnected } from "../../../widget/src/connection/reconnect";
import { getSdk } from "./sdk";
import type { Access } from "./server";
import type { State } from "./state";

interface AgentEvents {
  access(signal: AbortSignal): Promise<Access>;
  /** A new client, before it connects: to listen to. */
  created(client: Client, access: Access): void;
  state(now: State["connection"]): void;
}

/** Stays connected from start to stop: a connection that is lost is followed by another one. */
export interface AgentConnection {
  start(): void;
  /**
   * Goes offline by closing the socket: Twilio takes everybody who has one for online. What was read stays on the screen.
   */
  stop(): void;
}

export function createAgent({ access, created, state }: AgentEvents): AgentConnection {
  let running: AbortController | undefined;
  return {
    start() {
      if (running) return;
      running = new AbortController();
      keepConnected(running.signal, {
        async connect(signal) {
          const [allowed, { Client }] = await Promise.all([access(signal), getSdk()]);
          // Stopped meanwhile; a later start may have a client already.
          signal.throwIfAborted();
          const client = new Client(allowed.token, allowed.socket ? { Twilsock: { uri: allowed.socket } } : {});
          created(client, allowed);
          return client;
        },
        getToken: async (signal) => (await access(signal)).token,
        open: async () => {},
        state,
      });
    },
    stop() {
      running?.abort();
      running = undefined;
      state("off");
    },
  };
}
