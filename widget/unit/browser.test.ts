// What a message says of the visitor's browser.

import { afterEach, expect, test, vi } from "vitest";
import { describeBrowser } from "../src/connection/browser";

afterEach(() => vi.unstubAllGlobals());

const mozilla = (system: string, rest: string) => `Mozilla/5.0 (${system}) ${rest}`;
const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  ["Windows", "Chrome 126", mozilla("Windows NT 10.0; Win64; x64", `${webkit} Chrome/126.0.0.0 Safari/537.36`)],
  ["Windows", "Edge 126", mozilla("Windows NT 10.0; Win64; x64", `${webkit} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.61`)],
  ["Windows", "Opera 111", mozilla("Windows NT 10.0; Win64; x64", `${webkit} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0`)],
  ["Windows", "Firefox 127", mozilla("Windows NT 10.0; Win64; x64; rv:127.0", "Gecko/20100101 Firefox/127.0")],
  ["macOS", "Safari 17.5", mozilla("Macintosh; Intel Mac OS X 10_15_7", "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15")],
  ["Linux", "Chrome 126", mozilla("X11; Linux x86_64", `${webkit} Chrome/126.0.0.0 Safari/537.36`)],
  ["Android", "Chrome 126", mozilla("Linux; Android 10; K", `${webkit} Chrome/126.0.0.0 Mobile Safari/537.36`)],
  ["Android", "Samsung Internet 25", mozilla("Linux; Android 14; SM-S911B", `${webkit} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36`)],
  ["Android", "Edge 126", mozilla("Linux; Android 10; K", `${webkit} Chrome/126.0.0.0 Mobile Safari/537.36 EdgA/126.0.0.0`)],
  ["Android", "Firefox 127", mozilla("Android 14; Mobile; rv:127.0", "Gecko/127.0 Firefox/127.0")],
  ["iOS", "Safari 17.5", mozilla("iPhone; CPU iPhone OS 17_5 like Mac OS X", "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1")],
  ["iOS", "Chrome 126", mozilla("iPhone; CPU iPhone OS 17_5 like Mac OS X", "AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1")],
  ["iOS", "Firefox 127", mozilla("iPhone; CPU iPhone OS 14_5 like Mac OS X", "AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/127.0 Mobile/15E148 Safari/605.1.15")],
  ["iOS", "Edge 125", mozilla("iPhone; CPU iPhone OS 17_5 like Mac OS X", "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/125.0.2535.96 Mobile/15E148 Safari/604.1")],
  ["", "", "curl/8.8.0"],
])("%s with %s is told from its user agent", (platform, browser, userAgent) => {
  vi.stubGlobal("navigator", { language: "fr-CA", userAgent, maxTouchPoints: 0 });
  expect(describeBrowser()).toEqual({ language: "fr-CA", platform, browser });
});

test.each([
  [5, "iOS"],
  [0, "macOS"],
])("what says that it is a Mac and has %i points of touch runs %s", (maxTouchPoints, platform) => {
  const userAgent = mozilla("Macintosh; Intel Mac OS X 10_15_7", "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15");
  vi.stubGlobal("navigator", { language: "fr", userAgent, maxTouchPoints });
  expect(describeBrowser().platform).toBe(platform);
});
