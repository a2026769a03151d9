// What the desk knows, as its parts share it.

import type { SentFile } from "../../../widget/src/shared/files";
import type { ConnectionState } from "../../../widget/src/connection/reconnect";

/** How sure the token endpoint is that a visitor is who they say they are. */
export type Verification = "verified" | "unverified" | "cannot-verify";

/** A conversation, as the list shows it. */
export interface ConversationSummary {
  sid: string;
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
  lastMessage?: { text: string; own: boolean };
  /** Of the last message, else of the conversation. Milliseconds since 1970. */
  time: number;
  unread: number;
  /** The visitor is typing. */
  typing: boolean;
}

/** The identities of the team, as the token endpoint is configured, and which of them signs in here. */
export interface Team {
  me: string;
  agents: readonly string[];
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
}

export interface State {
  /** "off" is what the agent has chosen. */
  connection: ConnectionState | "off";
  /** The list has been read once. */
  loaded: boolean;
  /** Newest first. */
  conversations: readonly ConversationSummary[];
  /** The names of colleagues by identity, as far as they are known. */
  names: Readonly<Record<string, string>>;
  /** The SID of the conversation that is open, or "". */
  selected: string;
}
