// The desk by keyboard alone, and for those who don't see it, on a laptop and on a phone.

import { digest, expect, faults, give, jane, rest, test } from "./fixture.ts";

test.describe.configure({ timeout: 240_000 });

test("the keyboard alone is enough to choose a conversation, reply and go back", async ({ desk, visit }) => {
  const chat = await visit(jane);
  await chat.write("Hello");
  await expect(desk.conversations).toHaveCount(1);
  const { keyboard } = desk.page;
  await desk.page.getByRole("button", { name: "Closed" }).focus();
  await keyboard.press("Tab");
  await expect(desk.conversations).toBeFocused();
  await keyboard.press("Enter");
  await expect(desk.box).toBeFocused();
  await expect(desk.bubbles).toHaveText(["Hello"]);
  await keyboard.type("Hi there");
  await keyboard.press("Shift+Enter");
  await keyboard.type("How can I help?");
  await keyboard.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("Hi there\nHow can I help?");
  await keyboard.press("Escape");
  await expect(desk.conversations).toBeFocused();
  await expect(desk.box).toBeHidden();
});

test("there is a key for all of it, listed on a sheet, and none while somebody writes", async ({ desk, preview }) => {
  for (const [i, name] of ["Ann", "Ben", "Cat"].entries()) await give(preview, { identity: "acme_" + i, name, messages: [{ body: "Hello from " + name, minutesAgo: i }] });
  const { page } = desk;
  const { keyboard } = page;
  const search = page.getByRole("searchbox");
  const sheet = page.getByRole("dialog", { name: "Keys" });
  const heading = page.locator("#name");
  await expect(desk.conversations).toHaveText([/Ann/, /Ben/, /Cat/]);

  await test.step("through the list, with one stop of Tab for all of it", async () => {
    await keyboard.press("j");
    await expect(desk.conversations.nth(0)).toBeFocused();
    await keyboard.press("ArrowDown");
    await expect(desk.conversations.nth(1)).toBeFocused();
    await keyboard.press("End");
    await expect(desk.conversations.nth(2)).toBeFocused();
    await keyboard.press("k");
    await expect(desk.conversations.nth(1)).toBeFocused();
    await expect(desk.conversations.and(page.locator("[tabindex='0']"))).toHaveText(/Ben/);
  });
  await test.step("from one conversation to the next, also while writing", async () => {
    await keyboard.press("Enter");
    await expect(heading).toHaveText("Ben");
    await keyboard.type("j e ? 1 / c");
    await expect(desk.box).toHaveValue("j e ? 1 / c");
    await expect(heading).toHaveText("Ben");
    await keyboard.press("Alt+ArrowDown");
    await expect(heading).toHaveText("Cat");
    await keyboard.press("Alt+ArrowUp");
    await expect(desk.box).toHaveValue("j e ? 1 / c");
  });
  await test.step("done, and on to the one that has taken its place", async () => {
    await keyboard.press("Escape");
    await expect(desk.conversations.nth(1)).toBeFocused();
    await keyboard.press("e");
    await expect(desk.conversations).toHaveText([/Ann/, /Cat/]);
    await keyboard.press("3");
    await expect(desk.conversations).toHaveText([/Ben/]);
    await expect(desk.conversations).toBeFocused();
    await keyboard.press("e");
    await expect(desk.conversations).toHaveCount(0);
    await keyboard.press("1");
    await expect(desk.conversations).toHaveCount(3);
  });
  await test.step("searching", async () => {
    await keyboard.press("/");
    await expect(search).toBeFocused();
    await keyboard.type("cat");
    await expect(desk.conversations).toHaveText([/Cat/]);
    await keyboard.press("Escape");
    await expect(desk.conversations).toHaveCount(3);
  });
  await test.step("the sheet has them, and gives the focus back", async () => {
    await page.getByRole("button", { name: "Open", exact: false }).first().focus();
    await keyboard.press("?");
    await expect(sheet).toBeVisible();
    await expect(sheet.getByRole("definition")).toContainText(["Next or previous conversation", "The same, also while writing", "Write a reply", "Mark as done, or reopen"]);
    await keyboard.press("a");
    await expect(desk.online).toHaveAttribute("aria-checked", "true");
    await keyboard.press("Escape");
    await expect(sheet).toBeHidden();
    await expect(page.getByRole("button", { name: "Open", exact: false }).first()).toBeFocused();
    await keyboard.press("a");
    await expect(desk.online).toHaveAttribute("aria-checked", "false");
    await keyboard.press("a");
    await expect(desk.online).toHaveAttribute("aria-checked", "true");
  });
  await test.step("letters can be turned off, for good", async () => {
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("checkbox", { name: "Single letters are keys" }).uncheck();
    await keyboard.press("Escape");
    await page.reload();
    await expect(desk.conversations).toHaveCount(3);
    await keyboard.press("j");
    await keyboard.press("?");
    await keyboard.press("Alt+ArrowDown");
    await expect(desk.conversations.nth(0)).toBeFocused();
    await expect(sheet).toBeHidden();
  });
});

