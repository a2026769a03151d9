// What the desk knows, as its parts share it.

import type { SentFile } from "../../../widget/src/shared/files";
import type { ConnectionState } from "../../../widget/src/connection/reconnect";

/** How sure the token endpoint is that a visitor is who they say they are. */
export type Verification = "verified" | "unverified" | "cannot-verify";

/** Active: to be answered. Done: somebody of the team has said so, and the visitor hasn't written since. Closed: it can only be read. */
export type ConversationState = "active" | "done" | "closed";

/** A colleague who has a conversation before them, or writes in it. */
export interface Presence {
  identity: string;
  typing: boolean;
}

export interface LastMessage {
  /** Place in the conversation, from 0. */
  index: number;
  text: string;
  from: Sender;
  author: string;
}

/** A conversation, as the list shows it. */
export interface ConversationSummary {
  sid: string;
  state: ConversationState;
  /** The account whose chat it came from. */
  account: string;
  /** What the visitor is known by: name, else e-mail, else "Visitor". */
  title: string;
  /** As they stand in the conversation; "" if not known. */
  name: string;
  email: string;
  verification: Verification;
  /** Whether the token endpoint says that it has written all this, for this conversation; undefined until it has answered. */
  vouched: boolean | undefined;
  /** Number of the last message, from 0; -1: there is none. */
  lastIndex: number;
  /** What was said last; undefined until that has been read. */
  lastMessage?: LastMessage;
  /** When the visitor wrote what nobody of the team has answered. Milliseconds since 1970; undefined while nothing is. */
  waitingSince?: number;
  /** The page where the visitor wrote last, as they say; undefined if that isn't known, or is no address. */
  page?: string;
  /** Of the last message, else of the conversation. Milliseconds since 1970. */
  time: number;
  unread: number;
  /** The visitor is typing. */
  typing: boolean;
  /** Colleagues who are there now. */
  present: readonly Presence[];
}

/** Somebody of the team, as the server is configured. */
export interface Agent {
  identity: string;
  /** What visitors and colleagues read; "" for none. */
  name: string;
  /** The address of a picture; "" for none. */
  picture: string;
}

/** The team, and which of them is signed in here. */
export interface Team {
  me: string;
  agents: readonly Agent[];
}

/** A stranger is neither of the team nor whom the conversation was made for. */
export type Sender = "me" | "colleague" | "visitor" | "stranger";

export interface Message {
  /** Our own for what we send, from its attributes; else the message's SID. */
  id: string;
  body: string;
  files?: readonly SentFile[];
  /** Milliseconds since 1970. */
  time: number;
  from: Sender;
  /** The id that its writer has given it, if there is one. Anybody can give any. */
  given?: string;
  /** The identity that wrote it. */
  author: string;
  /** Place in the conversation, from 0; absent until the service has accepted it. */
  index?: number;
  /** Absent once the service has accepted it. */
  state?: "pending" | "failed";
  /** What the visitor's page sent along. Anybody can send anything there. */
  meta?: Record<string, unknown>;
  /** The address of the page where the visitor wrote it, as they say; undefined for what is none. */
  page?: string;
}

/** Which conversations the list has. */
export type View = "open" | "waiting" | "done" | "closed";

/** Why the agent is away: they said so, or nobody has touched the desk for a while. */
export type Away = "chosen" | "idle";

export interface State {
  /** "off" while the agent is away. */
  connection: ConnectionState | "off";
  away: Away | undefined;
  /** The list has been read once. */
  loaded: boolean;
  /** Those that can be answered, the one with the newest message first. */
  conversations: readonly ConversationSummary[];
  /** Those that the service has closed, as far as they were asked for, the newest first. */
  closed: readonly ConversationSummary[];
  /** A closed one that a link has led to. */
  linked: ConversationSummary | undefined;
  /** The SIDs of those where something that the agent has written was not sent. */
  failed: readonly string[];
  /** Why the open conversation can't be shown, or "". */
  missing: string;
  /** There are older ones, or nobody has asked yet. */
  olderClosed: boolean;
  view: View;
  /** What is searched for. */
  query: string;
  team: Team;
  /** What colleagues call themselves in the service, by identity: for those to whom the configuration gives no name. */
  names: Readonly<Record<string, string>>;
  /** The SID of the conversation that is open, or "". */
  selected: string;
}

export const initialState: State = {
  connection: "off",
  away: undefined,
  loaded: false,
  conversations: [],
  closed: [],
  linked: undefined,
  failed: [],
  missing: "",
  olderClosed: true,
  view: "open",
  query: "",
  team: { me: "", agents: [] },
  names: {},
  selected: "",
};
