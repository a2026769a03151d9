import type { WindowApp } from "../shared/app";
import { el } from "../shared/dom";
import type { Config } from "../shared/generated";

/** The badge on the button, and the voice that tells screen readers of new messages. */
export function createBadge({ root, store }: Pick<WindowApp, "root" | "store">, { messages }: Config): void {
  const badge = el("span", { class: "badge" });
  const voice = el("span", { class: "away", role: "status" });
  const label = root.querySelector(".button span")!;
  label.after(badge);
  root.append(voice);
  store.watch(["unread"], ({ unread }) => {
    badge.textContent = unread > 99 ? "99+" : unread ? "" + unread : "";
    store.set({ news: unread > 1 ? messages.newMessages : unread ? messages.newMessage : "" });
  });
  // Only a change is spoken.
  store.watch(["news"], ({ news }) => {
    voice.textContent = news!;
  });
}
