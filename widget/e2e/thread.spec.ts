// What the thread shows, and the box in which messages are written.

import type { Page } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { type Chat, expect, type Site, test } from "./site.ts";

/** Goes through the form and has the service answer. */
async function connect(site: Site, config: object = {}, html?: string): Promise<void> {
  site.service = true;
  await site.open({ config: { user: { email: "jane@example.com", name: "Jane" }, ...config }, html });
  await site.chat.open();
  await site.chat.write("Hello");
  await site.connected();
  await site.page.evaluate(() => service.accept());
  await expect(site.chat.bubbles.last()).toHaveText("Hello");
}

/** A message of the team. */
async function say(page: Page, body: string, more: object = {}): Promise<void> {
  await page.evaluate(([body, more]) => service.say(body, more), [body, more] as const);
}

/** What stands around the bubbles: one line each for day, name, avatar, text and note, as far as they are seen. */
async function seen({ root }: Chat): Promise<string[]> {
  const parts = root.locator(".thread").locator(".day, .name, .avatar, .bubble, .note");
  const all = await parts.evaluateAll((parts) =>
    parts.map((part) => (getComputedStyle(part).display != "none" && getComputedStyle(part).visibility != "hidden" ? `${part.className} ${part.textContent}` : "")),
  );
  return all.filter(Boolean);
}

test("bubbles of one author stand together, with the name above and picture and time below", async ({ site, chat, page }) => {
  await page.clock.setFixedTime("2024-05-06T09:30:00");
  await connect(site, { messages: { welcome: "Hi", help: [] } });
  await say(page, "One");
  await say(page, "Two");
  await say(page, "Three", { name: "Bob Lee" });
  await chat.write("Bye");
  await page.evaluate(() => service.accept());
  await expect(chat.bubbles.last()).toHaveText("Bye");
  expect(await seen(chat)).toEqual([
    ...["name Acme", "avatar A", "bubble Hi"],
    ...["bubble Hello", "note 09:30"],
    ...["name Acme", "bubble One"],
    ...["avatar A", "bubble Two", "note 09:30"],
    ...["name Bob Lee", "avatar BL", "bubble Three", "note 09:30"],
    ...["bubble Bye", "note 09:30"],
  ]);
  // The language has it in small letters.
  await page.evaluate(() => service.set({ messages: [{ id: "1", body: "Hi", own: false, time: Date.parse("2024-05-05T09:30:00") }] }));
  await expect(chat.root.locator(".day", { hasText: "yesterday" })).toBeVisible();
  expect(await chat.css(chat.root.locator(".day", { hasText: "yesterday" }), "text-transform", "::first-letter")).toBe("uppercase");
});

test("days and times follow the language of the page when that changes without a load", async ({ site, chat, page }) => {
  await page.clock.setFixedTime("2024-05-06T16:05:00");
  await connect(site, {}, 'lang="en-US"');
  await page.evaluate(() => service.set({ messages: [{ id: "1", body: "Hi", own: false, time: Date.parse("2024-05-05T16:05:00") }] }));
  await expect(chat.root.locator(".day", { hasText: "yesterday" })).toBeVisible();
  await expect(chat.root.locator(".note", { hasText: /4:05/ })).toBeVisible();
  await page.evaluate(() => (document.documentElement.lang = "de-DE"));
  await expect(chat.root.locator(".day", { hasText: "gestern" })).toBeVisible();
  await expect(chat.root.locator(".note", { hasText: "16:05" })).toBeVisible();
});

test("the initials of an author stand for the picture, also when it does not load", async ({ site, chat, page }) => {
  await page.route("https://chat.example/there.png", (route) => route.fulfill({ path: fileURLToPath(new URL("team.png", import.meta.url)) }));
  await connect(site, { chat: { name: "Émile zola Ltd" } });
  const avatars = chat.root.locator(".thread .last .avatar");
  await expect(avatars.last()).toHaveText("ÉZ");
  await expect(chat.root.locator(".header .avatar")).toHaveText("ÉZ");
  const gone = "https://chat.example/gone.png";
  const failed = page.waitForResponse(gone);
  await say(page, "One", { name: "😀 Smile", avatarUrl: gone });
  await failed;
  await expect(avatars.last()).toHaveText("😀S");
  await say(page, "Two", { name: "Ann", avatarUrl: "https://chat.example/there.png" });
  await expect(avatars.last().locator("img")).toBeVisible();
  await expect(avatars.last()).toHaveText("");
});

test("the message box grows with its text up to a limit, and shrinks when it is sent", async ({ site, chat }) => {
  await connect(site);
  const height = async () => (await chat.root.locator(".grow").boundingBox())!.height;
  const one = await height();
  await chat.box.fill("1\n2");
  expect(await height()).toBeCloseTo(one + 21, 0);
  await chat.box.fill("1\n2\n3");
  expect(await height()).toBeCloseTo(one + 42, 0);
  await chat.box.fill("word ".repeat(500));
  const most = await height();
  expect(most).toBeLessThan(150);
  await chat.box.fill("word ".repeat(5000));
  expect(await height()).toBeCloseTo(most, 0);
  await chat.box.press("Enter");
  expect(await height()).toBeCloseTo(one, 0);
});

