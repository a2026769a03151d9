// The outbox of the preview: what would have gone out to a team that doesn't look.

import { type Page, expect as impatient, test as base } from "../../../widget/e2e/playwright.ts";
import { axe } from "../../../widget/e2e/axe.ts";
import { Preview } from "../fixture.ts";
import { Chat } from "../../../widget/e2e/site.ts";

/** The preview looks for what is unread each second. */
const expect = impatient.configure({ timeout: 30_000 });

const test = base.extend<{ preview: Preview; chat: Chat & { page: Page }; outbox: Page }>({
  preview: async ({}, use) => {
    const preview = new Preview("chat: {name: Acme}\nvisitor: {askName: false, askEmail: false}\n");
    try {
      await preview.start();
      await use(preview);
    } finally {
      await preview.end();
    }
  },
  chat: async ({ preview, page }, use) => {
    await page.goto(preview.address);
    const chat = Object.assign(new Chat(page), { page });
    await chat.open();
    await use(chat);
  },
  outbox: async ({ preview, context }, use) => {
    const page = await context.newPage();
    await page.goto(preview.address + "outbox");
    await use(page);
  },
});

const hostile = "<img src=x onerror=alert(1)> @everyone <!channel>";

test("the page of the chat leads to the outbox, which is empty at first", async ({ chat }) => {
  const opened = chat.page.waitForEvent("popup");
  await chat.page.getByRole("link", { name: "Outbox" }).click();
  const outbox = await opened;
  await expect(outbox.getByText("Nothing has gone out.")).toBeVisible();
});

test("a message that nobody reads goes out once, as e-mail and webhooks, and leads to the desk", async ({ chat, outbox, context }) => {
  await chat.write("Do you ship to Norway?");
  const items = outbox.getByRole("listitem");
  await expect(items).toHaveCount(1);
  await expect(items.getByRole("region", { name: "E-mail" })).toContainText("> Do you ship to Norway?");
  await expect(items.getByRole("region", { name: "E-mail" })).toContainText(new URL("/", chat.page.url()).host + "/desk/#CH");
  await expect(items.getByText("A visitor waits for an answer in the chat")).toBeVisible();
  await chat.write("And to Sweden?");
  await items.getByText("Other webhooks").click();
  await expect(items.getByRole("region", { name: "Other webhooks" })).toContainText('"text": "Do you ship to Norway?"');

  const opened = context.waitForEvent("page");
  await items.getByRole("link", { name: "Open at the desk" }).click();
  const desk = await opened;
  await expect(desk.getByRole("log").locator(".bubble").last()).toHaveText("And to Sweden?");
  await desk.getByRole("textbox", { name: "Write a reply" }).fill("We do");
  await desk.keyboard.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("We do");
  await desk.close();
  await chat.write("Thanks, and to Iceland?");
  await expect(items).toHaveCount(2);
  await expect(items.first()).toContainText("> Thanks, and to Iceland?");
  await expect(items.first()).not.toContainText("Norway");
  await expect(items.last().getByRole("region", { name: "Other webhooks" })).toBeVisible();
});

test("what a visitor writes is shown as it is, and calls nobody", async ({ chat, outbox }) => {
  await chat.write(hostile);
  const item = outbox.getByRole("listitem");
  await expect(item.getByRole("region", { name: "E-mail" })).toContainText("> " + hostile);
  await expect(outbox.locator("img")).toHaveCount(0);
  for (const name of ["Slack", "Discord"]) {
    await item.getByText(name, { exact: true }).click();
    const text = await item.getByRole("region", { name }).textContent();
    expect(text).toContain("everyone");
    expect(text).not.toContain("@everyone");
    expect(text).not.toContain("<!channel>");
  }
});

test("axe finds nothing wrong, in light or dark, wide or narrow", async ({ chat, outbox }) => {
  await chat.write("A long word: " + "Donaudampfschifffahrt".repeat(20) + "\nand another line");
  await expect(outbox.getByRole("listitem")).toHaveCount(1);
  for (const name of ["Slack", "Other webhooks"]) await outbox.getByText(name, { exact: true }).click();
  await outbox.evaluate(axe);
  for (const width of [1280, 360])
    for (const colorScheme of ["light", "dark"] as const) {
      await outbox.setViewportSize({ width, height: 740 });
      await outbox.emulateMedia({ colorScheme });
      const { violations } = await outbox.evaluate(() => (window as never as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe.run());
      expect(violations).toEqual([]);
      expect(await outbox.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
});
