// The chat is a guest: it takes nothing from the page that it is on, and whatever that page does to its elements does not reach it.

import type { Page } from "@playwright/test";
import { expect, type PageOptions, type Site, test } from "./site.ts";

const missive = "https://chat.example/plain/missive.js";

/** The names of all globals, the page as it stands, and its height. */
const look = (page: Page) =>
  page.evaluate(() => ({ globals: Object.getOwnPropertyNames(window), html: document.documentElement.outerHTML, height: document.documentElement.scrollHeight }));

/** What the browser has stored for the page. */
const stored = (page: Page) =>
  page.evaluate(async () => {
    const databases = [...(await indexedDB.databases()), ...(await caches.keys())];
    return [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie, ...databases].filter(Boolean);
  });

/** Waits until the browser has nothing to do. */
const idle = (page: Page) => page.evaluate(() => new Promise<unknown>((resolve) => requestIdleCallback(resolve)));

test("a page gets one element, one global and one request, and nothing is kept before somebody chats", async ({ site, chat, page }) => {
  site.service = true;
  const options = { script: `<script async src="${missive}"></script>`, body: "<h1>A page</h1>" + "<p>With text</p>".repeat(200) };
  site.gone.add("plain/missive.js");
  await site.open(options);
  await idle(page);
  const without = await look(page);

  site.gone.clear();
  site.requests.length = 0;
  await site.open(options);
  await site.loaded();
  await idle(page);
  const withChat = await look(page);
  const globals = ({ globals }: typeof without) => globals.filter((name) => !without.globals.includes(name));
  expect(withChat.html).toBe(without.html.replace("</html>", '<missive-chat lang="en"></missive-chat></html>'));
  expect(withChat.height).toBe(without.height);
  expect(globals(withChat)).toEqual(["MissiveChat"]);
  expect(site.asked).toEqual([missive]);
  expect(await stored(page)).toEqual([]);

  await test.step("the first hint of interest loads the window, and still nothing is kept", async () => {
    await chat.button.hover();
    await expect(chat.root.locator(".window")).toBeAttached();
    expect(site.asked).toEqual([missive, expect.stringContaining("/assets/panel.")]);
    expect(await stored(page)).toEqual([]);
  });

  await test.step("in use it leaves no other global behind, and no script element", async () => {
    await chat.identify();
    await chat.write("Hello");
    await site.connected();
    expect(globals(await look(page))).toEqual(["MissiveChat", "service"]);
    await expect(page.locator("missive-chat script")).toHaveCount(0);
  });
});

test("nothing on the page moves when the chat comes, opens and closes", async ({ site, chat, page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = ((window as never as { shifts: number[] }).shifts = []);
    const note = (list: PerformanceObserverEntryList) => shifts.push(...list.getEntries().map((entry) => (entry as never as { value: number }).value));
    new PerformanceObserver(note).observe({ type: "layout-shift", buffered: true });
  });
  await site.open({ body: "<h1>A page</h1>" + "<p>With text</p>".repeat(200) });
  await chat.open();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  // Shifts are told after the frame in which they happen.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  expect(await page.evaluate("shifts")).toEqual([]);
});

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
const trusted = "require-trusted-types-for 'script'; trusted-types missive-chat";

