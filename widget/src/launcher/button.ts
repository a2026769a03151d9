import type { App } from "../shared/app";
import { attribute, draw, el } from "../shared/dom";
import icon from "./chat.svg";
import type { Opening } from "./opening";

/** What the button shows. */
export const buttonKeys = ["open", "shown", "broken", "button", "online", "news"] as const;

/** The button that opens the chat. What it tells of new messages comes with the window's file, see badge.ts. */
export function createButton({ config, store, root }: Pick<App, "config" | "store" | "root">, { prepare, set }: Opening): void {
  const { messages, chat } = config;
  // One text node for good: in Safari a press whose text node is replaced ends in no click, and loading the window may show news.
  const label = el("span", {}, " ");
  const button = el("button", { class: "button", "aria-haspopup": "dialog" }, draw(icon), label, el("span", { class: "away" }, messages.open));
  // Loading at the first hint makes the click feel instant. If it fails, the click says so.
  button.onpointerenter = button.onfocus = prepare;
  // A page with shortcuts may prevent them. Once the window is there, it keeps all from the page: inside.ts.
  button.onkeydown = button.onkeyup = (event) => event.stopPropagation();
  button.onclick = () => set(!store.state.open);
  const render = () => {
    const { open, shown, broken, button: wanted, online, news } = store.state;
    button.classList.toggle("gone", shown || !wanted || (chat.hideWhenOffline && !online));
    attribute(button, "aria-expanded", "" + shown);
    attribute(button, "aria-busy", open && !shown && "true");
    (label.firstChild as Text).data = broken ? [messages.error].flat().join("\n") : news || messages.title;
  };
  // Until the window's store takes over: it knows what the button has to hear of.
  store.changed = render;
  render();
  root.append(button);
}
