// Who writes: what the page says of its user, what the form asks, and what is forgotten when somebody else takes over.

import type { Page } from "@playwright/test";
import { type Chat, expect, type Site, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

test("user.email: the visitor is not asked who they are, and each message says it", async ({ site, chat }) => {
  site.service = true;
  await site.open({ config: { user: jane } });
  await chat.open();
  await expect(chat.form).toHaveCount(0);
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
  await test.step("user.name: goes along", async () => {
    await chat.write("Hello");
    await chat.write("Anybody there?");
    expect(await site.pending()).toMatchObject([{ attributes: jane }, { attributes: jane }]);
  });
});

test("user.digest: the token endpoint gets it when the visitor looks, and not before, to find what was said on other devices", async ({ site, chat }) => {
  const bodies: unknown[] = [];
  site.token = async (route) => {
    bodies.push(route.request().postDataJSON());
    await route.fulfill({ json: { token: "token", identity: "jane", conversation: "", session: "session" } });
  };
  await site.open({ config: { user: { ...jane, digest: "d78c55fe" } } });
  await chat.button.hover();
  await expect(chat.status).toHaveCount(1);
  expect(bodies).toEqual([]);
  await chat.open();
  await expect(chat.status).toHaveText("We’re online");
  expect(bodies).toEqual([expect.objectContaining({ account: "plain", user: { ...jane, digest: "d78c55fe" } })]);
  await chat.write("Hello");
  await expect.poll(() => bodies[1]).toMatchObject({ session: "session", message: { body: "Hello" } });
});

test("the form has the fields that the page asks for, and can be skipped where none is required", async ({ site, chat }) => {
  for (const [option, visitor, fields, skip] of [
    ["visitor.askName", { askName: false }, ["email*"], false],
    ["visitor.askEmail", { askEmail: false }, ["name"], true],
    ["visitor.requireName", { requireName: true, requireEmail: false }, ["name*", "email"], false],
    ["visitor.requireEmail", { requireEmail: false }, ["name", "email"], true],
    ["visitor.requireConsent", { requireEmail: false, requireConsent: true }, ["name", "email", "consent*"], false],
    ["visitor.askEmail and askName", { askName: false, askEmail: false }, [], false],
  ] as const)
    await test.step(option, async () => {
      await site.open({ config: { visitor, chat: { rememberOpenState: false } } });
      await chat.open();
      const shown = await chat.form.locator("input").evaluateAll((all) => all.map((input) => (input as HTMLInputElement).name + ((input as HTMLInputElement).required ? "*" : "")));
      expect.soft(shown, option).toEqual(fields);
      await expect.soft(chat.form.getByRole("button", { name: "Skip" }), option).toHaveCount(skip ? 1 : 0);
      await expect.soft(chat.box, option).toBeVisible({ visible: !fields.length });
    });
});

/** Ticks the box of a form that asks for nothing else. */
async function consent(chat: Chat): Promise<void> {
  await expect(chat.form.locator("input")).toHaveCount(1);
  await chat.form.getByRole("checkbox").check();
  await chat.form.locator(".submit").click();
  await expect(chat.box).toBeVisible();
}

test("visitor.requireConsent: a user whom the page knows is asked for that alone, and once, not on each page", async ({ site, chat }) => {
  const config = { visitor: { requireConsent: true }, user: jane };
  await site.open({ config });
  await chat.open();
  await consent(chat);
  await site.open({ config });
  await expect(chat.box).toBeVisible();
  await expect(chat.form).toHaveCount(0);
});

/** All that the browser has kept for the chat. */
const kept = (page: Page) => page.evaluate(() => JSON.stringify({ ...localStorage }));

/** Jane, logged in, has a thread with a message each way, one that was not sent, and a draft. */
async function chatAsJane({ site, chat, page }: { site: Site; chat: Chat; page: Page }): Promise<void> {
  site.service = true;
  await site.open({ config: { user: jane } });
  await chat.open();
  await chat.write("My number is 1234");
  await site.pending();
  await page.evaluate(() => (service.accept(), service.say("Thanks, Jane")));
  await chat.write("And my code 5678");
  await chat.box.fill("By the way");
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?", "My number is 1234", "Thanks, Jane", "And my code 5678"]);
  expect(await kept(page)).toMatch(/jane@example\.com.*By the way|By the way.*jane@example\.com/);
}

test("MissiveChat.setUser: names the user while the form asks, and the form goes", async ({ site, chat, page }) => {
  site.service = true;
  await site.open();
  await chat.open();
  await expect(chat.form).toBeVisible();
  await page.evaluate((user) => MissiveChat.setUser(user), jane);
  await expect(chat.form).toHaveCount(0);
  await expect(chat.box).toBeFocused();
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: jane }]);
});

test("MissiveChat.setUser: another address is another visitor, who finds nothing of the first; null logs out, and nothing of the user is left", async ({ site, chat, page }) => {
  await chatAsJane({ site, chat, page });
  await page.evaluate(() => MissiveChat.setUser({ email: "bob@example.com", name: "Bob" }));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/jane|1234|5678|By the way/i);
  await chat.write("My name is Bob");
  expect(await site.pending()).toMatchObject([{ body: "My name is Bob", attributes: { email: "bob@example.com", name: "Bob" } }]);
  await chat.box.fill("And by the way");

  await page.evaluate(() => MissiveChat.setUser(null));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself."]);
  await expect(chat.form).toBeVisible();
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/bob|by the way/i);
});

test("user.email: what a user has said and not sent does not show on a page that names nobody, and does where they are named again", async ({ site, chat, page }) => {
  await chatAsJane({ site, chat, page });

  const nobody = { visitor: { askName: false, askEmail: false } };
  await site.open({ config: nobody });
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
  await expect(chat.box).toHaveValue("");
  await chat.box.fill("Who, me?");

  await site.open({ config: { user: jane } });
  await expect(chat.box).toHaveValue("By the way");
  await expect(chat.bubbles.filter({ hasText: "And my code 5678" })).toHaveCount(1);

  await site.open({ config: nobody });
  await expect(chat.box).toHaveValue("Who, me?");
});

test("user.email: a page that names nobody, in between, makes nothing known to the next user", async ({ site, chat, page }) => {
  await site.open({ config: { user: jane } });
  await chat.open();
  await chat.write("My number is 1234");
  await site.open({ config: { visitor: { askName: false, askEmail: false } } });
  await chat.write("And my code 5678");
  await site.open({ config: { user: { email: "bob@example.com" } } });
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
  expect(await kept(page)).not.toMatch(/jane|1234|5678/i);
});
