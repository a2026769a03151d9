// Light and dark: the two palettes of a theme, and who chooses.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { compile } from "tailwindcss";
import { type Chat, expect, type PageOptions, test } from "./site.ts";

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

/** A page that is light, and how it becomes dark. */
interface Side extends PageOptions {
  darken: string;
}

/** Style sheets as the real sites have them. */
const file = (path: string) => readFile(fileURLToPath(new URL("../node_modules/" + path, import.meta.url)), "utf8");
const sheet = async (path: string) => `<style>${await file(path)}</style>`;
const tailwind = async (...classes: string[]) => {
  const source = '@import "tailwindcss"; @custom-variant dark (&:where(.dark, .dark *));';
  const loadStylesheet = async (path: string, base: string) => ({ path, base, content: await file("tailwindcss/index.css") });
  return `<style>${(await compile(source, { loadStylesheet })).build(classes)}</style>`;
};

const sites: Record<string, () => Promise<Side>> = {
  Docusaurus: async () => ({ html: 'data-theme="light"', head: await sheet("infima/dist/css/default/default.css"), darken: "html.dataset.theme = 'dark'" }),
  Bootstrap: async () => ({ html: 'data-bs-theme="light"', head: await sheet("bootstrap/dist/css/bootstrap.css"), darken: "html.dataset.bsTheme = 'dark'" }),
  "Bootstrap by its body": async () => ({ head: await sheet("bootstrap/dist/css/bootstrap.css"), darken: "body.dataset.bsTheme = 'dark'" }),
  "GitHub's Primer": async () => ({
    html: 'data-color-mode="light" data-light-theme="light" data-dark-theme="dark"',
    head: await sheet("@primer/css/dist/primer.css"),
    darken: "html.dataset.colorMode = 'dark'",
  }),
  "GitHub's Primer, as the system": async () => ({
    html: 'data-color-mode="auto" data-light-theme="light" data-dark-theme="dark"',
    head: await sheet("@primer/css/dist/primer.css"),
    darken: "",
  }),
  Tailwind: async () => ({ head: await tailwind("bg-white", "dark:bg-slate-900"), darken: "body.className = 'bg-white dark:bg-slate-900', html.className = 'dark'" }),
  // It has a style sheet for each, of which one has another rel.
  Quarto: async () => ({
    head: `${await sheet("bootstrap/dist/css/bootstrap.css")}<link id="night" rel="disabled-stylesheet" href="https://site.example/night.css">`,
    darken: "document.getElementById('night').rel = 'stylesheet', body.className = 'quarto-dark'",
  }),
};

for (const [name, make] of Object.entries(sites)) {
  test(`chat.scheme: host is right on a site by ${name}`, async ({ site, chat, page }) => {
    const { darken, ...options } = await make();
    await page.route("https://site.example/night.css", (route) => route.fulfill({ contentType: "text/css", body: ":root { --bs-body-bg: #222; --bs-body-color: #fff }" }));
    await mode(page, darken ? "dark" : "light");
    await site.open({ ...options, config: { chat: { scheme: "host" } } });
    await chat.open();
    await ground(chat, "light").toBe(light);
    if (darken) await page.evaluate(`{ const { documentElement: html, body } = document; ${darken} }`);
    else await mode(page, "dark");
    await ground(chat, "dark").toBe(dark);
  });
}

const pages: [what: string, options: PageOptions, isDark: boolean][] = [
  ["without any style, whatever its classes are called", { html: 'class="dark" data-theme="dark"' }, false],
  ["with a dark body", { head: "<style>body { background: #112 }</style>" }, true],
  ["with a dark html below a body that one sees through", { head: "<style>html { background: #112 } body { background: #ffffff20 }</style>" }, true],
  ["with a light body on a dark html", { head: "<style>html { background: #000 } body { background: #fff }</style>" }, false],
  ["with a dark picture and light text", { head: "<style>body { background: linear-gradient(#112, #000); color: #eee }</style>" }, true],
  ["with a light ground in other colours", { head: "<style>body { background: oklch(0.9 0.1 100) }</style>" }, false],
  ["with a dark ground in other colours", { head: "<style>body { background: lab(20 10 10) }</style>" }, true],
  ["with a dark ground in a wide gamut", { head: "<style>body { background: color(display-p3 0.1 0.1 0.2 / 0.9) }</style>" }, true],
  ["with a yellow ground", { head: "<style>body { background: #ff0 }</style>" }, false],
  ["with a blue ground", { head: "<style>body { background: #00f }</style>" }, true],
  ["that says it by color-scheme on html", { head: "<style>:root { color-scheme: dark }</style>" }, true],
  ["that says it by color-scheme on body", { head: "<style>body { color-scheme: dark }</style>" }, true],
  ["that says only light", { head: "<style>:root { color-scheme: only light; background: #000 }</style>" }, false],
  ["that says it in a meta", { head: '<meta name="color-scheme" content="dark">' }, true],
  ["that leaves it to the system, which is dark, in a meta", { head: '<meta name="color-scheme" content="light dark">' }, true],
  ["that leaves it to the system, which is dark", { head: "<style>:root { color-scheme: light dark }</style>" }, true],
  ["whose color-scheme is none", { head: "<style>:root { color-scheme: auto; background: #fff }</style>" }, false],
];

