// Stands in for a client of Twilio's SDK: a test says what happens to it.

import { EventEmitter } from "node:events";
import type { Client } from "@twilio/conversations";
import { vi } from "vitest";

export class FakeClient extends EventEmitter {
  connectionState = "connecting";
  reachabilityEnabled = true;
  private down = false;
  readonly updateToken = vi.fn(async (_: string) => {});
  readonly getConversationBySid = vi.fn(async (_: string): Promise<unknown> => undefined);

  // Not by vi.fn, which takes the rejections of what it stands for as handled.
  shutdown = async () => {
    this.down = true;
  };

  /** Its connection comes into another state, and it tells. */
  is(state: string): void {
    this.connectionState = state;
    this.emit("connectionStateChanged", state);
  }

  /** It comes through, for the first time. */
  come(): void {
    this.is("connected");
    this.emit("initialized");
  }

  /** Whether it is given up, and nobody listens to it any more. */
  get over(): boolean {
    return this.down && !this.eventNames().length;
  }

  get real(): Client {
    return this as unknown as Client;
  }
}
