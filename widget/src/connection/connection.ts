// The connection: what the window loads with the first message, and for a visitor who has a conversation.
// Only this folder and the team's desk know Twilio.

import type { Client, Conversation } from "@twilio/conversations";
import { handOver } from "../launcher/scripts";
import type { Connection, StartConnection } from "../shared/app";
import type { Message } from "../shared/types";
import { createAttention } from "./attention";
import { describeBrowser } from "./browser";
import { createClients } from "./client";
import { withinLimit } from "./limit";
import { createMessageSync } from "./messages";
import { tellNews } from "./news";
import { createParticipants } from "./participants";
import { createReadHorizon } from "./read-horizon";
import { keepConnected, type Reconnector } from "./reconnect";
import { exclusively } from "./token";

const start: StartConnection = (app, config, visitor, memory) => {
  const { id: account, signal, store } = app;
  const { tokenUrl } = config.connection;
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
    take({ sid, index, author, body, attributes, dateCreated }, past) {
      const own = author == clients.granted.identity;
      const { id } = attributes as { id?: unknown };
      return {
        id: own && typeof id == "string" ? id : sid,
        index,
        body: body ?? "",
        own,
        time: dateCreated?.getTime() ?? Date.now(),
        past,
        ...(!own && participants.of(author ?? "")),
      };
    },
    attributes: ({ id, attributes }) => withinLimit({ ...attributes, id, meta: { ...attributes?.meta, ...describeBrowser() } }),
    // Of several tabs one sends at a time: both may have the same message.
    alone: (work) => exclusively("missive-chat-send:" + account, work),
  });

  const waiting = () => store.state.messages.some(({ state }) => state == "pending");

  /** Leaves the conversation of a client that is given up, or of a visitor who is not there any more. */
  function leave(): void {
    conversation = undefined;
    readHorizon.close();
  }

  /** Connects a visitor who has a conversation, or is about to: nobody else costs the service anything. */
  function connect(): void {
    // Without an address there is nobody to ask, and nothing can change.
    if (hangUp || !tokenUrl || !(memory.now.session || waiting())) return;
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
      async open(now) {
        const { conversation: sid, identity } = clients.granted;
        const opening = await now.getConversationBySid(sid);
        await participants.open(now, opening, identity);
        // Before it can send: what is sent goes to this one.
        conversation = opening;
        await messages.open(opening);
        readHorizon.open(opening);
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

  /** Sends what is pending. */
  function send(): void {
    // A conversation that has been closed is left by its members, with or without being told of its state. A new one follows it.
    const closed = conversation && (conversation.status != "joined" || conversation.state?.current == "closed");
    if (closed && waiting()) {
      leave();
      reconnector?.renew();
    }
    connect();
    messages.send();
  }

  let { visit } = store.state;
  store.watch(["visit"], (state) => {
    if (visit == state.visit) return;
    ({ visit } = state);
    hangUp?.();
    hangUp = reconnector = undefined;
    leave();
    messages.close();
    store.set({ connecting: false, older: false, seen: -1, typing: false });
    connect();
  });
  let login = JSON.stringify(store.state.named);
  store.watch(["named"], ({ named }) => {
    const before = login;
    login = JSON.stringify(named);
    if (login == before) return;
    // Who has logged in may have another conversation.
    leave();
    reconnector?.renew();
  });
  store.watch(["messages"], send);
  tellNews(app, visitor, createAttention(app, config));

  const connection: Connection = {
    retry() {
      if (reconnector) reconnector.hurry();
      else store.set({ connecting: false, failed: !tokenUrl });
    },
    typing: () => void conversation?.typing().catch(() => {}),
    older: () => void messages.older().catch(() => {}),
  };
  return connection;
};

handOver(start);