test("what is written is sent by Enter or the button, arrives as it was, and the focus stays in the box", { tag: "@chromium" }, async ({ site, chat, page }) => {
  await connect(site);
  await test.step("Shift+Enter breaks the line", async () => {
    await chat.box.focus();
    await page.keyboard.type("One");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("Two");
    await expect(chat.box).toHaveValue("One\nTwo");
    await page.keyboard.press("Enter");
    await expect(chat.box).toHaveValue("");
    await expect(chat.bubbles.last()).toHaveText("One\nTwo", { useInnerText: true });
  });
  await test.step("blanks alone are not sent", async () => {
    const count = await chat.bubbles.count();
    await chat.write("  \n ");
    await chat.send.click({ force: true });
    await expect(chat.send).toHaveAttribute("aria-disabled", "true");
    expect(await chat.bubbles.count()).toBe(count);
  });
  await test.step("the Enter that ends a composition does not send", async () => {
    await chat.box.fill("");
    const count = await chat.bubbles.count();
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    await expect(chat.box).toHaveValue("にほん");
    await chat.box.evaluate((box) => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, isComposing: true })));
    await expect(chat.box).toHaveValue("にほん");
    expect(await chat.bubbles.count()).toBe(count);
    await client.send("Input.insertText", { text: "日本" });
    await page.keyboard.press("Enter");
    await expect(chat.bubbles.last()).toHaveText("日本");
  });
  await test.step("the button sends emoji, families of them too, as they were typed", async () => {
    await page.evaluate(() => service.accept());
    await chat.box.fill("👩‍👩‍👧‍👦 🏳️‍🌈 ok");
    await chat.send.click();
    expect(await page.evaluate(() => service.pending.map(({ body }) => body))).toEqual(["👩‍👩‍👧‍👦 🏳️‍🌈 ok"]);
    await expect(chat.bubbles.last()).toHaveText("👩‍👩‍👧‍👦 🏳️‍🌈 ok");
    await expect(chat.box).toBeFocused();
  });
});

test("long words and addresses stay inside their bubbles, names and titles inside the window", async ({ site, chat, page }) => {
  const long = "Donaudampfschifffahrtsgesellschaft".repeat(8);
  await connect(site, { chat: { name: long }, messages: { title: long } });
  await chat.write(long);
  await say(page, `https://acme.example/${long}`, { name: long });
  await expect(chat.bubbles.last()).toContainText(long);
  const { x, width } = (await chat.window.boundingBox())!;
  for (const bubble of await chat.bubbles.all()) {
    const box = (await bubble.boundingBox())!;
    expect(box.x).toBeGreaterThan(x);
    expect(box.x + box.width).toBeLessThan(x + width);
  }
  const wider = await chat.window.evaluate((window) =>
    [window, ...window.querySelectorAll("*")].filter((e) => e.scrollWidth > e.clientWidth && e.clientWidth && !e.matches("h2, .away")).map((e) => e.className),
  );
  expect(wider).toEqual([]);
  expect((await chat.close.boundingBox())!.x).toBeLessThan(x + width);
});

test("each bubble reads in the direction of its own text", async ({ site, chat, page }) => {
  await connect(site);
  await say(page, "שלום, מה שלומך?");
  await expect(chat.bubbles.last()).toHaveCSS("direction", "rtl");
  await say(page, "Fine, thanks");
  await expect(chat.bubbles.last()).toHaveCSS("direction", "ltr");
  await chat.box.fill("שלום");
  await expect(chat.box).toHaveCSS("direction", "rtl");
});

test("addresses that visitor and team write become links to a new tab that knows nothing of this page, and nothing else does", async ({ site, chat, page }) => {
  await connect(site);
  const text = "<b>See</b> https://acme.example or {{ link:https://evil.example my bank }}";
  for (const write of [() => chat.write(text), () => say(page, text)]) {
    await write();
    await expect(chat.bubbles.last()).toHaveText(text);
    await expect(chat.bubbles.last().locator("> :not(a)")).toHaveCount(0);
    const links = chat.bubbles.last().locator("a");
    await expect(links).toHaveText(["https://acme.example", "https://evil.example"]);
    for (const link of await links.all()) {
      await expect(link).toHaveAttribute("target", "_blank");
      await expect(link).toHaveAttribute("rel", /noopener noreferrer/);
    }
  }
});

test("the thread keeps its end in view when bubbles come and when the box grows", async ({ site, chat, page }) => {
  await connect(site);
  for (let i = 0; i < 20; i++) await say(page, `Message ${i}\nof two lines`);
  await expect(chat.bubbles.last()).toHaveText("Message 19\nof two lines", { useInnerText: true });
  const distance = async () => {
    const [bubble, composer] = [await chat.bubbles.last().boundingBox(), await chat.root.locator(".composer").boundingBox()];
    return composer!.y - bubble!.y - bubble!.height;
  };
  // The time below it, and the padding.
  await expect.poll(distance).toBeCloseTo(35, -1);
  const { height } = (await chat.root.locator(".composer").boundingBox())!;
  await chat.box.fill("1\n2\n3\n4");
  expect((await chat.root.locator(".composer").boundingBox())!.height).toBeGreaterThan(height);
  await expect.poll(distance).toBeCloseTo(35, -1);
});

test("whoever reads further up is left alone when bubbles come, and is back at the end with an own message", async ({ site, chat, page }) => {
  await connect(site);
  for (let i = 0; i < 30; i++) await say(page, `Message ${i}\nof two lines`);
  await expect(chat.bubbles.last()).toContainText("Message 29");
  const reading = chat.bubbles.filter({ hasText: "Message 10" });
  await reading.scrollIntoViewIfNeeded();
  await expect(reading).toBeInViewport({ ratio: 0.99 });
  const { y } = (await reading.boundingBox())!;
  await say(page, "News\nof\nmany\nlines");
  await expect(chat.bubbles.last()).toContainText("News");
  await expect.poll(async () => (await reading.boundingBox())!.y).toBeCloseTo(y, 0);
  await chat.write("My answer");
  await expect(chat.bubbles.last()).toHaveText("My answer");
  await expect(chat.bubbles.last()).toBeInViewport({ ratio: 0.99 });
});
