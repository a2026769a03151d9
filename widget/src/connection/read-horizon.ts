import type { Conversation } from "@twilio/conversations";
import { doc } from "../shared/dom";
import type { Store } from "../shared/store";
import type { State } from "../shared/types";

/** How far the visitor has read, as Twilio keeps it for the conversation. */
export interface ReadHorizon {
  /** Takes a conversation on, and counts what the team wrote since the visitor last looked, on whatever page or device. */
  open(conversation: Conversation): void;
  close(): void;
  /** Whether the badge has counted all that it can show, or more pages are needed for that. */
  readonly counted: boolean;
  /** Tells the team, if there is something new to tell. It does so by itself, but for what failed without a connection. */
  tell(): void;
}

/** The badge says 99+ of more. */
const mostCounted = 100;

/** Tells the team how far the visitor has read: to the end, while the window is open on a page that is looked at. */
export function createReadHorizon(store: Store<State>, signal: AbortSignal): ReadHorizon {
  let conversation: Conversation | undefined;
  /** Place of the last message that the team was told is read, on this conversation. */
  let told = -1;
  const known = () => conversation?.lastReadMessageIndex ?? -1;

  function tell(): void {
    const { open, messages } = store.state;
    const last = messages.findLast(({ index }) => index !== undefined)?.index;
    if (!conversation || !open || doc.hidden || last === undefined || last <= Math.max(told, known())) return;
    told = last;
    conversation.advanceLastReadMessageIndex(last).catch(() => (told = -1));
  }

  /** What the team wrote since the visitor last looked, on whatever page or device, without what was removed. */
  function count(): void {
    const { open, messages } = store.state;
    if (conversation && !open) store.set({ unread: messages.filter(({ own, index }) => !own && index! > Math.max(told, known())).length });
  }

  store.watch(["messages", "open"], () => {
    tell();
    count();
  });
  doc.addEventListener("visibilitychange", tell, { signal });
  return {
    open(now) {
      conversation = now;
      told = -1;
      // Another tab may tell it, too.
      now.on("updated", () => conversation == now && count());
      count();
      tell();
    },
    close: () => (conversation = undefined),
    tell,
    get counted() {
      const first = store.state.messages.find(({ index = -1 }) => index >= 0)?.index ?? 0;
      return store.state.open || store.state.unread! >= mostCounted || first <= known() + 1;
    },
  };
}
