// The agent's connection to the service, and whether the agent is online.

import type { Client } from "@twilio/conversations";
import { keepConnected } from "../../../widget/src/connection/reconnect";
import { loadSdk, type Sdk } from "../../../widget/src/connection/load-sdk";
import { folders, loadFile } from "../../../widget/src/launcher/scripts";
import type { State, Team } from "./state";
import type { Claim } from "./vouching";

/** What the preview answers an agent. */
interface TokenResponse {
  token: string;
  identity: string;
  /** The identities of the team. */
  agents: string[];
  /** Where the web socket is, when it isn't Twilio's. */
  socket?: string;
}

interface AgentEvents {
  /** A new client, before it connects: to listen to. */
  created(client: Client, team: Team): void;
  state(now: State["connection"]): void;
}

/** Stays connected from start to stop: a connection that is lost is followed by another one. */
export interface Agent {
  start(): void;
  /**
   * Goes offline by closing the socket: Twilio takes everybody who has one for online. What was read stays on the screen.
   */
  stop(): void;
}

export function createAgent({ created, state }: AgentEvents): Agent {
  let running: AbortController | undefined;
  return {
    start() {
      if (running) return;
      running = new AbortController();
      keepConnected(running.signal, {
        async connect(signal) {
          const [{ token, identity: me, agents, socket }, { Client }] = await Promise.all([requestToken(signal), getSdk()]);
          // Stopped meanwhile; a later start may have a client already.
          signal.throwIfAborted();
          const client = new Client(token, socket ? { Twilsock: { uri: socket } } : {});
          created(client, { me, agents });
          return client;
        },
        getToken: async (signal) => (await requestToken(signal)).token,
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

async function requestToken(signal: AbortSignal): Promise<TokenResponse> {
  const answer = await fetch("/preview.agent", { method: "POST", signal });
  if (!answer.ok) throw Error("the preview answers " + answer.status);
  return answer.json();
}

/** Asks the preview which of the claims it vouches for. */
export async function requestVouched(conversations: Claim[]): Promise<boolean[]> {
  const answer = await fetch("/preview.vouched", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ conversations }) });
  if (!answer.ok) throw Error("the preview answers " + answer.status);
  return (await answer.json()).vouched;
}

let sdk: Promise<Sdk> | undefined;

/** From the same place as the chat on the host page. */
function getSdk(): Promise<Sdk> {
  const { head } = document;
  folders.push("");
  sdk ??= loadSdk({ host: head, need: (file) => loadFile("/assets/" + file, head) }, { connection: { sdk: SDK_FILE ? "bundled" : "cdn" } });
  sdk.catch(() => (sdk = undefined));
  return sdk;
}