/** Collects what the browser reports of the page's policy. */
async function watchPolicy(page: Page): Promise<() => Promise<unknown>> {
  await page.addInitScript(() => {
    const violations: string[] = ((window as never as { violations: string[] }).violations = []);
    addEventListener("securitypolicyviolation", (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
  });
  return () => page.evaluate("violations");
}

// What breaks one of them breaks both.
test("under a strict Content-Security-Policy and Trusted Types it opens, looks right, asks, sends, receives, and breaks no rule", async ({ site, chat, page }) => {
  site.service = true;
  const violations = await watchPolicy(page);
  const headers = { "content-security-policy": `${policy}; ${trusted}` };
  await site.open({ account: "own", self: true, headers, config: { chat: { avatarUrl: "https://site.example/team.png" } } });
  await chat.identify();
  await chat.write("Hello");
  await site.connected();
  await page.evaluate(() => (service.accept(), service.say("Welcome")));
  await expect(chat.bubbles.last()).toHaveText("Welcome");
  await expect(chat.window).toHaveCSS("width", "350px");
  await expect(chat.window).toHaveCSS("background-color", "rgb(255, 255, 255)");
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  expect(await violations()).toEqual([]);
  expect(site.console.filter((text) => !/404/.test(text))).toEqual([]);
});

test("its policy of Trusted Types makes addresses of our files alone", async ({ site, chat, page }) => {
  await site.open({ account: "own", self: true, headers: { "content-security-policy": `${policy}; ${trusted}` } });
  await chat.open();
  const made = (url: string) => page.evaluate((url) => String((window as never as { trustedTypes: { missiveChat: { createScriptURL(url: string): unknown } } }).trustedTypes.missiveChat.createScriptURL(url)), url);
  const base = new URL(await page.evaluate(() => location.origin)).origin;
  const sdk = "https://sdk.twilio.com/js/conversations/releases/3.0.0/twilio-conversations.min.js";
  for (const url of [`${base}/assets/panel.12345678.js`, `${base}/own/missive.js?1`, sdk]) expect(await made(url), url).toBe(url);
  const strange = [
    "https://evil.example/assets/panel.js",
    `${base}.evil.example/assets/panel.js`,
    base,
    `${base}/upload.js`,
    `${base}/uploads/evil.js`,
    `${base}/uploads/missive.js`,
    `${base}/a/b/c.js`,
    `${base}/assets`,
    `${base}/assets/`,
    `${base}/assets/..`,
    `${base}/assets/../upload.js`,
    `${base}/assets/..\\upload.js`,
    `${base}/assets/x\\..\\..\\upload.js`,
    `${base}/../upload.js`,
    `${base}/assets/%2e%2e/upload.js`,
    "data:,alert(1)",
    "/assets/panel.js",
    "https://sdk.twilio.com/js/video/releases/2.0.0/a.js",
    "https://sdk.twilio.com/js/conversations/releases/2.0.0/twilio-conversations.min.js",
  ];
  for (const url of strange) expect(await made(url), url).toBe("");
});

test("under Trusted Types it comes back after it was taken off the page", async ({ site, chat, page }) => {
  const violations = await watchPolicy(page);
  await site.open({
    account: "own",
    self: true,
    headers: { "content-security-policy": `${policy}; ${trusted}` },
    // Cloned, so that the page needs no policy of its own.
    body: `<template><script src="/own/missive.js"></script></template>`,
  });
  for (const time of [1, 2, 3]) {
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.window).toBeVisible();
    await page.evaluate(() => MissiveChat.destroy());
    await expect(chat.root).toHaveCount(0);
    await page.evaluate(() => document.body.append(document.importNode(document.querySelector("template")!.content, true)));
    await site.loaded();
    expect(await violations(), `time ${time}`).toEqual([]);
  }
});

const style = (css: string): PageOptions => ({ head: `<style>${css}</style>`, body: "" });
const plain = style("");
const hostile: Record<string, PageOptions> = {
  // See-through as well: where all is unset, the head shows as text.
  "unsets everything": style("* { all: unset !important; color: transparent !important }"),
  "hides whatever has no business there": style(`
    div, section, button, dialog, textarea, span { display: none !important; visibility: hidden !important; opacity: 0 !important }
  `),
  "has variables of the same names": style(`
    :root { --main-color: red; --width: 10px; --top: 90px }
    * { --main-color: red !important; --height: 50px !important; --tall: 9px !important }
  `),
  "has huge text": style(`
    html { font-size: 40px }
    * { font: italic 900 40px/3 monospace !important; text-align: center !important; text-indent: 1em !important }
    * { letter-spacing: 9px !important; text-transform: uppercase !important }
  `),
  "transforms its body": style(`
    body { transform: scale(.3) rotate(9deg); filter: blur(4px); zoom: 3; opacity: .2; perspective: 9px }
    body { contain: strict; position: absolute; overflow: hidden; width: 9px }
  `),
  "dresses its form elements": style(`
    button, input, textarea, label, a, form, svg, img, p, h2, ::placeholder {
      margin: 30px !important; border: 9px dotted red !important; background: lime !important; color: red !important; fill: red !important;
      font: 40px serif !important; box-shadow: 0 0 9px red !important; position: static !important; transform: rotate(9deg) !important;
    }
  `),
  "lays out its root as a grid": style(`
    html { display: grid; grid-template-columns: 20px 20px; gap: 50px; overflow: hidden; height: 100% }
    html > * {
      width: 20px !important; height: 20px !important; position: absolute !important; z-index: -1 !important;
      overflow: hidden !important; clip-path: inset(50%) !important;
    }
  `),
};

/** Pictures of the button, the form, and the thread with something in it. */
async function pictures(site: Site, options: PageOptions): Promise<Buffer[]> {
  const { page, chat } = site;
  const shoot = () => page.screenshot({ animations: "disabled" });
  // Text that has moved is not drawn to the same pixels.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.clock.setFixedTime("2024-05-06T09:30:00");
  await site.open({ account: "alone", ...options });
  const button = await shoot();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.form.getByLabel("Name")).toBeFocused();
  const form = await shoot();
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.getByLabel("Email").press("Enter");
  await chat.write("A question about https://acme.example");
  await site.connected();
  await page.evaluate(() => (service.say("An answer"), service.refuse()));
  await expect(chat.bubbles.last()).toHaveText("An answer");
  const thread = await shoot();
  await page.evaluate(() => localStorage.clear());
  return [button, form, thread];
}

