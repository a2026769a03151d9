// What each option of the page does. The texts are in messages.spec.ts, the style variables in variables.spec.ts.

import type { Locator, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./build.ts";
import { expect, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

/** Answers a picture of the foreign site. */
const serve = (page: Page, name: string) => page.route("https://site.example/" + name, (route) => route.fulfill({ path: new URL("team.png", import.meta.url).pathname }));

/** What the messages that wait for the service say of the visitor. */
const attributes = (page: Page) => page.evaluate(() => service.pending.map((message) => message.attributes));

test("id: the snippet loads the account that the page names", async ({ site, chat }) => {
  const snippet = await readFile(join(dist, "plain/snippet.html"), "utf8");
  await site.open({ script: snippet.replace("id: 'plain'", "id: 'baked'") });
  await expect(chat.button).toContainText("Ask the baker");
  expect(site.asked).toEqual(["https://chat.example/baked/missive.js"]);
});

for (const [position, side] of [["bottom-right", "right"], ["bottom-left", "left"]] as const) {
  test(`chat.position: ${position} puts button and window into that corner`, async ({ site, chat, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await site.open({ config: { chat: { position } } });
    const distances = (part: Locator) =>
      part.evaluate((element, side) => [Math.abs(element.getBoundingClientRect()[side] - (side == "left" ? 0 : innerWidth)), innerHeight - element.getBoundingClientRect().bottom], side);
    expect(await distances(chat.button)).toEqual([20, 20]);
    await chat.open();
    await expect.poll(() => distances(chat.window)).toEqual([20, 20]);
  });
}

test("chat.hidden: there is no button, but the API opens the chat", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { hidden: true } } });
  await expect(chat.button).toBeHidden();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.window).toBeVisible();
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("chat.name: stands in the header, above the team's messages, and names the window", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { name: "Rocket Repairs" } } });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Rocket Repairs");
  await expect(chat.window.locator(".name").first()).toHaveText("Rocket Repairs");
  await expect(page.getByRole("dialog", { name: "Rocket Repairs" })).toBeVisible();
});

test("chat.name: an empty one gives way to the title", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { name: "" }, messages: { title: "Ask away" } } });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Ask away");
  await expect(chat.window.locator(".name").first()).toHaveText("Ask away");
  await expect(page.getByRole("dialog", { name: "Ask away" })).toBeVisible();
});

test("chat.avatarUrl: the page's picture shows in the header and beside messages", async ({ site, chat, page }) => {
  await serve(page, "us.png");
  await site.open({ config: { chat: { avatarUrl: "https://site.example/us.png" } } });
  await chat.open();
  const pictures = chat.window.locator(".header .avatar img, .row .avatar img");
  await expect(pictures).toHaveCount(3);
  for (const picture of await pictures.all()) await expect(picture).toHaveAttribute("src", "https://site.example/us.png");
});

test("chat.avatarUrl: a picture that the build has copied is found beside the script", async ({ site, chat }) => {
  await site.open({ account: "baked" });
  await chat.open();
  await expect(chat.window.locator(".header .avatar img")).toHaveAttribute("src", /^https:\/\/chat\.example\/assets\/team\.\w+\.png$/);
});

test("chat.avatarUrl: without one, initials of the name stand there", async ({ site, chat }) => {
  await site.open({ config: { chat: { name: "acme rocket company" } } });
  await chat.open();
  await expect(chat.window.locator(".header .avatar")).toHaveText("AR");
});

test("chat.avatarUrl: when it does not load, initials of the name stand there", async ({ site, chat, page }) => {
  const missing = page.waitForResponse("https://site.example/gone.png");
  await site.open({ config: { chat: { name: "Zoe", avatarUrl: "https://site.example/gone.png" } } });
  await chat.open();
  expect((await missing).status()).toBe(404);
  await expect(chat.window.locator(".header .avatar")).toHaveText("Z");
  await expect(chat.window.locator(".header .avatar img")).toHaveCount(0);
});

test("chat.hideWhenOffline: the button comes once the team is known to be online", async ({ site, chat, page }) => {
  const answer = await site.hold("https://token.example/**");
  const asked = page.waitForRequest("https://token.example/token?account=plain");
  await site.open({ config: { chat: { hideWhenOffline: true } } });
  await asked;
  await expect(chat.button).toBeHidden();
  answer();
  await expect(chat.button).toBeVisible();
});

test("chat.hideWhenOffline: there is no button while the team is offline", async ({ site, chat, page }) => {
  site.online = false;
  await site.open({ config: { chat: { hideWhenOffline: true } } });
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.status).toHaveText("We’re offline");
  await chat.close.click();
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
});

test("chat.hideWhenOffline: by default nobody asks, and the button is there", async ({ site, chat, page }) => {
  site.online = false;
  await site.open();
  await expect(chat.button).toBeVisible();
  await page.evaluate(() => new Promise<unknown>((resolve) => requestIdleCallback(resolve)));
  expect(site.asked).toEqual(["https://chat.example/plain/missive.js"]);
});

