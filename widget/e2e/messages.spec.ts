// Each message stands where it belongs, in the words of the page.

import { expect, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

/** A text of the page for each message that the visitor sees before or after they write. */
const messages = {
  title: "Ask away",
  open: "Open the conversation",
  welcome: ["Ahoy!", "Read {{ link:https://site.example/help our help }} or https://site.example/faq", "Bye"],
  identify: ["Who are you?", "Tell us."],
  identifyName: "Your name",
  identifyEmail: "Your address",
  identifyConsent: "I accept the {{ link:https://site.example/terms terms }}.",
  identifySubmit: "Here you are",
  identifyRequired: "Don’t forget this",
  identifyInvalid: "That’s no address",
  identifyThanks: "Pleased to meet you",
  help: ["What is it?", "Go on."],
  chat: "Your words",
  send: "Off it goes",
  you: "Yourself",
  close: "Until later",
  branding: "Made with care",
  online: "We’re here",
  connecting: "One moment",
  internet: "No network, no chat.",
  notSent: "It is still here.",
  sendAgain: "Once more",
  newMessage: "You’ve got mail",
  newMessages: "You’ve got more mail",
};

test("a visitor reads all in the words of the page, from the button to the answer", async ({ site, chat, page, context }) => {
  site.service = true;
  const answer = await site.hold("https://token.example/**");
  await site.open({ config: { visitor: { requireName: true, requireConsent: true }, messages } });

  await test.step("messages.title: is the text of the button, and names the widget", async () => {
    await expect(chat.button.getByText("Ask away", { exact: true })).toBeVisible();
    await expect(page.getByRole("region", { name: "Ask away" })).toBeAttached();
  });
  await test.step("messages.open: is said after the title of the button, and not shown", async () => {
    await expect(page.getByRole("button", { name: "Ask away Open the conversation" })).toBeVisible();
    expect(await chat.css(chat.button.getByText("Open the conversation"), "clip-path")).toBe("inset(50%)");
  });
  await chat.open();
  await test.step("messages.connecting: is the status until the answer is there", async () => {
    await expect(chat.status).toHaveText("One moment");
  });
  await test.step("messages.online: is the status once it is", async () => {
    answer();
    await expect(chat.status).toHaveText("We’re here");
  });
  await test.step("messages.branding: is the line at the foot", async () => {
    await expect(chat.window.getByText("Made with care")).toBeVisible();
  });
  await test.step("messages.welcome: is a bubble each, with links, and messages.identify: follows", async () => {
    await expect(chat.bubbles).toHaveText(["Ahoy!", "Read our help or https://site.example/faq", "Bye", "Who are you?", "Tell us."]);
    await expect(chat.bubbles.getByRole("link", { name: "our help" })).toHaveAttribute("href", "https://site.example/help");
    await expect(chat.bubbles.getByRole("link", { name: "https://site.example/faq" })).toHaveAttribute("href", "https://site.example/faq");
  });
  await test.step("messages.identify: stands above the form", async () => {
    const [form, bubble] = [await chat.form.boundingBox(), await chat.bubbles.last().boundingBox()];
    expect(bubble!.y + bubble!.height).toBeLessThan(form!.y);
  });

  const name = chat.form.getByRole("textbox", { name: "Your name" });
  const email = chat.form.getByRole("textbox", { name: "Your address" });
  await test.step("messages.identifyName: labels the name field", async () => {
    await expect(name).toHaveAttribute("name", "name");
  });
  await test.step("messages.identifyEmail: labels the e-mail field", async () => {
    await expect(email).toHaveAttribute("type", "email");
  });
  await test.step("messages.identifyConsent: labels the consent box, with links", async () => {
    await expect(chat.form.getByRole("checkbox", { name: "I accept the terms." })).toBeVisible();
    await expect(chat.form.getByRole("link", { name: "terms" })).toHaveAttribute("href", "https://site.example/terms");
  });
  const submit = chat.form.getByRole("button", { name: "Here you are", exact: true });
  await test.step("messages.identifyRequired: stands beside each required field that is empty, until it is filled", async () => {
    await submit.click();
    await expect(chat.box).toBeHidden();
    const faults = chat.form.getByText("Don’t forget this", { exact: true });
    await expect(faults).toHaveCount(3);
    await expect(name).toHaveAccessibleDescription("Don’t forget this");
    await expect(name).toBeFocused();
    await name.fill("Jane");
    await expect(faults).toHaveCount(2);
    await chat.form.getByRole("checkbox").check();
    await expect(faults).toHaveCount(1);
  });
  await test.step("messages.identifyInvalid: stands beside an e-mail field that holds something else", async () => {
    await email.fill("jane at home");
    await submit.click();
    await expect(email).toHaveAccessibleDescription("That’s no address");
    await expect(chat.form.getByText("That’s no address")).toBeVisible();
    await email.fill("jane@home.example");
    await expect(chat.form.getByText("That’s no address")).toHaveCount(0);
  });
  await test.step("messages.identifySubmit: is on the button that sends the form", async () => {
    await submit.click();
    await expect(chat.form).toHaveCount(0);
  });
  await test.step("messages.identifyThanks: follows the form that was sent", async () => {
    await expect(chat.bubbles.nth(5)).toHaveText("Pleased to meet you");
  });
  await test.step("messages.help: are the last bubbles before the visitor writes", async () => {
    await expect(chat.bubbles).toHaveText([/^Ahoy/, /^Read/, /^Bye/, /^Who/, /^Tell/, /^Pleased/, "What is it?", "Go on."]);
  });
  await test.step("messages.chat: invites into the message box, and names it", async () => {
    await expect(page.getByPlaceholder("Your words")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Your words" })).toBeFocused();
  });
  await test.step("messages.internet: stands above the message box while the browser is offline", async () => {
    await context.setOffline(true);
    const notice = chat.window.getByText("No network, no chat.");
    await expect(notice).toBeVisible();
    await context.setOffline(false);
    await expect(notice).toHaveCount(0);
  });
  await test.step("messages.send: names the send button", async () => {
    await chat.box.fill("Hello");
    await chat.window.getByRole("button", { name: "Off it goes" }).click();
    await expect(chat.bubbles.last()).toHaveText("Hello");
  });
  await site.connected();
  const row = chat.window.locator(".own");
  await test.step("messages.you: is said before it, and not shown", async () => {
    await expect(row).toHaveText(/^YourselfHello/);
    expect(await chat.css(row.getByText("Yourself"), "clip-path")).toBe("inset(50%)");
  });
  const again = row.getByRole("button", { name: "Once more", exact: true });
  await test.step("messages.notSent: stands below a message that was refused", async () => {
    await page.evaluate(() => service.refuse());
    await expect(row.getByText("It is still here.")).toBeVisible();
  });
  await test.step("messages.sendAgain: sends it again", async () => {
    await again.click();
    await expect(again).toHaveCount(0);
    expect(await page.evaluate(() => service.pending.map(({ body }) => body))).toEqual(["Hello"]);
    await page.evaluate(() => service.accept());
  });
  await test.step("messages.close: names the close button", async () => {
    await chat.window.getByRole("button", { name: "Until later" }).click();
    await expect(chat.window).toBeHidden();
  });
  for (const [path, count, text] of [
    ["messages.newMessage", 1, "You’ve got mail"],
    ["messages.newMessages", 2, "You’ve got more mail"],
  ] as const)
    await test.step(path + ": stands on the closed button and is spoken", async () => {
      await page.evaluate(() => service.say("Reply"));
      await expect(chat.badge).toHaveText("" + count);
      await expect(chat.button.getByText(text, { exact: true })).toBeVisible();
      await expect(chat.root.getByRole("status").filter({ hasText: text })).toHaveText(count > 1 ? `${text} ${count}` : text);
    });
  await test.step("the button has its title again once the messages are read", async () => {
    await chat.open();
    await chat.close.click();
    await expect(chat.button).toContainText("Ask away");
    await expect(chat.badge).toBeHidden();
  });
});

test("messages.identifySkip: is on the button that skips the form; messages.offline: is the status while the team is away", async ({ site, chat, page }) => {
  site.online = false;
  await site.open({
    head: "<script>identified = []</script>",
    config: `{ visitor: { requireEmail: false }, messages: { identifySkip: "Rather not", offline: "We’re asleep" }, onVisitorIdentified: (who) => identified.push(who) }`,
  });
  await chat.open();
  await test.step("messages.offline: is the status once the answer is there", async () => {
    await expect(chat.status).toHaveText("We’re asleep");
  });
  await chat.form.getByRole("button", { name: "Rather not", exact: true }).click();
  await expect(chat.bubbles.last()).toHaveText("How can we help?");
  // Nobody has said who they are.
  expect(await page.evaluate("identified")).toEqual([]);
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

test("messages.oneWay: comes where messages arrive but no answers, above the other ways, and goes when they do", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ account: "alone", config: { user: jane, messages: { oneWay: ["We read you.", "You can’t read us."] } } });
  await chat.open();
  await chat.write("Hello");
  await page.waitForFunction(() => window.service?.pending.length);
  await page.evaluate(() => (service.accept(), service.set({ oneWay: true })));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?", "Hello", "We read you.", "You can’t read us.", /^hello@acme.example/]);
  await page.evaluate(() => service.set({ oneWay: undefined }));
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "How can we help?", "Hello"]);
});

test("messages.error: stands on the button when nobody has the window, and a later click opens it", async ({ site, chat, page }) => {
  const gone = "https://chat.example/assets/**";
  await page.route(gone, (route) => route.fulfill({ status: 404 }));
  await site.open({ config: { messages: { error: ["No luck.", "Sorry."] } } });
  await chat.button.click();
  await expect(chat.button).toContainText("No luck.\nSorry.");
  await expect(chat.button).toHaveAttribute("aria-expanded", "false");
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(false);
  await page.unroute(gone);
  await chat.button.click();
  await expect(chat.window).toBeVisible();
});
