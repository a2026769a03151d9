// chat.scheme: host. Which pages are dark, and that the chat follows when that changes.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { followPage } from "../src/launcher/scheme";

/** The visitor's system, as matchMedia tells of it. */
const system = Object.assign(new EventTarget(), { matches: false });
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
  vi.restoreAllMocks();
  for (const element of [document.documentElement, document.body]) for (const name of element.getAttributeNames()) element.removeAttribute(name);
});

/** Sets attributes of <html> and <body>. */
function page(html: Record<string, string> = {}, body: Record<string, string> = {}): void {
  for (const name in html) document.documentElement.setAttribute(name, html[name]!);
  for (const name in body) document.body.setAttribute(name, body[name]!);
}

const isDark = () => root.classList.contains("dark");

describe("a page", () => {
  test.each([
    [{}, {}, false],
    [{ class: "dark" }, {}, true],
    [{ class: "app dark-mode wide" }, {}, true],
    [{ class: "theme-dark" }, {}, true],
    [{ class: "is-dark" }, {}, true],
    [{ class: "dark-theme" }, {}, true],
    [{ class: "light" }, {}, false],
    [{}, { class: "theme-dark" }, true],
    [{}, { "data-theme": "dark" }, true],
    [{ "data-theme": "dark" }, {}, true],
    [{ "data-theme": "light", class: "dark" }, {}, false],
    [{ "data-theme": "dark", class: "light" }, {}, true],
    // <html> before <body>.
    [{ class: "light" }, { class: "dark" }, false],
    // A word that only has it in its name.
    [{ class: "has-dark-header not-dark darker", "data-theme": "nord" }, {}, false],
    [{ style: "color-scheme: dark" }, {}, true],
    [{ style: "color-scheme: light" }, {}, false],
    [{ class: "light", style: "color-scheme: dark" }, {}, false],
  ])("with <html %j> and <body %j> is dark: %j", (html, body, dark) => {
    page(html, body);
    followPage(root, end.signal);
    expect(isDark()).toBe(dark);
  });

  test.each(["light dark", "dark light"])("that leaves it to the system by color-scheme: %s is as that, also when that changes", (colorScheme) => {
    page({ style: "color-scheme: " + colorScheme });
    system.matches = true;
    followPage(root, end.signal);
    expect(isDark()).toBe(true);
    system.matches = false;
    system.dispatchEvent(new Event("change"));
    expect(isDark()).toBe(false);
  });

  test("that says nothing is light, whatever the system", () => {
    system.matches = true;
    followPage(root, end.signal);
    expect(isDark()).toBe(false);
  });
});

describe("a page that changes", () => {
  test.each([
    ["the class of <html>", () => page({ class: "dark" })],
    ["data-theme of <html>", () => page({ "data-theme": "dark" })],
    ["the class of <body>", () => page({}, { class: "dark" })],
    ["color-scheme", () => page({ style: "color-scheme: dark" })],
  ])("%s takes the chat along", async (_, change) => {
    followPage(root, end.signal);
    expect(isDark()).toBe(false);
    change();
    await vi.waitFor(() => expect(isDark()).toBe(true));
  });

  test("its body for another one is followed there", async () => {
    const look = vi.spyOn(globalThis, "getComputedStyle");
    followPage(root, end.signal);
    document.body.replaceWith(document.createElement("body"));
    await vi.waitFor(() => expect(look).toHaveBeenCalledTimes(2));
    page({}, { class: "dark" });
    await vi.waitFor(() => expect(isDark()).toBe(true));
  });

  test("is followed no more once the chat is gone", async () => {
    followPage(root, end.signal);
    end.abort();
    page({ class: "dark", style: "color-scheme: light dark" });
    system.matches = true;
    system.dispatchEvent(new Event("change"));
    // A second observer, made later, hears after the first one would have.
    await new Promise((resolve) => {
      new MutationObserver(resolve).observe(document.documentElement, { attributes: true });
      page({ class: "dark again" });
    });
    expect(isDark()).toBe(false);
  });
});
