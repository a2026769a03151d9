// The snippets for site generators, React, WordPress and Google Tag Manager, each in the real tool: see build.ts.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, tools } from "./build.ts";
import { expect, policyOf, type Site, test, title } from "./site.ts";

const home = { visitor: { askEmail: false }, messages: { title }, id: "hostile" };
const other = { visitor: { askEmail: false, askName: false }, messages: { title }, chat: { position: "bottom-left" }, id: "hostile" };

/** A page of the tools that has nothing but the chat is as strict as can be. Others need what is theirs. */
const policies: Record<string, (policy: string) => string> = {
  hugo: (policy) => "default-src 'none'; " + policy,
  jekyll: (policy) => "default-src 'none'; " + policy,
  eleventy: (policy) => "default-src 'none'; " + policy,
  "eleventy-liquid": (policy) => "default-src 'none'; " + policy,
  astro: (policy) => "default-src 'none'; style-src 'self'; " + policy.replace("script-src", "script-src 'self'"),
  react: (policy) => "default-src 'none'; " + policy.replace("script-src", "script-src 'self'"),
  wordpress: (policy) => policy,
};

for (const tool in policies)
  test(`${tool}: under exactly the policy of csp.txt, with Trusted Types, the chat has the options of the site`, async ({ site }) => {
    const { policy, trusted } = await policyOf("hostile");
    await site.open(tool, { headers: { "content-security-policy": `${policies[tool]!(policy)}; ${trusted}` } });
    expect(await site.config).toEqual(home);
    await expect(site.chat.button).toContainText(title);
    await site.chat.open();
    await expect(site.chat.form.getByLabel("Name")).toBeVisible();
    await expect(site.chat.form.getByLabel("Email")).toHaveCount(0);
    await expect(site.chat.status).toHaveText("We’re online");
    expect(site.violations).toEqual([]);
    expect(site.said).toEqual([]);
  });

/** Goes to a page with the same options, to one with others, and back. */
async function travel(site: Site): Promise<void> {
  const { chat, page } = site;
  await chat.open();
  const name = chat.form.getByLabel("Name");
  await name.fill("Jane");
  await site.follow("Same");
  await expect(name).toHaveValue("Jane");
  await expect(page.locator("missive-chat")).toHaveCount(1);

  await site.follow("Other");
  await expect(page.locator("missive-chat .bottom-left")).toBeVisible();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  expect(await site.config).toEqual(other);
  // It was open, so it opens again; nothing is asked on this page.
  await expect(chat.box).toBeVisible();
}

/** The tools whose snippet is HTML in the page. */
const inPages = ["hugo", "jekyll", "eleventy", "eleventy-liquid", "mkdocs", "wordpress", "astro"];

for (const tool of inPages) {
  const turbo = tool != "astro";
  test(`${tool}: where ${turbo ? "Turbo" : "a view transition"} brings the next page, the chat stays, and has that page's options`, async ({ site, page }) => {
    await site.open(tool, { turbo });
    await travel(site);
    await page.goBack();
    await site.isAt("Same");
    await expect(page.locator("missive-chat .bottom-right")).toBeVisible();
    expect(await site.config).toEqual(home);
    expect(site.said).toEqual([]);
  });

  test(`${tool}: where ${turbo ? "Turbo" : "a view transition"} brings the next page, a chat that the page has thrown away comes back`, async ({ site, page }) => {
    await site.open(tool, { turbo });
    await page.evaluate(() => document.querySelector("missive-chat")!.remove());
    await site.follow("Same");
    await site.chat.open();
    await expect(page.locator("missive-chat")).toHaveCount(1);
    expect(site.said).toEqual([]);
  });
}

for (const tool of inPages) {
  test(`${tool}: a page whose data says false has no chat, also where a click has brought it`, async ({ site, page }) => {
    const turbo = tool != "astro" && tool != "mkdocs";
    await site.open(tool, { turbo });
    if (tool == "mkdocs") await page.goto("https://site.example/off/");
    else if (tool == "eleventy-liquid" || turbo || tool == "astro") await site.follow("Off");
    await expect(page.locator("missive-chat")).toHaveCount(0);
    if (tool != "mkdocs") await site.follow("Home");
    else await page.goto("https://site.example/");
    await site.chat.open();
    const asked = site.asked.length;
    await page.goto("https://site.example/off/");
    await expect(page.getByRole("heading", { name: "Off", level: 1 })).toBeVisible();
    expect(site.asked.slice(asked).filter((url) => url.includes("missive"))).toEqual([]);
    expect(site.said).toEqual([]);
  });

  test(`${tool}: a page's data choose another account of the host`, async ({ site, page }) => {
    await site.open(tool, { path: "french/" });
    expect(await site.config).toMatchObject({ id: "french" });
    expect(await page.evaluate(() => (window.MissiveChat as any).id)).toBe("french");
    expect(site.asked.filter((url) => url.endsWith("/missive.js"))).toEqual([expect.stringContaining("/french/missive.js")]);
    expect(site.said).toEqual([]);
  });
}

