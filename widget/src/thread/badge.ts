import type { WindowApp } from "../shared/app";
import { el } from "../shared/dom";
import type { Config } from "../shared/generated";
import { pageLanguage } from "../shared/language";
import { followLanguage } from "./page-language";
import css from "./thread.css";

/** The badge on the button, and the voice that tells screen readers of new messages. */
export function createBadge({ root, store, style, signal }: Pick<WindowApp, "root" | "store" | "style" | "signal">, { messages }: Config): void {
  style(css);
  const badge = el("span", { class: "badge" });
  const voice = el("span", { class: "away", role: "status" });
  const label = root.querySelector(".button span")!;
  label.after(badge);
  root.append(voice);
  const digits = (count: number) => new Intl.NumberFormat(pageLanguage()).format(count);
  const write = () => {
    const { unread = 0 } = store.state;
    badge.textContent = unread > 99 ? digits(99) + "+" : unread ? digits(unread) : "";
  };
  followLanguage(signal, write);
  store.watch(["unread"], ({ unread = 0 }) => {
    // Languages have plurals that end like one: 21 in Russian.
    const one = unread == 1 || new Intl.PluralRules(pageLanguage()).select(unread) == "one";
    const news = unread ? (one ? messages.newMessage : messages.newMessages) : "";
    write();
    if (unread || store.state.news) store.set({ news });
    // With the number: only a change is spoken.
    voice.textContent = unread > 1 ? news + " " + digits(unread) : news;
  });
}