test("chat.scheme: host is what is seen of the page", async ({ site, chat, page }) => {
  await mode(page, "dark");
  for (const [what, options, isDark] of pages) {
    await site.open({ ...options, config: { chat: { scheme: "host", rememberOpenState: false } } });
    await chat.open();
    await ground(chat, what).toBe(isDark ? dark : light);
  }
});

test("chat.scheme: host follows the page, whatever changes", async ({ site, chat, page }) => {
  await mode(page, "light");
  const night = ".night { background: #112 } .scheme { color-scheme: dark } .system { color-scheme: light dark } .slow { background: #112; transition: background-color .1s }";
  await page.route("https://site.example/late.css", (route) => route.fulfill({ contentType: "text/css", body: "body { background: #fff }" }));
  await site.open({ head: `<style>body { background: #fff } ${night}</style>`, config: { chat: { scheme: "host" } } });
  await chat.open();
  await ground(chat).toBe(light);
  for (const [what, change, color] of [
    ["a class of its body", "body.className = 'night'", dark],
    ["no class", "body.className = ''", light],
    ["a ground that changes slowly", "body.className = 'slow'", dark],
    ["another body", "body.replaceWith(document.createElement('body'))", light],
    ["an attribute of that", "body.setAttribute('style', 'background: #112')", dark],
    ["no attribute", "body.removeAttribute('style')", light],
    ["a style sheet that is added", "head.append(Object.assign(document.createElement('style'), { id: 'new', textContent: 'html body { background: #112 }' }))", dark],
    ["one that changes", "document.getElementById('new').firstChild.data = 'p { color: red }'", light],
    ["color-scheme", "html.className = 'scheme'", dark],
    ["one that comes late", "html.className = '', head.insertAdjacentHTML('beforeend', '<style>body { background: #112 }</style><link rel=stylesheet href=https://site.example/late.css>')", light],
    ["what leaves it to the system", "html.className = 'system'", light],
  ] as const) {
    await page.evaluate(`{ const { documentElement: html, body, head } = document; ${change} }`);
    await ground(chat, what).toBe(color);
  }
  await mode(page, "dark");
  await ground(chat, "a system that changes").toBe(dark);
});

test("chat.scheme: the button is dark from the first frame in which it is seen", async ({ site, chat, page }) => {
  // Whatever colour the button is painted in, from the moment that it is there.
  await page.addInitScript(() => {
    const seen: string[] = ((window as any).seen = []);
    const look = () => {
      const button = document.querySelector("missive-chat")?.shadowRoot?.querySelector(".button");
      const { visibility, backgroundColor } = button ? getComputedStyle(button) : { visibility: "hidden", backgroundColor: "" };
      if (visibility == "visible") seen.push(backgroundColor);
      requestAnimationFrame(look);
    };
    look();
  });
  const release = await site.hold("**/assets/early.*");
  const opened = site.open({ head: "<style>body { background: #112 }</style>", config: { chat: { scheme: "host" } } });
  await expect(chat.button).toBeAttached();
  await expect(chat.button).toBeHidden();
  release();
  await opened;
  await expect(chat.button).toBeVisible();
  await expect.poll(() => page.evaluate("[...new Set(seen)]")).toEqual(["rgb(110, 162, 255)"]);
});

test("chat.scheme: host without its file is light, and there", async ({ site, chat, page }) => {
  await page.route("**/assets/early.*", (route) => route.abort());
  await site.open({ head: "<style>body { background: #112 }</style>", config: { chat: { scheme: "host" } } });
  await expect(chat.button).toBeVisible();
  await chat.open();
  await ground(chat).toBe(light);
});
