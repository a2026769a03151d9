import type { Client, Conversation } from "@twilio/conversations";
import type { StartConnection } from "../shared/app";
import type { Message } from "../shared/types";
import { describeBrowser } from "./browser";
import { createClients } from "./client";
import { withinLimit } from "./limit";
import { createMessageSync } from "./messages";
import { createParticipants } from "./participants";
import { createReadHorizon } from "./read-horizon";
import { messageOf } from "./received";
import { keepConnected, type Reconnector } from "./reconnect";
import { exclusively } from "./token";

/** The visitor's conversation and the connection to it, whoever the visitor is and however often it breaks. */
export interface Session {
  /** Connects a visitor who has a conversation or is about to, and sends what is pending. */
  send(): void;
  /** Gives the client up for a new one with a new token. */
  renew(): void;
  /** Ends the connection: somebody else has become the visitor. */
  end(): void;
  /** Tries again at once, if there is something to try. Returns whether there is. */
  hurry(): boolean;
  typing(): void;
  older(): void;
}

export function createSession(...[app, config, visitor, memory]: Parameters<StartConnection>): Session {
  const { id: account, signal, store } = app;
  const clients = createClients(app, config, visitor, memory);
  const participants = createParticipants(store);
  const readHorizon = createReadHorizon(store, signal);
  let client: Client | undefined;
  /** The visitor's, as the client that is connected has it. */
  let conversation: Conversation | undefined;
  let reconnector: Reconnector | undefined;
  let hangUp: (() => void) | undefined;

  const messages = createMessageSync<Message>(store, signal, {
    connected: () => !!conversation && client!.connectionState == "connected",
    take: (received, past) => messageOf(received, past, clients.granted.identity, participants),
    attributes: ({ id, attributes }) => withinLimit({ ...attributes, id, meta: { ...attributes?.meta, ...describeBrowser() } }),
    // Of several tabs one sends at a time: both may have the same message.
    alone: (work) => exclusively("missive-chat-send:" + account, work),
  });

  const waiting = () => store.state.messages.some(({ state }) => state == "pending");

  /** Leaves the conversation of a client that is given up, or of a visitor who is not there any more. */
  function leave(): void {
    conversation = undefined;
    participants.close();
    readHorizon.close();
  }

  function connect(): void {
    // Nobody else costs the service anything. Without an address there is nobody to ask, and nothing can change.
    if (hangUp || signal.aborted || !config.connection.tokenUrl || !(memory.now.session || waiting())) return;
    const connected = new AbortController();
    hangUp = () => connected.abort();
    signal.addEventListener("abort", hangUp, { signal: connected.signal });
    reconnector = keepConnected(connected.signal, {
      async connect(life) {
        client = await clients.connect(life);
        leave();
        return client;
      },
      getToken: clients.getToken,
      async open(now, life) {
        const { conversation: sid, identity } = clients.granted;
        const opening = await now.getConversationBySid(sid);
        // A later client may have come through meanwhile.
        if (!life.aborted) await participants.open(now, opening, identity);
        if (life.aborted) return;
        // Before it can send: what is sent goes to this one.
        conversation = opening;
        await messages.open(opening);
        if (!life.aborted) readHorizon.open(opening);
      },
      state(now) {
        store.set({ connecting: now != "on", failed: now == "failed" });
        if (now != "on") return;
        // What could not be done during a break.
        readHorizon.tell();
        send();
      },
    });
  }

  function send(): void {
    // A conversation that has been closed is left by its members, with or without being told of its state. A new one follows it.
    const closed = conversation && (conversation.status != "joined" || conversation.state?.current == "closed");
    if (closed && waiting()) renew();
    connect();
    messages.send();
  }

  function renew(): void {
    leave();
    reconnector?.renew();
  }

  return {
    send,
    renew,
    end() {
      hangUp?.();
      hangUp = reconnector = undefined;
      leave();
      messages.close();
      store.set({ connecting: false, older: false, seen: -1, typing: false });
    },
    hurry() {
      reconnector?.hurry();
      return !!reconnector;
    },
    typing: () => void conversation?.typing().catch(() => {}),
    older: () => void messages.older().catch(() => {}),
  };
}
