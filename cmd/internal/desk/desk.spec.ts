// The team desk of the preview, and what visitors see of it. Visitors and team are in browsers of their own.

import { type BrowserContext, type Locator, type Page, expect as impatient, test as base } from "../../../widget/e2e/playwright.ts";
import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { axe } from "../../../widget/e2e/axe.ts";
import { sdk } from "../../../widget/e2e/backend.ts";
import { join } from "node:path";
import { Preview } from "../../preview/fixture.ts";
import { Chat } from "../../../widget/e2e/site.ts";

/** Who has lost the connection takes a few seconds to come back, and more on a busy machine. */
const expect = impatient.configure({ timeout: 30_000 });

/** The account's secret key. */
const secret = "a secret of the site";
const digest = (email: string) => createHmac("sha256", secret).update(email).digest("hex");

/** The desk in the browser of somebody of the team. */
class Desk {
  readonly conversations: Locator;
  readonly bubbles: Locator;
  readonly box: Locator;
  readonly typing: Locator;
  readonly contact: Locator;
  readonly online: Locator;

  constructor(readonly page: Page) {
    this.conversations = page.getByRole("navigation", { name: "Conversations" }).getByRole("link");
    this.bubbles = page.getByRole("log").locator(".bubble");
    this.box = page.getByRole("textbox", { name: "Write a reply" });
    this.typing = page.locator("p.typing");
    this.contact = page.getByRole("complementary", { name: "Contact" });
    this.online = page.getByRole("switch", { name: "Online" });
  }

  /** Opens the conversation with somebody, who may still be sending the first message. */
  async read(visitor: string): Promise<void> {
    await this.conversations.filter({ hasText: visitor }).click();
    await expect(this.page.getByRole("heading", { level: 2, name: visitor }).first()).toBeVisible();
    await expect(this.bubbles).not.toHaveCount(0);
  }

