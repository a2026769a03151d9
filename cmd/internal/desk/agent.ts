import type { Client } from "@twilio/conversations";
import { keepConnected } from "../../../widget/src/connection/reconnect";
import { loadSdk, type Sdk } from "../../../widget/src/connection/load-sdk";
import { loadFile } from "../../../widget/src/launcher/scripts";
import type { State } from "./state";

/** What the preview gives an agent. */
interface TokenResponse {
  token: string;
  identity: string;
  /** Where the web socket is, when it isn't Twilio's. */
  socket?: string;
}

interface AgentEvents {
  /** A new client, before it connects: to listen to. */
  created(client: Client, identity: string): void;
  state(now: State["line"]): void;
}

/** The agent's line to the service. It is there from start to stop, whatever happens between. */
export interface Agent {
  start(): void;
  /**
   * Closes the socket: Twilio takes somebody for online as long as they have one, whatever they say, so this is the only
   * way to be offline. What is on the screen stays to be read.
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
          const [{ token, identity, socket }, { Client }] = await Promise.all([requestToken(signal), getSdk()]);
          // A later start may have a client already.
          signal.throwIfAborted();
          const client = new Client(token, socket ? { Twilsock: { uri: socket } } : {});
          created(client, identity);
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

let sdk: Promise<Sdk> | undefined;

/** From where the chat on the host page has it. */
function getSdk(): Promise<Sdk> {
  const { head } = document;
  sdk ??= loadSdk({ host: head, need: (file) => loadFile("/assets/" + file, head) }, { connection: { sdk: SDK_FILE ? "bundled" : "cdn" } });
  sdk.catch(() => (sdk = undefined));
  return sdk;
}
