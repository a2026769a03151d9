// Each message stands where it belongs, in the words of the page.

import { expect, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

test("messages.welcome: is the first bubble", async ({ site, chat }) => {
  await site.open({ config: { messages: { welcome: "Ahoy!" } } });
  await chat.open();
  await expect(chat.bubbles.first()).toHaveText("Ahoy!");
});

test("messages.welcome: a list is a bubble each, with links", async ({ site, chat }) => {
  const welcome = ["Ahoy!", "Read {{ link:https://site.example/help our help }} or https://site.example/faq", "Bye"];
  await site.open({ config: { messages: { welcome } } });
  await chat.open();
  await expect(chat.bubbles).toHaveText(["Ahoy!", "Read our help or https://site.example/faq", "Bye", "First, identify yourself."]);
  await expect(chat.bubbles.getByRole("link", { name: "our help" })).toHaveAttribute("href", "https://site.example/help");
  await expect(chat.bubbles.getByRole("link", { name: "https://site.example/faq" })).toHaveAttribute("href", "https://site.example/faq");
});

test("messages.identify: stands above the form", async ({ site, chat }) => {
  await site.open({ config: { messages: { identify: ["Who are you?", "Tell us."] } } });
  await chat.open();
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "Who are you?", "Tell us."]);
  await expect(chat.form).toBeVisible();
});

test("messages.identifyThanks: follows the form that was sent", async ({ site, chat }) => {
  await site.open({ config: { messages: { identifyThanks: "Pleased to meet you" } } });
  await chat.identify();
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself.", "Pleased to meet you", "How can we help?"]);
});

test("messages.help: is the last bubble before the visitor writes", async ({ site, chat }) => {
  await site.open({ config: { user: jane, messages: { help: ["What is it?", "Go on."] } } });
  await chat.open();
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "What is it?", "Go on."]);
});

test("messages.error: comes when the service can't be reached, above the other ways", async ({ site, chat }) => {
  await site.open({ account: "alone", config: { user: jane, messages: { error: ["No luck.", "Sorry."] } } });
  await chat.open();
  const release = await site.hold("**/assets/connection.*");
  await chat.write("Hello");
  await expect(chat.status).toHaveText("Connecting…");
  await expect(chat.bubbles.last()).toHaveText("Hello");
  release();
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?", "Hello", "No luck.", "Sorry.", /^hello@acme.example/]);
});

test("messages.error: stands on the button when the window can't be loaded", async ({ site, chat, page }) => {
  await page.route("**/assets/panel.*", (route) => route.abort());
  await site.open({ config: { messages: { error: ["No luck.", "Sorry."] } } });
  await chat.button.click();
  await expect(chat.button).toContainText("No luck.\nSorry.");
});

test("messages.title: is the text of the button, and names the widget", async ({ site, chat, page }) => {
  await site.open({ config: { messages: { title: "Ask away" } } });
  await expect(chat.button.getByText("Ask away", { exact: true })).toBeVisible();
  await expect(page.getByRole("region", { name: "Ask away" })).toBeAttached();
});

for (const [path, online, text] of [
  ["messages.online", true, "We’re here"],
  ["messages.offline", false, "We’re asleep"],
] as const) {
  test(path + ": is the status once the answer is there", async ({ site, chat }) => {
    site.online = online;
    await site.open({ config: { messages: { online: "We’re here", offline: "We’re asleep" } } });
    await chat.open();
    await expect(chat.status).toHaveText(text);
  });
}

test("messages.connecting: is the status until the answer is there", async ({ site, chat }) => {
  const answer = await site.hold("https://token.example/**");
  await site.open({ config: { messages: { connecting: "One moment" } } });
  await chat.open();
  await expect(chat.status).toHaveText("One moment");
  answer();
  await expect(chat.status).toHaveText("We’re online");
});

test("messages.chat: invites into the message box, and names it", async ({ site, chat, page }) => {
  await site.open({ config: { user: jane, messages: { chat: "Your words" } } });
  await chat.open();
  await expect(page.getByPlaceholder("Your words")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Your words" })).toBeVisible();
});

for (const [path, count, text] of [
  ["messages.newMessage", 1, "You’ve got mail"],
  ["messages.newMessages", 2, "You’ve got more mail"],
] as const) {
  test(path + ": stands on the closed button and is spoken", async ({ site, chat, page }) => {
    site.service = true;
    await site.open({ config: { user: jane, messages: { newMessage: "You’ve got mail", newMessages: "You’ve got more mail" } } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await chat.close.click();
    await expect(chat.button).toContainText("Chat with us");
    await page.evaluate((count) => Array.from({ length: count }, (_, i) => service.say("Reply " + i)), count);
    await expect(chat.badge).toHaveText("" + count);
    await expect(chat.button.getByText(text, { exact: true })).toBeVisible();
    await expect(chat.root.getByRole("status").filter({ hasText: text })).toHaveText(text);

    await chat.open();
    await chat.close.click();
    await expect(chat.button).toContainText("Chat with us");
    await expect(chat.badge).toBeHidden();
  });
}

test("messages.internet: stands above the message box while the browser is offline", async ({ site, chat, context }) => {
  await site.open({ config: { user: jane, messages: { internet: "No network, no chat." } } });
  await chat.open();
  await context.setOffline(true);
  const notice = chat.window.getByText("No network, no chat.");
  await expect(notice).toBeVisible();
  await context.setOffline(false);
  await expect(notice).toHaveCount(0);
});

test("messages.identifyName: labels the name field", async ({ site, chat }) => {
  await site.open({ config: { messages: { identifyName: "Your name" } } });
  await chat.open();
  await expect(chat.form.getByLabel("Your name", { exact: true })).toHaveAttribute("name", "name");
});

test("messages.identifyEmail: labels the e-mail field", async ({ site, chat }) => {
  await site.open({ config: { messages: { identifyEmail: "Your address" } } });
  await chat.open();
  await expect(chat.form.getByRole("textbox", { name: "Your address", exact: true })).toHaveAttribute("type", "email");
});

test("messages.identifySubmit: is on the button that sends the form", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireEmail: false }, messages: { identifySubmit: "Here you are" } } });
  await chat.open();
  await chat.form.getByLabel("Name").fill("Jane");
  await chat.form.getByRole("button", { name: "Here you are", exact: true }).click();
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
});