/** Whether two pictures show the same. A round edge of which only a part is drawn anew comes out a shade lighter or darker. */
const same = (page: Page, ...pictures: [Buffer, Buffer]) =>
  page.evaluate(
    async (pictures) => {
      const pixels = pictures.map(async (picture) => {
        const image = await createImageBitmap(await (await fetch("data:image/png;base64," + picture)).blob());
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.width, image.height).data;
      });
      const [a, b] = await Promise.all(pixels);
      return a!.every((value, i) => Math.abs(value - b![i]!) < 32);
    },
    pictures.map((picture) => picture.toString("base64")),
  );

test("whatever a page does to its elements changes nothing of how the chat looks", { tag: "@chromium" }, async ({ site, page }) => {
  test.slow();
  site.service = true;
  const wanted = await pictures(site, plain);
  for (const [what, options] of Object.entries(hostile))
    await test.step("a page that " + what, async () => {
      const got = await pictures(site, options);
      expect.soft(await Promise.all(got.map((picture, i) => same(page, picture, wanted[i]!))), what).toEqual([true, true, true]);
    });
});

test("on a page that is written from right to left it keeps its corner, and reads from right to left", async ({ site, chat }) => {
  const boxes = async () => {
    await chat.atRest();
    return Promise.all([chat.button, chat.window].map((part) => part.boundingBox()));
  };
  await site.open();
  await chat.open();
  const wanted = await boxes();
  await site.open({ html: 'lang="he" dir="rtl"' });
  // It was open when the visitor left.
  await expect(chat.window).toBeVisible();
  const got = await boxes();
  expect(got[1]).toEqual(wanted[1]);
  // The button is as wide as its text.
  expect(got[0]!.x + got[0]!.width).toBe(wanted[0]!.x + wanted[0]!.width);
  const { x, width } = (await chat.window.boundingBox())!;
  expect((await chat.close.boundingBox())!.x).toBeLessThan(x + width / 2);
  expect((await chat.root.locator(".row .avatar").last().boundingBox())!.x).toBeGreaterThan(x + width / 2);

  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.locator(".submit").click();
  // The empty box, too, reads from right to left; what is written, by itself.
  await expect(chat.box).toHaveCSS("direction", "rtl");
  await chat.box.fill("Hello");
  await expect(chat.box).toHaveCSS("direction", "ltr");
});

