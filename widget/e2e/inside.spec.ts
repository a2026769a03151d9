// What happens inside of the window stays inside: whatever the page does with events, the chat can be used, and the page hears nothing.

import { expect, test } from "./site.ts";

const config = { user: { email: "jane@example.com" } };

/** A page that prevents whatever it hears of, where it hears of it first and last. */
const protection = (types: string[]) => `<script>
  for (const type of ${JSON.stringify(types)}) for (const capture of [true, false]) document.addEventListener(type, (event) => event.preventDefault(), { capture, passive: false });
  document.onkeydown = document.onmousedown = document.onselectstart = document.oncontextmenu = () => false;
</script>`;

const all = ["copy", "cut", "paste", "contextmenu", "selectstart", "dragstart", "mousedown", "pointerdown", "touchstart", "touchmove", "wheel", "keydown", "keypress", "keyup", "beforeinput", "click"];

test("on a page with copy protection the message box takes clicks and letters, and what is copied and pasted; the button opens by keyboard", async ({ site, chat, page }) => {
  await site.open({ config, head: protection(all) });
  await chat.button.hover();
  await expect(chat.root.locator(".window")).toBeAttached();
  await chat.button.focus();
  await page.keyboard.press("Space");
  await expect(chat.box).toBeFocused();
  await chat.box.evaluate((box) => box.blur());
  await chat.box.click();
  await page.keyboard.type("Hello ");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("ControlOrMeta+c");
  await page.keyboard.press("End");
  await page.keyboard.press("ControlOrMeta+v");
  await expect(chat.box).toHaveValue("Hello Hello ");
  await page.keyboard.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("Hello Hello");
  // By drawing over it: a double click selects nothing in Firefox where it comes over the protocol.
  const { x, y, width, height } = (await chat.bubbles.last().boundingBox())!;
  await page.mouse.move(x + 10, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width - 10, y + height / 2, { steps: 4 });
  await page.mouse.up();
  expect(await page.evaluate("getSelection().toString()")).toContain("Hello");
});

test("on a page with shortcuts the button opens by keyboard while the window is still on its way", async ({ site, chat, page }) => {
  const release = await site.hold("**/assets/panel.*");
  await site.open({ config, head: "<script>for (const type of ['keydown', 'keyup']) addEventListener(type, (event) => event.key == ' ' && event.preventDefault())</script>" });
  await chat.button.focus();
  await page.keyboard.press("Space");
  await expect(chat.button).toHaveAttribute("aria-busy", "true");
  release();
  await expect(chat.box).toBeFocused();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test("on a page with copy protection the message box can be tapped and written in", { tag: "@chromium" }, async ({ site, chat, page }) => {
    await site.open({ config, head: protection(all) });
    await page.evaluate(() => MissiveChat.open());
    await expect(chat.window).toBeFocused();
    await chat.box.tap();
    await expect(chat.box).toBeFocused();
    await page.keyboard.type("Hello");
    await chat.send.tap();
    await expect(chat.bubbles.last()).toHaveText("Hello");
  });
});

test("on a page with smooth scrolling by Lenis the wheel scrolls the thread, and not the page", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config, head: '<script src="/libraries.js"></script>', body: "<p>With text</p>".repeat(300) });
  await page.evaluate(`{
    const lenis = new libraries.Lenis();
    const turn = (time) => (lenis.raf(time), requestAnimationFrame(turn));
    requestAnimationFrame(turn);
  }`);
  await chat.open();
  await chat.write("Hello");
  await site.connected();
  await page.evaluate(() => {
    for (let i = 0; i < 40; i++) service.say("Message " + i);
  });
  await expect(chat.bubbles.last()).toHaveText("Message 39");
  const scroller = chat.root.locator(".scroller");
  await scroller.hover();
  const top = () => scroller.evaluate((scroller) => scroller.scrollTop);
  expect(await top()).toBe(0);
  await page.mouse.wheel(0, -300);
  await expect.poll(top).toBeLessThan(-100);
  expect(await page.evaluate("scrollY")).toBe(0);
  // Lenis is at work: beside the chat it scrolls.
  await page.mouse.move(200, 200);
  await page.mouse.wheel(0, 300);
  await expect.poll(() => page.evaluate<number>("scrollY")).toBeGreaterThan(100);
});

