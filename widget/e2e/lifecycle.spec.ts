// The chat's life on a page: loaded twice, thrown away and brought back, of an older build, not to be had at all.

import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dist } from "./build.ts";
import { expect, type Site, test } from "./site.ts";

/** The snippet as the site owner pastes it. */
const snippet = (account: string) => readFile(join(dist, account, "snippet.html"), "utf8");

/** A configuration that notes which of the page's functions are called. */
const noting = `{
  onReady: () => calls.push("ready"),
  onOpen: () => calls.push("open"),
  onClose: () => calls.push("close"),
}`;
const calls = (page: Page) => page.evaluate("calls");
const withCalls = { head: "<script>var calls = []</script>", config: noting };

/** Loads the account once more, as a single-page app does. */
async function loadAgain({ page }: Site, account = "plain"): Promise<void> {
  await page.addScriptTag({ url: `https://chat.example/${account}/missive.js` });
}

test("the snippet twice on a page is one chat", async ({ site, chat, page }) => {
  const once = await snippet("plain");
  await site.open({ script: once + once });
  await site.loaded();
  await loadAgain(site);
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await chat.open();
  await expect(chat.window).toHaveCount(1);
  expect(site.console).toEqual([]);
});

test("an app that replaces what is in the body keeps the chat, and what was written in it", async ({ site, chat, page }) => {
  await site.open();
  await chat.identify();
  await chat.box.fill("A draft");
  await page.evaluate(() => document.body.replaceWith(document.createElement("body")));
  await loadAgain(site);
  await expect(chat.box).toHaveValue("A draft");
  await expect(page.locator("missive-chat")).toHaveCount(1);
});

/** Ways in which a page replaces itself, and the chat with it. */
const replacements: [what: string, replace: string][] = [
  ["what is in <html>", "document.documentElement.innerHTML = '<head></head><body><h1>Again</h1></body>'"],
  ["<html>", "document.replaceChild(Object.assign(document.createElement('html'), { innerHTML: '<body><h1>Again</h1></body>' }), document.documentElement)"],
  ["all by document.write()", "document.open(), document.write('<!doctype html><title>Again</title><h1>Again</h1>'), document.close()"],
  ["all by document.write(), bit by bit", "document.open(), document.write('<!doctype html><title>Again</title>'), setTimeout(() => (document.write('<body><h1>Again</h1>'), document.close()))"],
];

for (const [what, replace] of replacements)
  test(`on a page that replaces ${what} the chat comes back by itself, open as it was, with all that was written`, async ({ site, chat, page }) => {
    site.service = true;
    await site.open(withCalls);
    await chat.identify();
    await chat.write("Hello");
    await chat.box.fill("A draft");
    await page.evaluate(replace);
    await expect(page.getByRole("heading", { name: "Again" })).toBeVisible();
    await expect(chat.window).toBeVisible();
    await expect(chat.box).toHaveValue("A draft");
    await expect(chat.bubbles.last()).toHaveText("Hello");
    await chat.close.click();
    await expect(chat.window).toBeHidden();
    await chat.open();
    await expect(page.locator("missive-chat")).toHaveCount(1);
    expect(await page.evaluate("calls.filter((name) => name == 'ready')")).toEqual(["ready"]);
  });

test("React 18 that finds another document than it was told makes it anew, and the chat is there", async ({ site, chat, page }) => {
  const umd = (name: string) => readFile(fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url)), "utf8");
  const react = (await umd("react/umd/react.production.min.js")) + (await umd("react-dom/umd/react-dom.production.min.js"));
  await page.route("https://site.example/react.js", (route) => route.fulfill({ contentType: "text/javascript", body: react }));
  await site.open({
    body: "<h1>From the server</h1>",
    script: `<script async src="https://chat.example/plain/missive.js"></script><script src="/react.js"></script>`,
  });
  await site.loaded();
  await expect(chat.button).toBeVisible();
  await page.evaluate(`{
    const e = React.createElement;
    ReactDOM.hydrateRoot(document, e("html", { lang: "en" }, e("head", null, e("title", null, "Site")), e("body", null, e("h1", null, "From the browser"))), { onRecoverableError() {} });
  }`);
  await expect(page.getByRole("heading", { name: "From the browser" })).toBeVisible();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await chat.open();
});

test("an element that the page takes away by itself stays away until it is asked for", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => document.querySelector("missive-chat")!.remove());
  await page.evaluate(() => document.documentElement.append(document.createElement("aside")));
  await expect(page.locator("missive-chat")).toHaveCount(0);
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
});

test("the element comes after the body, also when the script was there before", async ({ site, page }) => {
  await site.open({ script: '<script src="https://chat.example/plain/missive.js"></script>', body: "<button>First</button>" });
  expect(await page.evaluate(() => document.body.nextElementSibling?.localName)).toBe("missive-chat");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "First" })).toBeFocused();
});

