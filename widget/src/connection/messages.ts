import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import type { Store } from "../shared/store";
import { pause } from "./reconnect";

/** Messages that a page of the history has. */
const pageSize = 20;
/** How often a message is sent before it is its writer's turn again, and the pause between, in milliseconds. */
const mostTries = 5;
const retryPause = 1000;

/** A message, as far as the thread must know it. Widget and desk know more. */
export interface Entry {
  /** Given by who wrote it, and sent along. Outbox again keeps it, so that a message is never there twice. */
  id: string;
  body: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Place in the conversation, from 0; absent until the service has accepted it. */
  index?: number;
  /** Of own messages only: absent once the service has accepted it. */
  state?: "pending" | "failed";
}

export interface MessageSyncEvents<M extends Entry> {
  /** Whether the service can be reached now: what fails while it can't is not given up. */
  connected(): boolean;
  /** A message of the service. Past: it was there before this page was. An own one has the id that it was sent with. */
  take(received: Received, past: boolean): M;
  /** What is sent along with a message; the id is one of them. */
  attributes(message: M): { id: string };
  /** Does the work while nobody else, in another tab, sends what this one may send. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** Brings the messages of a conversation into the store, and those of the store that are pending into the conversation. */
export interface MessageSync {
  /** Takes the conversation on, for the first time or on a new client: the last page, and what came while there was no connection. */
  open(conversation: Conversation): Promise<void>;
  /** Leaves it: what comes there is not for who sits there now. */
  close(): void;
  /** Loads the page before the first message, if there is one. */
  older(): Promise<void>;
  /** Sends what is pending, in order. */
  flush(): void;
}

/** It outlives clients: what is not sent yet stays, until the signal aborts. */
export function createMessageSync<M extends Entry>(
  store: Store<{ messages: readonly M[]; older?: boolean }>,
  signal: AbortSignal,
  { connected, take, attributes, alone }: MessageSyncEvents<M>,
): MessageSync {
  let conversation: Conversation | undefined;
  let opened = false;
  /** The conversation has been read before, by an earlier client: what comes now is new. */
  let resumed = false;
  let first: Paginator<Received> | undefined;
  let paging = false;
  let flushing = false;
  // Messages that may be stored although nobody said so: those of an earlier page, and those whose reply was lost.
  const tried = new Set(store.state.messages.filter(({ state }) => state).map(({ id }) => id));

  const newest = () => Math.max(-1, ...store.state.messages.map(({ index = -1 }) => index));
  const pending = () => store.state.messages.find(({ state }) => state == "pending");

  /** Puts messages among those shown, by their place in the conversation; what is not confirmed stays last. */
  function add(received: Received[], past = false): void {
    const fresh = received.map((message) => take(message, past));
    const ids = new Set(fresh.map(({ id }) => id));
    show([...store.state.messages.filter(({ id }) => !ids.has(id)), ...fresh]);
  }

  function show(messages: M[]): void {
    const place = ({ index = Infinity }: M) => index;
    store.set({ messages: messages.sort((a, b) => (place(a) == place(b) ? a.time - b.time : place(a) - place(b))) });
  }

  async function open(now: Conversation): Promise<void> {
    if (conversation != now) {
      // Of another conversation, nothing is kept but what is still to be sent.
      if (conversation?.sid != now.sid) {
        store.set({ messages: store.state.messages.filter(({ state }) => state) });
        resumed = false;
      }
      opened = false;
      listen((conversation = now));
    }
    if (!opened) await load(now);
    thread.flush();
  }

  function listen(now: Conversation): void {
    // A client forgets its listeners at its end, its conversations don't.
    const mine = (react: (value: any) => void) => (value: unknown) => conversation == now && react(value);
    now.on("messageAdded", mine((message: Received) => add([message])));
    now.on("messageUpdated", mine(({ message }: { message: Received }) => add([message])));
    now.on("messageRemoved", mine(({ index }: Received) => store.set({ messages: store.state.messages.filter((m) => m.index != index) })));
  }

  async function load(now: Conversation): Promise<void> {
    const known = newest();
    let page = await now.getMessages(pageSize);
    if (conversation != now) return;
    const last = page;
    add(page.items, !resumed);
    // Back to where the break began, so that there is no hole.
    while (known >= 0 && page.hasPrevPage && page.items[0]!.index > known + 1) {
      page = await page.prevPage();
      if (conversation != now) return;
      add(page.items);
    }
    // Pages belong to a client. A new one walks back from the end; what is here already is only passed.
    first = known >= 0 ? page : last;
    opened = resumed = true;
    store.set({ older: first.hasPrevPage && store.state.messages[0]?.index != 0 });
  }

  async function older(): Promise<void> {
    if (paging || !first?.hasPrevPage) return;
    paging = true;
    const now = conversation;
    try {
      const before = store.state.messages[0]?.index ?? 0;
      do {
        const page: Paginator<Received> = await first.prevPage();
        if (conversation != now) return;
        first = page;
        add(page.items, true);
      } while (first.hasPrevPage && first.items[0]!.index >= before);
      store.set({ older: first.hasPrevPage });
    } finally {
      paging = false;
    }
  }

  /**
   * Whether the message is in the conversation already. What came after the last known one must be asked for like that:
   * the SDK answers a question for the last page from what it knew before the connection broke. Then back to the day it was written.
   */
  async function isThere(now: Conversation, { id, time }: M): Promise<boolean> {
    const found = () => !store.state.messages.some((message) => message.id == id && message.state);
    for (let page = await now.getMessages(pageSize, newest() + 1, "forward"); ; page = await page.nextPage()) {
      if (conversation != now) throw Error("there is a new client");
      add(page.items);
      if (found()) return true;
      if (!page.hasNextPage) break;
    }
    for (let page = await now.getMessages(pageSize); ; page = await page.prevPage()) {
      if (conversation != now) throw Error("there is a new client");
      add(page.items.filter(({ attributes }) => (attributes as { id?: unknown }).id == id), true);
      if (found()) return true;
      // Clocks differ, but not by a day.
      if (!page.hasPrevPage || page.items[0]!.dateCreated!.getTime() < time - 864e5) return false;
    }
  }

  async function sendPending(): Promise<void> {
    for (let tries = 1; !signal.aborted; ) {
      const message = pending();
      const now = conversation;
      if (!message || !now || !opened || !connected()) return;
      const { id, body } = message;
      try {
        if (tried.has(id) && (await isThere(now, message))) continue;
        tried.add(id);
        const index = await now.sendMessage(body, attributes(message));
        tried.delete(id);
        set(id, { state: undefined, index });
        tries = 1;
      } catch (error) {
        // The service refuses with a status. All else is the connection, which the SDK may not have told of yet: it stays pending.
        if (typeof (error as { status?: unknown }).status == "number" || ++tries > mostTries) {
          set(id, { state: "failed" });
          tries = 1;
        } else await pause(retryPause, signal);
      }
    }
  }

  function set(id: string, change: Partial<Entry>): void {
    show(store.state.messages.map((message) => (message.id == id ? { ...message, ...change } : message)));
  }

  const thread: MessageSync = {
    open,
    close: () => (conversation = first = undefined),
    older,
    flush() {
      if (flushing || !pending()) return;
      flushing = true;
      alone(sendPending)
        .catch(() => {})
        .finally(() => {
          flushing = false;
          // One may have come in the last moment.
          if (opened && connected()) thread.flush();
        });
    },
  };
  return thread;
}
