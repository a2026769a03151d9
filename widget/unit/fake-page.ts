// A page with a chat whose connection is the real one: outbox, session and all below it, with Twilio's service and the token endpoint played.

import { vi } from "vitest";
import type { StartConnection, WindowApp } from "../src/shared/app";
import type { Config } from "../src/shared/generated";
import type { State } from "../src/shared/types";
import { createMemory, type Memories, type Memory } from "../src/window/storage";
import { createOutbox, type Outbox } from "../src/window/outbox";
import { createApp, createConfig, type FakeApp, jane } from "./fake-app";
import { Service } from "./fake-service";

/** What connection/connection.ts hands over. */
let start: StartConnection;
vi.mock("../src/launcher/scripts", () => ({ handOver: (given: StartConnection) => (start = given) }));
await import("../src/connection/connection");

export interface FakePage {
  app: FakeApp;
  store: WindowApp["store"];
  service: Service;
  files: Record<string, unknown>;
  config: Config;
  memory: Memory;
  outbox: Outbox;
  /** Has the newest client come through. */
  come(): Promise<void>;
}

export const files = { attention: "attention.js", connection: "connection.js", sdk: "sdk.js" };
const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** With fake timers. */
export function openPage(given: { state?: Partial<State>; memories?: Memories; chat?: Partial<Config["chat"]>; connection?: Partial<Config["connection"]>; service?: Service } = {}): FakePage {
  const service = given.service ?? new Service();
  vi.stubGlobal("fetch", service.fetch);
  if (given.memories) localStorage.setItem("missive-chat:acme", JSON.stringify(given.memories));
  vi.stubGlobal("ATTENTION_FILE", files.attention);
  vi.stubGlobal("CONNECTION_FILE", files.connection);
  vi.stubGlobal("SDK_FILE", files.sdk);
  const there: Record<string, unknown> = { [files.connection]: start, [files.sdk]: service.sdk };
  const app = createApp(given.state, there);
  const memory = createMemory("acme");
  const config = createConfig({ chat: given.chat, connection: { sdk: "bundled", ...given.connection } });
  const outbox = createOutbox(app, config, memory, jane);
  return {
    app,
    store: app.store,
    service,
    files: there,
    config,
    memory,
    outbox,
    async come() {
      await passed(0);
      service.client.come();
      await passed(0);
    },
  };
}
