// What a conversation says of itself, as the list and the contact show it. All of it may come from anybody.

import type { Conversation, Message } from "@twilio/conversations";
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

export const titleOf = ({ name, email }: { name: string; email: string }) => name || email || "Visitor";

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

/** What the last messages say, the oldest first. `from` knows who has written one. */
export function lastWords(messages: readonly Message[], from: (author: string | null) => Sender, state: Conversation["state"]): Said {
  const last = messages.at(-1);
  const visitors = messages.filter(({ author }) => from(author) == "visitor");
  return {
    lastMessage: last && summarizeMessage(last, from(last.author)),
    waitingSince: waitingSince(messages, from, state),
    page: pageAddress(record(visitors.at(-1)?.attributes).page),
  };
}

export function summarizeMessage({ index, body, author, attachedMedia }: Message, from: Sender): LastMessage {
  return { index, text: body || attachedMedia?.[0]?.filename || (attachedMedia?.length ? "A file" : ""), from, author: author ?? "" };
}

/**
 * When the first message was written that the team owes an answer to. What came before the conversation was done is settled: it is
 * active again since the message that followed, or since somebody has reopened it.
 */
function waitingSince(messages: readonly Message[], from: (author: string | null) => Sender, state: Conversation["state"]): number | undefined {
  const answered = messages.findLastIndex(({ author }) => isOurs(from(author)));
  const times = messages.slice(answered + 1).flatMap(({ author, dateCreated }) => (from(author) == "visitor" && dateCreated ? [dateCreated.getTime()] : []));
  if (!times.length) return;
  return Math.max(times[0]!, Math.min(state?.dateUpdated?.getTime() ?? 0, times.at(-1)!));
}

export const isOurs = (from: Sender) => from == "me" || from == "colleague";

/** Who somebody in a conversation is. The token endpoint gives it a unique name that begins with the visitor's identity. */
export function senderOf({ uniqueName }: Pick<Conversation, "uniqueName">, identity: string | null, { me, agents }: Team): Sender {
  if (identity == me) return "me";
  if (agents.some((agent) => agent.identity == identity)) return "colleague";
  return identity && identity == uniqueName?.replace(/-\d+$/, "") ? "visitor" : "stranger";
}
