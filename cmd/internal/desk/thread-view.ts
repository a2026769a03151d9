// The open conversation: its header, its messages, the reply box, and the contact beside it.

import { el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { createComposer } from "../../../widget/src/window/composer";
import { showContact } from "./contact";
import type { Conversations } from "./conversations";
import { createMark } from "./mark";
import { createMessageLog } from "./message-log";
import type { ConversationSummary, State } from "./state";
import type { Thread, ThreadState } from "./thread";

export interface ThreadView {
  /** Shows what is new of the desk's state. */
  update(state: Readonly<State>): void;
  focus(): void;
  destroy(): void;
}

export interface ThreadParts {
  heading: HTMLElement;
  /** For messages and reply box. */
  place: HTMLElement;
  note: HTMLElement;
  contact: HTMLElement;
}

/** The draft is what the agent has begun to write there before. */
export function showThread(parts: ThreadParts, store: Store<State>, { nameOf }: Conversations, thread: Thread, sid: string, draft: { text: string }): ThreadView {
  let conversation: ConversationSummary | undefined;
  const isConnected = () => store.state.connection == "on";
  const list = createMessageLog(thread, nameOf, isConnected);
  const render = () => list.render(conversation?.title ?? "Visitor");
  const typing = el("p", { class: "typing", role: "status" });
  const composer = createComposer(
    { messages: { chat: "Write a reply", send: "Send" } },
    {
      changed(text) {
        draft.text = text;
        if (text && isConnected()) thread.typing();
      },
      send(text) {
        draft.text = "";
        list.toEnd();
        thread.send(text);
      },
    },
  );
  composer.write(draft.text);
  parts.place.replaceChildren(list.element, typing, composer.element);

  let shownHeader = "";
  function update({ conversations, connection, names }: Readonly<State>): void {
    conversation = conversations.find((other) => other.sid == sid);
    composer.enable(connection != "off");
    if (!conversation) return;
    const { title, email, verification, vouched, account } = conversation;
    typing.textContent = conversation.typing ? `${title} is typing…` : "";
    // The list of conversations changes with each message anywhere, the header hardly ever.
    const header = JSON.stringify([title, email, verification, vouched, account, names]);
    if (header != shownHeader) {
      parts.heading.textContent = title;
      parts.note.replaceChildren(email && email != title ? el("bdi", {}, email) : "", createMark(conversation));
      list.element.setAttribute("aria-label", "Messages with " + title);
      showContact(parts.contact, conversation, thread.store.state.messages);
      shownHeader = header;
      render();
    }
    list.markRead();
  }

  let shownMessages: ThreadState["messages"] | undefined;
  update(store.state);
  thread.show(({ messages }) => {
    if (conversation && messages != shownMessages) showContact(parts.contact, conversation, messages);
    shownMessages = messages;
    render();
  });
  return {
    update,
    focus: composer.focus,
    destroy() {
      thread.show(undefined);
      list.destroy();
    },
  };
}
