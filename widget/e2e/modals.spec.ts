// Modal dialogs and fullscreen of the page, and the window's own being modal where it fills the screen.

import type { Page } from "@playwright/test";
import { type Chat, expect, test } from "./site.ts";

/** Whoever is known gets the message box at once. */
const config = { user: { email: "jane@example.com" } };
const head = '<script src="/libraries.js"></script>';

const isOpen = (page: Page) => page.evaluate(() => MissiveChat.isOpen());
const isModal = (chat: Chat) => chat.root.locator(".window").evaluate((window) => window.matches(":modal"));

/** Whether a click into the middle of the message box meets it, and nothing that lies above it. */
const onTop = (chat: Chat) =>
  chat.box.evaluate((box) => {
    const { x, y, width, height } = box.getBoundingClientRect();
    return (box.getRootNode() as ShadowRoot).elementFromPoint(x + width / 2, y + height / 2) == box;
  });

/** Modal dialogs of libraries: what stands in the body, and what opens it. The focus is in it then. */
const libraries: Record<string, [body: string, open: string]> = {
  "Bootstrap 5": [
    `<style>.modal { position: fixed; inset: 0; z-index: 1055 }</style>
    <div class="modal" id="dialog" tabindex="-1"><div class="modal-dialog"><input aria-label="Name"></div></div>`,
    "new libraries.Modal('#dialog').show()",
  ],
  "focus-trap": ["<div id='dialog'><input aria-label='Name'></div>", "libraries.createFocusTrap('#dialog').activate()"],
};
for (const name of ["Radix", "Headless UI", "MUI", "React Aria"])
  libraries[name] = ["<div id='root'></div>", `libraries.openDialog(${JSON.stringify(name)}, document.getElementById("root"))`];

for (const [name, [body, open]] of Object.entries(libraries))
  test(`while a modal dialog of ${name} is open, a chat that is opened takes letters, clicks and Tab`, async ({ site, chat, page }) => {
    await site.open({ head, body, config });
    await page.evaluate(open);
    const field = page.getByLabel("Name");
    // Bootstrap begins after its motion.
    await expect.poll(() => page.evaluate("document.activeElement != document.body")).toBe(true);
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.box).toBeFocused();
    await page.keyboard.type("Hel");
    await chat.box.click();
    await page.keyboard.type("lo");
    await expect(chat.box).toHaveValue("Hello");
    await page.keyboard.press("Tab");
    await expect(chat.send).toBeFocused();
    await chat.send.click();
    await expect(chat.bubbles.last()).toHaveText("Hello");
    await expect(field).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(chat.window).toBeHidden();
    // What is the page's stays open, and has the focus again.
    await expect(field).toBeVisible();
    expect(await page.evaluate("document.activeElement.tagName")).not.toBe("MISSIVE-CHAT");
  });

const dialog = `<dialog id="dialog" aria-label="Order"><input aria-label="Name"><button data-missive-open>Ask us</button></dialog>`;

test("a chat that is opened from inside of a modal <dialog> is above it, takes letters and clicks, and Escape closes the chat alone", async ({ site, chat, page }) => {
  await site.open({ body: dialog, config });
  await page.evaluate("dialog.showModal()");
  await page.getByText("Ask us").click();
  await expect(chat.box).toBeFocused();
  expect(await isOpen(page)).toBe(true);
  expect(await onTop(chat)).toBe(true);
  await chat.box.click();
  await page.keyboard.type("Hello");
  await chat.send.click();
  await expect(chat.bubbles.last()).toHaveText("Hello");
  await page.keyboard.press("Escape");
  await expect(chat.window).toBeHidden();
  expect(await isOpen(page)).toBe(false);
  expect(await page.evaluate("dialog.open")).toBe(true);
  await expect(page.getByText("Ask us")).toBeFocused();
  await page.keyboard.press("Escape");
  expect(await page.evaluate("dialog.open")).toBe(false);
});

