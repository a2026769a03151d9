// The connection: what the window loads with the first message, and for a visitor who has a conversation.
// Only this file, those in connection/ and the team desk know Twilio.

import type { Client, Conversation } from "@twilio/conversations";
import type { Connection, StartConnection } from "../shared/app";
import type { Message } from "../shared/types";
import { describeBrowser } from "./browser";
import { callAttention } from "./attention";
import { withinLimit } from "./limit";
import { keepConnected, type Reconnector, type ReconnectEvents } from "./reconnect";
import { exclusively, requestToken, type TokenResponse } from "./token";
import { createParticipants } from "./participants";
import { loadSdk, type Sdk } from "./load-sdk";
import { createMessageSync } from "./messages";
import { handOver } from "../launcher/scripts";

const start: StartConnection = (app, config, visitor, memory) => {
  const { id: account, signal, store } = app;
  const { tokenUrl, region } = config.connection;
  let sdk: Promise<Sdk> | undefined;
  let pass: TokenResponse;
  let client: Client | undefined;
  let conversation: Conversation | undefined;
  let line: Reconnector | undefined;
  let hangUp: (() => void) | undefined;
  let { visit } = visitor;
  let login = JSON.stringify(visitor.user);
  const people = createParticipants(app);
  const waiting = () => store.state.messages.some(({ state }) => state == "pending");

  const thread = createMessageSync<Message>(store, signal, {
    connected: () => !!conversation && client!.connectionState == "connected",
    take({ sid, index, author, body, attributes, dateCreated }, past) {
      const own = author == pass.identity;
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
    },
    attributes: ({ id, attributes }) => withinLimit({ ...attributes, id, meta: { ...attributes?.meta, ...describeBrowser() } }),
    // Of several tabs one sends at a time: both may have the same message.
    alone: (work) => exclusively("missive-chat-send:" + account, work),
  });

  function getSdk(): Promise<Sdk> {
    sdk ??= loadSdk(app, config);
    sdk.catch(() => (sdk = undefined));
    return sdk;
  }

  const lineEvents: ReconnectEvents = {
    async connect(life) {
      const [given, { Client }] = await Promise.all([requestToken(app, config, visitor, memory, life), getSdk()]);
      pass = given;
      conversation = undefined;
      return (client = new Client(pass.token, pass.socket ? { Twilsock: { uri: pass.socket } } : { region }));
    },
    getToken: async (life) => (await requestToken(app, config, visitor, memory, life)).token,
    async open(now) {
      const opening = await now.getConversationBySid(pass.conversation);
      await people.open(now, opening, pass.identity);
      await thread.open(opening);
      conversation = opening;
      told = -1;
      countUnread();
    },
    state(now) {
      store.set({ connecting: now != "on", failed: now == "failed" });
    },
  };

  /** Connects a visitor who has a conversation, or is about to: nobody else costs the service anything. */
  function call(): void {
    // Without an address there is nobody to ask, and nothing can change.
    if (hangUp || !tokenUrl || !(memory.now.session || waiting())) return;
    const life = new AbortController();
    hangUp = () => life.abort();
    signal.addEventListener("abort", hangUp, { signal: life.signal });
    line = keepConnected(life.signal, lineEvents);
  }

  /** What the team wrote since the visitor last looked, on whatever page or device. */
  function countUnread(): void {
    const { open, messages } = store.state;
    const read = conversation!.lastReadMessageIndex ?? -1;
    if (!open) store.set({ unread: messages.filter((message) => !message.own && message.index! > read).length });
  }

  /** Place of the last message that the team was told is read, on this conversation. */
  let told = -1;
  /** Tells the team how far the visitor has read: to the end, when the window is open on a page that is looked at. */
  function markRead(): void {
    const { open, messages } = store.state;
    const last = messages.findLast(({ index }) => index !== undefined)?.index;
    if (!conversation || !open || document.hidden || last === undefined || last <= Math.max(told, conversation.lastReadMessageIndex ?? -1)) return;
    told = last;
    conversation.advanceLastReadMessageIndex(last).catch(() => (told = -1));
  }

  store.watch(() => {
    // One that has been closed is left by its members, with or without being told of its state.
    const closed = conversation && (conversation.status != "joined" || conversation.state?.current == "closed");
    const before = login;
    login = JSON.stringify(visitor.user);
    if (visit != visitor.visit) {
      // Somebody else sits there now.
      ({ visit } = visitor);
      hangUp?.();
      hangUp = line = conversation = undefined;
      thread.close();
      store.set({ connecting: false, older: false, seen: -1, typing: false });
    } else if (login != before || (closed && waiting())) {
      // Who has logged in may have another conversation, and a closed one is followed by a new one.
      conversation = undefined;
      line?.renew();
    }
    call();
    markRead();
    thread.flush();
  });
  document.addEventListener("visibilitychange", markRead, { signal });
  callAttention(app, config);

  const connection: Connection = {
    retry() {
      if (line) line.hurry();
      else store.set({ connecting: false, failed: !tokenUrl });
    },
    typing: () => void conversation?.typing().catch(() => {}),
    older: () => void thread.older().catch(() => {}),
  };
  return connection;
};

handOver(start);
