import type { WindowApp } from "../shared/app";
import type { Message } from "../shared/types";
import type { Visitor } from "../window/visitor";

/** Tells what is new in the conversation: calls the page's functions, counts what is unread, and calls attention. */
export function tellNews({ emit, store }: Pick<WindowApp, "emit" | "store">, visitor: Visitor, callAttention: () => unknown): void {
  let known = store.state.messages;
  const accepted = ({ own, state }: Message) => own && !state;
  store.watch(["messages"], ({ messages, open, older, unread }) => {
    const before = new Set(known.map(({ id }) => id));
    // What is not here may well be of the visitor: they wrote first. Nothing is here yet before what goes along with the request for a token.
    const whole = !older && known.some(({ index }) => index == 0);
    // So they did in an earlier conversation, whose messages have places below 0.
    const started = older || known.some((message) => accepted(message) || message.index! < 0);
    known = messages;
    const first = messages.find((message) => accepted(message) && !message.past && before.has(message.id));
    if (!started && first && (whole || first.index == 0)) emit("onChatStarted", visitor.told);
    const news = messages.filter((message) => !message.own && !message.past && !before.has(message.id));
    if (!news.length) return;
    if (!open) store.set({ unread: (unread || 0) + news.length });
    callAttention();
    for (const { body } of news) emit("onNewMessage", body);
  });
}
