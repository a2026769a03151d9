// The local conversations, as a process of their own, and Twilio's SDK in pages that talk to it.

import { type APIRequestContext, type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "./build.ts";

/** What Twilio's CDN serves: the npm package carries the same bytes. */
export const sdk = fileURLToPath(new URL("../node_modules/@twilio/conversations/builds/twilio-conversations.min.js", import.meta.url));

/** What the server knows a service by; see testserver/main.go. */
const service = "/v1/Services/IS00000000000000000000000000000001";
const authorization = "Basic " + Buffer.from("SK00000000000000000000000000000001:secret").toString("base64");

/** How the server fails; see faults.go. */
export interface Fault {
  identity?: string;
  drop?: boolean;
  close?: number;
  loseMessages?: number;
  loseReplies?: number;
  fail?: number;
  failPath?: string;
  refuse?: boolean;
  down?: boolean;
  delayMillis?: number;
}

/** The server, for tests that need no browser but their own. */
export class Server {
  private process?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "conversations-"));

  /** With a url it starts there, else at a free port. */
  constructor(
    private readonly request: APIRequestContext,
    public url = "",
  ) {}

  /** Starts it, also again: then where it was, and with what it knew. */
  async start(...more: string[]): Promise<void> {
    const address = this.url ? new URL(this.url).host : "127.0.0.1:0";
    const started = spawn(program("testserver"), ["-addr", address, "-file", join(this.folder, "state.json"), ...more], { stdio: ["pipe", "pipe", "inherit"] });
    this.process = started;
    this.url = await new Promise<string>((resolve, reject) => {
      started.stdout!.once("data", (line) => resolve(String(line).trim()));
      started.once("exit", () => reject(new Error("the local conversations did not start")));
    });
  }

  /** Stops it as a person would. */
  async stop(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null) return;
    const exited = new Promise((resolve) => process.once("exit", resolve));
    process.stdin!.end();
    await exited;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  async fault(fault: Fault): Promise<void> {
    expect((await this.request.post(this.url + "/faults", { data: fault })).status()).toBe(204);
  }

  async token(identity: string, seconds = 3600): Promise<string> {
    return (await this.request.get(this.url + "/access", { params: { identity, seconds } })).text();
  }

  /** Asks the REST API. */
  async rest(method: string, path: string, form?: Record<string, string>): Promise<any> {
    const answer = await this.request.fetch(this.url + service + path, { method, headers: { authorization }, ...(form && { form }) });
    expect(answer.ok(), await answer.text()).toBe(true);
    return answer.status() === 204 ? undefined : answer.json();
  }

  /** Uploads a file, and returns its SID. */
  async upload(name: string, content: string): Promise<string> {
    const headers = { authorization, "content-type": "text/plain" };
    const answer = await this.request.post(`${this.url}/mcs${service}/Media`, { headers, params: { Filename: name }, data: content });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()).sid;
  }

  /** Makes a conversation as the token endpoint does, and returns its SID. */
  async conversation(uniqueName: string, ...identities: string[]): Promise<string> {
    const { sid } = await this.rest("POST", "/Conversations", { UniqueName: uniqueName, FriendlyName: uniqueName });
    for (const Identity of identities) await this.rest("POST", `/Conversations/${sid}/Participants`, { Identity });
    return sid;
  }

  /**
   * Gives everybody the least that lets them talk, and makes that the default. A role has at least one permission, so users get one that
   * matters little: what is attached to a message is up to its author anyway.
   */
  async leastRoles(): Promise<void> {
    const role = async (Type: string, Permission: string) => (await this.rest("POST", "/Roles", { FriendlyName: "least", Type, Permission })).sid;
    const [user, participant] = [await role("service", "editOwnMessageAttributes"), await role("conversation", "sendMessage")];
    const defaults = { DefaultChatServiceRoleSid: user, DefaultConversationRoleSid: participant, DefaultConversationCreatorRoleSid: participant };
    await this.rest("POST", "/Configuration", defaults);
    for (const { sid } of (await this.rest("GET", "/Users")).users) await this.rest("POST", `/Users/${sid}`, { RoleSid: user });
    for (const { sid } of (await this.rest("GET", "/Conversations")).conversations) {
      const { participants } = await this.rest("GET", `/Conversations/${sid}/Participants`);
      for (const each of participants) await this.rest("POST", `/Conversations/${sid}/Participants/${each.sid}`, { RoleSid: participant });
    }
  }
}

/** The server, and pages with Twilio's SDK that talk to it. */
export class Backend extends Server {
  private readonly contexts: BrowserContext[] = [];

  constructor(
    private readonly browser: Browser,
    request: APIRequestContext,
    url?: string,
  ) {
    super(request, url);
  }

