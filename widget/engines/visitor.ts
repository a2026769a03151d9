// A site with the chat, its server and its team, and a visitor in one of the engines. One text of a test is for all of them.

import { expect } from "@playwright/test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Server } from "../e2e/backend.ts";
import { test as base, type Built } from "../e2e/talk.ts";
import type { Browser, Engine, Launched, Settings } from "./browser.ts";
import { launchChromium, launchFirefox } from "./playwright.ts";
import { collectFaults, compute, look, measure, type Place, type Sight } from "./in-page.ts";
import { launchWebKit } from "./webkit.ts";

export { expect };

/** The window's ground in its two schemes, by themes/default.toml. */
export const light = "rgb(255, 255, 255)";
export const dark = "rgb(27, 29, 34)";

export interface PageOptions {
  /** window.MissiveChatConfig; it stands in a file. */
  config?: object;
  /** Attributes of <html>. */
  html?: string;
  /** What stands in the head before the chat. */
  head?: string;
  body?: string;
  /** The page has the pinned snippet. */
  pinned?: boolean;
}

/** The service and the team behind the site. */
export class Site {
  private pages = 0;

  constructor(
    readonly server: Server,
    private readonly built: Built,
  ) {}

  start(): Promise<void> {
    return this.server.start("-dist", this.built.dist, "-accounts", "bundled,cdn,lan-bundled,lan-cdn");
  }

  /** Adds a page with the chat, without an inline script, and returns its address. */
  add({ config = {}, html = 'lang="en"', head = "", body = "<h1>A page</h1>", pinned }: PageOptions = {}): string {
    const name = "engine" + this.pages++;
    const chat = pinned ? readFileSync(join(this.built.dist, "bundled", "snippet-pinned.html")) : '<script async src="/bundled/missive.js"></script>';
    writeFileSync(join(this.built.dist, name + ".js"), `(${collectFaults})(); window.MissiveChatConfig = ${JSON.stringify(config)}`);
    writeFileSync(
      join(this.built.dist, name + ".html"),
      `<!doctype html><html ${html}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Site</title>
      ${head}<script src="/${name}.js"></script>${chat}</head><body>${body}</body></html>`,
    );
    return `http://127.0.0.1:${this.built.port}/${name}.html`;
  }

  /** The team answers in the newest conversation. */
  async answer(text: string): Promise<void> {
    await this.server.rest("POST", `/Conversations/${await this.newest()}/Messages`, { Author: "team", Body: text });
  }

  /** The team sends a file there, and no text. */
  async sendFile(name: string, content: string): Promise<void> {
    const MediaSid = await this.server.upload(name, content);
    await this.server.rest("POST", `/Conversations/${await this.newest()}/Messages`, { Author: "team", MediaSid });
  }

  /** What was said in the newest conversation. */
  async stored(): Promise<string[]> {
    const { messages } = await this.server.rest("GET", `/Conversations/${await this.newest()}/Messages`);
    return messages.map(({ body }: { body: string }) => body);
  }

  private async newest(): Promise<string> {
    return (await this.server.rest("GET", "/Conversations?PageSize=100")).conversations.at(-1).sid;
  }
}

export class Visitor {
  constructor(
    readonly browser: Browser,
    private readonly site: Site,
  ) {}

  /** Opens a page of the site, where the chat comes to be. */
  async visit(options?: PageOptions): Promise<void> {
    await this.browser.goto(this.site.add(options));
    await this.sees({ button: true });
  }

  /** Waits until these are true of what the visitor sees. */
  async sees(expected: Partial<Sight>): Promise<void> {
    await expect.poll(() => this.browser.run(look)).toMatchObject(expected);
  }

  /** Opens the chat, which asks for nothing. */
  async open(): Promise<void> {
    await this.browser.click(".button");
    await this.sees({ window: true, focus: "textarea" });
  }

  /** Writes a message, where the message box has the focus. */
  async write(text: string): Promise<void> {
    await this.browser.type(text);
    await this.browser.press("Enter");
  }

  /** The computed value of a property of something in the chat. */
  css(selector: string, property: string): Promise<string> {
    return this.browser.run(compute, [selector, property] as const);
  }

  /** Where something in the chat is. */
  place(selector: string): Promise<Place> {
    return this.browser.run(measure, selector);
  }

  /** Uncaught errors, and what the page's policy has stopped. */
  faults(): Promise<string[]> {
    return this.browser.run(() => (window as any).faults);
  }
}

const launch = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: (_: unknown, settings: Settings) => launchWebKit(settings),
};

export interface EngineOptions {
  engine: Engine;
}

interface Fixtures {
  /** What the visitor has set. */
  settings: Settings;
  site: Site;
  visitor: Visitor;
}

interface WorkerFixtures {
  /** The engine with these settings, which starts once for all tests that want them. */
  launched: (settings: Settings) => Promise<Launched>;
}

export const test = base.extend<Fixtures, EngineOptions & WorkerFixtures>({
  engine: ["chromium", { option: true, scope: "worker" }],
  settings: [{}, { option: true }],
  launched: [
    async ({ engine, playwright }, use) => {
      const launched = new Map<string, Promise<Launched>>();
      await use((settings) => {
        const key = JSON.stringify(settings);
        if (!launched.has(key)) launched.set(key, launch[engine](playwright, settings));
        return launched.get(key)!;
      });
      for (const each of launched.values()) await each.then(({ end }) => end(), () => {});
    },
    { scope: "worker" },
  ],
  site: async ({ request, built }, use) => {
    const site = new Site(new Server(request, "http://127.0.0.1:" + built.port), built);
    await site.start();
    await use(site);
    await site.server.end();
  },
  visitor: async ({ launched, settings, site }, use, info) => {
    const visitor = new Visitor(await (await launched(settings)).open(), site);
    await use(visitor);
    if (info.status != info.expectedStatus) await visitor.browser.screenshot(info.outputPath("failed.png"));
    // Whatever happens, the chat does not throw into the page.
    else expect(await visitor.faults()).toEqual([]);
    await visitor.browser.close();
  },
});
