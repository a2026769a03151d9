// Light and dark: the two palettes of a theme, and who chooses.

import type { Page } from "@playwright/test";
import { type Chat, expect, test } from "./site.ts";

// themes/default.toml
const light = "rgb(255, 255, 255)";
const dark = "rgb(27, 29, 34)";

const ground = (chat: Chat) => expect.poll(() => chat.css(chat.window, "background-color"));
const mode = (page: Page, colorScheme: "light" | "dark") => page.emulateMedia({ colorScheme });

for (const [scheme, onLight, onDark] of [
  ["light", light, light],
  ["dark", dark, dark],
  ["auto", light, dark],
] as const) {
  test(`chat.scheme: ${scheme}, whatever the visitor's system is set to`, async ({ site, chat, page }) => {
    await mode(page, "light");
    await site.open({ config: { chat: { scheme } } });
    await chat.open();
    await ground(chat).toBe(onLight);
    await mode(page, "dark");
    await ground(chat).toBe(onDark);
  });
}

test("chat.scheme: what the page sets as a variable holds in both", async ({ site, chat }) => {
  await site.open({ config: { chat: { scheme: "dark", variables: { "background-color": "rgb(1, 2, 3)" } } } });
  await chat.open();
  await ground(chat).toBe("rgb(1, 2, 3)");
  // What refers to another variable follows.
  expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe("rgb(110, 162, 255)");
});

for (const [what, html, head, before, change, after] of [
  ["its class", 'class="dark"', "", dark, "document.documentElement.className = ''", light],
  ["a class on its body", "", "", light, "document.body.classList.add('theme-dark')", dark],
  ["data-theme", 'data-theme="dark"', "", dark, "document.documentElement.dataset.theme = 'light'", light],
  ["data-theme, before the class", 'data-theme="light" class="dark"', "", light, "delete document.documentElement.dataset.theme", dark],
  ["color-scheme", 'style="color-scheme: dark"', "", dark, "document.documentElement.style.colorScheme = 'light'", light],
  ["a style sheet's color-scheme", "", "<style>:root { color-scheme: dark } .day { color-scheme: light }</style>", dark, "document.documentElement.className = 'day'", light],
] as const) {
  test(`chat.scheme: host follows the page: ${what}`, async ({ site, chat, page }) => {
    await mode(page, "light");
    await site.open({ html, head, config: { chat: { scheme: "host" } } });
    await chat.open();
    await ground(chat).toBe(before);
    await page.evaluate(change);
    await ground(chat).toBe(after);
  });
}

test("chat.scheme: host is as the visitor's system where the page leaves it to that", async ({ site, chat, page }) => {
  await mode(page, "dark");
  await site.open({ html: 'style="color-scheme: light dark"', config: { chat: { scheme: "host" } } });
  await chat.open();
  await ground(chat).toBe(dark);
  await mode(page, "light");
  await ground(chat).toBe(light);
});

test("chat.scheme: host takes no word for dark that only has it in its name", async ({ site, chat }) => {
  await site.open({ html: 'class="has-dark-header" data-theme="nord"', config: { chat: { scheme: "host" } } });
  await chat.open();
  await ground(chat).toBe(light);
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
