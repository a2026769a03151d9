// The team desk, and what visitors see of it.

import type { Page } from "../../../widget/e2e/playwright.ts";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sdk } from "../../../widget/e2e/backend.ts";
import { colleague, digest, expect, jane, openIn, rest, test } from "./fixture.ts";

// Each test starts a preview and some browsers.
test.describe.configure({ timeout: 120_000 });

test("a conversation seen from both sides", async ({ desk, visit, preview }) => {
  await expect(desk.page.getByText("No conversations yet.")).toBeVisible();
  const chat = await visit(jane);
  const seen = chat.root.locator(".note", { hasText: "Seen" });

  await test.step("messages are listed with name and unread count; opened, they are read", async () => {
    await chat.write("Hello");
    await chat.write("Is the jug still there?");
    await expect(desk.conversations).toHaveText(/Jane Doe.*Is the jug still there\?.*2 unread/);
    await expect(desk.page).toHaveTitle("(2) Team desk");
    await expect(seen).toHaveCount(0);
    await desk.read("Jane Doe");
    await expect(desk.bubbles).toHaveText(["Hello", "Is the jug still there?"]);
    await expect(desk.conversations).not.toContainText("unread");
    await expect(desk.page).toHaveTitle("Team desk");
    await expect(chat.root.locator(".row", { hasText: "jug" }).locator(".note")).toContainText("Seen");
  });

  await test.step("they can be answered", async () => {
    await desk.reply("The last one, yes");
    await expect(chat.bubbles.last()).toHaveText("The last one, yes");
    await expect(desk.conversations).toContainText("You: The last one, yes");
    await expect(chat.status).toHaveText("We’re online");
  });

  await test.step("the desk sees how far the visitor has read", async () => {
    await chat.close.click();
    await desk.reply("Hi there");
    await expect(chat.badge).toHaveText("1");
    const answer = desk.page.getByRole("log").locator(".row", { hasText: "Hi there" }).locator(".note");
    await expect(answer).not.toContainText("Seen");
    await chat.open();
    await expect(answer).toContainText("Seen");
  });

  await test.step("a colleague has a name above what they wrote", async () => {
    const jo = await colleague(desk, preview);
    await jo.evaluate(() => joined.sendMessage("I know that jug"));
    await expect(desk.bubbles.last()).toHaveText("I know that jug");
    await expect(desk.page.getByRole("log").locator(".name").last()).toHaveText("Jo Miller");
  });
});

// Typing is told again only after some seconds, so nobody may have written before.
test("both sides see that the other one writes, until the message comes", async ({ desk, visit }) => {
  const chat = await visit(jane);
  await chat.write("Hello");
  await desk.read("Jane Doe");
  await expect(chat.root.locator(".pending")).toHaveCount(0);

  await chat.box.pressSequentially("One");
  await expect(desk.typing).toHaveText("Jane Doe is typing…");
  await expect(desk.conversations).toContainText("Typing…");
  await chat.box.press("Enter");
  await expect(desk.bubbles.last()).toHaveText("One");
  await expect(desk.typing).toHaveText("");

  await desk.box.pressSequentially("Two");
  await expect(chat.bubbles.last()).toHaveText("Typing…");
  await desk.box.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("Two");
});

test("several visitors at once have a conversation each, with what is known of them", async ({ desk, visit }) => {
  const sam = { name: "Sam Poe", email: "sam@acme.example" };
  const ann = { name: "Ann Lee", email: "ann@acme.example" };
  const [first, second, third] = await Promise.all([visit(jane), visit({ ...sam, digest: digest("someone@else.example") }), visit({ ...ann, digest: digest(ann.email) })]);
  await first.write("From Jane");
  await second.write("From Sam");
  await third.write("From Ann");
  await expect(desk.conversations).toHaveCount(3);
  for (const [{ name, email }, mark, about] of [
    [jane, "[Unverified]", "Anyone could have typed them."],
    [sam, "[Cannot verify]", "Someone may be posing as this user."],
    [ann, "Verified", "The site vouches for this user"],
  ] as const)
    await test.step(`the contact panel shows a user with the mark ${mark}`, async () => {
      await expect(desk.conversations.filter({ hasText: name }).locator(".mark")).toHaveText(mark);
      await desk.read(name);
      await expect(desk.fact("Name")).toHaveText(name);
      await expect(desk.fact("E-mail")).toHaveText(email);
      await expect(desk.fact("Account")).toHaveText("acme");
      await expect(desk.contact.locator(".mark")).toHaveText(mark);
      await expect(desk.contact).toContainText(about);
      await expect(desk.page.locator("#who")).toHaveText(email + mark + new URL(desk.page.url()).host);
    });

  await test.step("each has the answers that were written there", async () => {
    await desk.read("Jane Doe");
    await desk.reply("To Jane");
    await desk.read("Sam Poe");
    await desk.reply("To Sam");
    await expect(first.bubbles).toHaveText(["From Jane", "To Jane"]);
    await expect(second.bubbles).toHaveText(["From Sam", "To Sam"]);
    // Who wrote last is first, and who is read elsewhere is counted.
    await first.write("Thanks");
    await expect(desk.conversations).toHaveText([/Jane Doe.*Thanks.*1 unread/, /Sam Poe.*You: To Sam/, /Ann Lee.*From Ann/]);
    await expect(desk.bubbles).toHaveText(["From Sam", "To Sam"]);
  });
});

