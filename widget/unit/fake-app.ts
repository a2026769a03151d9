// What the launcher gives to window and connection, for one account on one page.

import { type Config, defaults, launcherDefaults } from "../src/shared/generated";
import type { WindowApp } from "../src/shared/app";
import { askAvailability } from "../src/shared/availability";
import { createHolder, createStore } from "../src/shared/store";
import type { State } from "../src/shared/types";
import type { Memory } from "../src/window/storage";
import type { Visitor } from "../src/window/visitor";

const initial: State = { open: false, shown: false, button: true, messages: [], unread: 0, news: "", seen: -1, user: false, meta: [], variables: {} };

export interface FakeApp extends WindowApp {
  /** Ends the chat, as destroy() does. */
  end(): void;
  /** What the page was told, in order. */
  told: [callback: string, argument: unknown][];
}

/** Files: what each file of ours hands over. One that isn't there can't be had. */
export function createApp(state: Partial<State> = {}, files: Record<string, unknown> = {}): FakeApp {
  const stop = new AbortController();
  const told: FakeApp["told"] = [];
  const app: Partial<FakeApp> = {
    id: "acme",
    config: { ...launcherDefaults, connection: { ...launcherDefaults.connection, tokenUrl: "https://token.example/token" } },
    signal: stop.signal,
    store: createStore<State>(createHolder({ ...initial, ...state }), stop.signal),
    ask: () => askAvailability(app as FakeApp),
    end: () => stop.abort(),
    told,
    emit: (callback, argument) => void told.push([callback, argument]),
    need: async <T>(file: string) => {
      if (!(file in files)) throw Error(file);
      return files[file] as T;
    },
  };
  return app as FakeApp;
}

/** The configuration that an account has by default, with a token endpoint; key by key with others. */
export function createConfig(more: { chat?: Partial<Config["chat"]>; connection?: Partial<Config["connection"]>; visitor?: Partial<Config["visitor"]> } = {}): Config {
  const { chat, connection, visitor, messages } = defaults;
  return {
    ...defaults,
    ...launcherDefaults,
    connection: { ...connection, ...launcherDefaults.connection, tokenUrl: "https://token.example/token", ...more.connection },
    chat: { ...chat, ...launcherDefaults.chat, ...more.chat },
    visitor: { ...visitor, ...more.visitor },
    messages: { ...messages, ...launcherDefaults.messages },
  } as unknown as Config;
}

/** A visitor who has said who they are. */
export const jane: Visitor = {
  now: { name: "Jane", email: "jane@example.com", avatarUrl: "" },
  told: { name: "Jane", email: "jane@example.com" },
  due: "",
  answer() {},
};

/** As when a user whom the page has named logs out. */
export function forget(memory: Memory): void {
  memory.name("gone@example.com");
  memory.name("");
}
