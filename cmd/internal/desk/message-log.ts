// The messages of the open conversation: scrolled to the end, filled with older ones at the top, and told as read when they are seen.

import { createDates } from "../../../widget/src/thread/dates";
import { showFiles, type WithFiles } from "../../../widget/src/thread/files";
import { linked } from "../../../widget/src/thread/links";
import { attribute } from "../../../widget/src/shared/dom";
import { type Bubble, createBubbleList } from "../../../widget/src/window/bubble-list";
import type { People } from "./people";
import type { Message } from "./state";
import { isOurs } from "./summary";
import type { ReadableThread } from "./thread";

/** How close to the end counts as the end, in pixels. */
const nearEnd = 60;
/** How close to the top older messages are loaded, in pixels: before they are missed. */
const nearTop = 400;

export interface MessageLog {
  element: HTMLElement;
  /** Shows the messages as they are now. */
  render(visitor: string): void;
  /** Tells that the last message was read, if it can be seen. */
  markRead(): void;
  /** Stays at the end from now on. */
  toEnd(): void;
  destroy(): void;
}

/** `canRead` says whether somebody sits there, and it can be told. */
export function createMessageLog(thread: ReadableThread, people: Pick<People, "nameOf" | "pictureOf">, canRead: () => boolean): MessageLog {
  const list = createBubbleList("Messages", "You", (bubble, text) => bubble.replaceChildren(...linked(text)));
  const dates = createDates();
  const { element } = list;
  let atEnd = true;

  function markRead(): void {
    if (atEnd && document.visibilityState == "visible" && canRead()) thread.markRead();
  }

  function loadOlder(): void {
    if (thread.store.state.older && element.scrollTop < nearTop && element.clientHeight) thread.older().catch(() => {});
  }

  element.addEventListener(
    "scroll",
    () => {
      atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < nearEnd;
      markRead();
      loadOlder();
    },
    { passive: true },
  );
  document.addEventListener("visibilitychange", markRead);
  // On phones the keyboard takes half of its height.
  const size = new ResizeObserver(() => atEnd && (element.scrollTop = element.scrollHeight));
  size.observe(element);

  return {
    element,
    markRead,
    render(visitor) {
      const { messages, seen, loaded } = thread.store.state;
      attribute(element, "aria-busy", !loaded && "true");
      const fromEnd = element.scrollHeight - element.scrollTop;
      const first = element.firstElementChild;
      const bubbles = toBubbles(messages, seen, visitor, people, thread.resend);
      list.render(bubbles, dates(bubbles));
      showFiles(element, bubbles, () => ["This file can’t be opened now. Try again."]);
      if (atEnd) element.scrollTop = element.scrollHeight;
      // Older messages above must not move what is being read.
      else if (first != element.firstElementChild) element.scrollTop = element.scrollHeight - fromEnd;
      markRead();
      loadOlder();
    },
    toEnd: () => (atEnd = true),
    destroy() {
      size.disconnect();
      document.removeEventListener("visibilitychange", markRead);
    },
  };
}

/** The messages as bubbles. "Seen" stands below the last one of the team that the visitor has read. */
export function toBubbles(
  messages: readonly Message[],
  seen: number,
  visitor: string,
  { nameOf, pictureOf }: Pick<People, "nameOf" | "pictureOf">,
  resend: (id: string) => void,
): (Bubble & WithFiles)[] {
  const lastSeen = messages.findLast(({ from, index = Infinity }) => isOurs(from) && index <= seen)?.id;
  return messages.filter(notTwice()).map(({ id, body, files, from, author, time, state }) => {
    // A stranger isn't asked for a name: it could be a colleague's.
    const name = from == "me" ? "You" : from == "visitor" ? visitor : from == "colleague" ? nameOf(author) : "Not of the team: " + author;
    return {
      key: id,
      text: body,
      files,
      own: isOurs(from),
      name,
      named: from == "colleague" || from == "stranger",
      ...(from == "colleague" && { avatarUrl: pictureOf(author) }),
      time,
      pending: !!state,
      seen: id == lastSeen ? "Seen" : "",
      failed: state == "failed" ? { text: "Not sent.", action: "Send again", again: () => resend(id) } : undefined,
    };
  });
}

/**
 * A visitor's message may be stored twice, when its answer was lost. The second one is the same in all that the visitor has said: the id
 * alone is no proof, as it can be changed later, and would make what was said disappear.
 */
function notTwice(): (message: Message) => boolean {
  const shown = new Set<string>();
  return ({ from, author, given, body }) => {
    if (from != "visitor" || !given) return true;
    const key = JSON.stringify([author, given, body]);
    if (shown.has(key)) return false;
    shown.add(key);
    return true;
  };
}
