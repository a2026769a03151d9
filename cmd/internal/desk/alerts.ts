// Tells the agent of what visitors have written while they look elsewhere: with a notification of the browser, with a sound, in the title.

import type { Store } from "../../../widget/src/shared/store";
import type { Settings } from "./settings";
import type { ConversationSummary, State } from "./state";

export interface AlertsOptions {
  settings: Readonly<Settings>;
  /** Whether the agent has this conversation before their eyes. */
  looksAt(sid: string): boolean;
  /** The agent has chosen a conversation that was announced, or all of them. */
  open(sid: string): void;
  chime(): void;
}

/** More than so many at once are announced as one. */
const mostAtOnce = 3;
/** A longer text isn't shown by any system, and who reads over a shoulder needs to see less. */
const maxCharacters = 200;

/** Begins with the first list that has been read: what is there then is no news. */
export function createAlerts(store: Store<State>, { settings, looksAt, open, chime }: AlertsOptions): void {
  /** The last message of each conversation that is no news any more, by number. */
  const known = new Map<string, number>();
  /** Notifications by conversation, as far as they may still be there. */
  const shown = new Map<string, Notification>();
  let begun = false;
  const title = document.title;

  /** The conversations in which a visitor has written since the last time. */
  function news(conversations: readonly ConversationSummary[]): ConversationSummary[] {
    return conversations.filter(({ sid, lastIndex, lastMessage }) => {
      const index = Math.max(lastIndex, lastMessage?.index ?? -1);
      if (begun && (index <= (known.get(sid) ?? -1) || lastMessage?.index != index)) return false;
      known.set(sid, index);
      return begun && lastMessage!.from == "visitor" && !looksAt(sid);
    });
  }

  function show(tag: string, heading: string, body: string): void {
    if (!settings.notify || typeof Notification == "undefined" || Notification.permission != "granted") return;
    try {
      // One for each conversation: a later one takes the place of the one before.
      const notification = new Notification(heading, { body, tag, icon: "icon-192.png" });
      shown.set(tag, notification);
      notification.onclick = () => {
        focus();
        open(tag);
        notification.close();
      };
    } catch {
      // Chrome on Android lets none but a service worker show them.
    }
  }

  function announce(conversations: readonly ConversationSummary[]): void {
    if (!conversations.length) return;
    if (settings.sound) chime();
    if (conversations.length > mostAtOnce) show("", `${conversations.length} conversations`, "Visitors have written.");
    else for (const { sid, title, lastMessage } of conversations) show(sid, title, lastMessage!.text.slice(0, maxCharacters));
  }

  store.watch(["conversations", "loaded"], ({ conversations, loaded }) => {
    const unread = conversations.reduce((sum, { unread }) => sum + unread, 0);
    document.title = unread ? `(${unread}) ${title}` : title;
    if (!loaded) return;
    announce(news(conversations));
    begun = true;
    // What has been read is announced no longer.
    for (const { sid, unread } of conversations)
      if (!unread) {
        shown.get(sid)?.close();
        shown.delete(sid);
      }
  });
}
