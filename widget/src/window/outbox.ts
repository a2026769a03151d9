import type { Connection, StartConnection, WindowApp } from "../shared/app";
import type { Config } from "../shared/generated";
import { newId } from "../shared/id";
import type { Store } from "../shared/store";
import type { Message, State } from "../shared/types";
import { mergeChecked } from "./configuration";
import type { Memory } from "./storage";
import type { Visitor } from "./visitor";

/** Carries the visitor's messages to the store, where the connection finds them. */
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
const retryPauseMilliseconds = 10_000;

export function createOutbox(app: WindowApp, config: Config, memory: Memory, visitor: Visitor): Outbox {
  const { signal, store } = app;
  /** What makes the connection. */
  let file: Promise<StartConnection> | undefined;
  let connection: Promise<Connection> | undefined;
  let early = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let meta = {};
  store.watch(["meta"], (state) => {
    meta = {};
    for (const layer of state.meta) if (layer != null) mergeChecked(app, meta, layer, "meta.");
  });
  keepMessages(store, memory);

  const load = () => (file ??= app.need<StartConnection>(CONNECTION_FILE));

  function connect(): void {
    // A connection that is there sets this by itself.
    if (!connection) store.set({ connecting: true });
    connection ??= load().then((start) => start(app, config, visitor, memory));
    connection.then(
      (connected) => connected.retry(),
      () => {
        connection = file = undefined;
        store.set({ connecting: false, failed: true });
        clearTimeout(retry);
        // Without the visitor having to do anything, should the network be back.
        if (!signal.aborted) retry = setTimeout(() => connection || connect(), retryPauseMilliseconds);
      },
    );
  }

  signal.addEventListener("abort", () => clearTimeout(retry));
  const tell = (what: (connected: Connection) => void) => void connection?.then(what, () => {});
  const look = () => {
    const { open, named, messages } = store.state;
    const { session, secret } = memory.read();
    // A visitor who has a conversation, or may have it without having heard; one who may have it from another device, once they look; or
    // what an older launcher was about to send.
    if (!connection && (session || secret || (open && named?.digest) || messages.some(({ state }) => state == "pending"))) connect();
  };
  store.watch(["open", "named"], look);
  // They may have begun one in another tab, or after leaving this page, to which they have come back.
  for (const type of ["storage", "pageshow"]) addEventListener(type, look, { signal });
  return {
    send(text) {
      const { messages } = store.state;
      const message: Message = {
        id: newId(),
        body: text,
        own: true,
        time: Date.now(),
        state: "pending",
        after: Math.max(-1, ...messages.map(({ index = -1 }) => index)),
        attributes: { ...visitor.told, meta },
      };
      store.set({ messages: [...messages, message], failed: false });
      connect();
    },
    again(id) {
      store.set({ messages: store.state.messages.map((m) => (m.id == id ? { ...m, state: "pending" } : m)), failed: false });
      connect();
    },
    typing() {
      // So that it is there when the message is written. What fails now is tried again then.
      if (!early)
        load().catch(() => {
          if (!connection) file = undefined;
        });
      early = true;
      tell((connected) => connected.typing());
    },
    older: () => tell((connected) => connected.older()),
  };
}

/** Keeps what is not confirmed across reloads. */
function keepMessages(store: Store<State>, memory: Memory): void {
  store.watch(["visit"], ({ messages }) => {
    // What an earlier page could not send waits for the visitor to send it again: they may not want to any more.
    if (!messages.length) store.set({ messages: (memory.now.outbox ?? []).map(({ id, body, own, time, after, attributes }) => ({ id, body, own, time, after, attributes, state: "failed" })) });
  });
  store.watch(["messages"], ({ messages }) => {
    // Beside what other tabs have there.
    const ours = new Set(messages.map(({ id }) => id));
    const { outbox: stored, last } = memory.read();
    const outbox = [...(stored ?? []).filter(({ id }) => !ours.has(id)), ...messages.filter(({ state }) => state)];
    if (outbox.length || stored) memory.save({ outbox, last: messages.at(-1)?.time ?? last });
  });
}
