// The snippets that the build makes, as a site owner pastes them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./build.ts";
import { expect, type PageOptions, type Site, test } from "./site.ts";

const snippet = (name = "snippet.html") => readFile(join(dist, "plain", name), "utf8");

/** Opens a page whose missive.js does not arrive before the function is called that this resolves with. */
async function openEarly(site: Site, options: PageOptions): Promise<() => Promise<void>> {
  const arrive = await site.hold("**/plain/missive.js");
  const opened = site.open(options);
  await site.page.waitForFunction("document.readyState == 'interactive'");
  return () => (arrive(), opened);
}

test("pasted as it is, the snippet brings the chat, without a word in the console", async ({ site, chat }) => {
  await site.open({ script: await snippet() });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Acme");
  expect(site.console).toEqual([]);
});

test("options that are added to the snippet count", async ({ site, chat }) => {
  const script = (await snippet()).replace("id: 'plain',", "id: 'plain', messages: { title: 'Ask the page' },");
  await site.open({ script });
  await expect(chat.button).toContainText("Ask the page");
  await chat.open();
  expect(site.console).toEqual([]);
});

test("what is called before the script has arrived waits for it, and runs after onReady", async ({ site, chat, page }) => {
  site.service = true;
  const arrive = await openEarly(site, {
    script: (await snippet()).replace("id: 'plain',", "id: 'plain', onReady: function() { w.wasOpen = MissiveChat.isOpen(); },"),
    body: `<script>
      MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)" });
      MissiveChat.setUser({ email: "jane@example.com", name: "Jane Doe" });
      MissiveChat.setMeta({ plan: "free" });
      MissiveChat.addMeta({ plan: "paid", seats: 3 });
      MissiveChat.hideButton();
      MissiveChat.toggle();
      MissiveChat.close();
      MissiveChat.open();
    </script>`,
  });
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  await expect(page.locator("missive-chat")).toHaveCount(0);
  await arrive();
  await expect(chat.window).toBeVisible();
  expect(await page.evaluate("wasOpen")).toBe(false);
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(true);
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { email: "jane@example.com", name: "Jane Doe", meta: { plan: "free", seats: "3" } } }]);
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

/** Elements with the names of what snippets use of the page, and an empty form with that of the API, or one with its members. */
const named = ["createElement", "querySelector", "head", "body", "currentScript"].map((name) => `<img name="${name}">`).join("");
const forms = { empty: '<form id="MissiveChat"></form>', "with its members": '<form id="MissiveChat"><input name="isOpen"><input name="q"><input name="open"></form>' };
for (const [form, html] of Object.entries(forms))
  for (const name of ["snippet.html", "snippet-gtm.html", "snippet-pinned.html"])
    test(`${name}: elements with the names of its API and of the document's methods, a form ${form}, don't stop it, and calls wait`, async ({ site, chat, page }) => {
      await site.open({ script: `${named}${html}${await snippet(name)}<script>MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)" })</script>` });
      await chat.open();
      expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
      await expect(chat.form).toBeVisible();
      expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(true);
    });

for (const name of ["snippet.html", "snippet-csp.html", "snippet-gtm.html", "snippet-pinned.html"])
  test(`${name}: frames of another site with the names of its API and of its options don't stop it`, async ({ site, chat, page }) => {
    site.cors = true;
    const frames = ["MissiveChat", "MissiveChatConfig"].map((name) => `<iframe name="${name}" src="https://elsewhere.example/"></iframe>`).join("");
    await site.open({ script: frames });
    await page.evaluate((snippet) => document.head.append(document.createRange().createContextualFragment(snippet)), await snippet(name));
    await chat.open();
    await expect(chat.form).toBeVisible();
    expect(site.console.filter((line) => line.startsWith("MissiveChat"))).toEqual([]);
  });

test("the queue is there although an element of the page has its name", async ({ site, chat, page }) => {
  const release = await site.hold("**/missive.js");
  const opened = site.open({ body: '<p id="MissiveChat">Chat</p>', script: `<p id="MissiveChat"></p>${await snippet()}<script>MissiveChat.open()</script>` });
  release();
  await opened;
  await expect(chat.window).toBeVisible();
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(true);
});

test("the queue of the snippet knows every method", async ({ site, page }) => {
  const methods = () => page.evaluate(() => Object.entries(MissiveChat).filter(([, value]) => typeof value == "function").map(([name]) => name).sort());
  const arrive = await openEarly(site, { script: await snippet() });
  const early = await methods();
  await arrive();
  await site.loaded();
  expect(early).toEqual(await methods());
});