  override async end(): Promise<void> {
    for (const context of this.contexts) await context.close();
    await super.end();
  }

  /** A browser of its own, as on another device. */
  async context(): Promise<BrowserContext> {
    const context = await this.browser.newContext();
    this.contexts.push(context);
    return context;
  }

  /** Opens a page in a browser of its own and connects as somebody. */
  async connect(identity: string, seconds?: number): Promise<Client> {
    const page = await (await this.context()).newPage();
    await page.goto(this.url + "/page");
    await page.addScriptTag({ path: sdk });
    const client = new Client(page);
    await page.evaluate(start, { token: await this.token(identity, seconds), uri: this.url.replace("http", "ws") + "/v3/wsconnect" });
    return client;
  }
}

declare global {
  /** In the page: the SDK's client, the conversation under test, and what happened. */
  var client: any;
  var conversation: any;
  var happened: [event: string, about: any][];
  var Twilio: any;
}

/** Runs in the page. */
function start({ token, uri }: { token: string; uri: string }): void {
  globalThis.happened = [];
  const client = (globalThis.client = new Twilio.Conversations.Client(token, { Twilsock: { uri }, logLevel: "silent" }));
  const about: Record<string, (value: any) => unknown> = {
    initialized: () => null,
    initFailed: ({ error }) => error.terminal,
    connectionStateChanged: (state) => state,
    connectionError: (error) => error.terminal,
    tokenAboutToExpire: () => null,
    tokenExpired: () => null,
    conversationJoined: (c) => c.uniqueName,
    conversationLeft: (c) => c.uniqueName,
    conversationRemoved: (c) => c.uniqueName,
    conversationUpdated: ({ updateReasons }) => updateReasons,
    messageAdded: (m) => m.body,
    messageUpdated: ({ message, updateReasons }) => [message.body, updateReasons],
    messageRemoved: (m) => m.body,
    participantJoined: (p) => p.identity,
    participantLeft: (p) => p.identity,
    participantUpdated: ({ participant, updateReasons }) => [participant.identity, participant.lastReadMessageIndex, updateReasons],
    userUpdated: ({ user, updateReasons }) => [user.identity, user.isOnline, user.friendlyName, updateReasons],
    typingStarted: (p) => p.identity,
    typingEnded: (p) => p.identity,
  };
  for (const [name, describe] of Object.entries(about)) client.on(name, (value: unknown) => happened.push([name, describe(value)]));
}

/** A page with the SDK. */
export class Client {
  constructor(readonly page: Page) {}

  /** What the events of one name were about, in order. */
  events(name: string): Promise<any[]> {
    return this.page.evaluate((name) => happened.filter(([event]) => event === name).map(([, about]) => about), name);
  }

  /** Waits until the events of one name were about just that. */
  async expect(name: string, about: any[]): Promise<void> {
    await expect.poll(() => this.events(name)).toEqual(about);
  }

  /** Waits for an event, whatever came before. */
  async saw(name: string, about: any): Promise<void> {
    await expect.poll(() => this.events(name)).toContainEqual(about);
  }

  /** Forgets what happened. */
  async forget(): Promise<void> {
    await this.page.evaluate(() => void (happened.length = 0));
  }

  /** Opens a conversation that the user has joined. */
  async open(uniqueName: string): Promise<void> {
    await this.saw("conversationJoined", uniqueName);
    await this.page.evaluate(async (name) => void (globalThis.conversation = await client.getConversationByUniqueName(name)), uniqueName);
  }

  /** Sends a message; resolves with its index, or with what went wrong. */
  send(body: string, attributes: object = {}): Promise<any> {
    return this.page.evaluate(([body, attributes]) => conversation.sendMessage(body, attributes).catch((error: any) => ({ message: error.message, status: error.status })), [body, attributes] as const);
  }

  /** Sends files, with or without a text; resolves with the message's index, or with what went wrong. A file without a name has none at Twilio. */
  sendFiles(files: { name?: string; type: string; content: string }[], body?: string): Promise<any> {
    return this.page.evaluate(
      async ([files, body]) => {
        const message = conversation.prepareMessage();
        if (body) message.setBody(body);
        for (const { name, type, content } of files) message.addMedia({ filename: name, contentType: type, media: new Blob([content]) });
        return message.build().send().catch((error: any) => ({ message: error.message, status: error.status }));
      },
      [files, body] as const,
    );
  }

  /** The newest messages, oldest first. */
  bodies(count = 30): Promise<string[]> {
    return this.page.evaluate(async (count) => (await conversation.getMessages(count)).items.map((m: any) => m.body), count);
  }

  get state(): Promise<string> {
    return this.page.evaluate(() => client.connectionState);
  }

  async is(state: string): Promise<void> {
    await expect.poll(() => this.state).toBe(state);
  }
}