for (const [hideBranding, count] of [[false, 1], [true, 0]] as const) {
  test(`chat.hideBranding: ${hideBranding} ${count ? "shows" : "leaves out"} the line at the foot`, async ({ site, chat }) => {
    await site.open({ config: { chat: { hideBranding } } });
    await chat.open();
    await expect(chat.window.getByText("Powered by Missive Live Chat")).toHaveCount(count);
  });
}

for (const [showOnlineStatus, count] of [[true, 1], [false, 0]] as const) {
  test(`chat.showOnlineStatus: ${showOnlineStatus} ${count ? "shows" : "leaves out"} the status in the header`, async ({ site, chat }) => {
    await site.open({ config: { chat: { showOnlineStatus } } });
    await chat.open();
    await expect(chat.window.getByText("Acme").first()).toBeVisible();
    await expect(chat.window.getByText("We’re online")).toHaveCount(count);
    await expect(chat.window.locator(".header i")).toHaveCount(count);
  });
}

for (const showAvatars of [true, false]) {
  test(`chat.showAvatars: ${showAvatars} ${showAvatars ? "shows" : "leaves out"} pictures and initials`, async ({ site, chat, page }) => {
    site.service = true;
    await serve(page, "jane.png");
    await site.open({ config: { chat: { showAvatars }, user: { ...jane, avatarUrl: "https://site.example/jane.png" } } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await page.evaluate(() => service.say("Hi", { name: "Zoe", avatarUrl: "https://site.example/jane.png" }));
    await expect(chat.bubbles).toHaveCount(4);
    await expect(chat.window.locator(".header .avatar")).toHaveCount(showAvatars ? 1 : 0);
    await expect(chat.window.locator(".row .avatar")).toHaveCount(showAvatars ? 4 : 0);
  });
}

for (const showNames of [true, false]) {
  test(`chat.showNames: ${showNames} ${showNames ? "shows" : "leaves out"} names above messages`, async ({ site, chat, page }) => {
    site.service = true;
    await site.open({ config: { chat: { showNames }, user: jane } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await page.evaluate(() => service.say("Hi", { name: "Zoe" }));
    await expect(chat.bubbles).toHaveCount(4);
    await expect(chat.window.locator(".name").filter({ visible: true })).toHaveText(showNames ? ["Acme", "Zoe"] : []);
  });
}

for (const [channel, config, href, text] of [
  ["support.email", { email: "help@site.example" }, "mailto:help@site.example", "help@site.example"],
  ["support.phone", { email: "", phone: "+1 (555) 010-99" }, "tel:+155501099", "+1 (555) 010-99"],
] as const) {
  test(channel + ": is offered below the error when the chat can't connect", async ({ site, chat, page }) => {
    await page.clock.install();
    await site.open({ account: "alone", config: { support: config, user: jane } });
    await chat.open();
    await chat.write("Hello");
    await expect(chat.status).toHaveText("Connecting…");
    await page.clock.runFor(10_000);
    await expect(chat.bubbles.nth(-2)).toContainText("Sorry, there is an issue");
    const link = chat.bubbles.last().getByRole("link", { name: text, exact: true });
    await expect(link).toHaveAttribute("href", href);
  });
}

test("user.email: the visitor is not asked who they are, and messages say it", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: { email: "jane@example.com" } } });
  await chat.open();
  await expect(chat.form).toHaveCount(0);
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
  await chat.write("Hello");
  await page.waitForFunction("window.service");
  expect(await attributes(page)).toMatchObject([{ email: "jane@example.com", name: "" }]);
});

test("user.name: goes with each message", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: jane } });
  await chat.open();
  await chat.write("Hello");
  await chat.write("Anybody there?");
  await page.waitForFunction("window.service");
  expect(await attributes(page)).toMatchObject([{ name: "Jane Doe" }, { name: "Jane Doe" }]);
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
  await serve(page, "jane.png");
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

test("meta: goes with each message as texts, beside what is always sent", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: jane, meta: { plan: "free", seats: 3, trial: true } } });
  await chat.open();
  await chat.write("Hello");
  await page.waitForFunction("window.service");
  const always = { language: "en-GB", platform: "Linux", browser: expect.stringMatching(/^Chrome \d+$/) };
  expect(await attributes(page)).toEqual([{ ...jane, meta: { plan: "free", seats: "3", trial: "true", ...always } }]);
});

test("meta: what is always sent can't be changed", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: jane, meta: { language: "xx", platform: "Amiga", browser: "Mosaic" } } });
  await chat.open();
  await chat.write("Hello");
  await page.waitForFunction("window.service");
  expect(await attributes(page)).toMatchObject([{ meta: { language: "en-GB", platform: "Linux", browser: expect.stringMatching(/^Chrome/) } }]);
});
