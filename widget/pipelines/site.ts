// A site that a tool has built, with the chat on it, in a browser. Nothing is on the network: each request is answered here.

import { test as base, expect, type Page, type Route } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Chat } from "../e2e/site.ts";
import { dist, outOf } from "./build.ts";

export { expect };

/** The site's option messages.title: what ends scripts, comments, strings and expressions early. */
export const title = `</script><!-- It's {{ 7 }} & "more"`;

const types: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".txt": "text/plain", ".json": "application/json" };
const turbo = fileURLToPath(new URL("node_modules/@hotwired/turbo/dist/turbo.es2017-umd.js", import.meta.url));

export interface Options {
  /** Headers of the site's pages. */
  headers?: Record<string, string>;
  /** The page to begin with; the start page by default. */
  path?: string;
  /** Turbo brings the pages that links lead to. */
  turbo?: boolean;
  /** Scripts of the page, at the end of its head and of its body. */
  first?: string;
  last?: string;
}

export class Site {
  /** Warnings and errors of the console, and uncaught errors. */
  readonly said: string[] = [];
  /** What the browser reports of the page's policy. */
  readonly violations: string[] = [];
  /** Addresses that were asked for. */
  readonly asked: string[] = [];
  readonly chat: Chat;

  constructor(readonly page: Page) {
    this.chat = new Chat(page);
    page.on("console", (message) => ["warning", "error"].includes(message.type()) && this.said.push(message.text()));
    page.on("request", (request) => this.asked.push(request.url()));
    page.on("pageerror", (error) => this.said.push(error.message));
  }

  /** Notes from now on what the browser reports of policies. */
  async watch(): Promise<void> {
    await this.page.exposeFunction("report", (violation: string) => this.violations.push(violation));
    await this.page.addInitScript(() =>
      addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => (window as any).report(`${effectiveDirective} ${blockedURI}`)),
    );
  }

  /** Opens the start page of what the tool has built. */
  async open(tool: string, options: Options = {}): Promise<void> {
    await this.begin(tool, options);
    await this.loaded();
    // Gone when a page is loaded anew.
    await this.page.evaluate("marker = 'here'");
  }

  /** Opens it as far as it gets without the chat's files. */
  async begin(tool: string, options: Options = {}): Promise<void> {
    await this.watch();
    // Routes of the page itself come before those of its context.
    await this.page.context().route("**/*", (route) => this.answer(route, outOf(tool), options));
    await this.page.goto("https://site.example/" + (options.path ?? ""), { waitUntil: "commit" });
  }

  /** Waits until the chat is there. */
  async loaded(): Promise<void> {
    await expect.poll(() => this.page.evaluate(() => "id" in Object(window.MissiveChat))).toBe(true);
  }

  /** Follows a link of the page, to a page that comes without a load. */
  async follow(name: string): Promise<void> {
    await this.page.getByRole("link", { name }).click();
    await this.isAt(name);
  }

  /** Waits for a page, which came without a load. */
  async isAt(name: string): Promise<void> {
    await expect(this.page.getByRole("heading", { name, level: 1 })).toBeVisible();
    expect(await this.page.evaluate("globalThis.marker")).toBe("here");
  }

  get config(): Promise<unknown> {
    return this.page.evaluate(() => window.MissiveChatConfig);
  }

  /** Holds back missive.js until the function is called that this resolves with. */
  async hold(): Promise<() => void> {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await this.page.route("**/missive.js", async (route) => {
      await held;
      await route.fallback();
    });
    return release;
  }

  private async answer(route: Route, out: string, { headers, turbo: withTurbo, first = "", last = "" }: Options): Promise<void> {
    const url = new URL(route.request().url());
    const path = decodeURIComponent(url.pathname);
    if (url.host == "token.example") return route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: { online: true } });
    if (url.host == "pictures.example") return route.fulfill({ headers: { "content-type": "image/svg+xml" }, body: '<svg xmlns="http://www.w3.org/2000/svg"/>' });
    if (url.host == "chat.example") return answerFile(route, join(dist, path.replace(/.*(\/(assets|hostile|french)\/)/, "$1")));
    if (url.host != "site.example") return route.abort();
    if (path == "/turbo.js") return answerFile(route, turbo);
    if (extname(path)) return answerFile(route, join(out, path));
    const html = await readFile(join(out, path, "index.html"), "utf8");
    const head = (withTurbo ? '<script src="/turbo.js"></script>' : "") + `<script>${first}</script>`;
    const body = first || last || withTurbo ? html.replace("</head>", head + "$&").replace("</body>", `<script>${last}</script>$&`) : html;
    return route.fulfill({ headers: { "content-type": types[".html"]!, ...headers }, body });
  }
}

async function answerFile(route: Route, path: string): Promise<void> {
  const body = await readFile(path).catch(() => undefined);
  await route.fulfill(body ? { headers: { "content-type": types[extname(path)] ?? "application/octet-stream" }, body } : { status: 404, body: "" });
}

/** What an account's csp.txt says: the whole policy, as a header has it, and what pages with Trusted Types add. */
export async function policyOf(account: string): Promise<{ policy: string; trusted: string }> {
  const text = await readFile(join(dist, account, "csp.txt"), "utf8");
  return {
    policy: /^Content-Security-Policy: (.*)$/m.exec(text)![1]!,
    trusted: text.match(/^(require-trusted-types-for|trusted-types) .*$/gm)!.join("; "),
  };
}

export const test = base.extend<{ site: Site }>({
  site: async ({ page }, use) => use(new Site(page)),
});
