// Which conversations the list has, in which order.

import type { ConversationSummary, State, View } from "./state";

type Browsed = Pick<State, "conversations" | "closed" | "view" | "query">;

/** The conversations of the view; with something to search for, all in which that is found. */
export function browse({ conversations, closed, view, query }: Browsed): readonly ConversationSummary[] {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length) return [...conversations, ...closed].filter((conversation) => words.every((word) => searchText(conversation).includes(word))).sort((a, b) => b.time - a.time);
  switch (view) {
    case "open":
      return conversations.filter(isOpen);
    case "waiting":
      return conversations.filter(isWaiting).sort((a, b) => a.waitingSince! - b.waitingSince! || (a.sid < b.sid ? -1 : 1));
    case "done":
      return conversations.filter((conversation) => !isOpen(conversation));
    case "closed":
      return closed;
  }
}

export const isOpen = ({ state }: ConversationSummary) => state == "active";

/** The visitor has written, and nobody has answered. */
export const isWaiting = (conversation: ConversationSummary) => isOpen(conversation) && conversation.waitingSince !== undefined;

export const viewNames: Record<View, string> = { open: "Open", waiting: "Waiting", done: "Done", closed: "Closed" };

/** By conversation, as each is another object once something of it has changed. */
const texts = new WeakMap<ConversationSummary, string>();

function searchText(conversation: ConversationSummary): string {
  let text = texts.get(conversation);
  if (text === undefined) texts.set(conversation, (text = plain([conversation.title, conversation.email, conversation.lastMessage?.text].join("\n"))));
  return text;
}

/** Without what is easily written in another way: capitals and accents. */
const plain = (text: string) =>
  text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase();
