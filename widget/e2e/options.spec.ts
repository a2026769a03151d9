// What each option of the page does. The texts are in messages.spec.ts, the style variables in variables.spec.ts.

import type { Locator, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./build.ts";
import { expect, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

/** Answers a picture of the foreign site. */
const serve = (page: Page, name: string) => page.route("https://site.example/" + name, (route) => route.fulfill({ path: join(dist, "../team.png") }));

test("id: the snippet loads the account that the page names", async ({ site, chat }) => {
  const snippet = await readFile(join(dist, "plain/snippet.html"), "utf8");
  await site.open({ script: snippet.replace("id: 'plain'", "id: 'baked'") });
  await expect(chat.button).toContainText("Ask the baker");
  expect(site.asked).toEqual(["https://chat.example/baked/missive.js"]);
});

for (const [position, side] of [["bottom-right", "right"], ["bottom-left", "left"]] as const) {
  test(`chat.position: ${position} puts button and window into that corner`, async ({ site, chat, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await site.open({ config: { chat: { position } } });
    const distances = (part: Locator) =>
      part.evaluate((element, side) => [Math.abs(element.getBoundingClientRect()[side] - (side == "left" ? 0 : innerWidth)), innerHeight - element.getBoundingClientRect().bottom], side);
    expect(await distances(chat.button)).toEqual([20, 20]);
    await chat.open();
    await expect.poll(() => distances(chat.window)).toEqual([20, 20]);
  });
}

test("chat.hidden: there is no button, but the API opens the chat", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { hidden: true } } });
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("chat.name: stands in the header, above the team's messages, and names the window", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { name: "Rocket Repairs" } } });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Rocket Repairs");
  await expect(chat.window.locator(".name").first()).toHaveText("Rocket Repairs");
  await expect(page.getByRole("dialog", { name: "Rocket Repairs" })).toBeVisible();
});

test("chat.name: an empty one gives way to the title", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { name: "" }, messages: { title: "Ask away" } } });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Ask away");
  await expect(chat.window.locator(".name").first()).toHaveText("Ask away");
  await expect(page.getByRole("dialog", { name: "Ask away" })).toBeVisible();
});

test("chat.avatarUrl: the page's picture shows in the header and beside messages", async ({ site, chat, page }) => {
  await serve(page, "us.png");
  await site.open({ config: { chat: { avatarUrl: "https://site.example/us.png" } } });
  await chat.open();
  const pictures = chat.window.locator(".header .avatar img, .row .avatar img");
  await expect(pictures).toHaveCount(3);
  for (const picture of await pictures.all()) await expect(picture).toHaveAttribute("src", "https://site.example/us.png");
});

test("chat.avatarUrl: a picture that the build has copied is found beside the script", async ({ site, chat }) => {
  await site.open({ account: "baked" });
  await chat.open();
  await expect(chat.window.locator(".header .avatar img")).toHaveAttribute("src", /^https:\/\/chat\.example\/assets\/team\.\w+\.png$/);
});

test("chat.avatarUrl: without one, initials of the name stand there", async ({ site, chat }) => {
  await site.open({ config: { chat: { name: "acme rocket company" } } });
  await chat.open();
  await expect(chat.window.locator(".header .avatar")).toHaveText("AR");
});

test("chat.avatarUrl: when it does not load, initials of the name stand there", async ({ site, chat, page }) => {
  const missing = page.waitForResponse("https://site.example/gone.png");
  await site.open({ config: { chat: { name: "Zoe", avatarUrl: "https://site.example/gone.png" } } });
  await chat.open();
  expect((await missing).status()).toBe(404);
  await expect(chat.window.locator(".header .avatar")).toHaveText("Z");
  await expect(chat.window.locator(".header .avatar img")).toHaveCount(0);
});

test("chat.hideWhenOffline: the button comes once the team is known to be online", async ({ site, chat, page }) => {
  const answer = await site.hold("https://token.example/**");
  const asked = page.waitForRequest("https://token.example/token?account=plain");
  await site.open({ config: { chat: { hideWhenOffline: true } } });
  await asked;
  await expect(chat.button).toBeHidden();
  answer();
  await expect(chat.button).toBeVisible();
});

