// The agent's connection to the service, and whether the agent is online.

import type { Client } from "@twilio/conversations";
import { keepConnected } from "../../../widget/src/connection/reconnect";
import { loadSdk, type Sdk } from "../../../widget/src/connection/load-sdk";
import { loadFile } from "../../../widget/src/launcher/scripts";
import type { State, Team } from "./state";
import type { Claim } from "./vouching";

/** What the desk's server answers an agent. */
interface TokenResponse {
  token: string;
  identity: string;
  /** The team, as visitors see it. */
  agents: { identity: string; name: string; picture: string }[];
  /** After how many seconds an agent is away who touches nothing; 0 for never. */
  awaySeconds: number;
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
          created(client, { me, agents: agents.map(({ identity }) => identity) });
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

/** Asks the desk's server, at an address that is relative to the page. Who isn't signed in any more is sent to where they can. */
async function ask<T>(what: string, body: object = {}, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(what, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal });
  // The fragment is the conversation, to which signing in leads back.
  if (answer.status == 401) location.assign("sign-in" + location.hash);
  if (!answer.ok) throw Error("the server answers " + answer.status);
  return answer.json();
}

const requestToken = (signal: AbortSignal) => ask<TokenResponse>("token", {}, signal);

/** Asks which of the claims the server vouches for. */
export async function requestVouched(conversations: Claim[]): Promise<boolean[]> {
  return (await ask<{ vouched: boolean[] }>("vouched", { conversations })).vouched;
}

let sdk: Promise<Sdk> | undefined;

/** From the desk itself, or from Twilio's host: as the server was told. */
function getSdk(): Promise<Sdk> {
  const { head } = document;
  sdk ??= loadSdk({ host: head, need: (file) => loadFile(file, head) }, { connection: { sdk: SDK_FILE ? "bundled" : "cdn" } });
  sdk.catch(() => (sdk = undefined));
  return sdk;
}
