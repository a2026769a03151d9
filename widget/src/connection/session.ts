import type { Client, Conversation } from "@twilio/conversations";
import type { StartConnection } from "../shared/app";
import { doc } from "../shared/dom";
import type { Message } from "../shared/types";
import { describeBrowser, describePage } from "./browser";
import { createClients } from "./client";
import { withinLimit } from "./limit";
import { createMessageSync } from "./messages";
import { createParticipants } from "./participants";
import { createReadHorizon } from "./read-horizon";
import { messageOf } from "./received";
import { type ConnectionState, keepConnected, type Reconnector } from "./reconnect";
import { createProbe } from "./silence";
import { exclusively, requestToken, type TokenResponse } from "./token";

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
  const clients = createClients(app, config);
  const participants = createParticipants(store);
  const readHorizon = createReadHorizon(store, signal);
  let granted: TokenResponse;
  let client: Client | undefined;
  /** The visitor's, as the client that is connected has it. */
  let conversation: Conversation | undefined;
  let reconnector: Reconnector | undefined;
  let hangUp: (() => void) | undefined;
  let state: ConnectionState = "on";
  /** No client comes through, until one does. */
  let cut = false;
  /** Whether the last request was answered, and its message taken, if there was one since a client came through. */
  let answered: boolean | undefined;
  /** Of whom a request for a token is on its way. */
  let asking: AbortSignal | undefined;
  /** What is on its way must not be lost with who sent it. */
  let leaving: Promise<void> | undefined;
  /** The session that has no conversation; "": nor did the endpoint give one. */
  let idle: string | undefined;
  /** The SID of the conversation that was left as it is closed. */
  let gone: string | undefined;

  const connected = () => !!conversation && client!.connectionState == "connected";
  const messages = createMessageSync<Message>(store, signal, {
    connected,
    take: (received, past) => messageOf(received, past, granted.identity, participants),
    attributes: ({ id, attributes }) => withinLimit({ ...attributes, ...describePage(), id, meta: { ...attributes?.meta, ...describeBrowser() } }),
    // Of several tabs one sends at a time: both may have the same message.
    alone: (work) => exclusively("missive-chat-send:" + account, work),
    detour: () => renew(),
  });

  const probe = createProbe(() => (connected() ? conversation : undefined), () => renew(), signal);
  const look = () => store.state.open && !doc.hidden && probe();
  store.watch(["open"], look);
  doc.addEventListener("visibilitychange", look, { signal });
  for (const type of ["online", "pageshow"]) addEventListener(type, look, { signal });

  const waiting = () => store.state.messages.find(({ state }) => state == "pending")?.id;

  /** Leaves the conversation of a client that is given up, or of a visitor who is not there any more. */
  function leave(): void {
    conversation = undefined;
    participants.close();
    readHorizon.close();
  }

  function tell(): void {
    const arrives = cut && !!answered;
    store.set({ connecting: state != "on", failed: state == "failed" && !arrives, oneWay: arrives || undefined });
  }

  /** Asks for a token, and has the first message that waits stored with the request. */
  async function ask(life: AbortSignal): Promise<void> {
    const first = waiting();
    asking = life;
    // That the one before was taken says nothing of this one, which may hang.
    if (first) answered = undefined;
    try {
      granted = await requestToken(app, config, visitor, memory, life, messages);
      // An endpoint from before protocol 2 takes no messages.
      answered = !first || first != waiting();
    } catch (error) {
      if (!life.aborted) answered = false;
      throw error;
    } finally {
      if (asking == life) asking = undefined;
      if (cut) tell();
    }
  }

  async function makeClient(life: AbortSignal): Promise<Client | undefined> {
    // It will be needed. Who comes back may have no conversation any more, and then needs nothing of it.
    if (waiting()) clients.load();
    await ask(life);
    // While web sockets don't come through, each message takes a request.
    if (cut) send();
    if (life.aborted) return;
    const { conversation: sid } = granted;
    // To go on at once would be to ask again at once.
    if (answered == false && (!sid || sid == gone)) throw Error("the token endpoint does not take the message, and gives no conversation for it");
    if (sid) {
      client = await clients.make(granted);
      leave();
      return client;
    }
    ({ session: idle = "" } = memory.now);
    disconnect();
    if (store.state.open) app.ask();
    // One may have been written meanwhile.
    connect();
  }

  function connect(): void {
    const { secret, session = "" } = memory.now;
    const { named, open } = store.state;
    // With a secret alone the answer to an earlier request was lost, with whether there is a conversation. A user of the page may have one
    // from another device. Nobody else costs the service anything.
    const wanted = waiting() || (session != idle && (session || secret || (open && named?.digest)));
    // Without an address there is nobody to ask, and nothing can change.
    if (hangUp || signal.aborted || !config.connection.tokenUrl || !wanted) return;
    const connected = new AbortController();
    hangUp = () => connected.abort();
    signal.addEventListener("abort", hangUp, { signal: connected.signal });
    reconnector = keepConnected(connected.signal, {
      connect: makeClient,
      underway: () => leaving,
      getToken: async (life) => (await requestToken(app, config, visitor, memory, life)).token,
      async open(now, life) {
        const { conversation: sid, identity } = granted;
        const opening = await now.getConversationBySid(sid);
        // A later client may have come through meanwhile.
        if (!life.aborted) await participants.open(now, opening, identity);
        if (life.aborted) return;
        // Before it can send: what is sent goes to this one.
        conversation = opening;
        await messages.open(opening, identity);
        if (life.aborted) return;
        readHorizon.open(opening);
        countUnread(life).catch(() => {});
      },
      state(now) {
        state = now;
        if (now == "failed") cut = true;
        if (now == "on") cut = !!(answered = undefined);
        tell();
        // What could not be done during a break.
        if (now == "on") readHorizon.tell();
        if (now != "connecting") send();
      },
    });
  }

  /** What is unread may begin on earlier pages. */
  async function countUnread(life: AbortSignal): Promise<void> {
    for (let count = -1; !life.aborted && store.state.older && !readHorizon.counted && count != store.state.messages.length; ) {
      count = store.state.messages.length;
      await messages.older();
    }
  }

  function disconnect(): void {
    hangUp?.();
    hangUp = reconnector = undefined;
    state = "on";
    cut = false;
    leave();
    tell();
  }

  function send(): void {
    // A conversation that has been closed is left by its members, with or without being told of its state. A new one follows it.
    const closed = conversation && (conversation.status != "joined" || conversation.state?.current == "closed");
    if (closed) gone = conversation!.sid;
    // What no client carries goes along with the request for the next one.
    if (waiting() && (closed || (cut && !asking && answered != false))) renew();
    connect();
    messages.send();
  }

  function renew(): void {
    leave();
    reconnector?.renew();
  }

  return {
    send,
    renew() {
      idle = undefined;
      renew();
      connect();
    },
    end() {
      leaving = messages.flush(!!asking, conversation);
      disconnect();
      leaving = undefined;
      messages.close();
      store.set({ older: false, seen: -1, typing: false });
    },
    hurry() {
      reconnector?.hurry();
      return !!reconnector;
    },
    typing: () => void conversation?.typing().catch(() => {}),
    older: () => void messages.older().catch(() => {}),
  };
}
