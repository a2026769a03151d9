// The conversations that the service has closed. The SDK doesn't know them any more: the desk's server reads them.

import type { Store } from "../../../widget/src/shared/store";
import type { ClosedConversation, Server } from "./server";
import type { ConversationSummary, State, Team } from "./state";
import { senderOf, titleOf, verification } from "./summary";

export interface Closed {
  /** Reads the next page; the first one if there is none yet. */
  more(): Promise<void>;
  /** What is known may be out of date: it is read anew when it is asked for. */
  forget(): void;
}

export function createClosed(store: Store<State>, server: Pick<Server, "closed">): Closed {
  let next: string | undefined;
  let reading: Promise<void> | undefined;
  /** Grows when what is known is forgotten. */
  let age = 0;

  async function read(): Promise<void> {
    const asked = age;
    const page = await server.closed(next);
    if (asked != age) return;
    next = page.next;
    const known = new Set(store.state.closed.map(({ sid }) => sid));
    const fresh = page.conversations.filter(({ sid }) => !known.has(sid)).map((conversation) => summarizeClosed(conversation, store.state.team));
    store.set({ closed: [...store.state.closed, ...fresh], olderClosed: !!next });
  }

  return {
    async more() {
      if (!store.state.olderClosed) return;
      reading ??= read().finally(() => (reading = undefined));
      return reading;
    },
    forget() {
      age++;
      next = reading = undefined;
      store.set({ closed: [], olderClosed: true });
    },
  };
}

export function summarizeClosed({ last, author, uniqueName, time, verification: mark, open, ...known }: ClosedConversation, team: Team): ConversationSummary {
  return {
    ...known,
    state: open ? "active" : "closed",
    title: titleOf(known),
    verification: verification(mark),
    lastMessage: { index: -1, text: last, author, from: senderOf({ uniqueName }, author, team) },
    time: Date.parse(time) || 0,
    lastIndex: -1,
    unread: 0,
    typing: false,
    present: [],
  };
}
