import type { Client, Conversation, Message as Received, Participant, User } from "@twilio/conversations";
import type { Store } from "../../../widget/src/shared/store";
import type { State, Talk, Verification } from "./state";

/** All conversations of the agent, kept in the store as the list shows them. */
export interface Talks {
  listen(client: Client, identity: string): void;
  /** The conversation, on the client that lives now. */
  find(sid: string): Conversation | undefined;
  /** What a colleague is called. Until that is known it is the identity; the store tells when it is. */
  nameOf(identity: string): string;
}

/** How many conversations are asked for their last message at a time. */
const askers = 4;

/** `changed` is told when a conversation is there, for the first time or on a new client. */
export function createTalks(store: Store<State>, changed: (conversation: Conversation) => void): Talks {
  let conversations = new Map<string, Conversation>();
  let talks = new Map<string, Talk>();
  let me = "";
  let clientNow: Client | undefined;
  // Those whose names this client was asked for.
  const asked = new Set<string>();
  let telling: ReturnType<typeof setTimeout> | undefined;

  /** Many changes come at once: the list is sorted and shown once for all. */
  function tell(): void {
    telling ??= setTimeout(() => {
      telling = undefined;
      store.set({ talks: [...talks.values()].sort((a, b) => b.time - a.time || (a.sid < b.sid ? -1 : 1)) });
    });
  }

  function update(conversation: Conversation, change: Partial<Talk> = {}): void {
    const { sid } = conversation;
    if (conversations.get(sid) != conversation) return;
    talks.set(sid, { last: undefined, typing: false, ...talks.get(sid), ...describe(conversation), ...change });
    tell();
  }

  async function readLast(conversation: Conversation): Promise<void> {
    if (!conversation.lastMessage) return;
    const { items } = await conversation.getMessages(1);
    const last = items.at(-1);
    if (last) update(conversation, { last: preview(last) });
  }

  const preview = ({ body, author }: Received) => ({ text: body ?? "", own: author == me });

  function nameOf(identity: string): string {
    if (clientNow && !asked.has(identity)) {
      asked.add(identity);
      clientNow.getUser(identity).then(learn, () => {});
    }
    return store.state.names[identity] || identity;
  }

  function learn({ identity, friendlyName }: User): void {
    if (asked.has(identity)) store.set({ names: { ...store.state.names, [identity]: friendlyName ?? "" } });
  }

  function listen(client: Client, identity: string): void {
    me = identity;
    clientNow = client;
    asked.clear();
    const fresh = new Map<string, Conversation>();
    conversations = fresh;
    const join = (conversation: Conversation) => {
      if (conversation.status != "joined" || fresh.get(conversation.sid) == conversation) return;
      fresh.set(conversation.sid, conversation);
      update(conversation, { typing: false });
      ask(conversation);
      changed(conversation);
    };
    const leave = ({ sid }: Conversation) => {
      fresh.delete(sid);
      talks.delete(sid);
      tell();
    };
    const ask = queue(readLast);
    client.on("conversationJoined", join);
    client.on("conversationLeft", leave);
    client.on("conversationRemoved", leave);
    client.on("conversationUpdated", ({ conversation, updateReasons }) => {
      update(conversation);
      // Of a message that was read before its event came, the event doesn't come.
      if (updateReasons.includes("lastMessage")) ask(conversation);
    });
    client.on("messageAdded", (message) => update(message.conversation, { last: preview(message) }));
    client.on("messageUpdated", ({ message }) => {
      if (message.index == message.conversation.lastMessage?.index) update(message.conversation, { last: preview(message) });
    });
    client.on("userUpdated", ({ user }) => learn(user));
    const typing = (on: boolean) => (participant: Participant) => {
      const { conversation, identity: who } = participant;
      if (isVisitor(conversation, who ?? "", me)) update(conversation, { typing: on });
    };
    client.on("typingStarted", typing(true));
    client.on("typingEnded", typing(false));
    client.on("initialized", async () => {
      try {
        for (let page = await client.getSubscribedConversations(); ; page = await page.nextPage()) {
          page.items.forEach(join);
          if (!page.hasNextPage) break;
        }
        if (conversations != fresh) return;
        // What an earlier client knew, and this one doesn't, is gone.
        for (const sid of talks.keys()) if (!fresh.has(sid)) talks.delete(sid);
        tell();
        store.set({ loaded: true });
      } catch {
        // The connection is gone: the next client reads the list again.
      }
    });
  }

  return { listen, nameOf, find: (sid) => conversations.get(sid) };
}

/** Whether somebody is the visitor of a conversation: the token endpoint names it after them. */
export function isVisitor({ uniqueName }: Conversation, identity: string, me: string): boolean {
  const visitor = uniqueName?.replace(/-\d+$/, "");
  return visitor ? identity == visitor : identity != me;
}

function describe(conversation: Conversation): Omit<Talk, "last" | "typing"> {
  const { sid, lastMessage, dateCreated, lastReadMessageIndex } = conversation;
  const attributes = record(conversation.attributes);
  const visitor = record(attributes.visitor);
  const [name, email] = [text(visitor.name), text(visitor.email)];
  return {
    sid,
    account: text(attributes.account),
    title: name || email || "Visitor",
    name,
    email,
    verification: verification(attributes.verification),
    time: (lastMessage?.dateCreated ?? dateCreated)?.getTime() ?? 0,
    unread: Math.max(0, (lastMessage?.index ?? -1) - (lastReadMessageIndex ?? -1)),
  };
}

/** What can't be read vouches for nobody. */
function verification(value: unknown): Verification {
  return value === "verified" || value === "cannot-verify" ? value : "unverified";
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value == "object" && value != null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value == "string" ? value.trim() : "";
}

/** Does the work for one after the other, a few at a time. What fails is left: a later event tells it. */
function queue<T>(work: (item: T) => Promise<void>): (item: T) => void {
  const waiting: T[] = [];
  let busy = 0;
  const next = () => {
    while (busy < askers && waiting.length) {
      busy++;
      work(waiting.shift()!)
        .catch(() => {})
        .finally(() => {
          busy--;
          next();
        });
    }
  };
  return (item) => {
    waiting.push(item);
    next();
  };
}
