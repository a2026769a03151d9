// What a conversation says of itself, as the list and the contact show it. All of it may come from anybody.

import type { Conversation, Message } from "@twilio/conversations";
import { contentOf } from "../../../widget/src/connection/received";
import { visible } from "../../../widget/src/window/composer";
import type { ConversationState, ConversationSummary, LastMessage, Sender, Team, Verification } from "./state";
import type { Vouching } from "./vouching";

/** An address that is longer is shown to nobody. */
const maxPageCharacters = 2000;

/** What is known of a conversation without reading its messages. */
export type Outline = Pick<ConversationSummary, "sid" | "state" | "account" | "title" | "name" | "email" | "verification" | "vouched" | "time" | "unread" | "lastIndex">;

export function outline(conversation: Conversation, vouching: Vouching): Outline {
  const { sid, uniqueName, lastMessage, dateCreated, lastReadMessageIndex } = conversation;
  const attributes = record(conversation.attributes);
  const visitor = record(attributes.visitor);
  // The token server is asked about what is shown, not about what is there: so nothing else that is there matters.
  const shown = {
    account: text(attributes.account),
    name: text(visitor.name),
    email: text(visitor.email),
    verification: verification(attributes.verification),
  };
  return {
    sid,
    state: stateOf(conversation),
    ...shown,
    title: titleOf(shown),
    vouched: vouching.isVouched({ uniqueName: uniqueName ?? "", ...shown, seal: text(attributes.seal) }),
    time: (lastMessage?.dateCreated ?? dateCreated)?.getTime() ?? 0,
    lastIndex: lastMessage?.index ?? -1,
    unread: Math.max(0, (lastMessage?.index ?? -1) - (lastReadMessageIndex ?? -1)),
  };
}

/** Twilio's inactive conversation is one that is done here. */
function stateOf({ state }: Conversation): ConversationState {
  return state?.current == "inactive" ? "done" : state?.current == "closed" ? "closed" : "active";
}

/** What turns the direction of the text that follows, and what is no character: a name stands in the middle of sentences. */
const disturbing = /[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;

/** What the visitor is called here. */
export function titleOf({ name, email }: { name: string; email: string }): string {
  const shown = (text: string) => (visible.test(text) ? text.replace(disturbing, " ").trim() : "");
  return shown(name) || shown(email) || "Visitor";
}

/** Anything unknown counts as unverified. */
export function verification(value: unknown): Verification {
  return value === "verified" || value === "cannot-verify" ? value : "unverified";
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value == "object" && value != null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function text(value: unknown): string {
  return typeof value == "string" ? value.trim() : "";
}

/** The address of a page, as it may be shown and followed; undefined for what is none. */
export function pageAddress(value: unknown): string | undefined {
  if (typeof value != "string" || value.length > maxPageCharacters) return;
  try {
    const { protocol, href } = new URL(value);
    if (protocol == "http:" || protocol == "https:") return href;
  } catch {
    // No address.
  }
}

/** Host and path, without what is the same of each address. A page cannot pretend to be another one: its host comes first. */
export function shortAddress(page: string): string {
  const { host, pathname } = new URL(page);
  return host + (pathname == "/" ? "" : pathname);
}

type Said = Pick<ConversationSummary, "lastMessage" | "waitingSince" | "page">;

/** What the last messages say, the oldest first. `from` knows who has written one, `reopened` when the conversation became active again. */
export function lastWords(messages: readonly Message[], from: (author: string | null) => Sender, reopened = 0): Said {
  const last = messages.at(-1);
  const visitors = messages.filter(({ author }) => from(author) == "visitor");
  return {
    lastMessage: last && summarizeMessage(last, from(last.author)),
    waitingSince: waitingSince(messages, from, reopened),
    page: pageAddress(record(visitors.at(-1)?.attributes).page),
  };
}

/** When a conversation got its state, in milliseconds since 1970; 0: it has had that from the start, which takes the service a moment. */
export function reopenedAt({ state, dateCreated }: Pick<Conversation, "state" | "dateCreated">): number {
  const since = state?.dateUpdated?.getTime() ?? 0;
  return since > (dateCreated?.getTime() ?? 0) + 1000 ? since : 0;
}

export function summarizeMessage(message: Message, from: Sender): LastMessage {
  return { index: message.index, text: contentOf(message).body, from, author: message.author ?? "" };
}

/**
 * When the first message was written that the team owes an answer to. What came before the conversation was done is settled: it is
 * active again since the message that followed, or since somebody has reopened it.
 */
function waitingSince(messages: readonly Message[], from: (author: string | null) => Sender, reopened: number): number | undefined {
  const answered = messages.findLastIndex((message) => isAnswer(message, from(message.author)));
  const times = messages.slice(answered + 1).flatMap(({ author, dateCreated }) => (from(author) == "visitor" && dateCreated ? [dateCreated.getTime()] : []));
  return times.length ? Math.max(times[0]!, Math.min(reopened, times.at(-1)!)) : undefined;
}

/** Whether a message is the team's, be it of somebody who has left it: who took part, as programs don't, and has no visitor's identity. */
export function isAnswer({ author, participantSid }: Pick<Message, "author" | "participantSid">, from: Sender): boolean {
  return isOurs(from) || (from == "stranger" && !!participantSid && !visitorsIdentity.test(author ?? ""));
}

/** The token endpoint's: see IsVisitor in cmd/internal/token. */
const visitorsIdentity = /^(visitor|verified)-/;

export const isOurs = (from: Sender) => from == "me" || from == "colleague";

/** Who somebody in a conversation is. The token endpoint gives it a unique name that begins with the visitor's identity. */
export function senderOf({ uniqueName }: Pick<Conversation, "uniqueName">, identity: string | null, { me, agents }: Team): Sender {
  if (identity == me) return "me";
  if (agents.some((agent) => agent.identity == identity)) return "colleague";
  return identity && identity == uniqueName?.replace(/-\d+$/, "") ? "visitor" : "stranger";
}
