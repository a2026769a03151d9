import type { Conversation, Message as Received } from "@twilio/conversations";
import type { Store } from "../shared/store";
import { pageSize } from "./history";
import type { Entry, MessageList } from "./message-list";
import { pause } from "./reconnect";

/** How often a message is sent before it counts as not sent, and its writer has to send it again. */
const mostTries = 5;
/** Between two tries, in milliseconds. */
const retryPauseMilliseconds = 1000;
/** Clocks differ, but not by a day, in milliseconds. */
const clockDifferenceMilliseconds = 864e5;

export interface SendingOptions<M extends Entry> {
  /** The conversation to send to, while there is one and the service can be reached. What fails while it can't is not given up. */
  reachable(): Conversation | undefined;
  /** A message of the service, see createHistory. */
  take(received: Received, past: boolean): M;
  /** What is sent along with a message; the id is one of them. */
  attributes(message: M): { id: string };
  /** Does the work while nobody else, in another tab, sends what this one may send. */
  alone(work: () => Promise<void>): Promise<void>;
}

/** A message as it is sent. */
export interface Outgoing {
  id: string;
  body: string;
  attributes: { id: string };
}

/** Sends the pending messages of the list, in order, each exactly once. */
export interface Sending {
  send(): void;
  /** The first that waits, for who can carry it without a client. From then on it may be stored. */
  next(): Outgoing | undefined;
  /** It is stored there. */
  stored(id: string, index: number): void;
  /** It will not be taken. */
  refused(id: string): void;
}

/** Until the signal aborts. */
export function createSending<M extends Entry>(
  store: Store<{ messages: readonly M[] }>,
  list: MessageList<M>,
  signal: AbortSignal,
  { reachable, take, attributes, alone }: SendingOptions<M>,
): Sending {
  let sending = false;
  // Messages that may be stored although nobody said so: those of an earlier page, and those whose reply was lost.
  const tried = new Set(store.state.messages.filter(({ state }) => state).map(({ id }) => id));

  const pending = () => store.state.messages.find(({ state }) => state == "pending");
  const refused = (id: string) => list.update(id, { state: "failed" });
  function stored(id: string, index: number): void {
    tried.delete(id);
    list.update(id, { state: undefined, index });
  }

  /**
   * Whether the message is in the conversation already. What came after the last known one must be asked for like that:
   * the SDK answers a question for the last page from what it knew before the connection broke. Then back to the day it was written.
   */
  async function isThere(now: Conversation, { id, time }: M): Promise<boolean> {
    const look = (received: Received[], past: boolean) => {
      if (reachable() != now) throw Error("there is a new client");
      list.add(received.map((message) => take(message, past)));
      return !store.state.messages.some((message) => message.id == id && message.state);
    };
    for (let page = await now.getMessages(pageSize, list.newest() + 1, "forward"); ; page = await page.nextPage()) {
      if (look(page.items, false)) return true;
      if (!page.hasNextPage) break;
    }
    for (let page = await now.getMessages(pageSize); ; page = await page.prevPage()) {
      if (look(page.items.filter(({ attributes }) => (attributes as { id?: unknown } | null)?.id == id), true)) return true;
      if (!page.hasPrevPage || page.items[0]!.dateCreated!.getTime() < time - clockDifferenceMilliseconds) return false;
    }
  }

  async function sendPending(): Promise<void> {
    for (let tries = 1; !signal.aborted; ) {
      const message = pending();
      const now = reachable();
      if (!message || !now) return;
      const { id, body } = message;
      try {
        if (tried.has(id) && (await isThere(now, message))) continue;
        tried.add(id);
        stored(id, await now.sendMessage(body, attributes(message)));
        tries = 1;
      } catch (error) {
        // The service refuses with a status. All else is the connection, which the SDK may not have told of yet: it stays pending.
        if (typeof (error as { status?: unknown }).status == "number" || ++tries > mostTries) {
          // Unless the news that it is there came first.
          if (pending()?.id == id) refused(id);
          tries = 1;
        } else await pause(retryPauseMilliseconds, signal);
      }
    }
  }

  function send(): void {
    if (sending || signal.aborted || !pending()) return;
    sending = true;
    alone(sendPending)
      .catch(() => {})
      .finally(() => {
        sending = false;
        // One may have come in the last moment.
        if (reachable()) send();
      });
  }

  return {
    send,
    next() {
      const message = pending();
      if (!message) return;
      const { id, body } = message;
      tried.add(id);
      return { id, body, attributes: attributes(message) };
    },
    stored,
    refused,
  };
}
