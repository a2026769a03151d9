import type { Client } from "@twilio/conversations";
import type { WindowApp } from "../shared/app";
import type { Config } from "../shared/generated";
import type { Memory } from "../window/storage";
import type { Visitor } from "../window/visitor";
import { loadSdk, type Sdk } from "./load-sdk";
import { requestToken, type TokenResponse } from "./token";

/** Makes clients of Twilio's SDK for the visitor. */
export interface Clients {
  /** Makes one, with a new token. */
  connect(signal: AbortSignal): Promise<Client>;
  /** A new token for the one that lives. */
  getToken(signal: AbortSignal): Promise<string>;
  /** What the token endpoint said when the last client was made: never asked for before there is one. */
  readonly granted: TokenResponse;
}

export function createClients(app: WindowApp, config: Config, visitor: Visitor, memory: Memory): Clients {
  let sdk: Promise<Sdk> | undefined;
  let granted: TokenResponse;
  const request = (signal: AbortSignal) => requestToken(app, config, visitor, memory, signal);

  function getSdk(): Promise<Sdk> {
    sdk ??= loadSdk(app, config);
    // The next try may do better.
    sdk.catch(() => (sdk = undefined));
    return sdk;
  }

  return {
    async connect(signal) {
      const [given, { Client }] = await Promise.all([request(signal), getSdk()]);
      granted = given;
      return new Client(granted.token, granted.socket ? { Twilsock: { uri: granted.socket } } : { region: config.connection.region });
    },
    getToken: async (signal) => (await request(signal)).token,
    get granted() {
      return granted;
    },
  };
}
