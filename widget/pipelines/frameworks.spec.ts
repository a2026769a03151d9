// The snippets for Vue, Nuxt, Next.js and Docusaurus, each in the real tool: see build.ts.

import { expect, test, title } from "./site.ts";

const home = { visitor: { askEmail: false }, messages: { title }, id: "hostile" };

test("vue: there is one chat, which follows the props, and calls the functions of the last render", async ({ site, page }) => {
  await site.open("vue");
  expect(await site.config).toMatchObject(home);
  await site.chat.open();
  await expect(page).toHaveTitle("Opened on Home");
  await site.follow("Same");
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await site.follow("Other");
  await expect(page.locator("missive-chat .bottom-left")).toBeVisible();
  await expect(page).toHaveTitle("Opened on Other");
  await site.follow("None");
  await expect(page.locator("missive-chat")).toHaveCount(0);
  await site.follow("Home");
  await expect(page.locator("missive-chat .bottom-right")).toBeVisible();
  expect(site.said).toEqual([]);
});

for (const tool of ["vue", "next"])
  test(`${tool}: the options choose another account of the host`, async ({ site, page }) => {
    await site.open(tool);
    await site.follow("French");
    await expect(page.locator("missive-chat")).toContainText("Écrivez-nous");
    expect(await site.config).toMatchObject({ id: "french" });
    await site.follow("Home");
    await expect(page.locator("missive-chat")).toContainText(title);
    expect(site.said).toEqual([]);
  });

for (const tool of ["next", "nuxt"])
  test(`${tool}: from page to page there is one chat, with the options of each`, async ({ site, page }) => {
    await site.open(tool);
    expect(await site.config).toEqual(home);
    await site.follow("Same");
    await expect(page.locator("missive-chat")).toHaveCount(1);
    await site.follow("Other");
    await expect(page.locator("missive-chat .bottom-left")).toBeVisible();
    await site.follow("Home");
    await expect(page.locator("missive-chat .bottom-right")).toBeVisible();
    await site.chat.open();
    await expect(page.locator("missive-chat")).toHaveCount(1);
    expect(site.said).toEqual([]);
  });

test("next: functions come from a component of the browser", async ({ site, page }) => {
  await site.open("next");
  await site.follow("Quiet");
  await expect(page).toHaveTitle("Ready");
  expect(site.said).toEqual([]);
});

test("docusaurus: the chat has the options of the configuration, and stays from page to page", async ({ site, page }) => {
  await site.open("docusaurus");
  expect(await site.config).toEqual(home);
  await site.chat.open();
  await page.getByRole("link", { name: "Same" }).first().click();
  await expect(page.getByRole("heading", { name: "Same", level: 1 })).toBeVisible();
  await expect(page.locator("missive-chat")).toHaveCount(1);
  await expect(site.chat.window).toBeVisible();
  expect(site.said).toEqual([]);
});
