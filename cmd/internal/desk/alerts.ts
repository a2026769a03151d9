// Tells the agent of what visitors have written while they look elsewhere: with a notification of the browser, with a sound, in the title.

import type { Store } from "../../../widget/src/shared/store";
import type { Notices } from "./notices";
import type { Settings } from "./settings";
import type { ConversationSummary, State } from "./state";

export interface AlertsOptions {
  settings: Readonly<Settings>;
  /** Whether the agent has this conversation before their eyes. */
  looksAt(sid: string): boolean;
  /** The browser's; the tag is the conversation's SID, or "" for many. */
  notices: Notices;
  chime(): void;
  /** Of all tabs of the desk, does it in one. */
  once(key: string, work: () => void): void;
}

/** More than so many at once are announced as one. */
const mostAtOnce = 3;
/** A longer text isn't shown by any system, and who reads over a shoulder needs to see less. */
const maxCharacters = 200;

/** Begins with the first list that has been read: what is there then is no news. */
export function createAlerts(store: Store<State>, { settings, looksAt, notices, chime, once }: AlertsOptions): void {
  /** The last message of each conversation that is no news any more, by number. */
  const known = new Map<string, number>();
  /** The conversations that nobody has read here, or answered. */
  let unreadOnes = new Set<string>();
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
    notices.show(tag, heading, body);
  }

  function announce(conversations: readonly ConversationSummary[]): void {
    if (settings.sound) chime();
    if (conversations.length > mostAtOnce) show("", `${conversations.length} conversations`, "Visitors have written.");
    else for (const { sid, title, lastMessage } of conversations) show(sid, title, lastMessage!.text.slice(0, maxCharacters));
  }

  store.watch(["conversations", "loaded"], ({ conversations, loaded }) => {
    const unread = conversations.reduce((sum, { unread }) => sum + unread, 0);
    document.title = unread ? `(${unread}) ${title}` : title;
    if (!loaded) return;
    const fresh = news(conversations);
    if (fresh.length) once(fresh.map(({ sid, lastMessage }) => sid + lastMessage!.index).join(), () => announce(fresh));
    // What has been read, or a colleague has answered, is announced no longer. A message comes before the conversation counts it.
    const before = unreadOnes;
    const now = new Set(conversations.flatMap(({ sid, unread, lastIndex, lastMessage }) => (lastMessage?.from != "colleague" && (unread || lastIndex < (known.get(sid) ?? -1)) ? [sid] : [])));
    unreadOnes = now;
    if (!begun || [...before].some((sid) => !now.has(sid))) notices.keep((tag) => (tag ? now.has(tag) : now.size > 0));
    begun = true;
  });
}