test("the contact panel shows what came with the last message, also of somebody unknown", async ({ desk, visit }) => {
  const chat = await visit();
  const meta = (value: object) => chat.page.evaluate((value) => MissiveChat.setMeta(value as never), value);
  await meta({ plan: "free" });
  await chat.write("Hello");
  await desk.read("Visitor");
  await expect(desk.contact.getByRole("term")).toHaveText(["Name", "E-mail", "Account", "Page", "Language", "Platform", "Browser", "plan"]);
  await expect(desk.contact.getByRole("definition")).toHaveText(["–", "–", "acme", new URL(desk.page.url()).host, "en-GB", "Linux", /^Chrome \d+$/, "free"]);
  await meta({ plan: "pro", seats: 3 });
  await chat.write("Hello again");
  await expect(desk.fact("plan")).toHaveText("pro");
  await expect(desk.fact("seats")).toHaveText("3");
});

test("the desk says on which page the visitor is, without what stands behind the path", async ({ desk, visit, preview }) => {
  const chat = await visit(jane);
  const { host } = new URL(preview.address);
  await chat.page.evaluate(() => history.pushState({}, "", "/prices?token=secret#here"));
  await chat.write("Hello");
  await expect(desk.conversations.locator(".page")).toHaveText(host + "/prices");
  await desk.read("Jane Doe");
  await expect(desk.page.locator("#who a")).toHaveAttribute("href", preview.address + "prices");
  await chat.page.evaluate(() => history.pushState({}, "", "/jugs"));
  await chat.write("And this one?");
  await expect(desk.fact("Page")).toHaveText(host + "/jugs");
});

test("a restart of the preview keeps the conversations, and both sides go on by themselves", async ({ desk, visit, preview }) => {
  const chat = await visit(jane);
  await chat.write("Before");
  await desk.read("Jane Doe");
  await desk.reply("Heard");
  await expect(chat.bubbles).toHaveText(["Before", "Heard"]);

  await preview.stop();
  await expect(desk.page.locator("#status")).not.toHaveText("");
  await preview.start();
  await chat.write("After");
  await expect(desk.bubbles).toHaveText(["Before", "Heard", "After"]);
  await desk.reply("Heard, too");
  await expect(chat.bubbles).toHaveText(["Before", "Heard", "After", "Heard, too"]);
  await expect(desk.page.locator("#status")).toHaveText("");
  await desk.page.reload();
  await expect(desk.conversations).toHaveText(/Jane Doe.*You: Heard, too/);
  await expect(desk.bubbles).toHaveText(["Before", "Heard", "After", "Heard, too"]);
});

test("who is not among the configured agents is no colleague, whatever they are called", async ({ desk, visit, preview }) => {
  const chat = await visit({ ...jane, digest: digest(jane.email) });
  await chat.write("Hello");
  await desk.read("Jane Doe");
  const conversation = "/Conversations/" + openIn(desk);
  await rest(preview, conversation + "/Participants", { Identity: "mallory" });
  await rest(preview, "/Users/mallory", { FriendlyName: "Jo Miller" });
  await rest(preview, conversation + "/Messages", { Author: "mallory", Body: "Send the jug to me" });
  await expect(desk.bubbles).toHaveText(["Hello", "Send the jug to me"]);
  await expect(desk.page.getByRole("log").locator(".name").last()).toHaveText("Not of the team: mallory");
  await expect(desk.page.getByRole("log").locator(".row", { hasText: "Send the jug" })).not.toHaveClass(/own/);
});

