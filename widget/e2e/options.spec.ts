// What each option of the page does. The texts are in messages.spec.ts, the style variables in variables.spec.ts.

import type { Locator, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./build.ts";
import { type Chat, expect, type Site, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

/** Answers a picture of the foreign site. */
const serve = (page: Page, name: string) => page.route("https://site.example/" + name, (route) => route.fulfill({ path: join(dist, "../team.png") }));

test("id: the snippet loads the account that the page names", async ({ site, chat }) => {
  const snippet = await readFile(join(dist, "plain/snippet.html"), "utf8");
  await site.open({ script: snippet.replace("id: 'plain'", "id: 'baked'") });
  await expect(chat.button).toContainText("Ask the baker");
  expect(site.asked).toEqual(["https://chat.example/baked/missive.js"]);
});

test("chat.language: the element says in which language its texts are, whatever the page's is", async ({ site, page }) => {
  const lang = () => page.locator("missive-chat").getAttribute("lang");
  await site.open({ html: 'lang="de"' });
  expect(await lang()).toBe("en");
  await site.open({ html: 'lang="de"', config: { chat: { language: "fr-CA" }, messages: { title: "Bonjour" } } });
  expect(await lang()).toBe("fr-CA");
});

test("chat.position: each puts button and window into its corner", async ({ site, chat, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  for (const [position, side] of [["bottom-right", "right"], ["bottom-left", "left"]] as const) {
    await site.open({ config: { chat: { position, rememberOpenState: false } } });
    const distances = (part: Locator) =>
      part.evaluate((element, side) => [Math.abs(element.getBoundingClientRect()[side] - (side == "left" ? 0 : innerWidth)), innerHeight - element.getBoundingClientRect().bottom], side);
    expect(await distances(chat.button), position).toEqual([20, 20]);
    await chat.open();
    await expect.poll(() => distances(chat.window), position).toEqual([20, 20]);
  }
});

test("chat.hidden: there is no button, but the API opens the chat", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { hidden: true } } });
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();

  await test.step("MissiveChat.showButton: shows it, and opens nothing", async () => {
    await page.evaluate(() => MissiveChat.showButton());
    await expect(chat.button).toBeVisible();
    expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  });

  await test.step("MissiveChat.hideButton: hides the button alone, until it is shown again", async () => {
    await chat.open();
    await page.evaluate(() => MissiveChat.hideButton());
    await expect(chat.window).toBeVisible();
    await chat.close.click();
    await expect(chat.window).toBeHidden();
    await expect(chat.button).toBeHidden();
    await page.evaluate(() => MissiveChat.showButton());
    await expect(chat.button).toBeVisible();
  });
});

/** A visitor with a picture writes, and Zoe, who has one too, answers. */
async function talk(site: Site, chat: Chat, page: Page): Promise<void> {
  await chat.open();
  await chat.write("Hello");
  await site.connected();
  await page.evaluate(() => service.say("Hi", { name: "Zoe", avatarUrl: "https://site.example/zoe.png" }));
  await expect(chat.bubbles).toHaveCount(4);
}

test("what stands around the messages is there by default, in the words and pictures of the page", async ({ site, chat, page }) => {
  site.service = true;
  for (const name of ["us.png", "jane.png", "zoe.png"]) await serve(page, name);
  const user = { ...jane, avatarUrl: "https://site.example/jane.png" };
  await site.open({ config: { user, chat: { name: "Rocket Repairs", avatarUrl: "https://site.example/us.png" } } });
  await talk(site, chat, page);
  await test.step("chat.name: stands in the header, above the team's messages, and names the window", async () => {
    await expect(chat.window.getByRole("heading")).toHaveText("Rocket Repairs");
    await expect(page.getByRole("dialog", { name: "Rocket Repairs" })).toBeVisible();
  });
  await test.step("chat.showNames: names stand above messages", async () => {
    await expect(chat.window.locator(".name").filter({ visible: true })).toHaveText(["Rocket Repairs", "Zoe"]);
  });
  await test.step("chat.avatarUrl: shows in the header and beside the team's messages, but for who has a picture of their own", async () => {
    const pictures = chat.window.locator(".header .avatar img, .row .avatar img");
    await expect(pictures).toHaveCount(5);
    const shown = await pictures.evaluateAll((all) => all.map((picture) => picture.getAttribute("src")!.replace("https://site.example/", "")));
    expect(shown).toEqual(["us.png", "us.png", "us.png", "jane.png", "zoe.png"]);
  });
  await test.step("user.avatarUrl: shows beside the user's own messages", async () => {
    await expect(chat.window.locator(".own .avatar img")).toHaveAttribute("src", "https://site.example/jane.png");
  });
  await test.step("chat.showOnlineStatus: the status is in the header", async () => {
    await expect(chat.status).toBeVisible();
    await expect(chat.window.locator(".header i")).toHaveCount(1);
  });
  await test.step("chat.hideBranding: the line at the foot is there", async () => {
    await expect(chat.window.getByText("Powered by Missive Live Chat")).toBeVisible();
  });
});

test("what stands around the messages can be left out", async ({ site, chat, page }) => {
  site.service = true;
  const off = { name: "", showNames: false, showAvatars: false, showOnlineStatus: false, hideBranding: true, rememberOpenState: false };
  await site.open({ config: { user: { ...jane, avatarUrl: "https://site.example/jane.png" }, chat: off, messages: { title: "Ask away" } } });
  await talk(site, chat, page);
  await test.step("chat.name: an empty one gives way to the title", async () => {
    await expect(chat.window.getByRole("heading")).toHaveText("Ask away");
    await expect(page.getByRole("dialog", { name: "Ask away" })).toBeVisible();
  });
  await test.step("chat.showNames: false leaves out names", async () => {
    await expect(chat.window.locator(".name").filter({ visible: true })).toHaveCount(0);
  });
  await test.step("chat.showAvatars: false leaves out pictures and initials", async () => {
    await expect(chat.window.locator(".avatar")).toHaveCount(0);
  });
  await test.step("chat.showOnlineStatus: false leaves out the status", async () => {
    await expect(chat.window.locator(".status, .header i")).toHaveCount(0);
  });
  await test.step("chat.hideBranding: true leaves out the line at the foot", async () => {
    await expect(chat.window.getByText("Powered by Missive Live Chat")).toHaveCount(0);
  });
  await test.step("chat.rememberOpenState: false remembers nothing", async () => {
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("open");
  });
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

test("the other ways are offered below the error when the chat can't connect", async ({ site, chat }) => {
  await site.open({ account: "alone", config: { support: { email: "help@site.example", phone: "+1 (555) 010-99" }, user: jane } });
  await chat.open();
  await chat.write("Hello");
  await expect(chat.bubbles.nth(-2)).toContainText("Sorry, there is an issue");
  for (const [channel, href, text] of [
    ["support.email", "mailto:help@site.example", "help@site.example"],
    ["support.phone", "tel:+155501099", "+1 (555) 010-99"],
  ] as const)
    await expect.soft(chat.bubbles.last().getByRole("link", { name: text, exact: true }), channel).toHaveAttribute("href", href);
});

test("chat.rememberOpenState: the chat is there at once, and leaves the focus where it is; who has closed it finds it closed", async ({ site, chat, page }) => {
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

  await page.evaluate(() => MissiveChat.close());
  await site.open();
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
});
