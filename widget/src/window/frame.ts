import type { ChatWindow, WindowApp } from "../shared/app";
import { draw, el } from "../shared/dom";
import type { Config } from "../shared/generated";
import { avatar } from "./bubble-list";
import icon from "./close.svg";
import type { Content } from "./content";

/** The frame of the window: header, what is in it, and the line at its foot. */
export function createFrame(app: WindowApp, { chat, messages }: Config, content: Content): ChatWindow {
  const { root, store, signal } = app;
  const name = chat.name || messages.title;
  const dot = el("i");
  const status = el("span");
  const close = el("button", { type: "button", class: "close", "aria-label": messages.close, title: messages.close }, draw(icon));
  const element = el(
    "div",
    { class: "window", role: "dialog", "aria-label": name, tabindex: "-1" },
    el(
      "div",
      { class: "header" },
      chat.showAvatars && avatar(name, chat.avatarUrl),
      el("div", { class: "titles" }, el("h2", {}, name), chat.showOnlineStatus && el("p", { class: "status" }, dot, status)),
      close,
    ),
    ...content.elements,
    !chat.hideBranding && el("p", { class: "branding" }, messages.branding),
  );
  close.addEventListener("click", app.close);
  element.addEventListener("keydown", (event) => {
    // An Escape that ends a composition is not for us.
    if (event.key == "Escape" && !event.isComposing) app.close();
  });
  // A page with shortcuts sees the element around our shadow root, not the field in it: typing is not for the page.
  for (const type of ["keydown", "keypress", "keyup"]) element.addEventListener(type, (event) => event.stopPropagation());
  store.watch(["online", "connecting"], ({ online, connecting }) => {
    dot.className = connecting ? "connecting" : online ? "online" : "";
    status.textContent = connecting ? messages.connecting : online ? messages.online : messages.offline;
  });
  fitKeyboard(app);
  signal.addEventListener("abort", () => element.remove());
  root.append(element);

  let opener: Element | null = null;
  return {
    show(open, quiet) {
      const { activeElement } = root.getRootNode() as ShadowRoot;
      element.classList.toggle("still", quiet);
      // A style computed before the class changes is what the motion starts from.
      element.offsetWidth;
      element.classList.toggle("open", open);
      if (quiet) return;
      if (open) {
        opener = activeElement || document.activeElement;
        // On a touch screen a focused field calls the keyboard, which would hide what is to be read first.
        if (matchMedia("(pointer: coarse)").matches) element.focus();
        else content.focus();
      } else if (element.contains(activeElement)) {
        const back = opener?.isConnected && opener != document.body ? opener : root.querySelector(".button");
        (back as HTMLElement).focus();
      }
    },
  };
}

/** On phones the window has the height that the on-screen keyboard leaves; a page that is zoomed in keeps the whole. */
function fitKeyboard({ paint, signal }: Pick<WindowApp, "paint" | "signal">): void {
  const viewport = visualViewport;
  if (!viewport) return;
  const fit = () => {
    const whole = viewport.scale > 1;
    paint({ top: whole ? "0px" : viewport.offsetTop + "px", tall: whole ? "100%" : viewport.height + "px" });
  };
  for (const type of ["resize", "scroll"]) viewport.addEventListener(type, fit, { signal });
  fit();
}