test("what is pasted into the message box stays out of a page that takes whatever is pasted", async ({ site, chat, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const take = "addEventListener('paste', (event) => { event.preventDefault(); taken.textContent += event.clipboardData.getData('text') }, true)";
  await site.open({ config, body: `<input aria-label="Search" value="Hello"><p id="taken"></p><script>document.${take}; ${take.replace(", true", "")}</script>` });
  await page.getByLabel("Search").selectText();
  await page.keyboard.press("ControlOrMeta+c");
  await chat.open();
  await page.keyboard.press("ControlOrMeta+v");
  await expect(chat.box).toHaveValue("Hello");
  await expect(page.locator("#taken")).toHaveText("");
});

test("listeners of the page that read the value of what has changed hear of nothing that is written in the chat", async ({ site, chat, page }) => {
  await site.open({
    config,
    head: `<script>
      heard = [];
      for (const type of ["input", "beforeinput", "change", "keydown", "keyup", "focusin", "click"]) for (const capture of [true, false])
        document.addEventListener(type, (event) => heard.push(type + event.target.value.length), capture);
    </script>`,
    body: '<input aria-label="Search">',
  });
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.box).toBeFocused();
  await page.keyboard.type("Hello");
  await chat.send.click();
  await expect(chat.bubbles.last()).toHaveText("Hello");
  expect(await page.evaluate("heard")).toEqual([]);
  // Those of the page itself go on.
  await page.getByLabel("Search").fill("Hello");
  expect(await page.evaluate("heard")).toContain("input5");
});

test("what was begun on the page and ends over the chat ends for the page", async ({ site, chat, page }) => {
  await site.open({ config, head: "<script>ended = []; for (const type of ['mouseup', 'pointerup']) addEventListener(type, () => ended.push(type))</script>" });
  await chat.open();
  await page.mouse.move(100, 100);
  await page.mouse.down();
  await chat.box.hover();
  await page.mouse.up();
  expect(await page.evaluate("ended")).toEqual(expect.arrayContaining(["pointerup", "mouseup"]));
});

test("a key that was pressed in the chat is let go for the chat, and one that was pressed on the page for the page, wherever the focus went", async ({ site, chat, page }) => {
  const body = "<button onkeydown='MissiveChat.open()'>Ask</button><script>heard = []; document.addEventListener('keyup', ({ key }) => heard.push(key))</script>";
  await site.open({ config, body });
  await page.getByRole("button", { name: "Ask" }).focus();
  await page.keyboard.down("F2");
  await expect(chat.box).toBeFocused();
  await page.keyboard.up("F2");
  expect(await page.evaluate("heard")).toEqual(["F2"]);
  await page.keyboard.down("Escape");
  await expect(chat.window).toBeHidden();
  await expect(page.getByRole("button", { name: "Ask" })).toBeFocused();
  await page.keyboard.up("Escape");
  expect(await page.evaluate("heard")).toEqual(["F2"]);
});

test("the consent box is ticked once by a click on it or its text, and a link in it opens", async ({ site, chat, page, context }) => {
  await site.open({ config: { visitor: { requireConsent: true }, messages: { identifyConsent: "I accept {{ link:https://site.example/terms the terms }} of use." } } });
  site.add("/terms", { script: "", body: "Terms" });
  await chat.open();
  const box = chat.form.getByRole("checkbox");
  await box.click();
  await expect(box).toBeChecked();
  await chat.form.getByText("of use.").click();
  await expect(box).not.toBeChecked();
  await box.focus();
  await page.keyboard.press("Space");
  await expect(box).toBeChecked();
  const [terms] = await Promise.all([context.waitForEvent("page"), chat.form.getByText("the terms").click()]);
  await expect(terms.getByText("Terms")).toBeVisible();
  await expect(box).toBeChecked();
});