/** Elements that take the place of what the document has, and of what the page may have for the chat. */
const named =
  ["currentScript", "createElement", "createElementNS", "body", "documentElement", "addEventListener", "querySelector", "hasFocus", "activeElement", "fullscreenElement"].map((name) => `<img name="${name}">`).join("") +
  `<form id="MissiveChat">${["isOpen", "q", "destroy", "open"].map((name) => `<input name="${name}" hidden>`).join("")}</form>` +
  `<a id="MissiveChatConfig"></a><form id="MissiveChatConfig" name="user"><input name="email" value="x@example.com" hidden></form>`;

test("elements of the page that carry its names don't hide them from it", async ({ site, chat, page }) => {
  await site.open({
    head: "<base href='https://elsewhere.example/deep/down/'>",
    script: `${named}<script async src="${missive}"></script>`,
  });
  await expect(chat.button).toBeVisible();
  await chat.open();
  expect(site.asked.find((url) => url.includes("/panel."))).toMatch("https://chat.example/assets/");
  expect(await page.evaluate("typeof MissiveChat.open")).toBe("function");
});

test("on a page with another base address all files are found, and nothing is asked from there", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({
    head: '<base href="https://elsewhere.example/deep/">',
    script: '<script async src="https://site.example/own/missive.js"></script>',
    body: '<a href="#missive-chat">Ask us</a>',
  });
  await site.loaded();
  await page.getByText("Ask us").click();
  await expect(chat.window).toBeVisible();
  expect(page.url()).toBe("https://site.example/");
  expect(site.asked.filter((url) => !url.startsWith("https://site.example/"))).toEqual([]);
});

