import type { Client } from "@twilio/conversations";
import type { WindowApp } from "../shared/app";
import type { Config } from "../shared/generated";
import { loadSdk, type Sdk } from "./load-sdk";
import type { TokenResponse } from "./token";

/** Makes clients of Twilio's SDK for the visitor. */
export interface Clients {
  /** Loads the SDK, as a client will be needed. */
  load(): Promise<Sdk>;
  /** Makes a client with what the token endpoint has given. */
  make(granted: TokenResponse): Promise<Client>;
}

export function createClients(app: WindowApp, config: Config): Clients {
  let sdk: Promise<Sdk> | undefined;
  function load(): Promise<Sdk> {
    sdk ??= loadSdk(app, config);
    // The next try may do better.
    sdk.catch(() => (sdk = undefined));
    return sdk;
  }
  return {
    load,
    async make({ token, socket }) {
      const { Client } = await load();
      return new Client(token, socket ? { Twilsock: { uri: socket } } : { region: config.connection.region });
    },
  };
}
