// The contracts between the scripts: what the launcher gives to the window, and the window to the files that it loads.
// Types alone, so importing this costs nothing.

import type { Shell } from "../launcher/shell";
import type { Memory } from "../window/storage";
import type { Visitor } from "../window/visitor";
import type { Config } from "./generated";
import type { Holder, Store } from "./store";
import type { LauncherConfig, Loader, State } from "./types";

/** What the launcher gives to its parts and to the files that it loads. */
export interface App extends Shell, Loader {
  id: string;
  /** The address of the folder that has the account's and assets/. */
  base: string;
  /** The part of the configuration that the launcher needs, and what it started from. */
  config: LauncherConfig;
  defaults: LauncherConfig;
  /** The account's setup, as baked, and the page's MissiveChatConfig, not checked. */
  given: [baked: unknown, page: unknown];
  store: Holder<State>;
  /** Ends with destroy(): everything that listens, listens by it. */
  signal: AbortSignal;
  /** Calls a function of the page. */
  emit(callback: string, argument?: unknown): void;
  close(): void;
}

/** The same for the parts of the window and the connection: with a store that can be listened to. */
export interface WindowApp extends App {
  store: Store<State>;
  /** Asks whether the team is there, as long as no connection tells. */
  ask(): Promise<void>;
}

/** The window, as the launcher drives it. Quiet: without motion, and the focus stays where it is. */
export interface ChatWindow {
  show(open: boolean, quiet: boolean): void;
}

/** What the file of the window hands over. */
export type CreateWindow = (app: App) => ChatWindow;

/** A long thread as it is seen: which part of it is in the page, with what files, and where in it the visitor is. */
export interface View {
  /** The messages to show, of all that are there. Older: there are more before them. */
  part<T>(all: readonly T[], older: unknown): readonly T[];
  /** Changes what is in the scroller. Who looks at the end sees the new end; who reads further up is left there. */
  change(work: () => void): void;
  /** The part to show is the last one. */
  toEnd(): void;
  /** The times of bubbles, in milliseconds since 1970, in words, and the day where another one than before begins. */
  dates(bubbles: readonly { key: string; text: string; time?: number }[]): { day: string; time: string }[];
}

/** What the file of the thread hands over. Without it messages are written and shown all the same. */
export interface Thread {
  /** A text with its links. Trusted: configured, so they may have a text of their own. */
  linked(text: string, trusted?: boolean): (Node | string)[];
  /** Of what is in the scroller, and of the badge. Redraw is called when something is to be shown in another way, more when earlier messages are wanted. */
  createView(app: WindowApp, config: Config, scroller: HTMLElement, redraw: () => void, more: () => void): View;
}

/** What the attention's file hands over: it returns what calls attention to a new message, as configured. */
export type CreateAttention = (app: Pick<WindowApp, "id" | "signal" | "store">, config: Config) => () => void;

/** What the file of the connection hands over. From then on it carries the pending messages of the store. */
export type StartConnection = (app: WindowApp, config: Config, visitor: Visitor, memory: Memory) => Connection;

/** The connection, as the window drives it. */
export interface Connection {
  /** Tries again at once. */
  retry(): void;
  /** The visitor writes. */
  typing(): void;
  /** Loads the page of messages before the first one. */
  older(): void;
}

/** What the early file hands over: has the chat follow the page, light or dark, and asks whether the team is there, as configured. */
export type Early = (app: App) => void;
