// The chat as its visitors have it: the built widget on a page, Twilio's unmodified SDK, the real token handler and the local
// conversations, all at one address of this machine. The team is a page with the SDK.

import { type APIRequestContext, type Browser, expect, type Page, test as base } from "@playwright/test";
import { createServer } from "node:net";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Backend, type Client, sdk } from "./backend.ts";
import { buildChat } from "./build.ts";
import { Chat } from "./site.ts";

export { expect };

/** The secret key of every account; see testserver/main.go. */
export const secret = "secret";

/** A name that is no secure context, for the tests whose browser has it lead to this machine. */
const lan = "lan.test";

const accounts = (port: number) => `
host: http://127.0.0.1:${port}
connection: { tokenUrl: "http://127.0.0.1:${port}/token" }
chat: { name: Acme }
support: { email: hello@acme.example, phone: "+33 6 12 34 56 78" }
visitor: { askName: false, askEmail: false }
# So that the thread has nothing but what was said.
messages: { welcome: "", help: "" }
accounts:
  - id: bundled
    connection: { sdk: bundled }
  - id: cdn
  - id: lan-bundled
    connection: { sdk: bundled, tokenUrl: "http://${lan}:${port}/token" }
  - id: lan-cdn
    connection: { tokenUrl: "http://${lan}:${port}/token" }
`;

/** What is made once for all tests of a worker. */
export interface Built {
  /** The folder that the server has. */
  dist: string;
  port: number;
}

export interface PageOptions {
  account?: "bundled" | "cdn" | "lan-bundled" | "lan-cdn";
  /** window.MissiveChatConfig. */
  config?: object;
  /** What stands in the head before the chat. */
  head?: string;
  /** The page has the pinned snippet. */
  pinned?: boolean;
}

export class Talk {
  readonly backend: Backend;
  /** Uncaught errors of the pages. */
  readonly errors: string[] = [];
  private pages = 0;

  constructor(
    private readonly built: Built,
    browser: Browser,
    private readonly request: APIRequestContext,
    private readonly page: Page,
    private readonly flags: string[],
  ) {
    this.backend = new Backend(browser, request, "http://127.0.0.1:" + built.port);
  }

  /** Starts the service, also again: then with what it knew. */
  async start(): Promise<void> {
    await this.backend.start("-dist", this.built.dist, "-accounts", "bundled,cdn,lan-bundled,lan-cdn", ...this.flags);
  }

  /** Opens a page of a site with the chat on it. */
  async open({ account = "bundled", config = {}, head = "", pinned }: PageOptions = {}, page = this.page): Promise<Chat> {
    const name = `page${++this.pages}.html`;
    const options = JSON.stringify(config);
    const script = pinned
      ? readFileSync(join(this.built.dist, account, "snippet-pinned.html"), "utf8").replace(">{}<", `>${options}<`)
      : `<script>window.MissiveChatConfig = ${options}</script><script async src="/${account}/missive.js"></script>`;
    writeFileSync(
      join(this.built.dist, name),
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Site</title>${head}
      ${script}<h1>A page</h1>`,
    );
    page.on("pageerror", (error) => this.errors.push(error.message));
    await page.context().route("https://sdk.twilio.com/**", (route) => route.fulfill({ path: sdk, headers: { "content-type": "text/javascript", "access-control-allow-origin": "*" } }));
    await page.goto(`http://${account.startsWith("lan") ? lan : "127.0.0.1"}:${this.built.port}/${name}`);
    return new Chat(page);
  }

  /** Opens a page with the chat, opens the chat, and says something. */
  async begin(text: string, options?: PageOptions, page = this.page): Promise<Chat> {
    const chat = await this.open(options, page);
    await chat.open();
    await chat.write(text);
    await this.whole([text], chat);
    return chat;
  }

  /** Who the visitor of the newest conversation is to the service. */
  async visitor(): Promise<string> {
    return (await this.conversations()).at(-1)!.unique_name.replace(/-\d+$/, "");
  }

  /** Somebody of the team, in the newest conversation. */
  async team(): Promise<Client> {
    const client = await this.backend.connect("team");
    await client.open((await this.conversations()).at(-1)!.unique_name);
    return client;
  }

  /** All conversations, the oldest first. */
  async conversations(): Promise<{ sid: string; unique_name: string; attributes: string }[]> {
    return (await this.backend.rest("GET", "/Conversations?PageSize=100")).conversations;
  }

  /** What was said in a conversation, as the service has it; in the newest if none is named. */
  async stored(sid?: string): Promise<string[]> {
    sid ??= (await this.conversations()).at(-1)?.sid;
    const bodies: string[] = [];
    if (!sid) return bodies;
    for (let page = 0; ; page++) {
      const { messages, meta } = await this.backend.rest("GET", `/Conversations/${sid}/Messages?PageSize=100&Page=${page}`);
      bodies.push(...messages.map(({ body }: { body: string }) => body));
      if (!meta.next_page_url) return bodies;
    }
  }

  /** Has the team say "Message 0", "Message 1" … in a conversation. */
  async fill(sid: string, count: number): Promise<void> {
    const answer = await this.request.post(this.backend.url + "/fill", { params: { conversation: sid, count } });
    expect(answer.status(), await answer.text()).toBe(200);
  }

  /** Waits until these, and no others, are there in this order: in the conversation, and in each window. */
  async whole(texts: string[], ...chats: Chat[]): Promise<void> {
    for (const chat of chats) {
      await expect(chat.bubbles).toHaveText(texts);
      await expect(chat.root.locator(".pending, .failed")).toHaveCount(0);
    }
    // A launcher that takes over shows nothing for a moment, so nothing that waits either.
    await expect.poll(() => this.stored()).toEqual(texts);
  }
}

/** The next request to let the visitor in comes through, but not its answer. Then this happens. */
export async function loseAnswer(page: Page, then = async () => {}): Promise<void> {
  let lost = false;
  await page.route(/\/token$/, async (route) => {
    if (lost || route.request().method() != "POST") return route.continue();
    lost = true;
    await route.fetch();
    await route.abort();
    await then();
  });
}

/**
 * Returns what makes the connection that is there now half open: it stays, and swallows all that either side sends. And that returns how much
 * the visitor's side has sent in vain.
 */
export async function canSwallow(page: Page): Promise<() => () => number> {
  let newest = { open: true, swallowed: 0 };
  await page.routeWebSocket(/./, (socket) => {
    const now = (newest = { open: true, swallowed: 0 });
    const server = socket.connectToServer();
    socket.onMessage((message) => (now.open ? server.send(message) : void now.swallowed++));
    server.onMessage((message) => now.open && socket.send(message));
  });
  return () => {
    const now = newest;
    now.open = false;
    return () => now.swallowed;
  };
}

/** A port that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export const test = base.extend<{ flags: string[]; talk: Talk }, { built: Built }>({
  /** Of the server; see testserver/main.go. */
  flags: [[], { option: true }],
  built: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "talk-"));
      const dist = join(folder, "dist");
      const setup = join(folder, "chat.yaml");
      const port = await freePort();
      writeFileSync(setup, accounts(port));
      buildChat("-out", dist, setup);
      await use({ dist, port });
      rmSync(folder, { recursive: true });
    },
    { scope: "worker" },
  ],
  talk: async ({ built, browser, request, page, flags }, use) => {
    const talk = new Talk(built, browser, request, page, flags);
    await talk.start();
    await use(talk);
    // What Twilio's SDK throws when the service ends while it starts is not the chat's.
    const errors = [...talk.errors];
    await talk.backend.end();
    // Whatever happens, the chat does not throw into the page.
    expect(errors).toEqual([]);
  },
});
