import type { ChatWindow, WindowApp } from "../shared/app";
import { draw, el } from "../shared/dom";
import type { Config } from "../shared/generated";
import { avatar, write } from "./bubble-list";
import icon from "./close.svg";
import type { Content } from "./content";
import { keepInside } from "./inside";

/** The frame of the window: header, what is in it, and the line at its foot. */
export function createFrame(app: WindowApp, { chat, messages }: Config, content: Content): ChatWindow {
  const { host, root, store, signal } = app;
  const name = chat.name || messages.title;
  const dot = el("i");
  const status = el("span");
  const close = el("button", { type: "button", class: "close", "aria-label": messages.close, title: messages.close }, draw(icon));
  const element = el(
    "dialog",
    { class: "window", "aria-label": name, tabindex: "-1" },
    el(
      "div",
      { class: "header" },
      chat.showAvatars && avatar(name, chat.avatarUrl),
      el("div", { class: "titles" }, el("h2", {}, name), chat.showOnlineStatus && el("p", { class: "status", role: "status" }, dot, status)),
      close,
    ),
    ...content.elements,
    !chat.hideBranding && el("p", { class: "branding" }, messages.branding),
  );
  close.onclick = app.close;
  const leave = (event: Event) => {
    const { key = "Escape", isComposing } = event as Partial<KeyboardEvent>;
    // An Escape that ends a composition is not for us, nor one that the page has answered.
    if (key != "Escape" || isComposing || event.defaultPrevented) return;
    event.preventDefault();
    app.close();
  };
  // The second is what else closes what is modal: Escape with the focus nowhere, Back on Android.
  element.onkeydown = element.oncancel = leave;
  // Some browsers don't ask a second time.
  element.onclose = () => element.open || app.close();
  keepInside(app);
  store.watch(["online", "connecting"], ({ online, connecting }) => {
    dot.className = connecting ? "connecting" : online ? "online" : "";
    write(status, connecting ? messages.connecting : online ? messages.online : messages.offline);
  });
  fitKeyboard(app);
  signal.addEventListener("abort", () => element.remove());
  root.append(element);

  const shadow = root.getRootNode() as ShadowRoot;
  const fills = matchMedia(fillsScreen);
  let opener: Element | null = null;
  let modal = false;

  /** Opens it, or brings it to the front. The focus: puts it into the window; must: so that it arrives. */
  function raise(focus: () => void, must: boolean): void {
    const stand = (above: boolean) => {
      element.close();
      // Where the page hides it, a modal dialog would only lock the page.
      modal = above && !!element.getClientRects()[0];
      if (modal) element.showModal();
      else element.open = true;
      focus();
    };
    // What is modal takes the focus: not from what is around this page, if it is a frame.
    stand((must || document.hasFocus()) && (fills.matches || document.fullscreenElement?.contains(host) === false));
    // A modal dialog of the page keeps all that is below it from the focus.
    if (must && !modal && !element.contains(shadow.activeElement)) stand(true);
  }

  /** Zooming makes the window fill the screen, or no longer; what was in fullscreen isn't any more. */
  function settle(): void {
    const focused = shadow.activeElement as HTMLElement | null;
    element.classList.toggle("full", fills.matches);
    if (element.open && !document.fullscreenElement) raise(() => focused?.focus(), !!focused);
  }
  fills.addEventListener("change", settle, { signal });
  document.addEventListener("fullscreenchange", settle, { signal });
  settle();

  return {
    show(open, quiet) {
      const { activeElement } = shadow;
      const inside = element.contains(activeElement);
      element.classList.toggle("still", quiet);
      // A style computed before it opens or closes is what the motion starts from.
      element.offsetWidth;
      if (open) {
        // Opened again where the visitor is.
        if (inside && element.open) return;
        opener = activeElement || document.activeElement;
        // On a touch screen a focused field calls the keyboard, which would hide what is to be read first.
        const focus = () => (matchMedia("(pointer: coarse)").matches ? element : content).focus();
        raise(quiet ? () => {} : focus, !quiet);
        return;
      }
      element.close();
      if (!inside && !modal) return;
      // To the button, and from there to what opened the window, if that takes it.
      root.querySelector<HTMLElement>(".button")!.focus();
      (opener as HTMLElement | null)?.focus();
    },
  };
}

/** Where the window fills the screen: on phones, upright or held sideways, whatever they lay the page out for, and zoomed in to 400 %. */
const fillsScreen = "(max-width: 599.98px), (max-device-width: 599.98px), (pointer: coarse) and ((max-height: 499.98px) or (max-device-height: 499.98px))";

/**
 * On phones the window has the height that the on-screen keyboard leaves; when somebody zooms in, it keeps the whole. Its parts
 * have the size of those of other apps, on pages that are zoomed by their style or laid out for a desktop, too.
 */
function fitKeyboard({ paint, signal }: Pick<WindowApp, "paint" | "signal">): void {
  const viewport = visualViewport;
  if (!viewport) return;
  const fit = () => {
    const { scale, width, height, offsetTop } = viewport;
    const zoom = +(getComputedStyle(document.documentElement) as { zoom?: string }).zoom! || 1;
    paint(scale > 1 ? { top: "0px", tall: "100%", scale: 1 } : { top: offsetTop / zoom + "px", tall: height / zoom + "px", scale: (innerWidth / width / scale / zoom).toFixed(2) });
  };
  for (const type of ["resize", "scroll"]) viewport.addEventListener(type, fit, { signal });
  fit();
}