const isolated = { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" };

test("on a page that isolates itself from other sites it works, by the policy of the host's files", async ({ site, chat, page }) => {
  site.service = site.corp = true;
  await site.open({ account: "baked", headers: isolated, config: { chat: { scheme: "host" } } });
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await chat.open();
  await expect.poll(() => chat.window.locator(".header img").evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBeGreaterThan(0);
  expect(site.console).toEqual([]);
});

test("on such a page with crossorigin in its snippet all files are loaded in that way", async ({ site, chat }) => {
  site.cors = true;
  // Says nothing, as the browser would say in the console that a request has failed.
  site.token = async () => {};
  const script = '<script async crossorigin src="https://chat.example/plain/missive.js"></script>';
  await site.open({ headers: isolated, script: `<script>MissiveChatConfig = { chat: { scheme: "host", nmae: "" } }</script>${script}` });
  await chat.identify();
  await chat.write("Hello");
  await expect.poll(() => site.asked.map((url) => /assets\/(\w+)/.exec(url)?.[1]).filter(Boolean).sort()).toEqual(["connection", "early", "faults", "panel", "thread"]);
  await expect.poll(() => site.console.filter((line) => !line.startsWith("MissiveChat: ") && !line.includes("token.example"))).toEqual([]);
});

test("what the page keeps from being selected can be selected in the chat", async ({ site, chat, page }) => {
  await site.open({ head: "<style>html, body { user-select: none; -webkit-user-select: none }</style>" });
  await chat.open();
  await chat.bubbles.first().selectText();
  expect(await page.evaluate(() => `${getSelection()}`)).toContain("Hi there!");
  expect(await chat.css(chat.bubbles.first(), "user-select")).toBe("text");
});

test("in a sandboxed frame, where all storage throws, it can be used", async ({ site, page }) => {
  site.service = true;
  site.add("/frame", {});
  await site.open({ script: " ", body: '<iframe src="/frame" sandbox="allow-scripts" width="800" height="700"></iframe>' });
  const chat = site.chatIn("iframe");
  await chat.identify();
  await chat.write("Hello");
  await expect(chat.bubbles.last()).toHaveText("Hello");
  const frame = page.frames()[1]!;
  await site.connected(frame);
  await frame.evaluate(() => (service.accept(), service.say("Welcome")));
  await expect(chat.bubbles.last()).toHaveText("Welcome");
  expect(await frame.evaluate(() => { try { return !!localStorage } catch { return "throws" } })).toBe("throws");
});

test("in a sandboxed frame, where no locks are to be had, the message goes all the same", { tag: "@chromium" }, async ({ site }) => {
  const asked: unknown[] = [];
  site.token = async (route) => {
    asked.push(route.request().postDataJSON());
    await route.abort();
  };
  site.add("/frame", {});
  await site.open({ script: " ", body: '<iframe src="/frame" sandbox="allow-scripts" width="800" height="700"></iframe>' });
  const chat = site.chatIn("iframe");
  await chat.identify();
  await chat.write("Hello");
  await expect.poll(() => asked[0]).toMatchObject({ account: "plain", visitor: { name: "Jane Doe", email: "jane@example.com" }, message: { body: "Hello" } });
});

test("where others have written under its name it opens, and can be written in, without a word", async ({ site, chat, page }) => {
  site.service = true;
  const left = JSON.stringify({ open: 1, visitor: 5, draft: ["Hello"], session: {}, outbox: "Hello" });
  const store = `localStorage["missive-chat:plain"] = ${JSON.stringify(left)}`;
  await site.open({ head: `<script>ready = 0; ${store}</script>`, config: "{ user: null, chat: { rememberOpenState: false }, onReady() { ready++ } }" });
  expect(await page.evaluate("ready")).toBe(1);
  await chat.identify();
  await expect(chat.box).toHaveValue("");
  expect(site.asked.filter((url) => url.includes("/connection."))).toEqual([]);
  await chat.write("Hello");
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself.", "Thanks", "How can we help?", "Hello"]);
  expect(await site.pending()).toMatchObject([{ body: "Hello" }]);
  expect(site.console).toEqual([]);
});

test("the page's keyboard shortcuts hear nothing of what is typed in the chat, and Escape closes it all the same", async ({ site, chat, page }) => {
  await site.open({
    body: `<script>
      heard = [];
      for (const type of ["keydown", "keypress", "keyup"]) document.addEventListener(type, ({ key }) => heard.push(type + " " + key));
    </script>`,
  });
  await page.keyboard.press("s");
  expect(await page.evaluate("heard.splice(0)")).toEqual(["keydown s", "keypress s", "keyup s"]);
  await chat.open();
  await chat.form.getByLabel("Name").focus();
  await page.keyboard.press("s");
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await page.keyboard.press("Enter");
  await expect(chat.box).toBeFocused();
  await page.keyboard.type("s?");
  await page.keyboard.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("s?");
  await page.keyboard.press("Escape");
  await expect(chat.window).toBeHidden();
  expect(await page.evaluate("heard")).toEqual([]);
});

test("a page can hide it by its style, and is not locked by a chat that is opened then", async ({ site, chat, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await site.open({ head: "<style>missive-chat { display: none }</style>", body: '<input aria-label="Search">' });
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.root.locator("dialog[open]")).toBeAttached();
  await page.getByLabel("Search").click();
  await expect(page.getByLabel("Search")).toBeFocused();
  await page.addStyleTag({ content: "missive-chat { display: contents !important }" });
  await expect(chat.window).toBeVisible();
  await page.locator("missive-chat").evaluate((element) => element.setAttribute("style", "display: none !important"));
  await expect(chat.window).toBeHidden();
});

test("loaded in the head, before there is a body, it comes behind the page: neither first in the order of Tab nor below what the page stacks", async ({ site, chat, page }) => {
  await site.open({
    head: `<script src="${missive}"></script><script>before = document.querySelector("missive-chat")</script>`,
    script: "",
    body: '<a href="/elsewhere">A link</a><div style="position: fixed; inset: 0; z-index: 2147483647"></div>',
  });
  await expect(chat.button).toBeVisible();
  expect(await page.evaluate("before")).toBeNull();
  await page.keyboard.press("Tab");
  await expect(page.getByText("A link")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(chat.button).toBeFocused();
  await chat.button.click();
  await expect(chat.window).toBeVisible();
});
