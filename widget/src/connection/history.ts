import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import type { Store } from "../shared/store";
import type { Entry, MessageList } from "./message-list";

/** Messages that a page of the history has. */
export const pageSize = 20;

/** Brings the messages of a conversation into the list, and keeps them as they are there. */
export interface History {
  /**
   * Takes the conversation on, for the first time or on a new client: the last page, and what came while there was no connection.
   * Whose: one of the same visitor follows a closed one, so that what was said there stays here.
   */
  open(conversation: Conversation, whose?: string): Promise<void>;
  /** What is said is from now on said in the conversation of the SID, which is yet to be opened: what comes there now is new. */
  follow(sid: string, whose?: string): void;
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
  let owner: string | undefined;
  /** The conversation has been read before, by an earlier client: what comes now is new. */
  let resumed = false;
  /** Place of the last message that was here when the connection broke, until what came since is here, too; -1: none. */
  let known: number | undefined;
  /** Where the oldest page that is here begins. */
  let oldest: Paginator<Received> | undefined;
  let paging = false;

  /** Of the past are those up to a place. */
  const add = (received: Received[], past = -1) => list.add(received.map((message) => take(message, message.index <= past)));

  /** Adds all that there is from a place on. What is here up to another place, but not among them, has been removed while nobody told. */
  function addAll(received: Received[], from: number, past: number, until: number): void {
    add(received, past);
    const there = new Set(received.map(({ index }) => index));
    list.keep(({ index = Infinity }) => index < from || index > until || there.has(index));
  }

  /** From where on a page has all that there is. */
  const start = ({ items, hasPrevPage }: Paginator<Received>) => (hasPrevPage ? items[0]!.index : 0);

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
    addAll(received, start(page), resumed ? last : Infinity, last);
    known = undefined;
    // Pages belong to a client. A new one walks back from the end; what is here already is only passed.
    oldest = page;
    opened = now;
    resumed = true;
    store.set({ older: oldest.hasPrevPage && first() != 0 });
    readAgain(now, page).catch(() => {});
  }

  /** Place of the first message that is here of this conversation. */
  const first = () => store.state.messages.find(({ index = -1 }) => index >= 0)?.index ?? Infinity;

  /** What is here before the page may have been edited or removed meanwhile, too. */
  async function readAgain(now: Conversation, page: Paginator<Received>): Promise<void> {
    const from = first();
    while (page.hasPrevPage && page.items[0]!.index > from) {
      const until = page.items[0]!.index - 1;
      page = await page.prevPage();
      if (conversation != now) return;
      addAll(page.items.filter(({ index }) => index >= from), Math.max(from, start(page)), Infinity, until);
    }
  }

  function turnTo(sid: string, whose: string | undefined): void {
    if (followed == sid) return;
    if (followed) list.turn(!!whose && whose == owner);
    // What an earlier launcher has left.
    else list.keep(({ state }) => !!state);
    followed = sid;
    owner = whose;
    resumed = false;
    conversation = opened = oldest = known = undefined;
    if (store.state.older) store.set({ older: false });
  }

  return {
    async open(now, whose) {
      turnTo(now.sid, whose);
      if (conversation != now) {
        opened = undefined;
        listen((conversation = now));
      }
      if (!opened) await loadSinceBreak(now);
    },
    follow(sid, whose) {
      turnTo(sid, whose);
      resumed = true;
    },
    close: () => (followed = owner = conversation = opened = oldest = undefined),
    async older() {
      if (paging || !oldest?.hasPrevPage) return;
      paging = true;
      const now = conversation;
      try {
        const before = first();
        do {
          const page: Paginator<Received> = await oldest.prevPage();
          if (conversation != now) return;
          addAll(page.items, start(page), Infinity, oldest.items[0]!.index - 1);
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