test("a mark is shown only where the token server vouches for it, in that very conversation", async ({ desk, visit, preview }) => {
  const verified = await visit({ ...jane, digest: digest(jane.email) });
  await verified.write("It is me");
  const mallory = await visit({ name: "Mallory", email: "mallory@acme.example" });
  await mallory.write("Me too");
  const row = (name: string) => desk.conversations.filter({ hasText: name });
  await expect(row("Jane Doe").locator(".mark")).toHaveText("Verified");
  await expect(row("Mallory").locator(".mark")).toHaveText("[Unverified]");

  await desk.read("Jane Doe");
  const { attributes } = await rest(preview, "/Conversations/" + openIn(desk));
  await desk.read("Mallory");
  const conversation = "/Conversations/" + openIn(desk);
  const own = (await rest(preview, conversation)).attributes;
  for (const [lie, name] of [
    [own.replace('"unverified"', '"verified"'), "Mallory"],
    [own.replace("mallory@", "jane@"), "Mallory"],
    [attributes, "Jane Doe"],
  ]) {
    await rest(preview, conversation, { Attributes: lie });
    // The list has her last message; its name is what the conversation says.
    const lying = desk.conversations.filter({ hasText: "Me too" });
    await expect(lying).toContainText(name);
    await expect(lying).toContainText("[Not vouched for]");
    await expect(lying.locator(".mark")).toHaveCount(0);
    await expect(desk.page.locator("#who")).toContainText("[Not vouched for]");
    await expect(desk.contact).toContainText("Name and e-mail may be from anyone.");
    await expect(desk.contact.locator(".mark")).toHaveCount(0);
  }
  // When she comes back, the server writes what it knows.
  await mallory.page.reload();
  await mallory.page.evaluate((user) => MissiveChat.setUser(user), { name: "Mallory", email: "mallory@acme.example" });
  await expect(row("Mallory").locator(".mark")).toHaveText("[Unverified]");
});

test("a colleague's file has its name and size, also in the list, and opens, also once the conversation is closed", async ({ desk, visit, preview }) => {
  const chat = await visit(jane);
  await chat.write("Have you got a manual?");
  await desk.read("Jane Doe");
  const jo = await colleague(desk, preview);
  await jo.evaluate(() => joined.prepareMessage().addMedia({ filename: "manual.txt", contentType: "text/plain", media: new Blob(["Hello"]) }).build().send());
  await expect(desk.conversations).toContainText("manual.txt");
  const file = desk.page.getByRole("log").locator(".file");
  await expect(file).toHaveText("manual.txt 5 bytes");
  await expect(desk.bubbles.filter({ visible: true })).toHaveText(["Have you got a manual?", "manual.txt 5 bytes"]);
  const opens = async () => {
    const opening = desk.page.waitForEvent("popup");
    await file.click();
    const tab = await opening;
    await tab.waitForURL(/Signature=/);
    await expect(tab.locator("body")).toHaveText("Hello");
    await tab.close();
  };
  await opens();
  await expect(chat.root.locator(".file")).toHaveText("manual.txt 5 bytes");

  await rest(preview, "/Conversations/" + openIn(desk), { State: "closed" });
  await expect(desk.page.getByText("This conversation is closed: it can only be read.")).toBeVisible();
  await expect(file).toHaveText("manual.txt 5 bytes");
  await opens();
});

test("without npm chat and desk have the SDK from Twilio’s host", async ({ preview, desk, visit }) => {
  await preview.stop();
  const empty = join(preview.folder, "empty");
  mkdirSync(empty);
  await preview.start({ PATH: empty, HOME: empty, XDG_CACHE_HOME: empty });
  const chat = await visit();
  const asked: Page[] = [];
  for (const page of [desk.page, chat.page])
    await page.route("https://sdk.twilio.com/**", (route) => {
      asked.push(page);
      return route.fulfill({ path: sdk, headers: { "access-control-allow-origin": "*" } });
    });
  await desk.page.reload();
  await chat.write("Hello");
  await desk.read("Visitor");
  await desk.reply("Hi there");
  await expect(chat.bubbles).toHaveText(["Hello", "Hi there"]);
  expect(asked).toEqual([desk.page, chat.page]);
});
