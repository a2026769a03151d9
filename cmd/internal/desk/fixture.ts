// The desk of a preview, and visitors of its host page. Visitors and team are in browsers of their own.

import { type BrowserContext, type Locator, type Page, expect as impatient, test as base } from "../../../widget/e2e/playwright.ts";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { axe } from "../../../widget/e2e/axe.ts";
import { sdk } from "../../../widget/e2e/backend.ts";
import { Preview } from "../../preview/fixture.ts";
import { Chat } from "../../../widget/e2e/site.ts";

/** Who has lost the connection takes a few seconds to come back, and more on a busy machine. */
export const expect = impatient.configure({ timeout: 30_000 });

/** The account's secret key. */
const secret = "a secret of the site";
export const digest = (email: string) => createHmac("sha256", secret).update(email).digest("hex");

/** The desk in the browser of somebody of the team. */
export class Desk {
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

export const test = base.extend<Fixtures>({
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

export const jane = { name: "Jane Doe", email: "jane@acme.example" };

const zeros = "0".repeat(32);

/** The SID of the conversation that is open. */
export const openIn = (desk: Desk) => new URL(desk.page.url()).hash.slice(1);

/** Asks the preview's conversations as only the preview itself can; with a form it changes something. */
export async function rest(preview: Preview, path: string, form?: Record<string, string>): Promise<any> {
  const credentials = "SK" + zeros + ":" + readFileSync(join(preview.folder, "preview.key"));
  const answer = await fetch(preview.address + "v1/Services/IS" + zeros + path, {
    method: form ? "POST" : "GET",
    headers: { authorization: "Basic " + Buffer.from(credentials).toString("base64") },
    body: form && new URLSearchParams(form),
  });
  if (!answer.ok) throw Error(await answer.text());
  return answer.json();
}

/** Lets an identity into the preview's conversations, as only the preview itself can. */
function accessToken(preview: Preview, identity: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const grants = { identity, chat: { service_sid: "IS" + zeros } };
  const text = `${encode({ typ: "JWT", alg: "HS256" })}.${encode({ iss: "SK" + zeros, sub: "AC" + zeros, exp: 2 ** 32, grants })}`;
  return `${text}.${createHmac("sha256", readFileSync(join(preview.folder, "preview.key"))).update(text).digest("base64url")}`;
}

/** Jo, a colleague with a program of their own, in the conversation that is open. */
export async function colleague(desk: Desk, preview: Preview): Promise<Page> {
  const page = await (await desk.page.context().browser()!.newContext()).newPage();
  await page.goto(preview.address + "acme/snippet.html");
  await page.addScriptTag({ path: sdk });
  const uri = preview.address.replace("http", "ws") + "v3/wsconnect";
  await page.evaluate(connectAsJo, { uri, sid: openIn(desk), token: accessToken(preview, "jo") });
  return page;
}

declare global {
  /** In the page of a colleague: the conversation. */
  var joined: any;
}

/** Runs in the page: Jo says who they are. */
async function connectAsJo({ uri, sid, token }: { uri: string; sid: string; token: string }): Promise<void> {
  const client = new Twilio.Conversations.Client(token, { Twilsock: { uri } });
  await new Promise((resolve) => client.on("initialized", resolve));
  await client.user.updateFriendlyName("Jo Miller");
  globalThis.client = client;
  globalThis.joined = await client.getConversationBySid(sid);
}

/** What axe finds. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (window as never as { axe: { run(): Promise<{ violations: any[] }> } }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any }: any) => `${id}: ${target.at(-1)} ${any[0]?.message}`));
  });
}

export interface Given {
  /** Of the visitor. */
  identity: string;
  name?: string;
  email?: string;
  /** By whom, what, how many minutes ago, and on which page; the oldest first. */
  messages: { by?: string; body: string; minutesAgo?: number; page?: string }[];
}

/** Makes a conversation as the token server does, without a visitor's browser. It isn't vouched for. Returns its SID. */
export async function give(preview: Preview, { identity, name = "", email = "", messages }: Given): Promise<string> {
  const attributes = JSON.stringify({ account: "acme", visitor: { name, email }, verification: "unverified" });
  const { sid } = await rest(preview, "/Conversations", { UniqueName: identity + "-1", Attributes: attributes });
  for (const Identity of [identity, "team", "jo"]) await rest(preview, `/Conversations/${sid}/Participants`, { Identity });
  for (const { by = identity, body, minutesAgo = 0, page } of messages) {
    const DateCreated = new Date(Date.now() - minutesAgo * 60_000).toISOString();
    await rest(preview, `/Conversations/${sid}/Messages`, { Author: by, Body: body, DateCreated, Attributes: JSON.stringify({ page }) });
  }
  return sid;
}
