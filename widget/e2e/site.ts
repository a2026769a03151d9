// A foreign site with the chat on it, and the hosts that the chat talks to. Nothing is on the network:
// each request of the browser is answered here, with the headers of a plain static host.

import { type BrowserContext, test as base, expect, type Locator, type Page, type Request, type Route } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { dist, libraries, service as playedService } from "./build.ts";

export { expect, type Page };

declare global {
  /** In the page, where `site.service` was set: see service.ts. */
  var service: {
    say(body: string, more?: object): void;
    accept(): void;
    refuse(): void;
    set(change: object): void;
    pending: { id: string; body: string; attributes: { name: string; email: string; meta: object } }[];
  };
}

/** What Twilio's CDN serves: the npm package carries the same bytes. */
const sdk = fileURLToPath(new URL("../node_modules/@twilio/conversations/builds/twilio-conversations.min.js", import.meta.url));

export const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".png": "image/png" };

export interface PageOptions {
  /** Account; "plain" by default. */
  account?: string;
  /** window.MissiveChatConfig: an object, or JavaScript for one when it has functions. */
  config?: object | string;
  /** What stands in the body. */
  body?: string;
  /** What stands in the head before the chat. */
  head?: string;
  /** Instead of the script tag: how the page loads the chat. */
  script?: string;
  headers?: Record<string, string>;
  /** The page's meta viewport, "width=device-width" by default; empty: none. */
  viewport?: string;
  /** Path of the page. */
  path?: string;
  /** Set before anything else runs: attributes of <html>. */
  html?: string;
  /** The site serves the chat itself and keeps the configuration in a file, so that no script is inline or foreign. */
  self?: boolean;
}

export class Site {
  /** What the page and the chat have asked for, by full address. */
  readonly requests: Request[] = [];
  /** Warnings and errors of the console. */
  readonly console: string[] = [];
  /** Uncaught errors. */
  readonly errors: string[] = [];
  /** Answers of the token endpoint. */
  online = true;
  token: (route: Route) => Promise<void> = (route) => route.abort();
  /** Let the test speak through the connection instead of the real file. */
  service = false;
  /** Files of the chat's host that are not there (any more). */
  readonly gone = new Set<string>();
  /** The chat's host lets other sites read its files, which a pinned snippet needs. */
  cors = false;
  /** The chat's host says that other sites may have its files, as the host files have it say. */
  corp = false;
  /** The browser has kept a missive.js of an older build: the files that it names are not there any more. */
  outdated = false;
  private readonly pages = new Map<string, PageOptions>();

  constructor(
    readonly page: Page,
    context: BrowserContext,
  ) {
    this.ready = context.route("**/*", (route) => this.answer(route));
    context.on("request", (request) => this.requests.push(request));
    this.watch(page);
  }
  private readonly ready: Promise<unknown>;

