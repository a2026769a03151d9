import { createComposer } from "../../../widget/src/window/composer";
import { attribute, el } from "../../../widget/src/shared/dom";
import type { Store } from "../../../widget/src/shared/store";
import { type Bubble, createBubbleList } from "../../../widget/src/window/bubble-list";
import { mark, showContact } from "./contact";
import type { Room, RoomState } from "./room";
import type { Message, State, Talk } from "./state";
import type { Talks } from "./conversations";

/** How close to the end is at the end, in pixels. */
const nearEnd = 60;

export interface RoomView {
  /** Shows what is new in the list's state. */
  update(state: Readonly<State>): void;
  focus(): void;
  end(): void;
}

/** Shows one conversation: messages, the reply box, and beside them the contact. The room has one view at a time. */
export function showRoom(
  parts: { heading: HTMLElement; place: HTMLElement; note: HTMLElement; contact: HTMLElement },
  store: Store<State>,
  { nameOf }: Talks,
  room: Room,
  sid: string,
  draft: { text: string },
): RoomView {
  let atEnd = true;
  let talk: Talk | undefined;
  const thread = createBubbleList("Messages");
  const scroller = thread.element;
  const typing = el("p", { class: "typing", role: "status" });
  const composer = createComposer(
    { messages: { chat: "Write a reply", send: "Send" } },
    {
      changed(text) {
        draft.text = text;
        if (text && store.state.line == "on") room.typing();
      },
      send(text) {
        draft.text = "";
        atEnd = true;
        room.send(text);
      },
    },
  );
  composer.write(draft.text);
  parts.place.replaceChildren(scroller, typing, composer.element);

  function render(): void {
    const { messages, seen, loaded } = room.store.state;
    attribute(scroller, "aria-busy", !loaded && "true");
    const fromEnd = scroller.scrollHeight - scroller.scrollTop;
    const before = scroller.firstElementChild;
    thread.render(bubbles(messages, seen, talk?.title ?? "Visitor", nameOf, room));
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
    // Older ones above push nothing away.
    else if (before != scroller.firstElementChild) scroller.scrollTop = scroller.scrollHeight - fromEnd;
    look();
    more();
  }

  function look(): void {
    if (atEnd && document.visibilityState == "visible" && store.state.line == "on") room.read();
  }

  function more(): void {
    if (room.store.state.older && scroller.scrollTop < 400 && scroller.clientHeight) room.older().catch(() => {});
  }

  let head = "";
  const update = ({ talks, line, names }: Readonly<State>) => {
    talk = talks.find((t) => t.sid == sid);
    composer.enable(line != "off");
    if (!talk) return;
    typing.textContent = talk.typing ? `${talk.title} is typing…` : "";
    const now = JSON.stringify([talk.title, talk.email, talk.verification, talk.account, names]);
    if (now != head) {
      parts.heading.textContent = talk.title;
      parts.note.replaceChildren(talk.email && talk.email != talk.title ? el("bdi", {}, talk.email) : "", mark(talk));
      scroller.setAttribute("aria-label", "Messages with " + talk.title);
      showContact(parts.contact, talk, room.store.state.messages);
      head = now;
      render();
    }
    look();
  };
  let shown: Partial<RoomState> = {};
  const watchRoom = (state: Readonly<RoomState>) => {
    if (talk && state.messages != shown.messages) showContact(parts.contact, talk, state.messages);
    shown = state;
    render();
  };
  const scrolled = () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd;
    look();
    more();
  };
  scroller.addEventListener("scroll", scrolled, { passive: true });
  document.addEventListener("visibilitychange", look);
  // On phones the keyboard takes half of it.
  const size = new ResizeObserver(() => atEnd && (scroller.scrollTop = scroller.scrollHeight));
  size.observe(scroller);
  update(store.state);
  room.show(watchRoom);
  return {
    update,
    focus: composer.focus,
    end() {
      room.show(undefined);
      size.disconnect();
      document.removeEventListener("visibilitychange", look);
    },
  };
}

function bubbles(messages: readonly Message[], seen: number, visitor: string, nameOf: Talks["nameOf"], room: Room): Bubble[] {
  const lastSeen = messages.findLast(({ from, index = Infinity }) => from != "visitor" && index <= seen)?.id;
  return messages.map(({ id, body, from, author, time, state }) => {
    const name = from == "me" ? "You" : from == "visitor" ? visitor : nameOf(author);
    return {
      // A bubble keeps its name: when a colleague's is known, it is another one.
      key: from == "colleague" ? id + name : id,
      text: body,
      own: from != "visitor",
      name,
      named: from == "colleague",
      time,
      pending: !!state,
      seen: id == lastSeen ? "Seen" : "",
      failed: state == "failed" ? { text: "Not sent.", action: "Send again", again: () => room.again(id) } : undefined,
    };
  });
}
