// The messages of one conversation, and what the agent does there: writing, trying again, reading.

import type { Conversation, Message as Received } from "@twilio/conversations";
import { createMessageSync, type MessageSync } from "../../../widget/src/connection/messages";
import { contentOf } from "../../../widget/src/connection/received";
import { newId } from "../../../widget/src/shared/id";
import { createHolder, createStore, type Store } from "../../../widget/src/shared/store";
import type { Unsent } from "./drafts";
import type { Message, Team } from "./state";
import { pageAddress, record, senderOf } from "./summary";

export interface ThreadState {
  messages: readonly Message[];
  /** The last page is here. */
  loaded: boolean;
  /** There are messages before the first one here. */
  older: boolean;
  /** Index of the last message that the visitor has read, or -1. */
  seen: number;
}

/** What the log of messages shows. */
export interface ReadableThread {
  store: Store<ThreadState>;
  older(): Promise<void>;
  /** Sends a message once more. It keeps its id, so that it can't be there twice. */
  resend(id: string): void;
  /** Tells the service that the last message has been read. */
  markRead(): void;
  /** Calls the view now and after each change. There is one at a time, or none. */
  show(view: ((state: Readonly<ThreadState>) => void) | undefined): void;
}

/** It outlives clients: what is not sent yet stays. */
export interface Thread extends ReadableThread {
  /** Reads the conversation, for the first time or on a new client, and sends what could not be sent before. */
  open(conversation: Conversation, team: Team): Promise<void>;
  send(body: string): void;
  typing(): void;
  /** Tells colleagues that the agent has it in view; see presence.ts. */
  look(): void;
  /** What an earlier page had to send. It may be there: that is looked for before it is sent. Nothing is sent by itself that is old. */
  restore(unsent: readonly Unsent[]): void;
  /** What is not sent yet, in the order in which it was written. It is not sent any more. */
  takeBack(): string[];
}

/** What was written longer ago is not sent without being asked for, when another page finds it. */
const freshMilliseconds = 600_000;

/** `isConnected` says whether the service can be reached now: what fails while it can't is not given up. */
export function createThread(isConnected: () => boolean): Thread {
  const store = createStore<ThreadState>(createHolder({ messages: [], loaded: false, older: false, seen: -1 }));
  let conversation: Conversation | undefined;
  let team: Team = { me: "", agents: [] };
  /** The index that was told last: the conversation learns of it only when the service has answered. */
  let lastRead = -1;

  /** What is to be sent when it begins may be there already, and is looked for first. */
  let sync: MessageSync | undefined;
  // Threads stay for as long as the desk does, so nothing ends them.
  const begin = () => createMessageSync<Message>(store, new AbortController().signal, {
    connected: isConnected,
    take(received: Received) {
      const { sid, index, author, attributes, dateCreated } = received;
      const { id, meta, page } = record(attributes);
      const from = senderOf(conversation!, author, team);
      return {
        id: from == "me" && typeof id == "string" ? id : sid,
        index,
        ...contentOf(received),
        from,
        author: author ?? "",
        time: dateCreated?.getTime() ?? Date.now(),
        ...(from == "visitor" && { meta: record(meta), page: pageAddress(page), ...(typeof id == "string" && { given: id }) }),
      };
    },
    attributes: ({ id }) => ({ id }),
    // No other tab of the desk knows the messages of this one, so nothing can be sent twice.
    alone: (work) => work(),
  });

  async function open(now: Conversation, nextTeam: Team): Promise<void> {
    if (conversation != now) now.on("participantUpdated", () => void readSeen(now).catch(() => {}));
    conversation = now;
    team = nextTeam;
    await (sync ??= begin()).open(now);
    store.set({ loaded: true });
    await readSeen(now);
  }

  async function readSeen(now: Conversation): Promise<void> {
    const participants = await now.getParticipants();
    const seen = participants
      .filter(({ identity }) => senderOf(now, identity, team) == "visitor")
      .map(({ lastReadMessageIndex }) => lastReadMessageIndex ?? -1);
    if (conversation == now) store.set({ seen: Math.max(-1, ...seen) });
  }

  function advance(index: number): void {
    lastRead = index;
    conversation!.advanceLastReadMessageIndex(index).catch(() => (lastRead = -1));
  }

  const readSoFar = () => Math.max(lastRead, conversation?.lastReadMessageIndex ?? -1);

  /** What I wrote is not unread, also when another conversation was opened before the service had accepted it. */
  function skipOwn(messages: readonly Message[]): void {
    const lastOf = (which: (message: Message) => boolean) => messages.findLast((message) => message.index !== undefined && which(message))?.index ?? -1;
    const last = lastOf(() => true);
    if (last > readSoFar() && lastOf(({ from }) => from != "me") <= readSoFar()) advance(last);
  }

  let view: ((state: Readonly<ThreadState>) => void) | undefined;
  store.watch(["messages", "loaded", "older", "seen"], (state) => view?.(state));
  store.watch(["messages"], ({ messages }) => skipOwn(messages));

  return {
    store,
    show(next) {
      view = next;
      view?.(store.state);
    },
    open,
    older: async () => sync?.older(),
    send(body) {
      store.set({ messages: [...store.state.messages, { id: newId(), body, time: Date.now(), from: "me", author: team.me, state: "pending" }] });
      sync?.send();
    },
    resend(id) {
      store.set({ messages: store.state.messages.map((message) => (message.id == id ? { ...message, state: "pending" } : message)) });
      sync?.send();
    },
    typing: () => void conversation?.typing().catch(() => {}),
    look() {
      // To where it is, or is on its way to: what is new is not read by that, and what was just read stays so.
      if (readSoFar() >= 0) advance(readSoFar());
    },
    restore(unsent) {
      const own = unsent.map((message) => ({ ...message, from: "me" as const, author: team.me, state: Date.now() - message.time < freshMilliseconds ? ("pending" as const) : ("failed" as const) }));
      store.set({ messages: [...store.state.messages, ...own] });
    },
    takeBack() {
      const { messages } = store.state;
      store.set({ messages: messages.filter(({ state }) => !state) });
      return messages.flatMap(({ state, body }) => (state ? [body] : []));
    },
    markRead() {
      const last = conversation?.lastMessage?.index ?? -1;
      if (store.state.loaded && last > readSoFar()) advance(last);
    },
  };
}
