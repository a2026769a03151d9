import type { App } from "./app";
import { attribute, draw, el } from "./dom";
import icon from "./icons/chat.svg";
import type { Opening } from "./opening";

/** The button that opens the chat, with the badge, and the voice that tells screen readers of new messages. */
export function createButton({ config, store, root, signal }: App, { prepare, set }: Opening): void {
  const { messages, chat } = config;
  const label = el("span");
  const badge = el("span", { class: "badge" });
  const voice = el("span", { class: "away", role: "status" });
  const name = el("span", { class: "away" }, messages.open);
  const button = el("button", { class: "button", type: "button", "aria-haspopup": "dialog" }, draw(icon), label, badge, name);
  // Loading at the first hint makes the click feel instant. If it fails, the click says so.
  const hint = () => prepare().catch(() => {});
  for (const type of ["pointerenter", "pointerdown", "focus"]) button.addEventListener(type, hint, { signal });
  button.addEventListener("click", () => set(!store.state.open), { signal });
  store.watch(({ open, shown, broken, button: wanted, online, unread }) => {
    const news = unread > 1 ? messages.newMessages : unread ? messages.newMessage : "";
    button.classList.toggle("gone", shown || !wanted || (chat.hideWhenOffline && !online));
    attribute(button, "aria-expanded", "" + shown);
    attribute(button, "aria-busy", open && !shown && "true");
    badge.textContent = unread > 99 ? "99+" : unread ? "" + unread : "";
    label.textContent = broken ? [messages.error].flat().join("\n") : news || messages.title;
    // Only a change is spoken.
    if (voice.textContent != news) voice.textContent = news;
  });
  root.append(button, voice);
}
