// The files for hosts in the real servers, and the chat on a site under exactly the policy that the build tells.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllHeaders } from "netlify-headers-parser";
import { dist } from "./build.ts";
import { Host, serverNames } from "./hosts.ts";
import { expect, policyOf, Site, test as base } from "./site.ts";
import { Twilio } from "./twilio.ts";

const test = base.extend<{ host: Host }, { twilio: Twilio }>({
  twilio: [
    async ({}, use) => {
      const twilio = new Twilio();
      await twilio.start();
      await use(twilio);
      twilio.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  launchOptions: [
    async ({ launchOptions, twilio }, use) => {
      const rules = `--host-resolver-rules=MAP tsock.*.twilio.com 127.0.0.1:${twilio.port}`;
      await use({ ...launchOptions, args: [...launchOptions.args!, rules, "--ignore-certificate-errors"] });
    },
    { scope: "worker" },
  ],
  host: async ({}, use) => {
    const host = new Host();
    await use(host);
    await host.stop();
  },
});

const short = "public, max-age=300, must-revalidate";
const forever = "public, max-age=31536000, immutable";
const panel = async () => /assets\/panel\.\w+\.js/.exec(await readFile(join(dist, "manifest.json"), "utf8"))![0];

/** What is asked for, and what must come with it. */
const wanted = async () =>
  [
    ["acme/missive.js", short, /^(text|application)\/javascript; ?charset=utf-8$/i],
    ["acme/missive.0123456789.js", forever, /^(text|application)\/javascript; ?charset=utf-8$/i],
    [await panel(), forever, /^(text|application)\/javascript; ?charset=utf-8$/i],
    ["acme/snippet.html", short, /^text\/html; ?charset=utf-8$/i],
    ["acme/", "no-cache", /^text\/html; ?charset=utf-8$/i],
    ["acme/index.html", "no-cache", /^text\/html; ?charset=utf-8$/i],
    ["acme/csp.txt", "no-cache", /^text\/plain; ?charset=utf-8$/i],
    ["manifest.json", "no-cache", /^application\/json(; ?charset=utf-8)?$/i],
  ] as const;

for (const name of serverNames) {
  test(`${name}: each file comes with its cache time, its type, and for every origin`, async ({ host, request }) => {
    await host.start(name, "default-src 'none'");
    for (const [path, cache, type] of await wanted()) {
      const answer = await request.get(`${host.chat}/${path}`, { headers: { "accept-encoding": "identity" } });
      const headers = answer.headers();
      expect([path, answer.status(), headers["cache-control"]]).toEqual([path, 200, cache]);
      expect([path, headers["access-control-allow-origin"], headers["x-content-type-options"]]).toEqual([path, "*", "nosniff"]);
      expect(headers["content-type"], path).toMatch(type);
    }
    // What is not there yet must not be kept.
    const missing = await request.get(`${host.chat}/assets/panel.0000000000.js`);
    expect([missing.status(), missing.headers()["cache-control"] ?? ""]).toEqual([404, ""]);
  });

  test(`${name}: compressed files are served to who takes them, with the headers of the file itself`, async ({ host, request }) => {
    // In nginx brotli is a matter of a module, and switched on by hand.
    await host.start(name, "default-src 'none'", (config) => config.replace("#brotli_static", "brotli_static"));
    const plain = await readFile(join(dist, "acme/missive.js"), "utf8");
    for (const [accepted, encoding] of [["br, gzip", "br"], ["gzip", "gzip"], ["identity", undefined]] as const) {
      const answer = await request.get(`${host.chat}/acme/missive.js`, { headers: { "accept-encoding": accepted } });
      const { "content-encoding": used, "cache-control": cache, "content-type": type, vary } = answer.headers();
      expect([used, cache]).toEqual([encoding, short]);
      expect(type).toMatch(/^(text|application)\/javascript; ?charset=utf-8$/i);
      if (encoding) expect(vary).toMatch(/accept-encoding/i);
      expect(await answer.text()).toBe(plain);
    }
  });

  test(`${name}: on a Hugo site under exactly the policy of csp.txt, with Trusted Types, a message gets through`, async ({ host, site, twilio }) => {
    const { policy, trusted } = await policyOf("acme");
    await host.start(name, `default-src 'none'; ${policy}; ${trusted}`);
    await visit(site, twilio, host);
    await talk(site);
  });
}

/** Opens the start page of the site, or a page of that content and policy on it. */
async function visit(site: Site, twilio: Twilio, host: Host, page?: { body: string; policy: string }): Promise<void> {
  // Twilio's socket is on this machine, to which browsers let no page of elsewhere connect.
  await site.page.context().grantPermissions(["local-network-access"]);
  await twilio.route(site.page);
  for (const [name, address] of [["chat", host.chat], ["site", host.site]])
    await site.page.route(`https://${name}.example/**`, async (route) => {
      // As the server answers, byte for byte and header for header.
      await route.fulfill({ response: await route.fetch({ url: address + new URL(route.request().url()).pathname }) });
    });
  if (page)
    await site.page.route("https://site.example/", (route) =>
      route.fulfill({ headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": page.policy }, body: "<!doctype html>" + page.body }),
    );
  await site.watch();
  await site.page.goto("https://site.example/");
  await site.loaded();
}

async function talk({ chat, page, said, violations }: Site): Promise<void> {
  const socket = page.waitForEvent("websocket");
  await chat.open();
  await chat.write("Hello");
  await expect(chat.root.locator(".row", { hasText: "Hello" })).toBeVisible();
  expect((await socket).url()).toMatch(/^wss:\/\/tsock\.(us1|ie1)\.twilio\.com\/v3\/wsconnect$/);
  await expect(chat.root.locator(".pending")).toHaveCount(0, { timeout: 30_000 });
  expect(violations).toEqual([]);
  expect(said).toEqual([]);
}

const read = (name: string) => readFile(join(dist, name), "utf8");

test("snippet.html: under exactly the policy of csp.txt a message gets through", async ({ host, site, twilio }) => {
  const { policy } = await policyOf("acme");
  await host.start("nginx", "");
  await visit(site, twilio, host, { body: await read("acme/snippet.html"), policy: "default-src 'none'; " + policy });
  await talk(site);
});

test("with a bundled SDK and another region, under exactly the policy of csp.txt, with Trusted Types, a message gets through", async ({ host, site, twilio }) => {
  const { policy, trusted } = await policyOf("bundled");
  expect(policy).not.toContain("sdk.twilio.com");
  await host.start("nginx", "");
  await visit(site, twilio, host, { body: await read("bundled/snippet-csp.html"), policy: `default-src 'none'; ${policy}; ${trusted}` });
  await talk(site);
});

test("netlify: its own parser takes _headers, and gives each file its headers once", async () => {
  // Its types know of no files.
  const headersFiles = [join(dist, "_headers")] as never[];
  const { headers, errors } = await parseAllHeaders({ headersFiles, netlifyConfigPath: undefined });
  expect(errors).toEqual([]);
  for (const [path, cache] of await wanted()) {
    const rules = headers.filter(({ forRegExp }) => forRegExp!.test("/" + path)).map(({ values }) => values);
    const expected = [{ "Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff" }];
    // What no rule is for is "max-age=0, must-revalidate" there, which is the same as no-cache.
    expect([path, rules]).toEqual([path, cache == "no-cache" ? expected : [...expected, { "Cache-Control": cache }]]);
  }
});
