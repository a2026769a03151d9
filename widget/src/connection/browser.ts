import type { Meta } from "../shared/types";

/** What each message says of the browser, as far as it tells: an approximation for the team, nothing depends on it. */
export function describeBrowser(): Meta {
  const { language, userAgent } = navigator;
  const find = (names: Record<string, RegExp>) => {
    for (const name in names) {
      const found = names[name]!.exec(userAgent);
      if (found) return found[1] ? `${name} ${found[1]}` : name;
    }
    return "";
  };
  return {
    language,
    // iPads say that they are Macs; only they have a touch screen.
    platform: find({ Windows: /Windows/, Android: /Android/, iOS: navigator.maxTouchPoints > 1 ? /iP|Mac/ : /iP/, macOS: /Mac/, Linux: /Linux/ }),
    // Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
    browser: find({
      Edge: /Edg\w*\/(\d+)/,
      Opera: /OPR\/(\d+)/,
      "Samsung Internet": /SamsungBrowser\/(\d+)/,
      Firefox: /(?:Firefox|FxiOS)\/(\d+)/,
      Chrome: /(?:Chrome|CriOS)\/(\d+)/,
      Safari: /Version\/([\d.]+).*Safari/,
    }),
  };
}

/** How long an address may be, in characters: Twilio takes 4 KB of attributes a message, for all that goes along. */
const longestAddress = 1000;

/** Where the visitor is, without what stands behind the path, which may be secret. Pages from a disk and in a sandbox have no address. */
export function describePage(): { page?: string } {
  const { origin, pathname } = location;
  return origin == "null" ? {} : { page: (origin + pathname).slice(0, longestAddress) };
}
