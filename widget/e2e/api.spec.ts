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
  await site.open();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await expect(chat.form.getByLabel("Name")).toBeFocused();
});

test("MissiveChat.open: does nothing when the window is open already", async ({ site, chat, page }) => {
  await site.open(recording());
  await chat.open();
  await chat.close.focus();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await expect(chat.close).toBeFocused();
  expect(await called(page)).toEqual([["onReady"], ["onOpen"]]);
});

test("MissiveChat.close: hides the window and brings back the button", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  await page.evaluate(() => MissiveChat.close());
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeVisible();
});

test("MissiveChat.toggle: opens what is closed and closes what is open", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => MissiveChat.toggle());
  await expect(chat.window).toBeVisible();
  await page.evaluate(() => MissiveChat.toggle());
  await expect(chat.window).toBeHidden();
});

test("MissiveChat.isOpen: follows the methods at once, and what the visitor does", async ({ site, chat, page }) => {
  const isOpen = () => page.evaluate(() => MissiveChat.isOpen());
  await site.open();
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

test("MissiveChat.showButton: shows a hidden button, and opens nothing", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { hidden: true } } });
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.showButton());
  await expect(chat.button).toBeVisible();
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});

test("MissiveChat.hideButton: hides the button alone, until it is shown again", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  await page.evaluate(() => MissiveChat.hideButton());
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.showButton());
  await expect(chat.button).toBeVisible();
});

test("MissiveChat.setMeta: replaces the custom data of the messages to come", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ account: "baked", config: { user: jane, meta: { seats: 3 } } });
  await chat.open();
  expect(await metaOfNext(site)).toEqual({ plan: "baked", seats: "3" });
  await page.evaluate(() => MissiveChat.setMeta({ trial: true }));
  expect(await metaOfNext(site)).toEqual({ trial: "true" });
  await page.evaluate(() => MissiveChat.setMeta({}));
  expect(await metaOfNext(site)).toEqual({});
});

test("MissiveChat.addMeta: adds what is new, and leaves what is set as it is", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ account: "baked", config: { user: jane, meta: { seats: 3 } } });
  await page.evaluate(() => MissiveChat.addMeta({ plan: "added", seats: 9, trial: true }));
  await chat.open();
  expect(await metaOfNext(site)).toEqual({ plan: "baked", seats: "3", trial: "true" });
  await page.evaluate(() => MissiveChat.addMeta({ trial: false, since: "2018" }));
  expect(await metaOfNext(site)).toEqual({ plan: "baked", seats: "3", trial: "true", since: "2018" });
});

for (const method of ["MissiveChat.setMeta", "MissiveChat.addMeta"]) {
  test(method + ": refuses with a warning what is no text, or can't be changed", async ({ site, chat, page }) => {
    site.service = true;
    await site.open({ config: { user: jane } });
    await chat.open();
    await page.evaluate(method + `({ company: { name: "Acme" }, tags: ["a"], gone: null, seats: 3, language: "xx" })`);
    expect(await metaOfNext(site)).toEqual({ seats: "3" });
    expect(site.console).toEqual([
      "MissiveChat: meta.company must be a text",
      "MissiveChat: meta.tags must be a text",
      "MissiveChat: meta.language can’t be changed",
    ]);
  });
}

test("MissiveChat.destroy: takes the chat off the page, and elements that opened it don't any more", async ({ site, chat, page }) => {
  await site.open({ body: "<button data-missive-open>Chat</button>" });
  await chat.open();
  await page.evaluate(() => MissiveChat.destroy());
  await expect(page.locator("missive-chat")).toHaveCount(0);
  await page.getByRole("button", { name: "Chat" }).click();
  await expect(page.locator("missive-chat")).toHaveCount(0);
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});

test("onReady: is called once, when all methods can be used", async ({ site, chat, page }) => {
  await site.open({
    head: "<script>calls = []</script>",
    config: `{ onReady() { calls.push(["onReady", MissiveChat.isOpen()]); MissiveChat.hideButton(); MissiveChat.open(); } }`,
  });
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
  expect(await called(page)).toEqual([["onReady", false]]);
});

