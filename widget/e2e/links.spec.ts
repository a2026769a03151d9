// Elements of the page that open the chat without a line of script, wherever they are, and at any time.

import { expect, test } from "./site.ts";

const links = `
  <a id="here" href="#missive-chat">Write</a>
  <a id="path" href="/shop?item=1#missive-chat">Write</a>
  <a id="full" href="https://site.example/shop?item=1#missive-chat">Write</a>
  <svg width="20" height="20"><a id="drawn" href="#missive-chat"><rect width="20" height="20" /></a></svg>
  <div onclick="event.stopPropagation()"><a id="kept" href="#missive-chat"><b>Write</b></a> <button id="button" data-missive-open>Ask</button></div>`;

test("a link to #missive-chat of this page opens the chat, however it is written, and leads nowhere", async ({ site, chat, page }) => {
  await site.open({ path: "/shop", body: links });
  await page.evaluate(() => history.replaceState(null, "", "/shop?item=1"));
  for (const id of ["here", "path", "full", "drawn", "kept", "button"]) {
    await page.locator("#" + id).click();
    await expect(chat.window, id).toBeVisible();
    expect(page.url(), id).toBe("https://site.example/shop?item=1");
    await page.evaluate(() => MissiveChat.close());
    await expect(chat.window).toBeHidden();
  }
});

test("a link to #missive-chat of another page leads there, where the chat opens", async ({ site, chat, page }) => {
  site.add("/other", {});
  await site.open({ body: '<a href="/other#missive-chat">Write</a>' });
  await page.getByRole("link").click();
  await expect(page).toHaveURL("https://site.example/other#missive-chat");
  await expect(chat.window).toBeVisible();
  await expect(chat.form.getByLabel("Name")).toBeFocused();
});

test("a link that was clicked before missive.js has arrived opens the chat when it has", async ({ site, chat, page }) => {
  const release = await site.hold("**/missive.js");
  const opened = site.open({ body: '<a href="#missive-chat">Write</a>' });
  await page.getByRole("link").click();
  release();
  await opened;
  await expect(chat.window).toBeVisible();
});
