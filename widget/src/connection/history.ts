import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import type { Store } from "../shared/store";
import type { Entry, MessageList } from "./message-list";

/** Messages that a page of the history has. */
export const pageSize = 20;

/** Brings the messages of a conversation into the list, and keeps them as they are there. */
export interface History {
  /** Takes the conversation on, for the first time or on a new client: the last page, and what came while there was no connection. */
  open(conversation: Conversation): Promise<void>;
  /** What is said is from now on said in the conversation of the SID, which is yet to be opened: what comes there now is new. */
  follow(sid: string): void;
  /** Leaves it: what comes there from now on is not for the visitor of this page. */
  close(): void;
  /** Loads the page before the first message, if there is one. */
  older(): Promise<void>;
  /** The conversation, once its last page is here; until then and after closing none. */
  readonly opened: Conversation | undefined;
}

/** Take makes a message of one of the service. Past: it was there before this page was. */
export function createHistory<M extends Entry>(
  store: Store<{ messages: readonly M[]; older?: boolean }>,
  list: MessageList<M>,
  take: (received: Received, past: boolean) => M,
): History {
  let conversation: Conversation | undefined;
  let opened: Conversation | undefined;
  /** Of the conversation whose messages are here. */
  let followed: string | undefined;
  /** The conversation has been read before, by an earlier client: what comes now is new. */
  let resumed = false;
  /** Place of the last message that was here when the connection broke, until what came since is here, too; -1: none. */
  let known: number | undefined;
  /** Where the oldest page that is here begins. */
  let oldest: Paginator<Received> | undefined;
  let paging = false;

  /** Of the past are those up to a place. */
  const add = (received: Received[], past = -1) => list.add(received.map((message) => take(message, message.index <= past)));

  /** Adds all that there is from the first of these on. What is here up to a place, but not among them, has been removed while nobody told. */
  function addAll(received: Received[], hasOlder: boolean, past: number, until: number): void {
    add(received, past);
    const there = new Set(received.map(({ index }) => index));
    const first = hasOlder ? received[0]!.index : 0;
    list.keep(({ index = Infinity }) => index < first || index > until || there.has(index));
  }

  function listen(now: Conversation): void {
    // A client forgets its listeners at its end, its conversations don't.
    const mine = (react: (value: any) => void) => (value: unknown) => conversation == now && react(value);
    now.on("messageAdded", mine((message: Received) => add([message])));
    now.on("messageUpdated", mine(({ message }: { message: Received }) => add([message])));
    now.on("messageRemoved", mine(({ index }: Received) => list.keep((message) => message.index != index)));
  }

  async function loadSinceBreak(now: Conversation): Promise<void> {
    const last = (known ??= list.newest());
    let page = await now.getMessages(pageSize);
    const received = [...page.items];
    // Back to where the break began, so that there is no hole.
    while (conversation == now && last >= 0 && page.hasPrevPage && page.items[0]!.index > last + 1) {
      page = await page.prevPage();
      received.unshift(...page.items);
    }
    if (conversation != now) return;
    addAll(received, page.hasPrevPage, resumed ? last : Infinity, last);
    known = undefined;
    // Pages belong to a client. A new one walks back from the end; what is here already is only passed.
    oldest = page;
    opened = now;
    resumed = true;
    store.set({ older: oldest.hasPrevPage && store.state.messages[0]?.index != 0 });
  }

  /** Of another conversation, nothing is kept but what is still to be sent. */
  function turnTo(sid: string): void {
    if (followed == sid) return;
    followed = sid;
    list.keep(({ state }) => !!state);
    resumed = false;
    conversation = opened = oldest = known = undefined;
    if (store.state.older) store.set({ older: false });
  }

  return {
    async open(now) {
      turnTo(now.sid);
      if (conversation != now) {
        opened = undefined;
        listen((conversation = now));
      }
      if (!opened) await loadSinceBreak(now);
    },
    follow(sid) {
      turnTo(sid);
      resumed = true;
    },
    close: () => (followed = conversation = opened = oldest = undefined),
    async older() {
      if (paging || !oldest?.hasPrevPage) return;
      paging = true;
      const now = conversation;
      try {
        const before = store.state.messages[0]?.index ?? 0;
        do {
          const page: Paginator<Received> = await oldest.prevPage();
          if (conversation != now) return;
          addAll(page.items, page.hasPrevPage, Infinity, oldest.items[0]!.index - 1);
          oldest = page;
        } while (oldest.hasPrevPage && oldest.items[0]!.index >= before);
        store.set({ older: oldest.hasPrevPage });
      } finally {
        paging = false;
      }
    },
    get opened() {
      return opened;
    },
  };
}
