// All conversations of the agent: reads them from Twilio and keeps a summary of each in the store, for the list.

import type { Client, Conversation, Message, Participant } from "@twilio/conversations";
import type { Store } from "../../../widget/src/shared/store";
import { createPresence } from "./presence";
import { createReading, type Reading } from "./reading";
import type { ConversationSummary, State, Team } from "./state";
import { isAnswer, lastWords, outline, reopenedAt, senderOf, summarizeMessage } from "./summary";
import { type Claim, createVouching } from "./vouching";

export interface Conversations {
  /** Takes the conversations from another client. What the one before knew stays until that has been read. */
  listen(client: Client, team: Team): void;
  /** The conversation, on the client that is connected now. */
  find(sid: string): Conversation | undefined;
  /** These are in view: what was said last there is read before all else. */
  see(sids: Iterable<string>): void;
  /** What was said last is wanted of all, also of those that are done: somebody searches. */
  seeAll(): void;
}

/** How many messages are read of a conversation to know who waits since when. Twilio's SDK asks for no fewer in a request. */
const readMessages = 10;
/** Who writes many lines has waited since the first of them. */
const mostReadMessages = 100;
/** Until a list that could not be read is read again. */
const retryMilliseconds = 2000;
/** While the list is read it changes with each conversation, and is shown once for many. */
const readingPauseMilliseconds = 100;

