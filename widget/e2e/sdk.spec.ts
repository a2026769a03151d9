// Where Twilio's SDK comes from: a file of our own, or Twilio's host.

import { readFile } from "node:fs/promises";
import { sdk } from "./backend.ts";
import { expect, test } from "./talk.ts";

const requireJs = readFile(new URL("../node_modules/requirejs/require.js", import.meta.url), "utf8");

/** As https://www.npmjs.com/package/@twilio/conversations has it for this version. */
const integrity = "sha256-IJF0NPIwIoqgcZfa94Je9Dhga6UI9gt8m6lBFlWsXjg=";

declare global {
  /** In the page: script elements that somebody has added. */
  var scripts: { src: string; integrity: string; crossOrigin: string | null }[];
}

const watchScripts = `<script>
  scripts = [];
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const { localName, src, integrity, crossOrigin } of addedNodes) if (localName == "script") scripts.push({ src, integrity, crossOrigin });
  }).observe(document, { childList: true, subtree: true });
</script>`;

test("connection.sdk: cdn loads Twilio's file with the published hash, and leaves no Twilio behind", async ({ talk, page }) => {
  const chat = await talk.begin("One", { account: "cdn", head: watchScripts });
  const loaded = await page.evaluate(() => scripts.filter(({ src }) => src.startsWith("https://sdk.twilio.com/")));
  expect(loaded).toEqual([{ src: "https://sdk.twilio.com/js/conversations/releases/3.0.0/twilio-conversations.min.js", integrity, crossOrigin: "anonymous" }]);
  expect(await page.evaluate(() => "Twilio" in window)).toBe(false);
  await (await talk.team()).send("Two");
  await talk.whole(["One", "Two"], chat);
});

test("connection.sdk: bundled asks nobody else, and makes no Twilio", async ({ talk, page }) => {
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  const chat = await talk.begin("One");
  await (await talk.team()).send("Two");
  await talk.whole(["One", "Two"], chat);
  expect([...hosts]).toEqual([new URL(page.url()).host]);
  expect(await page.evaluate(() => "Twilio" in window)).toBe(false);
});

for (const own of ['{ Voice: "mine" }', '{ Voice: "mine", Conversations: { Client: "old" } }'])
  test(`a page's own Twilio stays as it was: ${own}`, async ({ talk, page }) => {
    const chat = await talk.begin("One", { account: "cdn", head: `<script>Twilio = ${own}; mine = Twilio; theirs = Twilio.Conversations; text = JSON.stringify(Twilio)</script>` });
    expect(await page.evaluate("[Twilio === mine, Twilio.Conversations === theirs, JSON.stringify(Twilio) === text]")).toEqual([true, true, true]);
    await talk.whole(["One"], chat);
  });

for (const account of ["bundled", "cdn"] as const)
  test(`connection.sdk: ${account} keeps away from the page's module loader, and that from it`, async ({ talk, page }) => {
    await page.route("**/late.js", (route) => route.fulfill({ contentType: "text/javascript", body: "define([], () => 'late')" }));
    const loader = `<script>${await requireJs}</script><script>define("early", [], () => "early"); mine = [define, require]</script>`;
    const chat = await talk.begin("One", { account, head: loader });
    const module = (name: string) => page.evaluate(`new Promise((done, failed) => require(["${name}"], done, failed))`);
    expect([await module("early"), await module("/late.js")]).toEqual(["early", "late"]);
    expect(await page.evaluate("Object.keys(require.s.contexts._.defined)")).toEqual(["early", "/late.js"]);
    expect(await page.evaluate("mine[0] === define && mine[1] === require")).toBe(true);
    await (await talk.team()).send("Two");
    await talk.whole(["One", "Two"], chat);
  });

