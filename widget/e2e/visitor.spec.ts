// Who writes: what the page says of its user, what the form asks, and what is forgotten when somebody else takes over.

import type { Page } from "@playwright/test";
import { join } from "node:path";
import { dist } from "./build.ts";
import { type Chat, expect, type Site, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

test("user.email: the visitor is not asked who they are, and messages say it", async ({ site, chat }) => {
  site.service = true;
  await site.open({ config: { user: { email: "jane@example.com" } } });
  await chat.open();
  await expect(chat.form).toHaveCount(0);
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { email: "jane@example.com", name: "" } }]);
});

test("user.name: goes with each message", async ({ site, chat }) => {
  site.service = true;
  await site.open({ config: { user: jane } });
  await chat.open();
  await chat.write("Hello");
  await chat.write("Anybody there?");
  expect(await site.pending()).toMatchObject([{ attributes: { name: "Jane Doe" } }, { attributes: { name: "Jane Doe" } }]);
});

test("user.digest: the token endpoint gets it, with the first message and not before", async ({ site, chat }) => {
  const bodies: unknown[] = [];
  site.token = async (route) => {
    bodies.push(route.request().postDataJSON());
    await route.abort();
  };
  await site.open({ config: { user: { ...jane, digest: "d78c55fe" } } });
  await chat.open();
  await expect(chat.status).toHaveText("We’re online");
  expect(bodies).toEqual([]);
  await chat.write("Hello");
  await expect.poll(() => bodies[0]).toEqual({ account: "plain", user: { ...jane, digest: "d78c55fe" } });
});

test("user.avatarUrl: shows beside the user's own messages", async ({ site, chat, page }) => {
  site.service = true;
  await page.route("https://site.example/jane.png", (route) => route.fulfill({ path: join(dist, "../team.png") }));
  await site.open({ config: { user: { ...jane, avatarUrl: "https://site.example/jane.png" } } });
  await chat.open();
  await chat.write("Hello");
  await expect(chat.window.locator(".own .avatar img")).toHaveAttribute("src", "https://site.example/jane.png");
});

test("visitor.askName: false leaves the name out of the form", async ({ site, chat }) => {
  await site.open({ config: { visitor: { askName: false } } });
  await chat.open();
  await expect(chat.form.getByRole("textbox")).toHaveCount(1);
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.box).toBeVisible();
});

test("visitor.requireName: the form does not go without a name", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireName: true, requireEmail: false } } });
  await chat.open();
  const name = chat.form.getByLabel("Name");
  await expect(name).toHaveAttribute("required");
  await expect(chat.form.getByRole("button", { name: "Skip" })).toHaveCount(0);
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.form.getByText("Required field")).toHaveCount(1);
  await expect(name).toBeFocused();
  await name.fill("Jane");
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.box).toBeVisible();
});

test("visitor.requireName: has no effect when the name is not asked for", async ({ site, chat }) => {
  await site.open({ config: { visitor: { askName: false, requireName: true, requireEmail: false } } });
  await chat.open();
  await chat.form.getByRole("button", { name: "Skip" }).click();
  await expect(chat.box).toBeVisible();
});

test("visitor.askEmail: false leaves the e-mail address out of the form", async ({ site, chat }) => {
  await site.open({ config: { visitor: { askEmail: false } } });
  await chat.open();
  await expect(chat.form.getByRole("textbox")).toHaveCount(1);
  await chat.form.getByLabel("Name").fill("Jane");
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.box).toBeVisible();
});

test("visitor.askEmail: when nothing is asked there is no form", async ({ site, chat }) => {
  await site.open({ config: { visitor: { askName: false, askEmail: false } } });
  await chat.open();
  await expect(chat.box).toBeVisible();
  await expect(chat.form).toHaveCount(0);
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
});

test("visitor.requireEmail: by default the form does not go without an address", async ({ site, chat }) => {
  await site.open();
  await chat.open();
  await expect(chat.form.getByRole("button", { name: "Skip" })).toHaveCount(0);
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.form.getByLabel("Email")).toBeFocused();
  await expect(chat.form.getByText("Required field")).toHaveCount(1);
  await expect(chat.box).toBeHidden();
});

test("visitor.requireEmail: false lets the visitor send the form without one", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireEmail: false } } });
  await chat.open();
  await expect(chat.form.getByLabel("Email")).not.toHaveAttribute("required");
  await chat.form.getByLabel("Name").fill("Jane");
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.box).toBeVisible();
});

test("visitor.requireConsent: nobody writes before they have ticked the box", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireEmail: false, requireConsent: true } } });
  await chat.open();
  await expect(chat.form.getByRole("button", { name: "Skip" })).toHaveCount(0);
  const submit = chat.form.getByRole("button", { name: "Submit" });
  await submit.click();
  await expect(chat.form.getByRole("checkbox")).toBeFocused();
  await expect(chat.box).toBeHidden();
  await chat.form.getByRole("checkbox").check();
  await submit.click();
  await expect(chat.box).toBeVisible();
});

test("visitor.requireConsent: a user whom the page knows is asked for that alone", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireConsent: true }, user: jane } });
  await chat.open();
  await expect(chat.form.locator("input")).toHaveCount(1);
  await chat.form.getByRole("checkbox").check();
  await chat.form.getByRole("button", { name: "Submit" }).click();
  await expect(chat.box).toBeVisible();
});

/** Ticks the box of a form that asks for nothing else. */
async function consent(chat: Chat): Promise<void> {
  await expect(chat.form.locator("input")).toHaveCount(1);
  await chat.form.getByRole("checkbox").check();
  await chat.form.locator(".submit").click();
  await expect(chat.box).toBeVisible();
}