test("functions that a script of the page has set before, and calls before the chat has arrived, are not lost", async ({ site, page }) => {
  const arrive = await site.hold();
  await site.begin("hugo", {
    first: `window.MissiveChatConfig = { chat: { position: "bottom-left" }, onOpen() { document.title = "Opened"; } }`,
    last: "MissiveChat.open()",
  });
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  arrive();
  await expect(site.chat.window).toBeVisible();
  await expect(page).toHaveTitle("Opened");
  // All else is the business of the site's data.
  await expect(page.locator("missive-chat .bottom-right")).toBeVisible();
  expect(site.said).toEqual([]);
});

test("react: in StrictMode there is one chat, which follows the props, and calls the functions of the last render", async ({ site, page }) => {
  await site.open("react");
  await expect(page.locator("missive-chat")).toHaveCount(1);
  expect(site.asked.filter((url) => url.endsWith("/missive.js"))).toHaveLength(1);
  await travel(site);
  await expect(page).toHaveTitle("Opened on Other");
  await site.chat.close.click();
  await site.follow("Same");
  await expect(page.locator("missive-chat .bottom-right")).toBeVisible();
  await site.follow("Home");
  await site.chat.open();
  await expect(page).toHaveTitle("Opened on Home");
  expect(site.said).toEqual([]);
});

test("react: the chat goes with its component, and comes back with it", async ({ site, page }) => {
  await site.open("react");
  await site.follow("None");
  await expect(page.locator("missive-chat")).toHaveCount(0);
  expect(await page.evaluate(() => window.MissiveChat.isOpen())).toBe(false);
  await site.follow("Home");
  await site.chat.open();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  expect(site.said).toEqual([]);
});

test("react: a component that goes before the chat has arrived leaves none behind", async ({ site, page }) => {
  await site.open("react");
  await site.follow("None");
  const arrive = await site.hold();
  await site.follow("Home");
  await site.follow("None");
  const arrived = page.waitForResponse("**/missive.js");
  arrive();
  await (await arrived).finished();
  // The script is taken off the page once it has run.
  await expect(page.locator("head script[src*='missive.js']")).toHaveCount(0);
  await expect(page.locator("missive-chat")).toHaveCount(0);
  await site.follow("Home");
  await site.chat.open();
  expect(site.said).toEqual([]);
});

test("google tag manager: as its tag puts the snippet into a page, and does so again, there is one chat", async ({ site, page }) => {
  const snippet = await readFile(join(dist, "hostile/snippet-gtm.html"), "utf8");
  // The tag manager reads what stands between double braces as its own.
  expect(snippet).not.toMatch(/{{|}}/);
  await site.open("react");
  await site.follow("None");
  // A tag of custom HTML is parsed as a fragment, whose scripts run when it is put into the body.
  const fire = () => page.evaluate((html) => void document.body.append(document.createRange().createContextualFragment(html)), snippet);
  await fire();
  await page.evaluate(() => window.MissiveChat.open());
  await expect(site.chat.window).toBeVisible();
  await fire();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await expect(page.locator("head script[src*='missive.js']")).toHaveCount(1);
  expect(await site.config).toEqual({ id: "hostile" });
  expect(site.said).toEqual([]);
});

test("the README says where each snippet goes, and how Hugo, Jekyll and Eleventy call it", async () => {
  const from = (path: string) => readFile(fileURLToPath(new URL(path, import.meta.url)), "utf8");
  const readme = await from("../../README.md");
  for (const { snippet, place } of Object.values(tools)) expect(readme).toContain(`\`${snippet}\` to \`${place}\``);
  for (const layout of ["hugo/layouts/_default/baseof.html", "jekyll/_layouts/default.html", "eleventy/_includes/base.njk"]) {
    const { place } = tools[layout.split("/")[0]!]!;
    const [, call] = readme.split(`\`${place}\` | \``)[1]!.match(/^(.*?)`/)!;
    expect(await from("sites/" + layout)).toContain(call);
  }
});