test("a page's own Twilio that comes while the SDK is on its way stays as it is", async ({ talk, page }) => {
  const chat = await talk.open({ account: "cdn" });
  await page.route("https://sdk.twilio.com/**", async (route) => {
    await page.evaluate('Twilio = { Voice: "mine" }');
    await route.fallback();
  });
  await chat.open();
  await chat.write("One");
  await talk.whole(["One"], chat);
  expect(await page.evaluate("Twilio")).toEqual({ Voice: "mine" });
});

test("a page may bring a Twilio of its own afterwards", async ({ talk, page }) => {
  const chat = await talk.begin("One", { account: "cdn" });
  await page.addScriptTag({ path: sdk });
  await chat.write("Two");
  await (await talk.team()).send("Three");
  await talk.whole(["One", "Two", "Three"], chat);
  expect(await page.evaluate(() => Object.keys(Twilio))).toEqual(["Conversations"]);
});

test("a pinned launcher runs no bundled SDK but that of its build", async ({ talk, page }) => {
  await page.clock.install();
  const chat = await talk.open({ pinned: true });
  await page.route("**/assets/sdk.*.js", async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), "cache-control": "no-store" }; // or the browser would have it again
    await route.fulfill({ headers, body: (await response.text()) + "\nchanged = true" });
  });
  await chat.open();
  await chat.write("One");
  await expect(chat.bubbles).toHaveText(["One", /^Your messages reach us/, /hello@acme\.example/]);
  expect(await page.evaluate(() => "changed" in window)).toBe(false);
  await page.unroute("**/assets/sdk.*.js");
  await page.clock.fastForward(60_000);
  await talk.whole(["One"], chat);
});

test("what comes from Twilio's host with other bytes is not run", async ({ talk, page }) => {
  await page.clock.install();
  const chat = await talk.open({ account: "cdn" });
  const body = (await readFile(sdk, "utf8")) + "\nchanged = true";
  await page.route("https://sdk.twilio.com/**", (route) => route.fulfill({ body, headers: { "content-type": "text/javascript", "access-control-allow-origin": "*" } }));
  await chat.open();
  await chat.write("One");
  await expect(chat.bubbles).toHaveText(["One", /^Your messages reach us/, /hello@acme\.example/]);
  expect(await page.evaluate(() => "changed" in window)).toBe(false);
  await page.unroute("https://sdk.twilio.com/**");
  await page.clock.fastForward(60_000);
  await talk.whole(["One"], chat);
});

/** What becomes of the service's replies: the first lets the socket in; the next ones answer what the client asks for to start. */
const spoilt: Record<string, (message: string, reply: number) => string> = {
  "is not let in for now": (message, reply) => (reply ? message : message.replace('"code":200', '"code":503')),
  "has no answer at all": () => "",
  "is let in, and refused what it asks for": (message, reply) => (reply ? message.replace('"code":200', '"code":403') : message),
  "is let in, and has no answer": (message, reply) => (reply ? "" : message),
};
for (const [what, spoil] of Object.entries(spoilt))
  test(`a client that ${what} is followed by another one alone, and leaves no connection behind: it would count as somebody who is there`, async ({ talk, page }) => {
    const open = new Set<object>();
    let most = 0;
    let made = 0;
    await page.routeWebSocket(/./, (socket) => {
      open.add(socket);
      made++;
      most = Math.max(most, open.size);
      const server = socket.connectToServer();
      let replies = 0;
      server.onMessage((message) => {
        const now = `${message}`.includes('"method":"reply"') ? spoil(`${message}`, replies++) : message;
        if (now) socket.send(now);
      });
      socket.onClose(() => (open.delete(socket), server.close()));
    });
    await page.clock.install();
    const chat = await talk.open();
    await chat.open();
    await chat.write("One");
    await expect.poll(() => made).toBe(1);
    while (made < 4) await page.clock.runFor(5000);
    // The one that goes may still be closing when the next one comes.
    expect(most).toBeLessThanOrEqual(2);
    await page.evaluate(() => MissiveChat.destroy());
    await page.clock.runFor(60_000);
    await expect.poll(() => open.size).toBe(0);
  });
