// The contracts between the scripts: what the launcher gives to the window, and the window to the files that it loads.
// Types alone, so importing this costs nothing.

import type { Shell } from "../launcher/shell";
import type { Memory } from "../window/storage";
import type { Visitor } from "../window/visitor";
import type { Config } from "./generated";
import type { Holder, Store } from "./store";
import type { LauncherConfig, Loader, Message, State } from "./types";

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

/** Days, each by its noon, and times, in milliseconds since 1970, in words. */
export interface Dates {
  day(noon: number): string;
  time(time: number): string;
}

/** The part of a long thread that is in the page, with its files, and the place in it that the visitor looks at. */
export interface Scroller {
  /** The messages to show, of all that are there. */
  part(all: readonly Message[]): readonly Message[];
  /** Changes what is in the scroller. Who looks at the end sees the new end; who reads further up is left there. */
  change(work: () => void): void;
  /** The part to show is the last one. */
  toEnd(): void;
}

/** What the file of the thread hands over. Without it messages are written and shown all the same. */
export interface Thread {
  /** A text with its links. Trusted: configured, so they may have a text of their own. */
  linked(text: string, trusted?: boolean): (Node | string)[];
  createBadge(app: WindowApp, config: Config): void;
  /** Changed: is called when they are to be written anew. */
  createDates(changed: () => void, signal: AbortSignal): Dates;
  createScroller(element: HTMLElement, redraw: () => void, more: () => void): Scroller;
}

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
