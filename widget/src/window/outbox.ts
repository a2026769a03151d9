import type { App, Connection, StartConnection } from "../shared/app";
import type { Message } from "../shared/types";
import { merge } from "./configuration";
import type { Config } from "../shared/generated";
import type { Memory } from "./storage";
import type { Visitor } from "./visitor";

/** Carries the visitor's messages to the store, where the connection finds them, and tells the page what happens there. */
export interface Outbox {
  send(text: string): void;
  /** Tries a message once more that was not sent. It keeps its id, so it can't be there twice. */
  again(id: string): void;
  /** The visitor writes. */
  typing(): void;
  /** More of the history is wanted. */
  older(): void;
}

/** Until the connection's file is asked for again, in milliseconds. */
const retryPause = 10_000;

export function createOutbox(app: App, config: Config, memory: Memory, visitor: Visitor): Outbox {
  const { signal, store } = app;
  let connection: Promise<Connection> | undefined;
  let meta = {};
  let layers: unknown;
  store.watch((state) => {
    if (state.meta == layers) return;
    layers = state.meta;
    meta = {};
    for (const layer of state.meta) if (layer != null) merge(meta, layer, "meta.");
  });
  watchMessages(app, memory, visitor);

  function connect(): void {
    // One that is there tells by itself.
    if (!connection) store.set({ connecting: true });
    connection ??= app.need<StartConnection>(CONNECTION_FILE).then((start) => start(app, config, visitor, memory));
    connection.then(
      (connected) => connected.retry(),
      () => {
        connection = undefined;
        store.set({ connecting: false, failed: true });
        // The file may be had again without the visitor's doing.
        const timer = setTimeout(() => connection || connect(), retryPause);
        signal.addEventListener("abort", () => clearTimeout(timer));
      },
    );
  }

  // What an older launcher was about to send, or a visitor who has a conversation.
  if (memory.now.session || store.state.messages.some(({ state }) => state == "pending")) connect();
  return {
    send(text) {
      const { name, email } = visitor.now;
      const { messages } = store.state;
      // Twilio takes 32 KB a message; a character has at most four bytes.
      const parts = text.match(/[^]{1,8000}/gu) ?? [];
      const fresh = parts.map<Message>((body) => ({
        id: newId(),
        body,
        own: true,
        time: Date.now(),
        state: "pending",
        attributes: { name, email, meta },
      }));
      store.set({ messages: [...messages, ...fresh], failed: false });
      connect();
    },
    again(id) {
      store.set({ messages: store.state.messages.map((m) => (m.id == id ? { ...m, state: "pending" } : m)), failed: false });
      connect();
    },
    typing: () => void connection?.then((connected) => connected.typing()),
    older: () => void connection?.then((connected) => connected.older()),
  };
}

/** Random, 128 bits. crypto.randomUUID is missing on plain http, where designers test on their phones. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keeps what is not confirmed across reloads, counts what is unread, and calls the page's functions. */
function watchMessages({ emit, store }: App, memory: Memory, visitor: Visitor): void {
  // What an earlier page could not send. By itself it doesn't go now: the visitor may have thought better of it.
  const left = (memory.now.outbox ?? []).map<Message>((message) => ({ ...message, state: "failed" }));
  let known = (store.state.messages.length ? store.state.messages : left) as readonly Message[];
  store.set({ messages: known });
  store.watch(({ messages, open, unread }) => {
    if (messages == known) return;
    const before = new Map(known.map((message) => [message.id, message]));
    const started = known.some((message) => message.own && !message.state);
    known = messages;
    // Beside what other tabs have there.
    const ours = new Set(messages.map(({ id }) => id));
    const stored = memory.read().outbox;
    const outbox = [...(stored ?? []).filter(({ id }) => !ours.has(id)), ...messages.filter(({ state }) => state)];
    if (outbox.length || stored) memory.save({ outbox });
    const news = messages.filter((message) => !message.own && !message.past && !before.has(message.id));
    const { name, email } = visitor.now;
    if (!started && messages.some((message) => message.own && !message.state && !message.past && before.has(message.id))) emit("onChatStarted", { name, email });
    if (news.length && !open) store.set({ unread: unread + news.length });
    for (const { body } of news) emit("onNewMessage", body);
  });
}
