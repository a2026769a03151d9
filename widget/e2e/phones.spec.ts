// On phones and other small screens.

import type { Locator, Page } from "@playwright/test";
import { launcherDefaults } from "../src/shared/generated.ts";
import { type Chat, expect, test } from "./site.ts";

const box = async (part: Locator) => {
  const { x, y, width, height } = (await part.boundingBox())!;
  return { left: x, top: y, right: x + width, bottom: y + height, width, height };
};

/** Opened, and no longer on its way. */
async function openAtRest(chat: Chat): Promise<void> {
  await chat.open();
  await chat.atRest();
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  /** What the on-screen keyboard, or zooming, does to the part of the page that is seen. */
  const see = (page: Page, seen: { height?: number; offsetTop?: number; scale?: number }) =>
    page.evaluate((seen) => {
      for (const [name, value] of Object.entries(seen)) Object.defineProperty(visualViewport, name, { value, configurable: true });
      visualViewport!.dispatchEvent(new Event("resize"));
    }, seen);

  test("the window fills the screen, without corners and borders; opening calls no keyboard", async ({ site, chat }) => {
    await site.open();
    expect((await box(chat.button)).height).toBeGreaterThanOrEqual(44);
    await chat.button.tap();
    // The focus is in the window, but in no field.
    await expect(chat.window).toBeFocused();
    await chat.atRest();
    expect(await box(chat.window)).toMatchObject({ left: 0, top: 0, width: 360, height: 740 });
    await expect(chat.window).toHaveCSS("border-radius", "0px");
    await expect(chat.window).toHaveCSS("border-width", "0px");
    await expect(chat.button).toBeHidden();
    await test.step("the page behind stays where it is when the thread is scrolled to its ends", async () => {
      await expect(chat.root.locator(".scroller")).toHaveCSS("overscroll-behavior", "contain");
    });
    await test.step("what is tapped is large enough for a thumb", async () => {
      for (const part of [chat.close, chat.send, chat.form.locator(".submit")]) {
        const element = await part.evaluate((element) => [(element as HTMLElement).offsetWidth, (element as HTMLElement).offsetHeight]);
        expect(Math.min(...element.filter(Boolean), 99)).toBeGreaterThanOrEqual(36);
      }
    });
    await chat.close.tap();
    await expect(chat.window).toBeHidden();
    await expect(chat.button).toBeVisible();
    await expect(chat.button).toBeFocused();
  });

  test("fields are large enough that nothing zooms in, and larger with a larger text size", async ({ site, chat, page }) => {
    await site.open({ config: { chat: { variables: { "font-size": "12px" } }, visitor: { requireConsent: true } } });
    await chat.open();
    for (const field of [chat.form.getByLabel("Name"), chat.form.getByLabel("Email"), chat.box]) await expect(field).toHaveCSS("font-size", "16px");
    await expect(chat.bubbles.first()).toHaveCSS("font-size", "12px");
    await page.evaluate(() => MissiveChat.setVariables({ "font-size": "20px" }));
    await expect(chat.form.getByLabel("Name")).toHaveCSS("font-size", "20px");
  });

  test("above the on-screen keyboard the whole window is seen, with the box at its foot; zooming in does not shrink it", async ({ site, chat, page }) => {
    await site.open({ config: { user: { email: "jane@example.com" } } });
    await openAtRest(chat);
    await see(page, { height: 400, offsetTop: 30 });
    await expect.poll(() => box(chat.window)).toMatchObject({ top: 30, height: 400 });
    expect((await box(chat.box)).bottom).toBeLessThanOrEqual(430);
    await see(page, { height: 740, offsetTop: 0 });
    await expect.poll(() => box(chat.window)).toMatchObject({ top: 0, height: 740 });
    // Larger than what is seen from here on.
    await see(page, { height: 400, offsetTop: 30 });
    await expect.poll(() => box(chat.window)).toMatchObject({ top: 30, height: 400 });
    await see(page, { height: 370, offsetTop: 90, scale: 2 });
    await expect.poll(() => box(chat.window)).toMatchObject({ top: 0, height: 740 });
  });

  test("nothing is under the notch or the home bar", async ({ site, chat, page }) => {
    const client = await page.context().newCDPSession(page);
    await client.send("Emulation.setSafeAreaInsetsOverride", { insets: { top: 44, bottom: 34, left: 10, right: 12 } });
    await site.open();
    const button = await box(chat.button);
    expect(740 - button.bottom).toBe(34);
    expect(360 - button.right).toBe(20);
    await openAtRest(chat);
    expect((await box(chat.root.locator(".header"))).top).toBe(44);
    expect((await box(chat.root.locator(".header"))).left).toBe(10);
    expect((await box(chat.root.locator(".branding"))).bottom).toBeLessThanOrEqual(740 - 34);
    expect((await box(chat.close)).right).toBeLessThanOrEqual(360 - 12);
  });
});

