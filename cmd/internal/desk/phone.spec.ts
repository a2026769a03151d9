// The desk on a phone, with a finger.

import { Desk, expect, give, test as base } from "./fixture.ts";

const test = base.extend<{ phone: Desk }>({
  phone: async ({ preview, browser }, use) => {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const page = await context.newPage();
    await page.goto(preview.address + "desk/");
    await use(new Desk(page));
    await context.close();
  },
});

test.describe.configure({ timeout: 120_000 });

test("list and conversation have the screen in turn, and back leads to where the list was", async ({ phone, preview }) => {
  const { page } = phone;
  for (let i = 0; i < 20; i++) await give(preview, { identity: "acme_" + i, name: "Visitor " + i, messages: [{ body: `Question ${i}: ` + "where is my jug? ".repeat(20), minutesAgo: i }] });
  await expect(page.getByRole("button", { name: "Open" })).toHaveText("Open 20");
  const list = page.getByRole("navigation", { name: "Conversations" });
  const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight);
  expect(await fits()).toBe(true);
  await expect(page.getByRole("button", { name: "Keys" })).toBeHidden();

  await page.locator("#scroller").evaluate((scroller) => (scroller.scrollTop = 700));
  const row = phone.conversations.filter({ hasText: "Question 12:" });
  await row.tap();
  await expect(list).toBeHidden();
  await expect(phone.bubbles).toHaveCount(1);
  expect(await fits()).toBe(true);
  // The keyboard would cover what is to be read.
  await expect(phone.box).not.toBeFocused();
  await phone.box.tap();
  await phone.reply("It is on its way");
  await expect(phone.bubbles.last()).toHaveText("It is on its way");
  await page.getByRole("button", { name: "Contact" }).tap();
  await expect(phone.contact).toBeVisible();
  await expect(phone.fact("Name")).toHaveText("Visitor 12");
  await page.getByRole("button", { name: "Contact" }).tap();
  await page.locator("#done").tap();
  await expect(page.getByText("Marked as done.")).toBeVisible();
  await page.getByRole("link", { name: "All conversations" }).tap();
  await expect(list).toBeVisible();
  await expect(phone.conversations.filter({ hasText: "It is on its way" })).toHaveCount(0);

  await phone.conversations.filter({ hasText: "Question 11:" }).tap();
  await expect(page.locator("#name")).toHaveText("Visitor 11");
  await page.goBack();
  await expect(list).toBeVisible();
  await expect(phone.conversations.filter({ hasText: "Question 11:" })).toBeInViewport();
  await expect(page.locator("#thread")).toBeHidden();

  await test.step("who is away goes online in the conversation, too", async () => {
    const { hash } = new URL(await phone.conversations.filter({ hasText: "Question 11:" }).evaluate((link: HTMLAnchorElement) => link.href));
    await phone.online.tap();
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.reload();
    await expect(page.getByText("You are away, so it can only be read.")).toBeVisible();
    await expect(phone.online).toBeHidden();
    await page.getByRole("button", { name: "Go online" }).tap();
    await expect(phone.box).toBeVisible();
    await expect(page.getByRole("button", { name: "Go online" })).toBeHidden();
    await page.getByRole("link", { name: "All conversations" }).tap();
    await expect(list).toBeVisible();
  });
  await test.step("who goes back by the arrow doesn’t come to the conversation again with the phone’s own button", async () => {
    const lengths: number[] = [];
    for (const name of ["Visitor 11", "Visitor 10"]) {
      await phone.conversations.filter({ hasText: name.replace("Visitor", "Question") + ":" }).tap();
      await expect(page.locator("#name")).toHaveText(name);
      await page.getByRole("link", { name: "All conversations" }).tap();
      await expect(list).toBeVisible();
      lengths.push(await page.evaluate(() => history.length));
    }
    expect(lengths[1]).toBe(lengths[0]);
    // From a link there is no list to go back to.
    await page.reload();
    await phone.conversations.filter({ hasText: "Question 11:" }).tap();
    await expect(page.locator("#name")).toHaveText("Visitor 11");
    await page.reload();
    await expect(page.locator("#name")).toHaveText("Visitor 11");
    await page.getByRole("link", { name: "All conversations" }).tap();
    await expect(list).toBeVisible();
    await expect(page).toHaveURL(/desk\/#?$/);
  });
});
