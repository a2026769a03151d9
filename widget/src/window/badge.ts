import type { App } from "../shared/app";
import { el } from "../shared/dom";
import type { Config } from "../shared/generated";

/** The badge on the button, and the voice that tells screen readers of new messages. */
export function createBadge({ root, store }: App, { messages }: Config): void {
  const badge = el("span", { class: "badge" });
  const voice = el("span", { class: "away", role: "status" });
  const label = root.querySelector(".button span")!;
  label.after(badge);
  root.append(voice);
  store.watch(({ unread, news }) => {
    badge.textContent = unread > 99 ? "99+" : unread ? "" + unread : "";
    const now = unread > 1 ? messages.newMessages : unread ? messages.newMessage : "";
    if (now == news) return;
    // Only a change is spoken.
    voice.textContent = now;
    store.set({ news: now });
  });
}