test.describe("on a phone held sideways", () => {
  test.use({ viewport: { width: 844, height: 390 }, hasTouch: true, isMobile: true });

  test("the window fills the screen, with room for the thread between header and message box", async ({ site, chat }) => {
    await site.open();
    await openAtRest(chat);
    expect(await box(chat.window)).toMatchObject({ left: 0, top: 0, width: 844, height: 390 });
    for (const field of [chat.form.getByLabel("Name"), chat.form.getByLabel("Email")]) await expect(field).toHaveCSS("font-size", "16px");
    await chat.form.getByLabel("Email").fill("jane@example.com");
    await chat.form.locator(".submit").tap();
    await expect(chat.box).toHaveCSS("font-size", "16px");
    await chat.box.fill("Hello");
    await chat.send.tap();
    for (const part of [chat.bubbles.last(), chat.root.locator(".header"), chat.close, chat.box, chat.send]) await expect(part).toBeInViewport({ ratio: 1 });
    expect((await box(chat.root.locator(".scroller"))).height).toBeGreaterThan(390 / 2);
    await chat.close.tap();
    await expect(chat.button).toBeInViewport({ ratio: 1 });
  });
});

/** What of the window is wider than the place that it has, or out of the screen. */
const broken = (chat: Chat) =>
  chat.window.evaluate((window) => {
    const { innerWidth, innerHeight } = globalThis;
    return [window, ...window.querySelectorAll("*")]
      .filter((part) => part.clientWidth && !part.matches("h2, .away"))
      .filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        return part.scrollWidth > part.clientWidth + 1 || left < 0 || right > innerWidth;
      })
      .map((part) => `${part.tagName} ${part.className}`)
      .concat(window.getBoundingClientRect().bottom > innerHeight ? "too tall" : []);
  });

test("on any screen all is in reach, and nothing is cut off", async ({ site, chat, page }) => {
  const standard = launcherDefaults.chat.variables["font-size"];
  const screens = [
    ["320 px wide", { width: 320, height: 480 }, standard],
    ["320 px wide, with huge text", { width: 320, height: 480 }, "24px"],
    ["of a desktop, with huge text", { width: 1280, height: 800 }, "24px"],
    ["that is low", { width: 900, height: 320 }, standard],
  ] as const;
  /** Looks at each of the screens. What opens there is at rest. */
  const each = async (look: (name: string) => Promise<void>) => {
    for (const [name, viewport, size] of screens) {
      await page.setViewportSize(viewport);
      await page.evaluate((size) => MissiveChat.setVariables({ "font-size": size }), size);
      await chat.atRest();
      await look(name);
    }
  };
  site.service = true;
  await page.setViewportSize(screens[0][1]);
  await site.open({ config: { chat: { name: "A rather long name of a company" }, visitor: { requireEmail: false } } });
  await openAtRest(chat);
  await each(async (name) => {
    expect.soft(await broken(chat), name).toEqual([]);
    for (const part of [chat.form.getByLabel("Name"), chat.form.locator(".submit"), chat.form.locator(".skip"), chat.close]) {
      await part.scrollIntoViewIfNeeded();
      await expect(part, name).toBeInViewport({ ratio: 0.99 });
    }
  });
  await chat.form.locator(".skip").click();
  await chat.write("A message of some length, with https://acme.example/a/long/address/in/it");
  await site.connected();
  await page.evaluate(() => service.refuse());
  await expect(chat.root.locator(".failed")).toBeVisible();
  await each(async (name) => {
    expect.soft(await broken(chat), name).toEqual([]);
    await expect(chat.box, name).toBeInViewport({ ratio: 0.99 });
    await expect(chat.send, name).toBeInViewport({ ratio: 0.99 });
  });
});

