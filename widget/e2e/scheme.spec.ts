// Light and dark: the two palettes of a theme, and who chooses.

import type { Page } from "@playwright/test";
import { type Chat, expect, test } from "./site.ts";

// themes/default.toml
const light = "rgb(255, 255, 255)";
const dark = "rgb(27, 29, 34)";

const ground = (chat: Chat, message?: string) => expect.poll(() => chat.css(chat.window, "background-color"), { message });
const mode = (page: Page, colorScheme: "light" | "dark") => page.emulateMedia({ colorScheme });

test("chat.scheme: light, dark or auto, whatever the visitor's system is set to", async ({ site, chat, page }) => {
  for (const [scheme, onLight, onDark] of [
    ["light", light, light],
    ["dark", dark, dark],
    ["auto", light, dark],
  ] as const) {
    await mode(page, "light");
    await site.open({ config: { chat: { scheme, rememberOpenState: false } } });
    await chat.open();
    await ground(chat, scheme).toBe(onLight);
    await mode(page, "dark");
    await ground(chat, scheme).toBe(onDark);
  }
});

test("chat.scheme: what the page sets as a variable holds in both", async ({ site, chat }) => {
  await site.open({ config: { chat: { scheme: "dark", variables: { "background-color": "rgb(1, 2, 3)" } } } });
  await chat.open();
  await ground(chat).toBe("rgb(1, 2, 3)");
  // What refers to another variable follows.
  expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe("rgb(110, 162, 255)");
});

test("chat.scheme: host follows the page, whatever it says it by", async ({ site, chat, page }) => {
  await mode(page, "light");
  const head = "<style>.night { color-scheme: dark } .system { color-scheme: light dark }</style>";
  await site.open({ html: 'class="dark"', head, config: { chat: { scheme: "host" } } });
  await chat.open();
  await ground(chat, "its class").toBe(dark);
  for (const [what, change, color] of [
    ["no class", "document.documentElement.className = ''", light],
    ["a class on its body", "document.body.classList.add('theme-dark')", dark],
    ["data-theme, before the class", "document.documentElement.className = 'dark', document.documentElement.dataset.theme = 'light'", light],
    ["the class again", "delete document.documentElement.dataset.theme", dark],
    [
      "words that only have it in their name",
      "document.documentElement.dataset.theme = 'nord', document.documentElement.className = '', document.body.className = 'has-dark-header not-dark'",
      light,
    ],
    ["data-theme", "document.documentElement.dataset.theme = 'dark'", dark],
    ["nothing", "delete document.documentElement.dataset.theme", light],
    ["color-scheme", "document.documentElement.style.colorScheme = 'dark'", dark],
    ["no color-scheme", "document.documentElement.style.colorScheme = ''", light],
    ["a style sheet's color-scheme", "document.documentElement.className = 'night'", dark],
    ["what leaves it to the system", "document.documentElement.className = 'system'", light],
  ] as const) {
    await page.evaluate(change);
    await ground(chat, what).toBe(color);
  }
  await mode(page, "dark");
  await ground(chat, "a system that changes").toBe(dark);
});

test("chat.scheme: the button is dark before its first frame", async ({ site, page }) => {
  // Whatever colour the button is painted in, from the moment that it is there.
  await page.addInitScript(() => {
    const seen: string[] = ((window as any).seen = []);
    new MutationObserver(() => {
      const button = document.querySelector("missive-chat")?.shadowRoot?.querySelector(".button");
      if (button) seen.push(getComputedStyle(button).backgroundColor);
    }).observe(document, { childList: true, subtree: true });
  });
  await site.open({ html: 'class="dark"', config: { chat: { scheme: "host" } } });
  await expect.poll(() => page.evaluate("[...new Set(seen)]")).toEqual(["rgb(110, 162, 255)"]);
});
