import type { Conversation } from "@twilio/conversations";
import type { Store } from "../shared/store";
import { createHistory, type History } from "./history";
import { createMessageList, type Entry } from "./message-list";
import { createSending, type Sending, type SendingOptions } from "./sending";

export interface MessageSyncOptions<M extends Entry> extends Omit<SendingOptions<M>, "reachable"> {
  /** Whether the service can be reached now: what fails while it can't is not given up. */
  connected(): boolean;
}

/** Brings the messages of a conversation into the store, and those of the store that are pending into the conversation. */
export interface MessageSync extends Pick<History, "close" | "older">, Omit<Sending, "stored"> {
  /** Takes the conversation on, for the first time or on a new client, and sends what waits for it. */
  open(conversation: Conversation, whose?: string): Promise<void>;
  /** A message was carried there, without a client. */
  stored(id: string, index: number, sid: string, whose: string): void;
}

/** It outlives clients: what is not sent yet stays, until the signal aborts. */
export function createMessageSync<M extends Entry>(
  store: Store<{ messages: readonly M[]; older?: boolean }>,
  signal: AbortSignal,
  { connected, ...options }: MessageSyncOptions<M>,
): MessageSync {
  const list = createMessageList(store);
  const history = createHistory(store, list, options.take);
  const reachable = () => (connected() ? history.opened : undefined);
  const sending = createSending(store, list, signal, { ...options, reachable });
  return {
    ...sending,
    async open(conversation, whose) {
      await history.open(conversation, whose);
      sending.send();
    },
    stored(id, index, sid, whose) {
      history.follow(sid, whose);
      sending.stored(id, index);
    },
    close: history.close,
    older: history.older,
  };
}