  watch(page: Page): void {
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && this.console.push(message.text()));
    // Firefox tells requests that failed, or were cut off, in the same way.
    page.on("pageerror", (error) => /^(The Same Origin Policy|None of the “sha256” hashes)/.test(error.message) || this.errors.push(error.message));
  }

  /** Opens a page of the site with the chat on it. */
  async open(options: PageOptions = {}, page = this.page): Promise<void> {
    await this.ready;
    const path = options.path ?? "/";
    this.pages.set(path, options);
    await page.goto("https://site.example" + path);
    if (options.script === undefined) await this.loaded(page);
  }

  /** Waits until the launcher has run. */
  async loaded(page: Pick<Page, "evaluate"> = this.page): Promise<void> {
    // Not waitForFunction, which a strict policy of the page stops.
    await expect.poll(() => page.evaluate(() => "id" in Object(window.MissiveChat))).toBe(true);
  }

  /** Waits until what stands in for the connection is there. */
  async connected(page: Pick<Page, "evaluate"> = this.page): Promise<void> {
    await expect.poll(() => page.evaluate(() => "service" in window)).toBe(true);
  }

  /** Adds a page without going there. */
  add(path: string, options: PageOptions): void {
    this.pages.set(path, options);
  }

  /** Holds back what answers to the addresses, until the function that it resolves with is called. */
  async hold(addresses: string): Promise<() => void> {
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    await this.page.route(addresses, async (route) => {
      await held;
      await route.fallback();
    });
    return release;
  }

  /** The messages that wait for the service: `site.service` stands in for it. */
  async pending(): Promise<typeof service.pending> {
    await this.page.waitForFunction("window.service");
    return this.page.evaluate(() => service.pending);
  }

  get chat(): Chat {
    return new Chat(this.page);
  }

  /** The chat in a frame of the page. */
  chatIn(frame: string): Chat {
    return new Chat(this.page.frameLocator(frame));
  }

  /** Addresses that were asked for, without the page itself. */
  get asked(): string[] {
    return this.requests.filter((r) => !r.isNavigationRequest()).map((r) => r.url());
  }

  private async answer(route: Route): Promise<void> {
    const url = new URL(route.request().url());
    if (url.host == "token.example" || url.pathname == "/token") return this.answerToken(route);
    if (url.host == "site.example" && this.pages.has(url.pathname)) return this.answerPage(route, this.pages.get(url.pathname)!);
    // The configuration of a page, by the path of the page.
    if (url.pathname == "/config.js") return route.fulfill({ headers: { "content-type": types[".js"]! }, body: setup(this.pages.get(url.search.slice(1))!) });
    if (url.pathname == "/libraries.js") return route.fulfill({ path: libraries });
    if (url.host == "site.example") return this.answerFile(route, url);
    if (url.host == "sdk.twilio.com") return route.fulfill({ path: sdk, headers: { "content-type": "text/javascript", "access-control-allow-origin": "*" } });
    if (url.host == "chat.example") return this.answerFile(route, url);
    return route.abort();
  }

  private async answerPage(route: Route, options: PageOptions): Promise<void> {
    const { account = "plain", body = "<h1>A page</h1>", head = "", headers, html = 'lang="en"', path = "/", self, viewport = "width=device-width" } = options;
    const set = self ? `<script src="/config.js?${path}"></script>` : `<script>${setup(options)}</script>`;
    const script = options.script ?? `${set}<script async src="${self ? "" : "https://chat.example"}/${account}/missive.js"></script>`;
    await route.fulfill({
      headers: { "content-type": "text/html; charset=utf-8", ...headers },
      body: `<!doctype html><html ${html}><head>${viewport && `<meta name="viewport" content="${viewport}">`}<title>Site</title>${head}${script}</head><body>${body}</body></html>`,
    });
  }

  private async answerToken(route: Route): Promise<void> {
    const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };
    const method = route.request().method();
    if (method == "OPTIONS") return route.fulfill({ status: 204, headers: cors });
    if (method == "GET") return route.fulfill({ headers: cors, json: { online: this.online } });
    return this.token(route);
  }

  private async answerFile(route: Route, url: URL): Promise<void> {
    const name = url.pathname.slice(1);
    if (this.gone.has(name)) return route.fulfill({ status: 404, body: "" });
    const path = this.service && /\/connection\./.test(name) ? playedService : join(dist, name);
    let body = await readFile(path).catch(() => undefined);
    if (!body) return route.fulfill({ status: 404, body: "" });
    if (this.outdated && name.endsWith("missive.js") && !url.search) body = Buffer.from(`${body}`.replace(/\b(panel|connection)\.\w+\.js/g, "$1.older.js"));
    const headers = { "content-type": types[extname(name)] ?? "application/octet-stream", ...(this.cors && { "access-control-allow-origin": "*" }), ...(this.corp && { "cross-origin-resource-policy": "cross-origin" }) };
    await route.fulfill({ headers, body });
  }
}

/** The page's configuration, as a script. */
function setup({ config = {} }: PageOptions): string {
  return `window.MissiveChatConfig = ${typeof config == "string" ? config : JSON.stringify(config)}`;
}

/** The chat on a page, or in a frame of it, as a visitor finds it. */
export class Chat {
  readonly root: Locator;
  readonly button: Locator;
  readonly badge: Locator;
  readonly window: Locator;
  readonly close: Locator;
  readonly bubbles: Locator;
  readonly form: Locator;
  readonly box: Locator;
  readonly send: Locator;
  readonly status: Locator;

  constructor(page: Pick<Page, "locator">) {
    this.root = page.locator("missive-chat .root");
    this.button = this.root.locator(".button");
    this.badge = this.root.locator(".badge");
    this.window = this.root.getByRole("dialog");
    this.close = this.root.locator(".close");
    this.bubbles = this.root.locator(".bubble");
    this.form = this.root.locator(".identify");
    this.box = this.root.locator("textarea");
    this.send = this.root.locator(".send");
    this.status = this.root.locator(".status");
  }

  async open(): Promise<void> {
    await this.button.click();
    await expect(this.window).toBeVisible();
  }

  /** Waits until the window is no longer on its way, as it is in engines that can't be told to move less, too. */
  async atRest(): Promise<void> {
    await expect.poll(() => this.window.evaluate((window) => window.getAnimations().length)).toBe(0);
  }

  /** Opens it and goes through the form, to the message box. */
  async identify(name = "Jane Doe", email = "jane@example.com"): Promise<void> {
    await this.open();
    await this.form.locator("[name=name]").fill(name);
    await this.form.locator("[name=email]").fill(email);
    await this.form.locator(".submit").click();
    await expect(this.box).toBeVisible();
  }

  async write(text: string): Promise<void> {
    await this.box.fill(text);
    await this.box.press("Enter");
  }

  /** The computed value of a property. */
  css(part: Locator, property: string, pseudo?: string): Promise<string> {
    return part.evaluate((element, [property, pseudo]) => getComputedStyle(element, pseudo).getPropertyValue(property!), [property, pseudo]);
  }
}

export const test = base.extend<{ site: Site; chat: Chat }>({
  site: async ({ page, context }, use) => {
    const site = new Site(page, context);
    await use(site);
    // Whatever happens, the chat does not throw into the page.
    expect(site.errors).toEqual([]);
  },
  chat: async ({ site }, use) => use(site.chat),
});
