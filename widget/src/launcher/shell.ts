import { doc, el } from "../shared/dom";
import type { LauncherConfig } from "../shared/types";
import { unsafe } from "../shared/unsafe";
import css from "./launcher.css";

/** The one element that the widget adds to the page. All else is in its shadow root. */
export interface Shell {
  host: HTMLElement;
  /** The element in the shadow root that carries the style variables. */
  root: HTMLElement;
  style(css: string): CSSStyleSheet;
  /** Sets style variables. */
  paint(variables: object): void;
  /** Puts the element on the page, also when the page has thrown it away. */
  attach(): void;
}

/** Puts the element on the page as soon as that has a body, and keeps it there. Lost: called when the page has replaced itself, and the element went with what was there before. */
export function createShell({ chat, messages }: LauncherConfig, signal: AbortSignal, lost: () => void): Shell {
  const host: HTMLElement = el("missive-chat" as "div", { lang: chat.language });
  const shadow = host.attachShadow({ mode: "open" });
  const root = el("section", { class: `root ${chat.position} ${chat.scheme}`, "aria-label": messages.title });
  const style = (css: string) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets.push(sheet);
    return sheet;
  };
  const rule = style(".root{}" + css).cssRules[0] as CSSStyleRule;
  shadow.append(root);
  const paint = (variables: object) => {
    // Through the CSSOM, one by one: a value can't end its declaration and begin another.
    for (const [name, value] of Object.entries(Object(variables)))
      // null and undefined are no values; max() and calc() take no bare 0; an address would be asked for.
      if (value != null && !unsafe.test(value as string)) rule.style.setProperty("--" + name, value === "0" && name != "z-index" ? "0px" : (value as string));
  };
  // Beside the body: its transforms don't reach us, and apps that replace it leave us alone. After it: so the button isn't the first
  // that the Tab key comes to, nor below what the page stacks.
  const attach = () => {
    if (!host.isConnected && doc.body) doc.documentElement.append(host);
  };
  let home: Element | undefined;
  /** The body may come late, and be replaced with all around it. The page writes as its body does. */
  const look = () => {
    const { documentElement, body } = doc;
    for (const part of [document, documentElement, body]) if (part) observer.observe(part, { attributes: true, childList: part != body });
    if (!body) return;
    if (!home) attach();
    // What the page has taken away alone stays away. What document.open() takes away has lost its listeners.
    else if (home != body && !host.isConnected) return lost();
    home = body;
    root.dir = getComputedStyle(body).direction;
  };
  const observer = new MutationObserver(look);
  signal.onabort = () => observer.disconnect();
  look();
  return { host, root, style, paint, attach };
}
