// chat.scheme: host, as far as no page has to be seen for it: that is for the browser tests.

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { followPage } from "../src/early/scheme";

/** The visitor's system, as matchMedia tells of it. */
const system = Object.assign(new EventTarget(), { matches: false });
const { body } = document;
let end: AbortController;
let root: HTMLElement;

beforeEach(() => {
  system.matches = false;
  vi.stubGlobal("matchMedia", (query: string) => (expect(query).toBe("(prefers-color-scheme: dark)"), system));
  end = new AbortController();
  root = document.createElement("section");
});
afterEach(() => {
  end.abort();
  vi.unstubAllGlobals();
  body.removeAttribute("style");
});

const follow = () => followPage({ root, signal: end.signal });
const isDark = () => root.classList.contains("dark");

test.each([
  ["dark", true],
  ["light", false],
  ["only dark", true],
  ["light only", false],
])("a page with color-scheme: %s is dark: %j, whatever the system", (colorScheme, dark) => {
  body.style.colorScheme = colorScheme;
  for (const matches of [true, false]) {
    system.matches = matches;
    follow();
    expect(isDark()).toBe(dark);
  }
});

test.each(["light dark", "dark light", "only light dark"])("a page with color-scheme: %s is as the system, also when that changes", (colorScheme) => {
  body.style.colorScheme = colorScheme;
  system.matches = true;
  follow();
  expect(isDark()).toBe(true);
  system.matches = false;
  system.dispatchEvent(new Event("change"));
  expect(isDark()).toBe(false);
});

test("a page is followed no more once the chat is gone", async () => {
  body.style.colorScheme = "light dark";
  follow();
  end.abort();
  body.style.colorScheme = "dark";
  system.matches = true;
  system.dispatchEvent(new Event("change"));
  document.body.dispatchEvent(new Event("transitionend", { bubbles: true }));
  // A second observer, made later, hears after the first one would have.
  await new Promise((resolve) => {
    new MutationObserver(resolve).observe(body, { attributes: true });
    body.setAttribute("data-changed", "");
  });
  expect(isDark()).toBe(false);
});
