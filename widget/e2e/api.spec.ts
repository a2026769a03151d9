// The methods of window.MissiveChat, the callbacks of the configuration, and the elements that open the chat.
// setUser is in visitor.spec.ts, setVariables in variables.spec.ts, destroy at length in lifecycle.spec.ts.

import type { Page } from "@playwright/test";
import { callbacks } from "../src/shared/generated.ts";
import { expect, type PageOptions, type Site, test } from "./site.ts";

declare global {
  /** In the page: which callbacks were called, in order, with what. */
  var calls: [callback: string, ...given: unknown[]][];
}

const jane = { email: "jane@example.com", name: "Jane Doe" };

/** A page that writes down all calls of its callbacks. */
const recording = (more = ""): PageOptions => ({
  head: "<script>calls = []</script>",
  config: `{ ${callbacks.map((name) => `${name}: (...given) => calls.push(["${name}", ...given])`).join()}, ${more} }`,
});

const called = (page: Page) => page.evaluate(() => calls);

/** The custom data of the next message. */
async function metaOfNext(site: Site): Promise<object> {
  await site.chat.write("Hello");
  return (await site.pending()).at(-1)!.attributes.meta as Record<string, string>;
}

test("MissiveChat.open: shows the window, with the focus in it", async ({ site, chat, page }) => {
  const isOpen = () => page.evaluate(() => MissiveChat.isOpen());
  await site.open(recording());
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await expect(chat.form.getByLabel("Name")).toBeFocused();

  await test.step("once it is open, MissiveChat.open tells nobody, and a focus that is in it stays where it is", async () => {
    await chat.close.focus();
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.window).toBeVisible();
    await expect(chat.close).toBeFocused();
    expect(await called(page)).toEqual([["onReady"], ["onOpen"]]);
  });

  await test.step("MissiveChat.close: hides the window and brings back the button", async () => {
    await page.evaluate(() => MissiveChat.close());
    await expect(chat.window).toBeHidden();
    await expect(chat.button).toBeVisible();
  });

  await test.step("MissiveChat.toggle: opens what is closed and closes what is open", async () => {
    await page.evaluate(() => MissiveChat.toggle());
    await expect(chat.window).toBeVisible();
    await page.evaluate(() => MissiveChat.toggle());
    await expect(chat.window).toBeHidden();
  });

  await test.step("MissiveChat.isOpen: follows the methods at once, and what the visitor does", async () => {
    expect(await isOpen()).toBe(false);
    expect(await page.evaluate(() => (MissiveChat.open(), MissiveChat.isOpen()))).toBe(true);
    expect(await page.evaluate(() => (MissiveChat.close(), MissiveChat.isOpen()))).toBe(false);
    await expect(chat.window).toBeHidden();
    await chat.open();
    expect(await isOpen()).toBe(true);
    await chat.close.click();
    await expect(chat.window).toBeHidden();
    expect(await isOpen()).toBe(false);
  });
});

test("meta: goes with each message, as it is when that is sent", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ account: "baked", config: { user: jane, meta: { seats: 3 } } });
  await page.evaluate(() => MissiveChat.addMeta({ plan: "added", seats: 9, trial: true }));
  await chat.open();
  await test.step("MissiveChat.addMeta: adds what is new, and leaves what is set as it is", async () => {
    expect(await metaOfNext(site)).toEqual({ plan: "baked", seats: "3", trial: "true" });
    await page.evaluate(() => MissiveChat.addMeta({ trial: false, since: "2018" }));
    expect(await metaOfNext(site)).toEqual({ plan: "baked", seats: "3", trial: "true", since: "2018" });
  });
  await test.step("MissiveChat.setMeta: replaces the custom data of the messages to come", async () => {
    await page.evaluate(() => MissiveChat.setMeta({ trial: true }));
    expect(await metaOfNext(site)).toEqual({ trial: "true" });
    await page.evaluate(() => MissiveChat.setMeta({}));
    expect(await metaOfNext(site)).toEqual({});
    expect(site.console).toEqual([]);
  });
  await test.step("both leave out, with a warning, what is no text or can't be changed", async () => {
    await page.evaluate('MissiveChat.setMeta({ company: { name: "Acme" }, gone: null, seats: 3, language: "xx" })');
    await page.evaluate('MissiveChat.addMeta({ tags: ["a"], platform: "Amiga" })');
    expect(await metaOfNext(site)).toEqual({ seats: "3" });
    expect(site.console.sort()).toEqual([
      "MissiveChat: meta.company must be a text",
      "MissiveChat: meta.language can’t be changed",
      "MissiveChat: meta.platform can’t be changed",
      "MissiveChat: meta.tags must be a text",
    ]);
  });
});