test("messages.identifySkip: is on the button that skips the form", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireEmail: false }, messages: { identifySkip: "Rather not" } } });
  await chat.open();
  await chat.form.getByRole("button", { name: "Rather not", exact: true }).click();
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
});

test("messages.identifyRequired: stands beside each required field that is empty, until it is filled", async ({ site, chat }) => {
  await site.open({ config: { visitor: { requireName: true, requireConsent: true }, messages: { identifyRequired: "Don’t forget this" } } });
  await chat.open();
  await chat.form.locator(".submit").click();
  const faults = chat.form.getByText("Don’t forget this", { exact: true });
  await expect(faults).toHaveCount(3);
  await expect(chat.form.getByLabel("Name")).toHaveAccessibleDescription("Don’t forget this");
  await chat.form.getByLabel("Name").fill("Jane");
  await expect(faults).toHaveCount(2);
});

test("messages.identifyInvalid: stands beside an e-mail field that holds something else", async ({ site, chat }) => {
  await site.open({ config: { messages: { identifyInvalid: "That’s no address" } } });
  await chat.open();
  const email = chat.form.getByLabel("Email");
  await email.fill("jane at home");
  await chat.form.locator(".submit").click();
  await expect(email).toHaveAccessibleDescription("That’s no address");
  await expect(chat.form.getByText("That’s no address")).toBeVisible();
  await email.fill("jane@home.example");
  await expect(chat.form.getByText("That’s no address")).toHaveCount(0);
});

test("messages.identifyConsent: labels the consent box, with links", async ({ site, chat }) => {
  const identifyConsent = "I accept the {{ link:https://site.example/terms terms }}.";
  await site.open({ config: { visitor: { requireConsent: true }, messages: { identifyConsent } } });
  await chat.open();
  await expect(chat.form.getByRole("checkbox", { name: "I accept the terms." })).toBeVisible();
  await expect(chat.form.getByRole("link", { name: "terms" })).toHaveAttribute("href", "https://site.example/terms");
});

test("messages.open: is said after the title of the button, and not shown", async ({ site, chat, page }) => {
  await site.open({ config: { messages: { open: "Open the conversation" } } });
  await expect(page.getByRole("button", { name: "Chat with us Open the conversation" })).toBeVisible();
  const { width } = (await chat.button.getByText("Open the conversation").boundingBox())!;
  expect(width).toBeLessThanOrEqual(1);
});

test("messages.close: names the close button", async ({ site, chat }) => {
  await site.open({ config: { messages: { close: "Until later" } } });
  await chat.open();
  await chat.window.getByRole("button", { name: "Until later" }).click();
  await expect(chat.window).toBeHidden();
});

test("messages.send: names the send button", async ({ site, chat }) => {
  await site.open({ config: { user: jane, messages: { send: "Off it goes" } } });
  await chat.open();
  await chat.box.fill("Hello");
  await chat.window.getByRole("button", { name: "Off it goes" }).click();
  await expect(chat.bubbles.last()).toHaveText("Hello");
});

for (const [path, role] of [
  ["messages.notSent", "text"],
  ["messages.sendAgain", "button"],
] as const) {
  test(path + ": stands below a message that was refused", async ({ site, chat, page }) => {
    site.service = true;
    await site.open({ config: { user: jane, messages: { notSent: "It is still here.", sendAgain: "Once more" } } });
    await chat.open();
    await chat.write("Hello");
    await page.waitForFunction("window.service");
    await page.evaluate(() => service.refuse());
    const row = chat.window.locator(".own");
    const again = row.getByRole("button", { name: "Once more", exact: true });
    await expect(role == "text" ? row.getByText("It is still here.") : again).toBeVisible();
    await again.click();
    await expect(again).toHaveCount(0);
    expect(await page.evaluate(() => service.pending.map(({ body }) => body))).toEqual(["Hello"]);
  });
}

test("messages.branding: is the line at the foot", async ({ site, chat }) => {
  await site.open({ config: { messages: { branding: "Made with care" } } });
  await chat.open();
  await expect(chat.window.getByText("Made with care")).toBeVisible();
});