/** `joined` is called with each conversation, for the first time and again on each new client; `askVouched` asks the token server. */
export function createConversations(
  store: Store<State>,
  joined: (conversation: Conversation) => void,
  askVouched: (claims: Claim[]) => Promise<boolean[]>,
): Conversations {
  /** Those of the client that is connected now. */
  let current = new Map<string, Conversation>();
  const summaries = new Map<string, ConversationSummary>();
  /** The conversations whose last messages this client was asked for. */
  let requested = new Set<Conversation>();
  let reading: Reading<Conversation> | undefined;
  let team: Team = store.state.team;
  let publishing: ReturnType<typeof setTimeout> | undefined;
  const vouching = createVouching(askVouched, () => {
    for (const conversation of current.values()) if (summaries.get(conversation.sid)?.vouched === undefined) update(conversation);
  });
  const presence = createPresence((sid) => {
    const conversation = current.get(sid);
    if (conversation) update(conversation);
  });

  /** Many changes come at once: the list is sorted and shown once for all of them. */
  function publish(): void {
    publishing ??= setTimeout(show, store.state.loaded ? 0 : readingPauseMilliseconds);
  }

  function show(): void {
    clearTimeout(publishing);
    publishing = undefined;
    store.set({ conversations: [...summaries.values()].sort((a, b) => b.time - a.time || (a.sid < b.sid ? -1 : 1)) });
  }

  function update(conversation: Conversation, change: Partial<ConversationSummary> = {}): void {
    const { sid } = conversation;
    if (current.get(sid) != conversation) return;
    summaries.set(sid, { lastMessage: undefined, typing: false, ...summaries.get(sid), ...outline(conversation, vouching), present: presence.of(sid), ...change });
    publish();
  }

  async function readLast(conversation: Conversation): Promise<void> {
    if (!conversation.lastMessage) return;
    let page = await conversation.getMessages(readMessages);
    let { items } = page;
    const from = (author: string | null) => senderOf(conversation, author, team);
    while (page.hasPrevPage && items.length < mostReadMessages && !items.some((message) => isAnswer(message, from(message.author)))) {
      page = await page.prevPage();
      items = [...page.items, ...items];
    }
    if (items.length) update(conversation, lastWords(items, from, reopenedAt(conversation)));
  }

  /** Whether what was said last is known, by the number of the message. */
  const isRead = ({ sid, lastMessage }: Conversation) => !lastMessage || summaries.get(sid)?.lastMessage?.index == lastMessage.index;

  function request(conversation: Conversation, when: "soon" | "later"): void {
    if (when == "soon" && requested.has(conversation) && isRead(conversation)) return;
    requested.add(conversation);
    reading?.[when](conversation);
  }

  function added(message: Message): void {
    const { conversation } = message;
    const from = senderOf(conversation, message.author, team);
    const before = summaries.get(conversation.sid);
    const owed = before?.state == "active" ? before.waitingSince : undefined;
    update(conversation, {
      lastMessage: summarizeMessage(message, from),
      ...(isAnswer(message, from) && { waitingSince: undefined }),
      ...(from == "visitor" && { ...lastWords([message], () => from), waitingSince: owed ?? message.dateCreated?.getTime() }),
    });
  }

  function changed(conversation: Conversation, reasons: readonly string[]): void {
    update(conversation);
    // The SDK sends no event for a message that it had read before the event came. The state says since when an answer is owed.
    if ((reasons.includes("lastMessage") && !isRead(conversation)) || reasons.includes("state")) reading?.soon(conversation);
  }

  const setTyping = (typing: boolean) => (participant: Participant) => {
    const { conversation, identity } = participant;
    const from = senderOf(conversation, identity, team);
    if (from == "visitor") update(conversation, { typing });
    else if (from == "colleague") presence.type(conversation.sid, identity!, typing);
  };

  function listenFor(next: Client, own: Map<string, Conversation>): (conversation: Conversation) => void {
    const join = (conversation: Conversation) => {
      if (conversation.status != "joined" || own.get(conversation.sid) == conversation) return;
      own.set(conversation.sid, conversation);
      update(conversation, { typing: false });
      // Nobody waits in those that are done.
      if (current == own && conversation.state?.current != "inactive" && !isRead(conversation)) request(conversation, "later");
      joined(conversation);
    };
    const leave = ({ sid }: Conversation) => {
      own.delete(sid);
      if (current != own) return;
      summaries.delete(sid);
      publish();
    };
    next.on("conversationJoined", join);
    next.on("conversationLeft", leave);
    next.on("conversationRemoved", leave);
    next.on("conversationUpdated", ({ conversation, updateReasons }) => changed(conversation, updateReasons));
    next.on("messageAdded", added);
    next.on("messageUpdated", ({ message }) => {
      if (message.index == message.conversation.lastMessage?.index) update(message.conversation, { lastMessage: summarizeMessage(message, senderOf(message.conversation, message.author, team)) });
    });
    next.on("messageRemoved", ({ conversation }) => reading?.soon(conversation));
    next.on("typingStarted", setTyping(true));
    next.on("typingEnded", setTyping(false));
    next.on("participantUpdated", ({ participant, updateReasons }) => {
      const { conversation, identity } = participant;
      if (updateReasons.includes("lastReadTimestamp") && senderOf(conversation, identity, team) == "colleague") presence.look(conversation.sid, identity!);
    });
    return join;
  }

  function listen(next: Client, nextTeam: Team): void {
    team = nextTeam;
    requested = new Set();
    presence.clear();
    reading?.stop();
    reading = createReading(readLast);
    const own = new Map<string, Conversation>();
    current = own;
    const join = listenFor(next, own);
    next.on("initialized", () => void readList(next, own, join));
  }

  async function readList(next: Client, own: Map<string, Conversation>, join: (conversation: Conversation) => void): Promise<void> {
    try {
      for (let page = await next.getSubscribedConversations(); ; page = await page.nextPage()) {
        page.items.forEach(join);
        if (!page.hasNextPage) break;
      }
    } catch {
      // The connection is lost, and maybe the next client reads the list; or a conversation was closed before the SDK had read it.
      setTimeout(() => current == own && readList(next, own, join), retryMilliseconds);
      return;
    }
    if (current != own) return;
    // What an earlier client knew and this one doesn't is closed.
    for (const sid of summaries.keys()) if (!own.has(sid)) summaries.delete(sid);
    show();
    store.set({ loaded: true });
  }

  return {
    listen,
    find: (sid) => current.get(sid),
    see(sids) {
      for (const sid of sids) {
        const conversation = current.get(sid);
        if (conversation) request(conversation, "soon");
      }
    },
    seeAll() {
      for (const conversation of current.values()) if (!isRead(conversation)) request(conversation, "later");
    },
  };
}
