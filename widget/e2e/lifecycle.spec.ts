// The chat's life on a page: loaded twice, thrown away and brought back, of an older build, not to be had at all.

import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
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

test("of two accounts on a page the second is left out, with a warning", async ({ site, chat, page }) => {
  await site.open({ account: "plain" });
  await loadAgain(site, "baked");
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await expect(chat.button).toHaveText(/Chat with us/);
  expect(await page.evaluate(() => (MissiveChat as never as { id: string }).id)).toBe("plain");
  expect(site.console).toEqual(["MissiveChat: account plain is on this page already, baked is left out"]);
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

test("an app that throws the chat away gets it back by loading it again", async ({ site, chat, page }) => {
  await site.open(withCalls);
  await page.evaluate(() => document.querySelector("missive-chat")!.remove());
  await loadAgain(site);
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await chat.open();
  expect(await calls(page)).toEqual(["ready", "ready", "open"]);
});

test("an app that throws the chat away gets it back by opening it", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => {
    document.querySelector("missive-chat")!.remove();
    MissiveChat.open();
  });
  await expect(chat.window).toBeVisible();
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

test("MissiveChat.destroy: leaves no element, no listener, no timer, and the queue in place of the API", async ({ site, chat, page }) => {
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

test("what is called after destroy waits for the next load", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => {
    MissiveChat.destroy();
    MissiveChat.setUser({ email: "jane@example.com", name: "Jane" });
    MissiveChat.open();
  });
  await expect(chat.root).toHaveCount(0);
  await loadAgain(site);
  await expect(chat.window).toBeVisible();
  await expect(chat.form).toHaveCount(0);
});

test("destroyed while the window was on its way, it stays away", async ({ site, page }) => {
  const release = await site.hold("**/panel.*");
  await site.open(withCalls);
  const held = await page.evaluateHandle(() => MissiveChat);
  await page.evaluate(() => {
    MissiveChat.open();
    MissiveChat.destroy();
  });
  const arrived = page.waitForResponse("**/panel.*");
  release();
  await (await arrived).finished();
  await held.evaluate((api) => api.open());
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(await calls(page)).toEqual(["ready"]);
  await expect(page.locator("missive-chat")).toHaveCount(0);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(site.console).toEqual([]);
});

test("opened and closed again before the window has arrived, nothing happens", async ({ site, chat, page }) => {
  const release = await site.hold("**/panel.*");
  await site.open(withCalls);
  await chat.button.click();
  await expect(chat.button).toHaveAttribute("aria-busy", "true");
  await chat.button.click();
  await expect(chat.button).not.toHaveAttribute("aria-busy");
  release();
  await expect(chat.root.locator(".window")).toBeAttached();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeVisible();
  expect(await calls(page)).toEqual(["ready"]);
});

test("opened, closed and opened again before the window has arrived, it opens once", async ({ site, chat, page }) => {
  const release = await site.hold("**/panel.*");
  await site.open(withCalls);
  for (const _ of [1, 2, 3]) await chat.button.click();
  release();
  await expect(chat.window).toBeVisible();
  expect(await calls(page)).toEqual(["ready", "open"]);
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
  });
  await chat.open();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await expect(chat.root.locator(".header")).toHaveCSS("background-color", "rgb(1, 2, 3)");
  await chat.write("Hello");
  await site.connected();
  expect(await page.evaluate(() => service.pending.map(({ attributes }) => attributes))).toMatchObject([
    { name: "Jane", email: "jane@example.com", meta: { plan: "gold" } },
  ]);
  expect(launchers(site)).toEqual(["https://chat.example/plain/missive.js", expect.stringMatching(/missive\.js\?\d+$/)]);
  expect(await calls(page)).toEqual(["ready", "open"]);
});

test("a button that was hidden by the page stays hidden when a fresh launcher takes over", async ({ site, chat, page }) => {
  site.outdated = true;
  await site.open();
  await page.evaluate(() => {
    MissiveChat.hideButton();
    MissiveChat.open();
  });
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("a launcher whose window nobody has says so on its button, and a later click opens it", async ({ site, chat, page }) => {
  const gone = "https://chat.example/assets/**";
  await page.route(gone, (route) => route.fulfill({ status: 404 }));
  await site.open();
  await chat.button.click();
  await expect(chat.button).toContainText("Sorry, there is an issue connecting to our chat.");
  await expect(chat.button).toHaveAttribute("aria-expanded", "false");
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  await page.unroute(gone);
  await chat.button.click();
  await expect(chat.window).toBeVisible();
});

test("a window that a new build has left without its connection goes on with the fresh one, and the message goes out", async ({ site, chat, page }) => {
  site.service = true;
  await site.open(withCalls);
  await chat.identify();
  // The upload happened while the visitor was writing.
  await page.route("**/connection.*", (route) => (launchers(site).length > 1 ? route.fallback() : route.fulfill({ status: 404 })));
  await chat.write("Hello");
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
