import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import { createStore, type Store } from "../store";
import type { Message } from "./state";
import { isVisitor, record } from "./talks";

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
}

const pageSize = 30;
/** How often a message is tried whose reply gets lost on a connection that is there, and the time between, in milliseconds. */
const mostTries = 5;
const retryPause = 1000;

/** `connected` says whether the service can be reached now: what fails while it can't is not given up. */
export function createRoom(connected: () => boolean): Room {
  const store = createStore<RoomState>({ messages: [], loaded: false, older: false, seen: -1 });
  let conversation: Conversation | undefined;
  let me = "";
  let opened = false;
  let first: Paginator<Received> | undefined;
  let paging = false;
  let flushing: Promise<void> | undefined;
  let read = -1;
  // Messages that may be stored although nobody said so: their reply was lost.
  const tried = new Set<string>();

  /** Puts messages among those shown, by their place; what is not confirmed stays last. */
  function add(received: Received[]): void {
    const fresh = received.map(take);
    const ids = new Set(fresh.map(({ id }) => id));
    const all = [...store.state.messages.filter(({ id }) => !ids.has(id)), ...fresh];
    const place = ({ index = Infinity }: Message) => index;
    store.set({ messages: all.sort((a, b) => (place(a) == place(b) ? a.time - b.time : place(a) - place(b))) });
  }

  function take({ sid, index, author, body, attributes, dateCreated }: Received): Message {
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
  }

  const newest = () => Math.max(-1, ...store.state.messages.map(({ index = -1 }) => index));

  async function open(now: Conversation, identity: string): Promise<void> {
    if (conversation != now) {
      conversation = now;
      me = identity;
      opened = false;
      // A client forgets all its listeners at its end, a conversation doesn't.
      const mine = (react: (value: any) => void) => (value: unknown) => conversation == now && react(value);
      now.on("messageAdded", mine((message: Received) => add([message])));
      now.on("messageUpdated", mine(({ message }: { message: Received }) => add([message])));
      now.on("messageRemoved", mine(({ index }: Received) => store.set({ messages: store.state.messages.filter((m) => m.index != index) })));
      now.on("participantUpdated", mine(() => void watchSeen(now).catch(() => {})));
    }
    if (!opened) await load(now);
    await flush();
  }

  async function load(now: Conversation): Promise<void> {
    const known = newest();
    let page = await now.getMessages(pageSize);
    if (conversation != now) return;
    const last = page;
    add(page.items);
    // Back to where the break began, so that there is no hole.
    while (known >= 0 && page.hasPrevPage && page.items[0]!.index > known + 1) {
      page = await page.prevPage();
      if (conversation != now) return;
      add(page.items);
    }
    // Pages belong to a client. A new one walks back from the end; what is here already is only passed.
    first = known >= 0 ? page : last;
    opened = true;
    store.set({ loaded: true, older: first.hasPrevPage && store.state.messages[0]?.index != 0 });
    await watchSeen(now);
  }

  async function watchSeen(now: Conversation): Promise<void> {
    const participants = await now.getParticipants();
    const seen = participants
      .filter(({ identity }) => isVisitor(now, identity ?? "", me))
      .map(({ lastReadMessageIndex }) => lastReadMessageIndex ?? -1);
    if (conversation == now) store.set({ seen: Math.max(-1, ...seen) });
  }

  async function older(): Promise<void> {
    if (paging || !first?.hasPrevPage) return;
    paging = true;
    try {
      const before = store.state.messages[0]?.index ?? 0;
      do {
        first = await first.prevPage();
        add(first.items);
      } while (first.hasPrevPage && first.items[0]!.index >= before);
      store.set({ older: first.hasPrevPage });
    } finally {
      paging = false;
    }
  }

  /**
   * Whether the message is in the conversation already. Only what comes after the last known one needs asking for; and it must
   * be asked for like that, as the SDK answers a question for the last page from what it knew before the connection broke.
   */
  async function isThere(now: Conversation, { id }: Message): Promise<boolean> {
    for (let page = await now.getMessages(pageSize, newest() + 1, "forward"); ; page = await page.nextPage()) {
      if (conversation != now) throw Error("there is a new client");
      add(page.items);
      if (!page.hasNextPage) return !store.state.messages.some((m) => m.id == id && m.state);
    }
  }

  async function sendPending(): Promise<void> {
    for (let tries = 1; ; ) {
      const message = store.state.messages.find(({ state }) => state == "pending");
      const now = conversation;
      if (!message || !now || !opened || !connected()) return;
      const { id, body } = message;
      try {
        if (tried.has(id) && (await isThere(now, message))) continue;
        tried.add(id);
        const index = await now.sendMessage(body, { id });
        tried.delete(id);
        set(id, { state: undefined, index });
        tries = 1;
      } catch (error) {
        // The service refuses with a status. All else is the connection, which the SDK may not have told of yet.
        if (typeof (error as { status?: unknown }).status == "number" || tries++ == mostTries) {
          set(id, { state: "failed" });
          tries = 1;
        } else await new Promise((resolve) => setTimeout(resolve, retryPause));
      }
    }
  }

  const flush = () => (flushing ??= sendPending().finally(() => (flushing = undefined)));

  function set(id: string, change: Partial<Message>): void {
    store.set({ messages: store.state.messages.map((m) => (m.id == id ? { ...m, ...change } : m)) });
  }

  return {
    store,
    open,
    older,
    send(body) {
      store.set({ messages: [...store.state.messages, { id: crypto.randomUUID(), body, time: Date.now(), from: "me", author: me, state: "pending" }] });
      void flush();
    },
    again(id) {
      set(id, { state: "pending" });
      void flush();
    },
    typing: () => void conversation?.typing().catch(() => {}),
    read() {
      const last = conversation?.lastMessage?.index ?? -1;
      if (!opened || last <= Math.max(read, conversation!.lastReadMessageIndex ?? -1)) return;
      read = last;
      conversation!.advanceLastReadMessageIndex(last).catch(() => (read = -1));
    },
  };
}