test("axe finds nothing on the desk, in light or dark colours, wide or narrow", async ({ desk, visit, preview }) => {
  const { page } = desk;
  const check = async (what: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await faults(page), `${what}, ${colorScheme}`).toEqual([]);
    }
  };
  const show = (view: string) => page.getByRole("group", { name: "Show" }).getByRole("button", { name: view }).click();
  await expect(page.getByText("No conversations yet.")).toBeVisible();
  await check("empty");
  const visitors = [jane, { name: "Joan Roe", email: "joan@acme.example", digest: digest("joan@acme.example") }, { name: "Ann Lee", email: "ann@acme.example", digest: digest("") }];
  for (const user of visitors) {
    const chat = await visit(user);
    // A single digit is too short for axe.
    for (let i = 0; i < (user == jane ? 10 : 1); i++) await chat.write("Hello");
  }
  await expect(desk.conversations.filter({ hasText: "10 unread" })).toHaveCount(1);
  await expect(desk.conversations).toHaveText([/unread/, /unread/, /unread/]);
  await check("a list");
  for (const { name } of visitors) {
    await desk.read(name);
    await desk.reply("Hi there");
    await expect(desk.bubbles.last()).toHaveText("Hi there");
    await expect(page.getByRole("log").locator(".pending")).toHaveCount(0);
    await check(`a conversation with ${name}`);
  }
  const sid = await give(preview, { identity: "acme_1", name: "Ben", messages: [{ body: "Hello", page: "https://www.acme.example/prices" }] });
  await rest(preview, "/Conversations/" + sid, { State: "closed" });
  await show("Closed");
  await desk.read("Ben");
  await check("a closed conversation");
  await page.getByRole("searchbox").fill("hi");
  await expect(page.locator("#found")).toHaveText("3 conversations found.");
  await check("what was found");
  for (const name of ["Keys", "Settings"]) {
    await page.getByRole("button", { name }).click();
    await expect(page.getByRole("dialog", { name })).toBeVisible();
    await check(name);
    await page.keyboard.press("Escape");
  }
  await page.setViewportSize({ width: 360, height: 740 });
  await check("narrow");
  await page.getByRole("button", { name: "Contact" }).click();
  await expect(desk.contact).toBeVisible();
  await check("the contact, narrow");
  await page.getByRole("link", { name: "All conversations" }).click();
  await check("the list, narrow");
  await desk.online.click();
  await check("away");
});

test("with colours of the system, too, it is seen who is online, which view is shown, and which conversation is open", async ({ desk, preview }) => {
  const { page } = desk;
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  await desk.read("Ann");
  await page.emulateMedia({ forcedColors: "active" });
  for (const [locator, state] of [
    [desk.online, "aria-checked"],
    [page.getByRole("button", { name: "Open" }), "aria-pressed"],
    [desk.conversations, "aria-current"],
  ] as const)
    await test.step(state, async () => {
      const is = await locator.screenshot({ animations: "disabled" });
      // The page may still have something to tell, and writes the state anew then.
      await expect
        .poll(async () => {
          await locator.evaluate((element, state) => (state == "aria-current" ? element.removeAttribute(state) : element.setAttribute(state, "false")), state);
          return is.equals(await locator.screenshot({ animations: "disabled" }));
        })
        .toBe(false);
    });
});