test("onVisitorIdentified: is called with what the form says, once it is sent", async ({ site, chat, page }) => {
  await site.open(recording());
  await chat.identify("  Jane Doe ", "jane@example.com");
  expect(await called(page)).toEqual([["onReady"], ["onOpen"], ["onVisitorIdentified", jane]]);
});

test("onVisitorIdentified: is not called for a form that is wrong or skipped", async ({ site, chat, page }) => {
  await site.open(recording("visitor: { requireEmail: false }"));
  await chat.open();
  await chat.form.getByLabel("Email").fill("jane at home");
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.form.getByText("Please enter a valid email address.")).toBeVisible();
  await chat.form.getByRole("button", { name: "Skip" }).click();
  await expect(chat.box).toBeVisible();
  expect(await called(page)).toEqual([["onReady"], ["onOpen"]]);
});

test("onChatStarted: is called once, when the service has accepted the first message", async ({ site, chat, page }) => {
  site.service = true;
  await site.open(recording());
  await chat.identify();
  const started = async () => (await called(page)).filter(([name]) => name == "onChatStarted");
  await chat.write("Hello");
  await site.pending();
  await page.evaluate(() => service.refuse());
  expect(await started()).toEqual([]);
  await chat.window.getByRole("button", { name: "Send again" }).click();
  expect(await started()).toEqual([]);
  await page.evaluate(() => service.accept());
  expect(await started()).toEqual([["onChatStarted", jane]]);
  await chat.write("And one more thing");
  await page.evaluate(() => (service.accept(), service.say("Go on")));
  expect(await started()).toEqual([["onChatStarted", jane]]);
});

test("onNewMessage: is called with the text of each message from the team, in both states of the window", async ({ site, chat, page }) => {
  site.service = true;
  await site.open(recording(`user: ${JSON.stringify(jane)}`));
  await chat.open();
  await chat.write("Hello");
  await site.pending();
  await page.evaluate(() => (service.accept(), service.say("Hi Jane")));
  await chat.close.click();
  await page.evaluate(() => service.say("Still there?"));
  expect(await called(page)).toEqual([["onReady"], ["onOpen"], ["onChatStarted", jane], ["onNewMessage", "Hi Jane"], ["onClose"], ["onNewMessage", "Still there?"]]);
});

for (const [path, index] of [
  ["onOpen", 0],
  ["onClose", 1],
] as const) {
  test(path + ": is called whoever causes it", async ({ site, chat, page }) => {
    await site.open({ ...recording(), body: "<a data-missive-open>Chat</a>" });
    const count = async () => (await called(page)).filter(([name]) => name == path).length;
    const ways = [
      [() => chat.button.click(), () => chat.close.click()],
      [() => page.evaluate(() => MissiveChat.open()), () => page.evaluate(() => MissiveChat.close())],
      [() => page.evaluate(() => MissiveChat.toggle()), () => page.evaluate(() => MissiveChat.toggle())],
      [() => page.getByText("Chat", { exact: true }).click(), () => page.keyboard.press("Escape")],
    ];
    for (const [i, [open, close]] of ways.entries()) {
      await open!();
      await expect(chat.window).toBeVisible();
      expect(await count()).toBe(i + 1 - index);
      await close!();
      await expect(chat.window).toBeHidden();
      expect(await count()).toBe(i + 1);
    }
  });
}

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

test("elements with data-missive-open, and links to #missive-chat, open the chat", async ({ site, chat, page }) => {
  await site.open({
    body: `<form action="/elsewhere"><button data-missive-open>Ask</button></form>
      <a href="#missive-chat"><b>Write</b> to us</a>`,
  });
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();

  await page.getByText("Write", { exact: true }).click();
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();

  await page.evaluate(() => {
    const late = document.createElement("p");
    late.textContent = "Late";
    late.dataset.missiveOpen = "";
    document.body.append(late);
  });
  await page.getByText("Late").click();
  await expect(chat.window).toBeVisible();
  // Neither the form nor the link has led anywhere.
  expect(page.url()).toBe("https://site.example/");
});
