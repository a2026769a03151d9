// The open conversation: its header, its messages, the reply box, and the contact beside it.

import { el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { createComposer } from "../../../widget/src/window/composer";
import { write } from "../../../widget/src/window/bubble-list";
import { showContact } from "./contact";
import { createKept } from "./kept";
import { createMark } from "./mark";
import { createMessageLog } from "./message-log";
import { pageLink } from "./page-link";
import type { People } from "./people";
import type { ConversationState, ConversationSummary, Presence, State } from "./state";
import type { ReadableThread, Thread, ThreadState } from "./thread";

export interface ThreadView {
  /** Shows what is new of the desk's state. */
  update(state: Readonly<State>): void;
  focus(): void;
  /** Drafts can be read now. What is in the box stays. */
  restore(): void;
  destroy(): void;
}

export interface ThreadParts {
  heading: HTMLElement;
  /** For messages and reply box. */
  place: HTMLElement;
  note: HTMLElement;
  contact: HTMLElement;
  /** Says that it is done, or open again. */
  done: HTMLElement;
}

export interface ThreadViewOptions {
  parts: ThreadParts;
  store: Store<State>;
  people: People;
  sid: string;
  /** One that can be answered has a reply box, one that can only be read has none. */
  thread: ReadableThread | Thread;
  /** Whether the agent sits there: what is shown then is read. */
  isHere(): boolean;
  /** What the agent has begun to write there. */
  draft: { read(): string; write(text: string): void };
}

const closedNote = "This conversation is closed: it can only be read. If the visitor writes again, a new one begins.";
const strangeNote = "You are not in this conversation yet: it can only be read. You will be once the visitor comes back to the chat.";
const awayNote = "You are away, so it can only be read. Go online to answer.";
const doneNote = "Done. It opens again when the visitor writes.";

/** What stands below the messages: why they can only be read, or that it is done. */
function noteOf(state: ConversationState, canAnswer: boolean, away: boolean): string {
  if (canAnswer) return state == "done" ? doneNote : "";
  if (state == "closed") return closedNote;
  return away ? awayNote : strangeNote;
}

/** The conversation of the SID, wherever it is known from. */
export function findSummary({ conversations, closed, linked }: Readonly<State>, sid: string): ConversationSummary | undefined {
  const is = (other: ConversationSummary) => other.sid == sid;
  return conversations.find(is) ?? closed.find(is) ?? (linked?.sid == sid ? linked : undefined);
}

export function showThread({ parts, store, people, sid, thread, isHere, draft }: ThreadViewOptions): ThreadView {
  let conversation: ConversationSummary | undefined;
  const isConnected = () => store.state.connection == "on";
  const log = createMessageLog(thread, people, () => isConnected() && isHere());
  const render = () => log.render(conversation?.title ?? "Visitor");
  const typing = el("p", { class: "typing", role: "status" });
  const others = el("p", { class: "others", role: "status" });
  const state = el("p", { class: "state-note" });
  const composer = "send" in thread ? createReplyBox(thread, draft, isConnected, log.toEnd) : undefined;
  const kept = composer ? undefined : createKept(draft);
  parts.place.replaceChildren(log.element, typing, others, ...(composer ? [state, composer.element] : [kept!.element, state]));

  let shownHeader = "";
  function update(now: Readonly<State>): void {
    conversation = findSummary(now, sid);
    composer?.enable(now.connection != "off");
    if (!conversation) return;
    write(typing, conversation.typing ? `${conversation.title} is typing…` : "");
    write(others, describeOthers(conversation.present, people));
    write(state, noteOf(conversation.state, !!composer, !!now.away));
    parts.done.hidden = !composer;
    const again = conversation.state == "done";
    parts.done.classList.toggle("reopens", again);
    write(parts.done.lastElementChild!, again ? "Reopen" : "Done");
    // The list of conversations changes with each message anywhere, the header hardly ever.
    const { title, email, verification, vouched, account, page } = conversation;
    const header = JSON.stringify([title, email, verification, vouched, account, page, now.names, now.team]);
    if (header != shownHeader) {
      showHeader(parts, conversation);
      log.element.setAttribute("aria-label", "Messages with " + title);
      showContact(parts.contact, conversation, thread.store.state.messages);
      shownHeader = header;
      render();
    }
    log.markRead();
  }

  let shownMessages: ThreadState["messages"] | undefined;
  update(store.state);
  thread.show(({ messages }) => {
    if (conversation && messages != shownMessages) showContact(parts.contact, conversation, messages);
    shownMessages = messages;
    render();
  });
  const save = () => composer?.save();
  addEventListener("pagehide", save);
  return {
    update,
    focus: () => (composer ? composer.focus() : log.element.focus({ preventScroll: true })),
    restore() {
      const box = composer?.element.querySelector("textarea");
      if (box && !box.value) composer!.write(draft.read());
      kept?.update();
    },
    destroy() {
      composer?.save();
      removeEventListener("pagehide", save);
      thread.show(undefined);
      log.destroy();
    },
  };
}

function createReplyBox(thread: Thread, draft: ThreadViewOptions["draft"], isConnected: () => boolean, toEnd: () => void) {
  const composer = createComposer(
    { messages: { chat: "Write a reply", send: "Send" } },
    {
      changed(text) {
        draft.write(text);
        if (text && isConnected()) thread.typing();
      },
      send(text) {
        draft.write("");
        toEnd();
        thread.send(text);
      },
    },
  );
  composer.write(draft.read());
  return {
    ...composer,
    /** Another tab may have sent its own draft, and taken this one away with it. */
    save() {
      const box = composer.element.querySelector("textarea")!;
      if (box.value && !draft.read()) draft.write(box.value);
    },
  };
}

function showHeader({ heading, note }: ThreadParts, conversation: ConversationSummary): void {
  const { title, email, page } = conversation;
  heading.textContent = title;
  note.replaceChildren(email && email != title ? el("bdi", {}, email) : "", createMark(conversation), page ? pageLink(page) : "");
}

/** Who else is there, so that two don't answer. */
function describeOthers(present: readonly Presence[], { nameOf }: People): string {
  const typing = present.filter(({ typing }) => typing).map(({ identity }) => nameOf(identity));
  const here = present.filter(({ typing }) => !typing).map(({ identity }) => nameOf(identity));
  const parts = [
    typing.length && `${enumerate(typing)} ${typing.length > 1 ? "are" : "is"} writing a reply`,
    here.length && `${enumerate(here)} ${here.length > 1 ? "are" : "is"} here, too`,
  ];
  return parts.filter(Boolean).join("; ");
}

const names = new Intl.ListFormat("en");
const enumerate = (list: string[]) => names.format(list);