test("chat.hideWhenOffline: there is no button while the team is offline", async ({ site, chat, page }) => {
  site.online = false;
  await site.open({ config: { chat: { hideWhenOffline: true } } });
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.status).toHaveText("We’re offline");
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("chat.hideWhenOffline: where nothing can say that the team is online there is no button, but the API opens the chat", async ({ site, chat, page }) => {
  await site.open({ account: "alone", config: { chat: { hideWhenOffline: true } } });
  await page.evaluate(() => new Promise<unknown>((resolve) => requestIdleCallback(resolve)));
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.status).toHaveText("We’re offline");
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("chat.hideWhenOffline: by default nobody asks, and the button is there", async ({ site, chat, page }) => {
  site.online = false;
  await site.open();
  await expect(chat.button).toBeVisible();
  await page.evaluate(() => new Promise<unknown>((resolve) => requestIdleCallback(resolve)));
  expect(site.asked).toEqual(["https://chat.example/plain/missive.js"]);
});

for (const [hideBranding, count] of [[false, 1], [true, 0]] as const) {
  test(`chat.hideBranding: ${hideBranding} ${count ? "shows" : "leaves out"} the line at the foot`, async ({ site, chat }) => {
    await site.open({ config: { chat: { hideBranding } } });
    await chat.open();
    await expect(chat.window.getByText("Powered by Missive Live Chat")).toHaveCount(count);
  });
}

for (const [showOnlineStatus, count] of [[true, 1], [false, 0]] as const) {
  test(`chat.showOnlineStatus: ${showOnlineStatus} ${count ? "shows" : "leaves out"} the status in the header`, async ({ site, chat }) => {
    await site.open({ config: { chat: { showOnlineStatus } } });
    await chat.open();
    await expect(chat.window.getByText("Acme").first()).toBeVisible();
    await expect(chat.window.getByText("We’re online")).toHaveCount(count);
    await expect(chat.window.locator(".header i")).toHaveCount(count);
  });
}

for (const showAvatars of [true, false]) {
  test(`chat.showAvatars: ${showAvatars} ${showAvatars ? "shows" : "leaves out"} pictures and initials`, async ({ site, chat, page }) => {
    site.service = true;
    await serve(page, "jane.png");
    await site.open({ config: { chat: { showAvatars }, user: { ...jane, avatarUrl: "https://site.example/jane.png" } } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await page.evaluate(() => service.say("Hi", { name: "Zoe", avatarUrl: "https://site.example/jane.png" }));
    await expect(chat.bubbles).toHaveCount(4);
    await expect(chat.window.locator(".header .avatar")).toHaveCount(showAvatars ? 1 : 0);
    await expect(chat.window.locator(".row .avatar")).toHaveCount(showAvatars ? 4 : 0);
  });
}

for (const showNames of [true, false]) {
  test(`chat.showNames: ${showNames} ${showNames ? "shows" : "leaves out"} names above messages`, async ({ site, chat, page }) => {
    site.service = true;
    await site.open({ config: { chat: { showNames }, user: jane } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await page.evaluate(() => service.say("Hi", { name: "Zoe" }));
    await expect(chat.bubbles).toHaveCount(4);
    await expect(chat.window.locator(".name").filter({ visible: true })).toHaveText(showNames ? ["Acme", "Zoe"] : []);
  });
}

for (const [channel, config, href, text] of [
  ["support.email", { email: "help@site.example" }, "mailto:help@site.example", "help@site.example"],
  ["support.phone", { email: "", phone: "+1 (555) 010-99" }, "tel:+155501099", "+1 (555) 010-99"],
] as const) {
  test(channel + ": is offered below the error when the chat can't connect", async ({ site, chat }) => {
    await site.open({ account: "alone", config: { support: config, user: jane } });
    await chat.open();
    await chat.write("Hello");
    await expect(chat.bubbles.nth(-2)).toContainText("Sorry, there is an issue");
    const link = chat.bubbles.last().getByRole("link", { name: text, exact: true });
    await expect(link).toHaveAttribute("href", href);
  });
}

for (const [width, opens] of [[600, true], [599, false]] as const) {
  test(`chat.rememberOpenState: on a screen of ${width} px the chat that was open ${opens ? "opens" : "stays closed"}`, async ({ site, chat, page }) => {
    await page.setViewportSize({ width, height: 800 });
    await site.open();
    await chat.open();
    await site.open();
    expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(opens);
    if (opens) await expect(chat.window).toBeVisible();
  });
}

test("chat.rememberOpenState: the chat is there at once, and leaves the focus where it is", async ({ site, chat, page }) => {
  const config = { chat: { variables: { "transition-duration": "1000s" } } };
  await site.open({ config });
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  expect(await chat.window.evaluate((element) => element.getAnimations().length)).toBeGreaterThan(0);
  await site.open({ config, body: "<input autofocus>" });
  await expect(chat.window).toBeVisible();
  expect(await chat.css(chat.window, "opacity")).toBe("1");
  expect(await chat.window.evaluate((element) => element.getAnimations().length)).toBe(0);
  await expect(page.locator("input[autofocus]")).toBeFocused();
});

test("chat.rememberOpenState: a chat that was closed stays closed", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await site.open();
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});

test("chat.rememberOpenState: each account remembers its own", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  await site.open({ account: "baked" });
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});

test("chat.rememberOpenState: false opens nothing by itself", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  await site.open({ config: { chat: { rememberOpenState: false } } });
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});

test("chat.rememberOpenState: false remembers nothing", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { rememberOpenState: false } } });
  await chat.open();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test("meta: goes with each message as texts", async ({ site, chat }) => {
  site.service = true;
  await site.open({ config: { user: jane, meta: { plan: "free", seats: 3, trial: true } } });
  await chat.open();
  await chat.write("Hello");
  expect((await site.pending())[0]!.attributes).toEqual({ ...jane, meta: { plan: "free", seats: "3", trial: "true" } });
});

test("meta: what is always sent can't be changed", async ({ site, chat }) => {
  site.service = true;
  await site.open({ config: { user: jane, meta: { language: "xx", platform: "Amiga", browser: "Mosaic" } } });
  await chat.open();
  await chat.write("Hello");
  expect((await site.pending())[0]!.attributes.meta).toEqual({});
});
