import type { Client, Conversation, Participant } from "@twilio/conversations";
import type { Store } from "../shared/store";
import type { Message, State } from "../shared/types";

/** The team, as far as it is in the conversation: names, pictures, who is there, who types, and what they have seen. */
export interface Participants {
  /** Identity: the visitor's own. */
  open(client: Client, conversation: Conversation, identity: string): Promise<void>;
  /** Leaves it: what happens there is not told any more. */
  close(): void;
  /** What is known of an author. */
  of(identity: string): { name?: string; avatarUrl?: string };
}

/** Addresses of pictures that are loaded: nothing that others on the way could read or change. */
const picture = /^(https:|data:image\/)/i;

export function createParticipants(store: Store<State>): Participants {
  const known = new Map<string, { name?: string; avatarUrl?: string }>();
  let current: Conversation | undefined;
  return {
    async open(client, conversation, identity) {
      current = conversation;
      const seen = new Map<string, number>();
      const online = new Map<string, boolean>();
      const typing = new Set<string>();
      // All of it each time: after a break the SDK repeats events, and some that were lost never come.
      // A client that is over goes on to time who types.
      const tell = () =>
        current == conversation &&
        store.set({
          ...(client.reachabilityEnabled && { online: [...online.values()].includes(true) }),
          seen: Math.max(-1, ...seen.values()),
          typing: typing.size > 0,
        });
      const learn = async (participant: Participant) => {
        const author = participant.identity;
        if (!author || author == identity) return;
        seen.set(author, participant.lastReadMessageIndex ?? -1);
        const user = await participant.getUser();
        const describe = () => {
          const { avatarUrl } = (user.attributes ?? {}) as { avatarUrl?: unknown };
          const now = { name: user.friendlyName || undefined, avatarUrl: typeof avatarUrl == "string" && picture.test(avatarUrl) ? avatarUrl : undefined };
          known.set(author, now);
          // Earlier messages are of the same person.
          const { messages } = store.state;
          const old = (message: Message) => message.author == author && (message.name != now.name || message.avatarUrl != now.avatarUrl);
          if (messages.some(old)) store.set({ messages: messages.map((message) => (old(message) ? { ...message, ...now } : message)) });
          online.set(author, user.isOnline === true);
          tell();
        };
        user.on("updated", describe);
        describe();
      };
      conversation.on("participantJoined", (participant) => void learn(participant).catch(() => {}));
      conversation.on("participantLeft", ({ identity: author }) => {
        for (const all of [online, seen, typing]) all.delete(author!);
        tell();
      });
      conversation.on("participantUpdated", ({ participant }) => {
        if (participant.identity == identity) return;
        seen.set(participant.identity!, participant.lastReadMessageIndex ?? -1);
        tell();
      });
      conversation.on("typingStarted", ({ identity: author }) => {
        if (author != identity) typing.add(author!);
        tell();
      });
      conversation.on("typingEnded", ({ identity: author }) => {
        typing.delete(author!);
        tell();
      });
      await Promise.all((await conversation.getParticipants()).map((participant) => learn(participant).catch(() => {})));
      tell();
    },
    close: () => (current = undefined),
    of: (identity) => known.get(identity) ?? {},
  };
}
