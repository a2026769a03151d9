// A page with a chat whose connection is the real one: outbox, session and all below it, with Twilio's service and the token endpoint played.

import { vi } from "vitest";
import type { StartConnection, WindowApp } from "../src/shared/app";
import type { Config } from "../src/shared/generated";
import type { State } from "../src/shared/types";
import { createMemory, type Memories, type Memory } from "../src/window/storage";
import { createOutbox, type Outbox } from "../src/window/outbox";
import { createApp, createConfig, type FakeApp, jane } from "./fake-app";
import { FakeClient } from "./fake-client";
import { type FakeConversation, KeptConversation } from "./fake-conversation";

/** What connection/connection.ts hands over. */
let start: StartConnection;
vi.mock("../src/launcher/scripts", () => ({ handOver: (given: StartConnection) => (start = given) }));
await import("../src/connection/connection");

/** A client of the SDK, with the conversations that the service has. */
export class PageClient extends FakeClient {
  /** The conversation as this client has it. */
  conversation!: FakeConversation;

  constructor(
    readonly token: string,
    readonly options: object,
  ) {
    super();
  }
}

/** Twilio's service and the token endpoint. */
export class Service {
  /** The newest is the visitor's. */
  readonly conversations = [new KeptConversation("CH1")];
  readonly clients: PageClient[] = [];
  /** What the token endpoint was asked. */
  readonly asked: { session?: string }[] = [];
  /** How the token endpoint answers instead. */
  answer: (() => Promise<Response>) | undefined;

  readonly fetch = vi.fn(async (_: string, init: RequestInit) => {
    this.asked.push(JSON.parse(init.body as string));
    if (this.answer) return this.answer();
    // A closed conversation is followed by a new one.
    return Response.json({ token: "token " + this.asked.length, identity: "visitor", conversation: this.conversation.sid, session: "s1" });
  });

  /** The SDK, as the launcher loads it. */
  get sdk(): object {
    const service = this;
    return {
      Client: class extends PageClient {
        constructor(token: string, options: object) {
          super(token, options);
          service.clients.push(this);
          this.getConversationBySid.mockImplementation(async (sid) => {
            this.conversation = service.conversations.find((conversation) => conversation.sid == sid)!.client();
            return this.conversation;
          });
        }
      },
    };
  }

  get conversation(): KeptConversation {
    return this.conversations.at(-1)!;
  }

  /** The newest client. */
  get client(): PageClient {
    return this.clients.at(-1)!;
  }
}

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

export const files = { connection: "connection.js", sdk: "sdk.js" };
const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

/** With fake timers. */
export function openPage(given: { state?: Partial<State>; memories?: Memories; connection?: Partial<Config["connection"]>; service?: Service } = {}): FakePage {
  const service = given.service ?? new Service();
  vi.stubGlobal("fetch", service.fetch);
  vi.stubGlobal("CONNECTION_FILE", files.connection);
  vi.stubGlobal("SDK_FILE", files.sdk);
  if (given.memories) localStorage.setItem("missive-chat:acme", JSON.stringify(given.memories));
  const handed: Record<string, unknown> = { [files.connection]: start, [files.sdk]: service.sdk };
  const app = createApp(given.state, handed);
  const memory = createMemory("acme");
  const config = createConfig({ connection: { sdk: "bundled", ...given.connection } });
  const outbox = createOutbox(app, config, memory, jane);
  return {
    app,
    store: app.store,
    service,
    files: handed,
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