test("the callbacks are called once each, when what they tell of has happened", async ({ site, chat, page }) => {
  site.service = true;
  await site.open(recording());
  const happened = async () => page.evaluate(() => calls.splice(0));
  await test.step("onReady: when all methods can be used", async () => {
    expect(await happened()).toEqual([["onReady"]]);
  });
  await test.step("onVisitorIdentified: with what the form says, once it is sent as it should be", async () => {
    await chat.open();
    await chat.form.getByLabel("Email").fill("jane at home");
    await chat.form.getByRole("button", { name: "Submit" }).click();
    await expect(chat.form.getByText("Please enter a valid email address.")).toBeVisible();
    expect(await happened()).toEqual([["onOpen"]]);
    await chat.form.getByLabel("Name").fill("  Jane Doe ");
    await chat.form.getByLabel("Email").fill("jane@example.com");
    await chat.form.getByRole("button", { name: "Submit" }).click();
    await expect(chat.box).toBeVisible();
    expect(await happened()).toEqual([["onVisitorIdentified", jane]]);
  });
  await test.step("onChatStarted: when the service has accepted the first message", async () => {
    await chat.write("Hello");
    await site.pending();
    await page.evaluate(() => service.refuse());
    await chat.window.getByRole("button", { name: "Send again" }).click();
    expect(await happened()).toEqual([]);
    await page.evaluate(() => service.accept());
    expect(await happened()).toEqual([["onChatStarted", jane]]);
    await chat.write("And one more thing");
    await page.evaluate(() => service.accept());
    expect(await happened()).toEqual([]);
  });
  await test.step("onNewMessage: with the text of each message from the team, in both states of the window", async () => {
    await page.evaluate(() => service.say("Hi Jane"));
    expect(await happened()).toEqual([["onNewMessage", "Hi Jane"]]);
    await chat.close.click();
    await page.evaluate(() => service.say("Still there?"));
    expect(await happened()).toEqual([["onClose"], ["onNewMessage", "Still there?"]]);
  });
});

test("onOpen and onClose are called whoever causes it", async ({ site, chat, page }) => {
  await site.open({ ...recording(), body: "<a data-missive-open>Chat</a>" });
  expect(await page.evaluate(() => calls.splice(0))).toEqual([["onReady"]]);
  const ways = [
    [() => chat.button.click(), () => chat.close.click()],
    [() => page.evaluate(() => MissiveChat.open()), () => page.evaluate(() => MissiveChat.close())],
    [() => page.evaluate(() => MissiveChat.toggle()), () => page.evaluate(() => MissiveChat.toggle())],
    [() => page.getByText("Chat", { exact: true }).click(), () => page.keyboard.press("Escape")],
  ];
  for (const [open, close] of ways) {
    await test.step("onOpen: " + open, async () => {
      await open!();
      await expect(chat.window).toBeVisible();
      expect(await page.evaluate(() => calls.splice(0))).toEqual([["onOpen"]]);
    });
    await test.step("onClose: " + close, async () => {
      await close!();
      await expect(chat.window).toBeHidden();
      expect(await page.evaluate(() => calls.splice(0))).toEqual([["onClose"]]);
    });
  }
});

test("callbacks that throw are reported, and the chat goes on", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: `{ ${callbacks.map((name) => `${name}() { throw Error("${name} of the page") }`).join()} }` });
  await chat.identify();
  await chat.write("Hello");
  await site.pending();
  await page.evaluate(() => (service.accept(), service.say("Hi")));
  await expect(chat.bubbles.last()).toHaveText("Hi");
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await page.evaluate(() => service.say("Still there?"));
  await expect(chat.badge).toHaveText("1");
  const reported = ["onReady", "onOpen", "onVisitorIdentified", "onChatStarted", "onNewMessage", "onClose", "onNewMessage"];
  expect(site.errors.splice(0)).toEqual(reported.map((name) => name + " of the page"));
});