test("visitor.requireConsent: a user whom the page knows is asked once, not on each page", async ({ site, chat }) => {
  const config = { visitor: { requireConsent: true }, user: jane };
  await site.open({ config });
  await chat.open();
  await consent(chat);
  await site.open({ config });
  await expect(chat.box).toBeVisible();
  await expect(chat.form).toHaveCount(0);
});

test("visitor.requireConsent: who gives it later is still known by name and e-mail address", async ({ site, chat }) => {
  site.service = true;
  await site.open();
  await chat.identify("Jane Doe", "jane@example.com");
  await site.open({ config: { visitor: { requireConsent: true } } });
  await consent(chat);
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: jane }]);
});

test("visitor.requireConsent: what a user said in the form, before the page knew them, outlasts it", async ({ site, chat }) => {
  site.service = true;
  await site.open();
  await chat.identify("Jane Doe", "jane@example.com");
  await site.open({ config: { visitor: { requireConsent: true }, user: { email: "jane@example.com" } } });
  await consent(chat);
  await site.open();
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: jane }]);
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

test("MissiveChat.setUser: of the form it leaves the consent, if that is required", async ({ site, chat, page }) => {
  await site.open({ config: { visitor: { requireConsent: true } } });
  await chat.open();
  await expect(chat.form.locator("input")).toHaveCount(3);
  await page.evaluate((user) => MissiveChat.setUser(user), jane);
  await expect(chat.form.locator("input")).toHaveCount(1);
  await chat.form.getByRole("checkbox").check();
  await chat.form.locator(".submit").click();
  await expect(chat.box).toBeVisible();
});

test("MissiveChat.setUser: before the window is loaded it counts all the same", async ({ site, chat, page }) => {
  const bodies: unknown[] = [];
  site.token = async (route) => {
    bodies.push(route.request().postDataJSON());
    await route.abort();
  };
  await site.open();
  await page.evaluate((user) => MissiveChat.setUser({ ...user, digest: "d78c55fe" }), jane);
  await chat.open();
  await chat.write("Hello");
  await expect.poll(() => bodies[0]).toEqual({ account: "plain", user: { ...jane, digest: "d78c55fe" } });
});

test("MissiveChat.setUser: null logs out, and nothing of the user is left", async ({ site, chat, page }) => {
  await chatAsJane({ site, chat, page });
  await page.evaluate(() => MissiveChat.setUser(null));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself."]);
  await expect(chat.form).toBeVisible();
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/jane|1234|5678|By the way/i);
});

test("MissiveChat.setUser: another address is another visitor, who finds nothing of the first", async ({ site, chat, page }) => {
  await chatAsJane({ site, chat, page });
  await page.evaluate(() => MissiveChat.setUser({ email: "bob@example.com", name: "Bob" }));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?"]);
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/jane|1234|5678|By the way/i);
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ body: "Hello", attributes: { email: "bob@example.com", name: "Bob" } }]);
});

test("MissiveChat.setUser: takes an object that it was given before, and that has changed since", async ({ site, chat, page }) => {
  site.service = true;
  await site.open();
  await chat.open();
  await page.evaluate((jane) => {
    const user = { ...jane };
    MissiveChat.setUser(user);
    user.email = "bob@example.com";
    MissiveChat.setUser(user);
  }, jane);
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { email: "bob@example.com" } }]);
});

test("MissiveChat.setUser: the same address keeps the thread, whatever its case", async ({ site, chat, page }) => {
  await chatAsJane({ site, chat, page });
  await page.evaluate(() => MissiveChat.setUser({ email: "Jane@Example.com", name: "Jane D." }));
  await expect(chat.bubbles.nth(2)).toHaveText("My number is 1234");
  await expect(chat.box).toHaveValue("By the way");
  await chat.write("Me again");
  expect((await site.pending()).at(-1)).toMatchObject({ attributes: { email: "Jane@Example.com", name: "Jane D." } });
});

test("MissiveChat.setUser: null on a page of a visitor who is not logged in forgets nothing", async ({ site, chat, page }) => {
  await site.open();
  await chat.identify();
  await chat.box.fill("By the way");
  await site.open();
  await page.evaluate(() => MissiveChat.setUser(null));
  await expect(chat.box).toHaveValue("By the way");
  await expect(chat.form).toHaveCount(0);
});

test("user.email: the next user of the browser finds nothing of the one before, not even a draft", async ({ site, chat, page }) => {
  await site.open({ config: { user: jane } });
  await chat.open();
  await chat.box.fill("By the way");
  await site.open({ config: { user: { email: "bob@example.com" } } });
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/jane|By the way/i);
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

test("user.email: each user of the browser is asked for their own consent", async ({ site, chat }) => {
  const visitor = { requireConsent: true };
  await site.open({ config: { user: jane, visitor } });
  await chat.open();
  await chat.form.getByRole("checkbox").check();
  await chat.form.locator(".submit").click();
  await expect(chat.box).toBeVisible();
  await site.open({ config: { user: { email: "bob@example.com" }, visitor } });
  await expect(chat.form.getByRole("checkbox")).toBeVisible();
});

test("user.email: whoever logs in with the address of the form keeps what they have written", async ({ site, chat }) => {
  await site.open();
  await chat.identify("Jane", jane.email);
  await chat.box.fill("By the way");
  await site.open({ config: { user: jane } });
  await expect(chat.box).toHaveValue("By the way");
});

test("user.email: whoever logs in with another address than that of the form starts anew", async ({ site, chat, page }) => {
  await site.open();
  await chat.identify("Jane", jane.email);
  await chat.box.fill("By the way");
  await site.open({ config: { user: { email: "bob@example.com" } } });
  await expect(chat.box).toHaveValue("");
  expect(await kept(page)).not.toMatch(/jane|By the way/i);
});