test("a call that nobody knows is passed over, and those after it run", async ({ site, chat, page }) => {
  const arrive = await openEarly(site, { script: await snippet(), body: `<script>MissiveChat.q.push(["reopen", []]); MissiveChat.open()</script>` });
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  await arrive();
  await expect(chat.window).toBeVisible();
});

test("the snippet for pages that forbid inline script works on such a page", async ({ site, chat, page }) => {
  await site.open({
    script: await snippet("snippet-csp.html"),
    body: `<script>inline = true</script>`,
    headers: { "content-security-policy": "default-src 'none'; script-src https://chat.example; connect-src https://token.example" },
  });
  await chat.open();
  await expect(chat.status).toHaveText("We’re online");
  expect(await page.evaluate("typeof inline")).toBe("undefined");
});

/** Somebody has got at the chat's host: files there leave a trace on the page. */
const tamper = (site: Site, files: string) =>
  site.page.route(files, (route) => route.fulfill({ body: "window.tampered = true", headers: { "content-type": "text/javascript", "access-control-allow-origin": "*" } }));

test("the pinned snippet brings the chat and all its files, as the build made them", async ({ site, chat }) => {
  site.cors = true;
  // The token endpoint takes its time.
  site.token = async () => {};
  await site.open({ script: await snippet("snippet-pinned.html") });
  await chat.identify();
  await chat.write("Hello");
  await expect.poll(() => site.asked.filter((url) => /^https:\/\/chat\.example\/.*\.js$/.test(url))).toEqual([
    expect.stringMatching(/\/plain\/missive\.[0-9a-f]{10}\.js$/),
    expect.stringContaining("/assets/panel."),
    expect.stringContaining("/assets/connection."),
    expect.stringContaining("/assets/thread."),
  ]);
  await expect(chat.bubbles.last()).toHaveText("Hello");
  expect(site.console).toEqual([]);
});

test("options in the block of the pinned snippet count", async ({ site, chat }) => {
  site.cors = true;
  const script = (await snippet("snippet-pinned.html")).replace(">{}<", '>{"messages": {"title": "Ask the page"}}<');
  await site.open({ script });
  await expect(chat.button).toContainText("Ask the page");
});

test("a pinned snippet takes no other missive.js", async ({ site, page }) => {
  await tamper(site, "**/plain/missive.*.js");
  await site.open({ script: await snippet("snippet-pinned.html") });
  await expect.poll(() => site.console).toEqual([expect.stringContaining("integrity")]);
  expect(await page.evaluate("typeof tampered")).toBe("undefined");
});

test("a pinned launcher takes no other window, nor another missive.js in its place, and the button says that it can’t open", async ({ site, chat, page }) => {
  site.cors = true;
  await tamper(site, "**/assets/panel.*.js");
  await tamper(site, "**/plain/missive.*.js?*");
  await site.open({ script: await snippet("snippet-pinned.html") });
  await chat.button.click();
  await expect(chat.button).toContainText("Sorry");
  expect(await page.evaluate("typeof tampered")).toBe("undefined");
});

test("a pinned launcher takes no other connection, and the visitor hears that it can’t connect", async ({ site, chat, page }) => {
  site.cors = true;
  await tamper(site, "**/assets/connection.*.js");
  await site.open({ script: await snippet("snippet-pinned.html") });
  await chat.identify();
  await chat.write("Hello");
  await expect(chat.bubbles.filter({ hasText: /^Sorry/ })).toBeVisible();
  expect(await page.evaluate("typeof tampered")).toBe("undefined");
});

test("a tag of Google Tag Manager that fires again brings a user where there was none, and else leaves the chat as it is", async ({ site, chat, page }) => {
  const tag = await snippet("snippet-gtm.html");
  await site.open({ script: "" });
  /** As the tag manager does it: a fragment, whose scripts run when it is put into the body. */
  const fire = (email: string) =>
    page.evaluate(
      (html) => void document.body.append(document.createRange().createContextualFragment(html)),
      tag.replace("/* Options may follow", `user: { email: '${email}', name: '' }, $&`),
    );
  const loads = () => site.asked.filter((url) => url.endsWith("/plain/missive.js")).length;
  await fire("");
  await chat.open();
  await expect(chat.form).toBeVisible();
  await fire("");
  expect(loads()).toBe(1);
  await fire("jane@example.com");
  await expect(chat.form).toHaveCount(0);
  await fire("jane@example.com");
  await expect(page.locator("head script[src$='/missive.js']")).toHaveCount(2);
  await expect(page.locator("missive-chat")).toHaveCount(1);
  expect(site.console).toEqual([]);
});

test("the setup page has the chat, and the snippet to copy", async ({ site, chat, page }) => {
  await site.open({ script: "" });
  await page.goto("https://chat.example/plain/index.html");
  await expect(page.locator("pre").first()).toContainText((await snippet()).trim());
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Acme");
});
