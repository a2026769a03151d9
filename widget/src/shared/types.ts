// What the scripts tell each other about: types alone, so importing this costs nothing.

import type { SentFile } from "./files";
import type { Config, launcherDefaults } from "./generated";

/** The part of the configuration that the launcher needs before the window is there. */
export type LauncherConfig = typeof launcherDefaults;

export type User = Config["user"];
export type Meta = Config["meta"];

/** One message of the conversation, in either direction. */
export interface Message {
  /** Given by whoever wrote it; sending again keeps it, so that a message is never there twice. */
  id: string;
  /** Of files without a text: their names. */
  body: string;
  files?: readonly SentFile[];
  /** Written by this visitor. */
  own: boolean;
  /** Of the team's only: the identity of who wrote it. */
  author?: string;
  name?: string;
  avatarUrl?: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Of own messages only: absent once the service has accepted it. */
  state?: "pending" | "failed";
  /** Place in the conversation, from 0; absent until the service has accepted it. */
  index?: number;
  /** Of own messages only: place of the last one that was here when it was written. */
  after?: number;
  /** It was there before this page was loaded, so nothing is announced. */
  past?: boolean;
  /** Of own messages only: what is known of the visitor, sent along. The connection adds what the browser says of itself. */
  attributes?: { name: string; email: string; meta: Meta };
}

/** Everything that changes while the page lives. What is absent at the start stands for no. */
export interface State {
  /** Whether the window is wanted. */
  open: boolean;
  /** Whether the window is there: it may have to be loaded first. */
  shown: boolean;
  /** The window could not be loaded. */
  broken?: boolean;
  /** Wanted by the configuration or by showButton and hideButton. Whether it shows depends on more. */
  button: boolean;
  /** Whether the team is there; absent as long as nobody has said. */
  online?: boolean;
  connecting?: boolean;
  /** The service could not be reached after a few tries. */
  failed?: boolean;
  /** Messages arrive, but nothing comes back: no web socket comes through. */
  oneWay?: boolean;
  messages: readonly Message[];
  /** There are messages before the first one here. */
  older?: boolean;
  unread?: number;
  /** What the closed button says of them, if anything. */
  news?: string;
  /** Place of the last message that somebody of the team has read; -1: none. */
  seen?: number;
  /** Somebody of the team writes. */
  typing?: boolean;
  /** The logged-in user, null when logged out, as the page gave it, not checked yet. False: the page has said nothing.
      In a list, so that the same object given again, but changed, is news. */
  user: false | [given: unknown];
  /** The same, checked: without an e-mail address the page has named nobody. Absent as long as it has said nothing. */
  named?: User;
  /** Goes up when somebody else has become the visitor. */
  visit?: number;
  /** Layers, the lowest first, as they were given, not checked yet. */
  meta: readonly unknown[];
  /** As the page gave them by setVariables, not checked yet. */
  variables: object;
}

/** What loads a file of ours and resolves with what that hands over, and what sets style variables. */
export interface Loader {
  need<T>(file: string): Promise<T>;
  paint(variables: object): void;
}

/** What the file of faults hands over: sets a style variable, or says in the console what is wrong with the value for a key of the tree, which is at the path. */
export type Explain = (tree: object, path: string, key: string, value: unknown) => void;
