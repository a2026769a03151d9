// All conversations of the agent: reads them from Twilio and keeps a summary of each in the store, for the list.

import type { Client, Conversation, Message as Received, Participant, User } from "@twilio/conversations";
import { contentOf } from "../../../widget/src/connection/received";
import type { Store } from "../../../widget/src/shared/store";
import type { ConversationSummary, Sender, State, Team, Verification } from "./state";
import { type Claim, createVouching, type Vouching } from "./vouching";

export interface Conversations {
  /** Takes the conversations from another client. What the one before knew stays until that has been read. */
  listen(client: Client, team: Team): void;
  /** The conversation, on the client that is connected now. */
  find(sid: string): Conversation | undefined;
  /** What a colleague is called. Until that is known it is the identity; the store tells when it is. */
  nameOf(identity: string): string;
}

/** How many conversations are asked for their last message at a time. */
const parallelReads = 4;

/** `joined` is called with each conversation, for the first time and again on each new client; `askVouched` asks the token server. */
export function createConversations(
  store: Store<State>,
  joined: (conversation: Conversation) => void,
  askVouched: (claims: Claim[]) => Promise<boolean[]>,
): Conversations {
  /** Those of the client that is connected now. */
  let current = new Map<string, Conversation>();
  const summaries = new Map<string, ConversationSummary>();
  let team: Team = { me: "", agents: [] };
  let client: Client | undefined;
  /** The colleagues whose names this client was asked for. */
  const requestedNames = new Set<string>();
  let publishing: ReturnType<typeof setTimeout> | undefined;
  const vouching = createVouching(askVouched, () => {
    for (const conversation of current.values()) if (summaries.get(conversation.sid)?.vouched === undefined) update(conversation);
  });

  /** Many changes come at once: the list is sorted and shown once for all of them. */
  function publish(): void {
    publishing ??= setTimeout(() => {
      publishing = undefined;
      store.set({ conversations: [...summaries.values()].sort((a, b) => b.time - a.time || (a.sid < b.sid ? -1 : 1)) });
    });
  }

  function update(conversation: Conversation, change: Partial<ConversationSummary> = {}): void {
    const { sid } = conversation;
    if (current.get(sid) != conversation) return;
    summaries.set(sid, { lastMessage: undefined, typing: false, ...summaries.get(sid), ...summarize(conversation, vouching), ...change });
    publish();
  }

  async function readLast(conversation: Conversation): Promise<void> {
    if (!conversation.lastMessage) return;
    const { items } = await conversation.getMessages(1);
    const last = items.at(-1);
    if (last) update(conversation, { lastMessage: summarizeMessage(last) });
  }

  const summarizeMessage = (message: Received) => ({ text: contentOf(message).body, own: message.author == team.me });

  function nameOf(identity: string): string {
    if (client && !requestedNames.has(identity)) {
      requestedNames.add(identity);
      client.getUser(identity).then(setName, () => {});
    }
    return store.state.names[identity] || identity;
  }

  function setName({ identity, friendlyName }: User): void {
    if (requestedNames.has(identity)) store.set({ names: { ...store.state.names, [identity]: friendlyName ?? "" } });
  }

  function listen(next: Client, nextTeam: Team): void {
    team = nextTeam;
    client = next;
    requestedNames.clear();
    const own = new Map<string, Conversation>();
    current = own;
    const requestLast = queue(readLast);
    const join = (conversation: Conversation) => {
      if (conversation.status != "joined" || own.get(conversation.sid) == conversation) return;
      own.set(conversation.sid, conversation);
      update(conversation, { typing: false });
      requestLast(conversation);
      joined(conversation);
    };
    const leave = ({ sid }: Conversation) => {
      own.delete(sid);
      summaries.delete(sid);
      publish();
    };
    const setTyping = (typing: boolean) => (participant: Participant) => {
      const { conversation, identity } = participant;
      if (senderOf(conversation, identity, team) == "visitor") update(conversation, { typing });
    };
    next.on("conversationJoined", join);
    next.on("conversationLeft", leave);
    next.on("conversationRemoved", leave);
    next.on("conversationUpdated", ({ conversation, updateReasons }) => {
      update(conversation);
      // The SDK sends no event for a message that it had read before the event came.
      if (updateReasons.includes("lastMessage")) requestLast(conversation);
    });
    next.on("messageAdded", (message) => update(message.conversation, { lastMessage: summarizeMessage(message) }));
    next.on("messageUpdated", ({ message }) => {
      if (message.index == message.conversation.lastMessage?.index) update(message.conversation, { lastMessage: summarizeMessage(message) });
    });
    next.on("userUpdated", ({ user }) => setName(user));
    next.on("typingStarted", setTyping(true));
    next.on("typingEnded", setTyping(false));
    next.on("initialized", async () => {
      try {
        for (let page = await next.getSubscribedConversations(); ; page = await page.nextPage()) {
          page.items.forEach(join);
          if (!page.hasNextPage) break;
        }
      } catch {
        // The connection is lost: the next client reads the list again.
        return;
      }
      if (current != own) return;
      // What an earlier client knew and this one doesn't is closed.
      for (const sid of summaries.keys()) if (!own.has(sid)) summaries.delete(sid);
      publish();
      store.set({ loaded: true });
    });
  }

  return { listen, nameOf, find: (sid) => current.get(sid) };
}

/** Who somebody in a conversation is. The token endpoint gives it a unique name that begins with the visitor's identity. */
export function senderOf({ uniqueName }: Pick<Conversation, "uniqueName">, identity: string | null, { me, agents }: Team): Sender {
  if (identity == me) return "me";
  if (agents.includes(identity!)) return "colleague";
  return identity && identity == uniqueName?.replace(/-\d+$/, "") ? "visitor" : "stranger";
}

function summarize(conversation: Conversation, vouching: Vouching): Omit<ConversationSummary, "lastMessage" | "typing"> {
  const { sid, uniqueName, lastMessage, dateCreated, lastReadMessageIndex } = conversation;
  const attributes = record(conversation.attributes);
  const visitor = record(attributes.visitor);
  // The token server is asked about what is shown, not about what is there: so nothing else that is there matters.
  const shown = {
    account: text(attributes.account),
    name: text(visitor.name),
    email: text(visitor.email),
    verification: verification(attributes.verification),
  };
  return {
    sid,
    ...shown,
    title: shown.name || shown.email || "Visitor",
    vouched: vouching.isVouched({ uniqueName: uniqueName ?? "", ...shown, seal: text(attributes.seal) }),
    time: (lastMessage?.dateCreated ?? dateCreated)?.getTime() ?? 0,
    unread: Math.max(0, (lastMessage?.index ?? -1) - (lastReadMessageIndex ?? -1)),
  };
}

/** Anything unknown counts as unverified. */
function verification(value: unknown): Verification {
  return value === "verified" || value === "cannot-verify" ? value : "unverified";
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value == "object" && value != null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value == "string" ? value.trim() : "";
}

/** Does the work for some at a time, and then for the next. What fails is not tried again: a later event asks for it. */
function queue<T>(work: (item: T) => Promise<void>): (item: T) => void {
  const waiting: T[] = [];
  let running = 0;
  const next = () => {
    while (running < parallelReads && waiting.length) {
      running++;
      work(waiting.shift()!)
        .catch(() => {})
        .finally(() => {
          running--;
          next();
        });
    }
  };
  return (item) => {
    waiting.push(item);
    next();
  };
}