test("the snippet again, with a user where there was none, is as setUser", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: { email: "" } } });
  await chat.open();
  await page.evaluate(() => (window.MissiveChatConfig = { user: { email: "jane@example.com", name: "Jane" } } as never));
  await loadAgain(site);
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { email: "jane@example.com", name: "Jane" } }]);
});

/** What the chat listens for on the things of the page that outlive it. */
async function listeners(page: Page): Promise<string[]> {
  const client = await page.context().newCDPSession(page);
  const ours = new Set<string>();
  client.on("Debugger.scriptParsed", ({ scriptId, url }) => url.startsWith("https://chat.example/") && ours.add(scriptId));
  await client.send("Debugger.enable");
  const found: string[] = [];
  for (const expression of ["window", "document", "document.documentElement", "document.body", "visualViewport"]) {
    const { result } = await client.send("Runtime.evaluate", { expression });
    const { listeners } = await client.send("DOMDebugger.getEventListeners", { objectId: result.objectId! });
    found.push(...listeners.filter(({ scriptId }) => ours.has(scriptId)).map(({ type }) => `${expression} ${type}`));
  }
  await client.detach();
  return found;
}

test("MissiveChat.destroy: leaves no element, no listener, no timer, and the queue in place of the API", { tag: "@chromium" }, async ({ site, chat, page }) => {
  await page.clock.install();
  await site.open();
  await chat.identify();
  await chat.write("Hello");
  await expect.poll(() => site.asked.filter((url) => url == "https://token.example/token").length).toBeGreaterThan(0);
  expect(await listeners(page)).toContain("document click");

  await page.evaluate(() => MissiveChat.destroy());
  expect(await listeners(page)).toEqual([]);
  await expect(page.locator("missive-chat")).toHaveCount(0);
  expect(await page.evaluate(() => [MissiveChat.isOpen(), "id" in MissiveChat])).toEqual([false, false]);
  site.requests.length = 0;
  await page.clock.runFor("10:00");
  expect(site.asked).toEqual([]);
});

const launchers = (site: Site) => site.asked.filter((url) => url.includes("missive.js"));

test("a launcher whose window is gone makes way for a fresh one, once, with all that it was told", async ({ site, chat, page }) => {
  site.service = true;
  site.outdated = true;
  await site.open(withCalls);
  await page.evaluate(() => {
    MissiveChat.setUser({ email: "jane@example.com", name: "Jane" });
    MissiveChat.setMeta({ plan: "gold" });
    MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)" });
    MissiveChat.hideButton();
    MissiveChat.open();
  });
  await expect(chat.window).toBeVisible();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await expect(chat.root.locator(".header")).toHaveCSS("background-color", "rgb(1, 2, 3)");
  await chat.write("Hello");
  await site.connected();
  expect(await page.evaluate(() => service.pending.map(({ attributes }) => attributes))).toMatchObject([
    { name: "Jane", email: "jane@example.com", meta: { plan: "gold" } },
  ]);
  expect(launchers(site)).toEqual(["https://chat.example/plain/missive.js", expect.stringMatching(/missive\.js\?\d+$/)]);
  expect(await calls(page)).toEqual(["ready", "open"]);
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("a fresh launcher that takes over before anybody has opened the chat counts what is unread", async ({ site, chat, page }) => {
  site.service = true;
  await site.open();
  await page.evaluate(() => (localStorage["missive-chat:plain"] = '{"session":"theirs"}'));
  site.outdated = true;
  await page.reload();
  await site.connected();
  await page.evaluate(() => service.say("Welcome"));
  await expect(chat.badge).toHaveText("1");
  expect(launchers(site).at(-1)).toMatch(/\?\d+$/);
});

test("a window that a new build has left without its connection goes on with the fresh one, and the message goes out", async ({ site, chat, page }) => {
  site.service = true;
  await site.open(withCalls);
  await chat.identify();
  // The upload happened while the visitor was writing.
  await page.route("**/connection.*", (route) => (launchers(site).length > 1 ? route.fallback() : route.fulfill({ status: 404 })));
  await chat.box.fill("Hello");
  // The fresh one may take over between the focus and the key.
  await expect(async () => {
    await chat.box.press("Enter");
    await expect(chat.bubbles.last()).toHaveText("Hello", { timeout: 1000 });
  }).toPass();
  await site.connected();
  await expect(chat.window).toBeVisible();
  await expect(chat.bubbles.last()).toHaveText("Hello");
  expect(await page.evaluate(() => service.pending.map(({ body }) => body))).toEqual(["Hello"]);
  await page.evaluate(() => service.say("Welcome"));
  await expect(chat.bubbles.last()).toHaveText("Welcome");
  await expect(page.locator("missive-chat")).toHaveCount(1);
});

test("where the script is blocked the page goes on, and calls of the API do no harm", async ({ site, page }) => {
  site.gone.add("plain/missive.js");
  await site.open({ script: await snippet("plain") });
  await page.evaluate(() => {
    MissiveChat.open();
    MissiveChat.setUser({ email: "jane@example.com" });
  });
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  await expect(page.locator("missive-chat")).toHaveCount(0);
});
