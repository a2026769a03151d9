import type { Conversation, Message as Received } from "@twilio/conversations";
import { createMessageSync } from "../../../widget/src/connection/messages";
import { createHolder, createStore, type Store } from "../../../widget/src/shared/store";
import type { Message } from "./state";
import { isVisitor, record } from "./conversations";

export interface RoomState {
  messages: readonly Message[];
  /** The last page is here. */
  loaded: boolean;
  /** There are messages before the first one here. */
  older: boolean;
  /** Place of the last message that the visitor has read; -1: none. */
  seen: number;
}

/** The messages of one conversation. It outlives clients: what is not sent yet stays. */
export interface Room {
  store: Store<RoomState>;
  /** Takes the conversation on, for the first time or on a new client, or does what could not be done before. */
  open(conversation: Conversation, me: string): Promise<void>;
  older(): Promise<void>;
  send(body: string): void;
  /** Tries once more. The message keeps its id, so it can't be there twice. */
  again(id: string): void;
  typing(): void;
  /** Somebody looks at the last message. */
  read(): void;
  /** Has the room shown, now and with each change: by one view at a time, or by none. */
  show(view: ((state: Readonly<RoomState>) => void) | undefined): void;
}

/** `connected` says whether the service can be reached now: what fails while it can't is not given up. */
export function createRoom(connected: () => boolean): Room {
  const store = createStore<RoomState>(createHolder({ messages: [], loaded: false, older: false, seen: -1 }));
  let conversation: Conversation | undefined;
  let me = "";
  let read = -1;

  // Rooms stay for as long as the desk does.
  const thread = createMessageSync<Message>(store, new AbortController().signal, {
    connected,
    take({ sid, index, author, body, attributes, dateCreated }: Received) {
      const { id, meta } = record(attributes);
      const from = author == me ? "me" : isVisitor(conversation!, author ?? "", me) ? "visitor" : "colleague";
      return {
        id: from == "me" && typeof id == "string" ? id : sid,
        index,
        body: body ?? "",
        from,
        author: author ?? "",
        time: dateCreated?.getTime() ?? Date.now(),
        ...(from == "visitor" && { meta: record(meta) }),
      };
    },
    attributes: ({ id }) => ({ id }),
    // Another tab of the desk doesn't know what is written in this one.
    alone: (work) => work(),
  });

  async function open(now: Conversation, identity: string): Promise<void> {
    if (conversation != now) now.on("participantUpdated", () => void watchSeen(now).catch(() => {}));
    conversation = now;
    me = identity;
    await thread.open(now);
    store.set({ loaded: true });
    await watchSeen(now);
  }

  async function watchSeen(now: Conversation): Promise<void> {
    const participants = await now.getParticipants();
    const seen = participants
      .filter(({ identity }) => isVisitor(now, identity ?? "", me))
      .map(({ lastReadMessageIndex }) => lastReadMessageIndex ?? -1);
    if (conversation == now) store.set({ seen: Math.max(-1, ...seen) });
  }

  let shown: ((state: Readonly<RoomState>) => void) | undefined;
  store.watch(["messages", "loaded", "older", "seen"], (state) => shown?.(state));

  return {
    store,
    show(view) {
      shown = view;
      shown?.(store.state);
    },
    open,
    older: thread.older,
    send(body) {
      store.set({ messages: [...store.state.messages, { id: crypto.randomUUID(), body, time: Date.now(), from: "me", author: me, state: "pending" }] });
      thread.send();
    },
    again(id) {
      store.set({ messages: store.state.messages.map((message) => (message.id == id ? { ...message, state: "pending" } : message)) });
      thread.send();
    },
    typing: () => void conversation?.typing().catch(() => {}),
    read() {
      const last = conversation?.lastMessage?.index ?? -1;
      if (!store.state.loaded || last <= Math.max(read, conversation!.lastReadMessageIndex ?? -1)) return;
      read = last;
      conversation!.advanceLastReadMessageIndex(last).catch(() => (read = -1));
    },
  };
}
