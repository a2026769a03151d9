import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import type { App, Message } from "../app";
import type { Talk } from "./line";
import { exclusively } from "./pass";
import type { People } from "./people";
import { describeBrowser } from "../browser";
import { warn } from "../config";

/** Messages that a page of the history has. */
const pageSize = 20;
/** How often a message is sent before it is the visitor's turn again, and the pause between, in milliseconds. */
const mostTries = 5;
const retryPause = 1000;

/** Brings the messages of the conversation into the store, and the visitor's into the conversation. */
export interface Thread {
  /** Takes the conversation on: the last page, and what came while there was no connection. */
  open(talk: Talk): Promise<void>;
  /** Loads the page before the first message, if there is one. */
  older(): Promise<void>;
  /** Sends what is pending, in order. */
  flush(): Promise<void>;
}

export function createThread({ id: account, store }: App, people: People, closed: () => void): Thread {
  let talk: Talk | undefined;
  let first: Paginator<Received> | undefined;
  let flushing: Promise<void> | undefined;
  // Messages that may be stored although nobody said so: those of an earlier page, and those whose reply was lost.
  const sent = new Set(store.state.messages.filter(({ state }) => state).map(({ id }) => id));

  /** Puts messages of the service among those shown, by their place in the conversation; what is not confirmed stays last. */
  function add(received: Received[], past: boolean): void {
    const fresh = received.map((message) => take(message, past));
    const ids = new Set(fresh.map(({ id }) => id));
    const all = [...store.state.messages.filter(({ id }) => !ids.has(id)), ...fresh];
    const place = ({ index = Infinity }: Message) => index;
    store.set({ messages: all.sort((a, b) => (place(a) == place(b) ? a.time - b.time : place(a) - place(b))) });
  }

  function take({ sid, index, author, body, attributes, dateCreated }: Received, past: boolean): Message {
    const own = author == talk!.identity;
    const { id } = attributes as { id?: unknown };
    return {
      id: own && typeof id == "string" ? id : sid,
      index,
      body: body ?? "",
      own,
      time: dateCreated?.getTime() ?? Date.now(),
      past,
      ...(!own && people.of(author ?? "")),
    };
  }

  const newest = () => Math.max(-1, ...store.state.messages.map(({ index = -1 }) => index));

  async function open(now: Talk): Promise<void> {
    const resumed = talk?.conversation.sid == now.conversation.sid;
    const { conversation } = (talk = now);
    // Of another conversation, nothing is kept but what is still to be sent.
    if (!resumed) store.set({ messages: store.state.messages.filter(({ state }) => state) });
    const known = newest();
    conversation.on("messageAdded", (message) => add([message], false));
    conversation.on("updated", () => conversation.state?.current == "closed" && closed());
    let page = await conversation.getMessages(pageSize);
    first ??= page;
    if (!resumed) first = page;
    add(page.items, !resumed);
    // Back to where the break began, so that there is no hole.
    while (resumed && page.hasPrevPage && page.items[0]!.index > known + 1) {
      page = await page.prevPage();
      add(page.items, false);
    }
    store.set({ older: first.hasPrevPage });
  }

  async function older(): Promise<void> {
    if (!first?.hasPrevPage) return;
    first = await first.prevPage();
    add(first.items, true);
    store.set({ older: first.hasPrevPage });
  }

  /**
   * Whether the message is in the conversation already. What came after the last known one must be asked for like that:
   * the SDK answers a question for the last page from what it knew before the connection broke. Then back to the day it was written.
   */
  async function isThere(conversation: Conversation, { id, time }: Message): Promise<boolean> {
    for (let page = await conversation.getMessages(pageSize, newest() + 1, "forward"); ; page = await page.nextPage()) {
      add(page.items, false);
      if (!store.state.messages.some((message) => message.id == id && message.state)) return true;
      if (!page.hasNextPage) break;
    }
    for (let page = await conversation.getMessages(pageSize); ; page = await page.prevPage()) {
      add(page.items.filter((received) => (received.attributes as { id?: unknown }).id == id), true);
      if (!store.state.messages.some((message) => message.id == id && message.state)) return true;
      // Clocks differ, but not by a day.
      if (!page.hasPrevPage || page.items[0]!.dateCreated!.getTime() < time - 864e5) return false;
    }
  }

  async function sendPending(): Promise<void> {
    for (let tries = 1; ; ) {
      const message = store.state.messages.find(({ state }) => state == "pending");
      if (!message || !talk || talk.client.connectionState != "connected") return;
      const { id, body, attributes } = message;
      const { conversation } = talk;
      try {
        if (sent.has(id) && (await isThere(conversation, message))) continue;
        sent.add(id);
        const index = await conversation.sendMessage(body, withinLimit({ ...attributes, id, meta: { ...attributes?.meta, ...describeBrowser() } }));
        sent.delete(id);
        set(id, { state: undefined, index });
        tries = 1;
      } catch (error) {
        // The service refuses with a status. All else is the connection, which the SDK may not have told of yet: it stays pending.
        if (typeof (error as { status?: unknown }).status == "number" || ++tries > mostTries) {
          set(id, { state: "failed" });
          tries = 1;
        } else await new Promise((resolve) => setTimeout(resolve, retryPause));
      }
    }
  }

  function set(id: string, change: Partial<Message>): void {
    store.set({ messages: store.state.messages.map((message) => (message.id == id ? { ...message, ...change } : message)) });
  }

  const thread: Thread = {
    open,
    older,
    // Of several tabs one sends at a time: both may have the same message.
    flush() {
      flushing ??= exclusively("missive-chat-send:" + account, sendPending).finally(() => {
        flushing = undefined;
        // One may have come in the last moment.
        if (talk?.client.connectionState == "connected" && store.state.messages.some(({ state }) => state == "pending")) thread.flush();
      });
      return flushing;
    },
  };
  return thread;
}

/** Twilio takes 4 KB of attributes a message. What the page attached last goes first: it must not keep the message from going. */
function withinLimit<T extends { meta: Record<string, string> }>(attributes: T): T {
  const { meta } = attributes;
  const keys = Object.keys(meta).filter((key) => !/^(language|platform|browser)$/.test(key));
  while (new TextEncoder().encode(JSON.stringify(attributes)).length > 4096 && keys.length) {
    const key = keys.pop()!;
    warn(`meta.${key} is left out: a message takes 4 KB of data`);
    delete meta[key];
  }
  return attributes;
}