  async reply(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** A line of the contact panel. */
  fact(name: string): Locator {
    return this.contact.locator("dl > div").filter({ has: this.page.getByRole("term").getByText(name, { exact: true }) }).getByRole("definition");
  }
}

interface Fixtures {
  preview: Preview;
  desk: Desk;
  /** Opens the host page in a browser of its own, and the chat on it; as a user that the site names, if one is given. */
  visit(user?: object): Promise<Chat & { page: Page }>;
}

const test = base.extend<Fixtures>({
  preview: async ({}, use) => {
    const preview = new Preview("chat: {name: Acme}\nvisitor: {askName: false, askEmail: false}\nmessages: {welcome: '', help: ''}\n");
    try {
      await preview.start({ MISSIVE_SECRET_ACME: secret, MISSIVE_AGENTS: "jo" });
      await use(preview);
    } finally {
      await preview.end();
    }
  },
  desk: async ({ preview, page }, use) => {
    await page.goto(preview.address + "desk/");
    await use(new Desk(page));
  },
  visit: async ({ preview, browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (user) => {
      const context = await browser.newContext();
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(preview.address);
      if (user) await page.evaluate((user) => MissiveChat.setUser(user as never), user);
      const chat = Object.assign(new Chat(page), { page });
      await chat.open();
      return chat;
    });
    for (const context of contexts) await context.close();
  },
});

// Each test starts a preview and some browsers.
test.describe.configure({ timeout: 120_000 });

const jane = { name: "Jane Doe", email: "jane@acme.example" };

test("a conversation seen from both sides", async ({ desk, visit, preview, browser }) => {
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
    const colleague = await (await browser.newContext()).newPage();
    await colleague.goto(preview.address + "acme/snippet.html");
    await colleague.addScriptTag({ path: sdk });
    const uri = preview.address.replace("http", "ws") + "v3/wsconnect";
    await colleague.evaluate(writeAsJo, { uri, sid: openIn(desk), token: accessToken(preview, "jo") });
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
      await expect(desk.page.locator("#who")).toHaveText(email + mark);
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
  await expect(desk.contact.getByRole("term")).toHaveText(["Name", "E-mail", "Account", "Language", "Platform", "Browser", "plan"]);
  await expect(desk.contact.getByRole("definition")).toHaveText(["–", "–", "acme", "en-GB", "Linux", /^Chrome \d+$/, "free"]);
  await meta({ plan: "pro", seats: 3 });
  await chat.write("Hello again");
  await expect(desk.fact("plan")).toHaveText("pro");
  await expect(desk.fact("seats")).toHaveText("3");
});

test("whether the team is online is for all desks of a browser to say: connected visitors see it live, others on opening", async ({ desk, visit, preview }) => {
  const chat = await visit();
  await chat.write("Hello");
  await expect(chat.status).toHaveText("We’re online");
  await desk.read("Visitor");

  await desk.online.click();
  await expect(chat.status).toHaveText("We’re offline");
  await expect(desk.page.getByText("You are offline; visitors see that.")).toBeVisible();
  // What is there can be read.
  await expect(desk.bubbles).toHaveText(["Hello"]);
  const asked = () => fetch(preview.address + "preview.token?account=acme").then((answer) => answer.json());
  await expect.poll(asked).toMatchObject({ online: false });
  await expect((await visit()).status).toHaveText("We’re offline");

  // The next visit of the desk remembers.
  await desk.page.reload();
  await expect(desk.online).toHaveAttribute("aria-checked", "false");
  await desk.online.click();
  await expect(chat.status).toHaveText("We’re online");

  // One that is connected keeps the team online, so a switch is for all of them.
  const other = new Desk(await desk.page.context().newPage());
  await other.page.goto(preview.address + "desk/");
  await expect(other.conversations).toHaveCount(1);
  await desk.online.click();
  await expect(other.online).toHaveAttribute("aria-checked", "false");
  await expect(chat.status).toHaveText("We’re offline");
  await other.online.click();
  await expect(desk.online).toHaveAttribute("aria-checked", "true");
  await expect(chat.status).toHaveText("We’re online");
  await expect.poll(asked).toMatchObject({ online: true });
  await expect((await visit()).status).toHaveText("We’re online");
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

const zeros = "0".repeat(32);

/** The SID of the conversation that is open. */
const openIn = (desk: Desk) => new URL(desk.page.url()).hash.slice(1);

/** Asks the preview's conversations as only the preview itself can; with a form it changes something. */
async function rest(preview: Preview, path: string, form?: Record<string, string>): Promise<any> {
  const credentials = "SK" + zeros + ":" + readFileSync(join(preview.folder, "preview.key"));
  const answer = await fetch(preview.address + "v1/Services/IS" + zeros + path, {
    method: form ? "POST" : "GET",
    headers: { authorization: "Basic " + Buffer.from(credentials).toString("base64") },
    body: form && new URLSearchParams(form),
  });
  if (!answer.ok) throw Error(await answer.text());
  return answer.json();
}

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

/** Lets an identity into the preview's conversations, as only the preview itself can. */
function accessToken(preview: Preview, identity: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const grants = { identity, chat: { service_sid: "IS" + zeros } };
  const text = `${encode({ typ: "JWT", alg: "HS256" })}.${encode({ iss: "SK" + zeros, sub: "AC" + zeros, exp: 2 ** 32, grants })}`;
  return `${text}.${createHmac("sha256", readFileSync(join(preview.folder, "preview.key"))).update(text).digest("base64url")}`;
}

/** Runs in the page: Jo says who they are, and writes. */
async function writeAsJo({ uri, sid, token }: { uri: string; sid: string; token: string }): Promise<void> {
  const colleague = new Twilio.Conversations.Client(token, { Twilsock: { uri } });
  await new Promise((resolve) => colleague.on("initialized", resolve));
  await colleague.user.updateFriendlyName("Jo Miller");
  await (await colleague.getConversationBySid(sid)).sendMessage("I know that jug");
}

test("the keyboard alone is enough to choose a conversation, reply and go back", async ({ desk, visit }) => {
  const chat = await visit(jane);
  await chat.write("Hello");
  await expect(desk.conversations).toHaveCount(1);
  const { keyboard } = desk.page;
  await desk.online.focus();
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

test("axe finds nothing on the desk, in light or dark colours, wide or narrow", async ({ desk, visit }) => {
  const { page } = desk;
  const check = async (what: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect.soft(await faults(page), `${what}, ${colorScheme}`).toEqual([]);
    }
  };
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
  await page.setViewportSize({ width: 360, height: 740 });
  await check("narrow");
  await page.getByRole("button", { name: "Contact" }).click();
  await expect(desk.contact).toBeVisible();
  await check("the contact, narrow");
  await desk.online.click();
  await check("offline");
});

/** What axe finds. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (window as never as { axe: { run(): Promise<{ violations: any[] }> } }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }: any) => `${id}: ${target.at(-1)} ${any[0]?.message}`));
  });
}

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
