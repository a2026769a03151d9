// The connection: what the window loads with the first message, and for a visitor who has a conversation.
// Only this file and those in connection/ know Twilio.

import type { Connection, StartConnection } from "./app";
import { createLine } from "./connection/line";
import { getPass } from "./connection/pass";
import { createPeople } from "./connection/people";
import { loadSdk, type Sdk } from "./connection/sdk";
import { createThread } from "./connection/thread";
import { callAttention } from "./connection/attention";
import { handOver } from "./load";

const start: StartConnection = (app, config, who, memory) => {
  const { signal, store } = app;
  let sdk: Promise<Sdk> | undefined;
  let talk: import("./connection/line").Talk | undefined;
  let closed = false;
  const people = createPeople(app);
  const thread = createThread(app, people, () => (closed = true));

  const line = createLine(app, !!config.connection.tokenUrl, config.connection.region, {
    getPass: () => getPass(app, config, who, memory),
    getSdk() {
      sdk ??= loadSdk(app, config);
      sdk.catch(() => (sdk = undefined));
      return sdk;
    },
    async opened(now) {
      talk = now;
      closed = false;
      await people.open(now);
      await thread.open(now);
      countUnread();
      thread.flush();
    },
    resumed: thread.flush,
  });

  /** What the team wrote since the visitor last looked, on whatever page or device. */
  function countUnread(): void {
    const { open, messages } = store.state;
    const read = talk!.conversation.lastReadMessageIndex ?? -1;
    if (!open) store.set({ unread: messages.filter((message) => !message.own && message.index! > read).length });
  }

  /** Tells the team how far the visitor has read: to the end, when the window is open on a page that is looked at. */
  function markRead(): void {
    const { open, messages } = store.state;
    const last = messages.findLast(({ index }) => index !== undefined)?.index;
    if (!talk || !open || document.hidden || last === undefined || last <= (talk.conversation.lastReadMessageIndex ?? -1)) return;
    talk.conversation.advanceLastReadMessageIndex(last).catch(() => {});
  }

  let visit = who.visit;
  store.watch(() => {
    // Somebody else: their conversation is another one.
    if (visit != who.visit) {
      visit = who.visit;
      line.renew();
    }
    markRead();
    if (closed && store.state.messages.some(({ state }) => state == "pending")) line.renew();
    else thread.flush();
  });
  document.addEventListener("visibilitychange", markRead, { signal });
  callAttention(app, config);

  const connection: Connection = {
    retry() {
      line.hurry();
      thread.flush();
    },
    typing: () => void talk?.conversation.typing().catch(() => {}),
    older: () => void thread.older().catch(() => {}),
  };
  return connection;
};

handOver(start);
