import type { App } from "../shared/app";
import { doc } from "../shared/dom";

/**
 * Keeps the class "dark" as the page is seen: by the color-scheme that it sets, else by the first ground of body and html that one
 * can't see through, else by its text, which is light where a picture or the browser makes the ground dark.
 */
export function followPage({ root, signal }: Pick<App, "root" | "signal">): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const look = () => {
    const { documentElement: html, body, head } = doc;
    for (const part of [document, html, body]) if (part) observer.observe(part, { attributes: part != document, childList: part != body });
    if (head) observer.observe(head, { attributes: true, childList: true, characterData: true, subtree: true });
    const styles = [body, html].filter(Boolean).map((part) => getComputedStyle(part));
    const { colorScheme, color } = styles[0]!;
    const [scheme, other] = colorScheme.match(/light|dark/g) || [];
    const ground = styles.map((style) => lightness(style.backgroundColor)).find((light) => light >= 0);
    const dark = other ? system.matches : scheme ? scheme == "dark" : ground! >= 0 ? ground! < 0.5 : lightness(color) > 0.5;
    root.classList.toggle("dark", dark);
  };
  const observer = new MutationObserver(look);
  system.addEventListener("change", look, { signal });
  // A style sheet has arrived; a ground has become what it was to be.
  for (const type of ["load", "transitionend"])
    doc.addEventListener(type, ({ target }) => /^(HTML|BODY|LINK|STYLE)$/.test((target as Node).nodeName) && look(), { capture: true, signal });
  signal.addEventListener("abort", () => observer.disconnect());
  look();
}

/** How light a computed colour is, from 0 to 1; -1 when one sees more of what is behind it. */
function lightness(color: string): number {
  const [a = NaN, b = NaN, c = NaN, alpha = 1] = (color.match(/[^ ,/()]+/g) ?? []).map(Number).filter((part) => part == part);
  if (alpha < 0.5) return -1;
  // lab(), lch(), oklab() and oklch() begin with it.
  return /^o?k?l/.test(color) ? a / (color[0] == "l" ? 100 : 1) : (a * 0.3 + b * 0.6 + c * 0.1) / (color[0] == "r" ? 255 : 1);
}