for (const position of ["bottom-right", "bottom-left"])
  test(`beside the page the window keeps the margin, at ${position}`, async ({ site, chat }) => {
    await site.open({ config: { chat: { position, variables: { margin: "32px" } } } });
    const side = position == "bottom-left" ? "left" : "right";
    const margins = async (part: Locator) => {
      const { left, right, bottom } = await box(part);
      return { left, right: 1280 - right, bottom: 800 - bottom };
    };
    expect(await margins(chat.button)).toMatchObject({ [side]: 32, bottom: 32 });
    await openAtRest(chat);
    expect(await margins(chat.window)).toMatchObject({ [side]: 32, bottom: 32 });
    expect(await box(chat.window)).toMatchObject({ width: 350, height: 600 });
  });

test("on a screen with a mouse the focus goes into the first field", async ({ site, chat, page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await site.open();
  await chat.open();
  await expect(chat.form.getByLabel("Name")).toBeFocused();
});

test("from 600 px of width the window stands beside the page, as high as documented, below that it fills the screen", async ({ site, chat, page }) => {
  await page.setViewportSize({ width: 1280, height: 400 });
  await site.open();
  await openAtRest(chat);
  expect(await box(chat.window)).toMatchObject({ top: 20, height: 360 });
  await page.setViewportSize({ width: 600, height: 740 });
  expect(await box(chat.window)).toMatchObject({ width: 350, height: 600 });
  await page.setViewportSize({ width: 599, height: 740 });
  await expect.poll(() => box(chat.window)).toMatchObject({ width: 599, height: 740 });
});

test.describe("on a phone, whatever the page does to its root,", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  for (const css of ["zoom: 1.5", "zoom: .5", "will-change: transform", "perspective: 100px", "contain: layout paint", "transform: rotate(3deg)"])
    test(`with html { ${css} } the window fills the screen, its text as large as elsewhere`, async ({ site, chat, page }) => {
      await page.emulateMedia({ reducedMotion: "reduce" });
      await site.open({ head: `<style>html { ${css} }</style>`, body: "<p>With text</p>".repeat(99), config: { user: { email: "jane@example.com" } } });
      await page.evaluate(() => (scrollTo(0, 300), MissiveChat.open()));
      await expect(chat.window).toBeFocused();
      // In pixels of the screen: what reaches beyond a phone's page makes the browser zoom out.
      const rects = await chat.window.evaluate((window) =>
        [window, window.querySelector(".close")!].map((part) => {
          const { left, top, right, bottom } = part.getBoundingClientRect();
          return [left, top, right, bottom].map((edge) => Math.round(edge * visualViewport!.scale));
        }),
      );
      expect(rects[0]).toEqual([0, 0, 360, 740]);
      expect(rects[1]![2]! - rects[1]![0]!).toBe(44);
      await chat.box.tap();
      await page.keyboard.type("Hello");
      await chat.send.tap();
      await expect(chat.bubbles.last()).toHaveText("Hello");
    });

  test("without a viewport of its own the window fills the screen and can be read", async ({ site, chat, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await site.open({ viewport: "", body: "<p>With text</p>".repeat(99), config: { user: { email: "jane@example.com" } } });
    const { layout, scale } = await page.evaluate(() => ({ layout: document.documentElement.clientWidth, scale: visualViewport!.scale }));
    expect(layout).toBe(980);
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.window).toBeFocused();
    const { x, y, width, height } = (await chat.window.boundingBox())!;
    expect([x, y, Math.round(width * scale)]).toEqual([0, 0, 360]);
    expect(Math.abs(height * scale - 740)).toBeLessThan(2);
    // In pixels of the screen.
    expect(Math.round((await chat.close.boundingBox())!.width * scale)).toBe(44);
  });

  test("dragging header, thread, message box or foot doesn’t scroll the page", async ({ site, chat, page, context }) => {
    await site.open({ body: "<p>With text</p>".repeat(300), config: { user: { email: "jane@example.com" } } });
    const client = await context.newCDPSession(page);
    /** Drags upwards, and tells how far the page has scrolled then. */
    const drag = async (x: number, y: number) => {
      await client.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
      for (let i = 1; i <= 10; i++) await client.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y: y - 12 * i }] });
      await client.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      return page.evaluate(() => new Promise<number>((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(scrollY)))));
    };
    // Where there is no window it does.
    expect(await drag(180, 500)).toBeGreaterThan(50);
    await openAtRest(chat);
    const start = await page.evaluate("scrollY");
    for (const part of [chat.root.locator(".header"), chat.root.locator(".scroller"), chat.box, chat.root.locator(".branding")]) {
      const { x, y, width, height } = (await part.boundingBox())!;
      expect(await drag(x + width / 2, y + height / 2)).toBe(start);
    }
  });
});
