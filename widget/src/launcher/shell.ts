import { el } from "../shared/dom";
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

export function createShell({ chat, messages }: LauncherConfig, signal: AbortSignal): Shell {
  const host = document.createElement("missive-chat");
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
  const attach = () => {
    // Beside the body: its transforms don't reach us, and apps that replace it leave us alone. After it: so the button isn't the
    // first that the Tab key comes to, nor below what the page stacks.
    if (!document.body) addEventListener("DOMContentLoaded", attach, { signal });
    else if (!host.isConnected) document.documentElement.append(host);
  };
  return {
    host,
    root,
    style,
    paint,
    attach,
  };
}