test("a chat that was open before the page's modal <dialog> comes above it when it is opened again, and tells the page once", async ({ site, chat, page }) => {
  await site.open({ body: dialog, config: `{ ...${JSON.stringify(config)}, onOpen() { opened++ } }`, head: "<script>opened = 0</script>" });
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.box).toBeFocused();
  expect(await isModal(chat)).toBe(false);
  await page.evaluate("dialog.showModal()");
  await page.getByText("Ask us").click();
  await expect(chat.box).toBeFocused();
  expect(await onTop(chat)).toBe(true);
  // And above one that comes after that.
  await page.evaluate("document.body.appendChild(document.createElement('dialog')).showModal()");
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.box).toBeFocused();
  await page.keyboard.type("Hello");
  await expect(chat.box).toHaveValue("Hello");
  expect(await page.evaluate("opened")).toBe(1);
});

test("over a part of the page in fullscreen the chat is seen and can be used; when that ends, it stands beside the page again", async ({ site, chat, page }) => {
  const body = `<div id="video">A video<button data-missive-open>Ask us</button></div><button onclick="video.requestFullscreen()">Larger</button><input aria-label="Search">`;
  await site.open({ body, config });
  await page.getByText("Larger").click();
  await expect.poll(() => page.evaluate("document.fullscreenElement?.id")).toBe("video");
  await page.getByText("Ask us").click();
  await expect(chat.box).toBeFocused();
  expect(await onTop(chat)).toBe(true);
  await chat.box.click();
  await page.keyboard.type("Hello");
  await expect(chat.box).toHaveValue("Hello");
  await page.evaluate(() => document.exitFullscreen());
  await expect.poll(() => isModal(chat)).toBe(false);
  await expect(chat.box).toBeFocused();
  await page.getByLabel("Search").click();
  await expect(page.getByLabel("Search")).toBeFocused();
  await expect(chat.window).toBeVisible();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  const body = '<input aria-label="Search"><a href="/elsewhere">A link</a>';
  const inChat = (page: Page) => page.evaluate(() => [document.body, document.querySelector("missive-chat")].includes(document.activeElement as HTMLElement));

  test("the focus can’t go behind the window, by Tab or by the page", async ({ site, chat, page }) => {
    await site.open({ body, config });
    await chat.open();
    await expect(chat.box).toBeFocused();
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press("Tab");
      expect(await inChat(page)).toBe(true);
    }
    await page.getByLabel("Search").evaluate((field) => field.focus());
    expect(await inChat(page)).toBe(true);
  });

  test("Escape closes it wherever the focus is, unless the page has handled it, and gives the focus back to the button", async ({ site, chat, page }) => {
    await site.open({ body, config, head: "<script>handle = true; addEventListener('keydown', (event) => handle && event.preventDefault())</script>" });
    await chat.open();
    await expect(chat.box).toBeFocused();
    await chat.box.evaluate((box) => box.blur());
    await page.keyboard.press("Escape");
    await expect(chat.window).toBeVisible();
    expect(await isOpen(page)).toBe(true);
    await page.evaluate("handle = false");
    await page.keyboard.press("Escape");
    await expect(chat.window).toBeHidden();
    expect(await isOpen(page)).toBe(false);
    await expect(chat.button).toBeFocused();
  });

  test("an Escape by which the browser closes it without asking is told, too", async ({ site, chat, page }) => {
    await site.open({ body, config: `{ ...${JSON.stringify(config)}, onClose() { ended = true } }` });
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.box).toBeFocused();
    await chat.root.locator("dialog").evaluate((dialog: HTMLDialogElement) => dialog.close());
    await expect(chat.window).toBeHidden();
    expect(await isOpen(page)).toBe(false);
    expect(await page.evaluate("ended")).toBe(true);
  });
});

// Firefox, where the size of the screen is emulated, tells of its change only with the next.
test("a window that comes to fill the screen, zoomed in to 400 %, is modal as long as it does, and keeps what was focused", { tag: "@chromium" }, async ({ site, chat, page }) => {
  await site.open({ config });
  await chat.open();
  await chat.box.fill("Hel");
  expect(await isModal(chat)).toBe(false);
  await page.setViewportSize({ width: 320, height: 200 });
  await expect.poll(() => isModal(chat)).toBe(true);
  await expect(chat.box).toBeFocused();
  await page.keyboard.type("lo");
  await page.setViewportSize({ width: 1280, height: 800 });
  await expect.poll(() => isModal(chat)).toBe(false);
  await expect(chat.box).toBeFocused();
  await expect(chat.box).toHaveValue("Hello");
  expect(await isOpen(page)).toBe(true);
});
