import { newId } from "../shared/id";
import type { Store } from "../shared/store";
import { parts } from "./parts";

/** A message, as far as it must be known to carry it. Widget and desk know more. */
export interface Entry {
  /** Given by who wrote it, and sent along. Sending again keeps it, so that a message is never there twice. */
  id: string;
  body: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Place in the conversation, from 0; absent until the service has accepted it. */
  index?: number;
  /** Of own messages only: absent once the service has accepted it. */
  state?: "pending" | "failed";
  /** Of own messages only: place of the last message that was here when it was written. It can only be stored behind that. */
  after?: number;
}

/** Messages of earlier conversations have places far below 0, in their order. */
const conversationLength = 2 ** 32;

/** The messages in the store, in the order of the conversation; what is not confirmed stays last. */
export interface MessageList<M> {
  /** Puts messages of the service among those that are there, in place of what they were before. */
  add(received: M[]): void;
  /** Changes one of the list. */
  update(id: string, change: Partial<Entry>): void;
  /**
   * Another conversation begins: what is still to be sent can be anywhere in it. What was said before stays above it, or goes.
   */
  turn(stays: boolean): void;
  /** Makes messages of one that is too long for one. */
  cut(id: string): void;
  /** Leaves only those for which it is true. */
  keep(wanted: (message: M) => boolean): void;
  /** Place of the last one that the service has; -1: none. */
  newest(): number;
}

/** The parts of a message that is too long for one. The first keeps its id. */
export function cut<M extends Entry>(message: M): M[] {
  return parts(message.body).map((body, i) => ({ ...message, body, ...(i && { id: newId() }) }));
}

export function createMessageList<M extends Entry>(store: Store<{ messages: readonly M[] }>): MessageList<M> {
  const place = ({ index = Infinity }: M) => index;
  const show = (next: M[]) => {
    const { messages } = store.state;
    next.sort((a, b) => (place(a) == place(b) ? a.time - b.time : place(a) - place(b)));
    // Nothing is drawn anew for messages that are the same as before.
    if (next.length != messages.length || next.some((message, i) => message != messages[i])) store.set({ messages: next });
  };
  return {
    add(received) {
      const all = new Map(store.state.messages.map((message) => [message.id, message]));
      for (const message of received) {
        const known = all.get(message.id);
        // Twilio may have stored a message twice, as it has no unique key for one: it stands where it was first.
        if (known && known.index! < message.index!) continue;
        if (!known || !same(known, message)) all.set(message.id, message);
      }
      show([...all.values()]);
    },
    update: (id, change) => show(store.state.messages.map((message) => (message.id == id && !includes(message, change) ? { ...message, ...change } : message))),
    turn(stays) {
      show(
        store.state.messages.flatMap((message) => {
          if (message.state) return { ...message, after: -1 };
          return stays ? { ...message, index: message.index! - conversationLength } : [];
        }),
      );
    },
    cut: (id) => show(store.state.messages.flatMap((message) => (message.id == id ? cut(message) : message))),
    keep: (wanted) => show(store.state.messages.filter(wanted)),
    newest: () => Math.max(-1, ...store.state.messages.map(({ index = -1 }) => index)),
  };
}

/**
 * Whether a message of the service says nothing new of one that is there. Its time may differ: that of an own message is
 * when it was written here, and clocks differ. Where it was there before this page was, it stays so.
 */
function same<M extends Entry>(known: M, { time, past, ...received }: M & { past?: boolean }): boolean {
  return includes(known, received as Partial<M>);
}

function includes<T extends object>(whole: T, part: Partial<T>): boolean {
  return (Object.keys(part) as (keyof T)[]).every((key) => whole[key] === part[key]);
}
