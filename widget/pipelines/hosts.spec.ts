// The files for hosts in the real servers, and the chat on a site under exactly the policy that the build tells.

import { readFileSync } from "node:fs";
import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseAllHeaders } from "netlify-headers-parser";
import { dist, verify } from "./build.ts";
import { type Host, serverNames } from "./hosts.ts";
import { expect, type Site, talk, test, type Twilio } from "./live.ts";
import { policyOf } from "./site.ts";

const short = "public, max-age=300, must-revalidate";
const forever = "public, max-age=31536000, immutable";
const script = /^(text|application)\/javascript; ?charset=utf-8$/i;
const named = async (name: string): Promise<string> => JSON.parse(await readFile(join(dist, "acme/manifest.json"), "utf8")).names[name].path;
const panel = () => named("panel");
const pinned = () => named("acme/pinned");

/** What is asked for, and what must come with it. */
const wanted = async () =>
  [
    ["acme/missive.js", short, script],
    [await pinned(), forever, script],
    [await panel(), forever, script],
    ["acme/snippet.html", short, /^text\/html; ?charset=utf-8$/i],
    ["acme/", "no-cache", /^text\/html; ?charset=utf-8$/i],
    ["acme/index.html", "no-cache", /^text\/html; ?charset=utf-8$/i],
    ["acme/csp.txt", "no-cache", /^text\/plain; ?charset=utf-8$/i],
    ["acme/manifest.json", "no-cache", /^application\/json(; ?charset=utf-8)?$/i],
  ] as const;

for (const name of serverNames) {
  test(`${name}: each file comes with its cache time, its type, and for every origin`, async ({ host, request }) => {
    await host.start(name);
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

  test(`${name}: compressed files are served to who takes them, and verify finds nothing amiss`, async ({ host, request }) => {
    // In nginx brotli is a matter of a module, and switched on by hand.
    await host.start(name, { change: (file) => file.replace("#brotli_static", "brotli_static") });
    for (const [path, cache] of [["acme/missive.js", short], [await pinned(), forever], [await panel(), forever]] as const)
      for (const [accepted, encoding] of [["br, gzip", "br"], ["gzip", "gzip"], ["identity", undefined]] as const) {
        const answer = await request.get(`${host.chat}/${path}`, { headers: { "accept-encoding": accepted } });
        const headers = answer.headers();
        expect([path, headers["content-encoding"], headers["cache-control"]]).toEqual([path, encoding, cache]);
        expect(headers["content-type"]).toMatch(script);
        if (encoding) expect(headers.vary).toMatch(/accept-encoding/i);
        expect(await answer.text()).toBe(await readFile(join(dist, path), "utf8"));
      }
    expect(verify(`${host.chat}/quiet/`)).toEqual([
      "was built for https://chat.example, where its snippets load it from",
      "has no token endpoint, so the chat carries no messages",
    ]);
  });

  test(`${name}: on a Hugo site under exactly the policy that the file tells, with Trusted Types, a message gets through`, async ({ host, site, twilio }) => {
    await host.start(name, { more: (await policyOf("acme")).trusted });
    await visit(site, twilio, host);
    await talk(site);
  });

  test(`${name}: the pinned snippet runs its missive.js, and no changed one`, async ({ host, site, twilio }) => {
    await host.start(name);
    await visitPinned(site, twilio, host);
    await site.loaded();
    await site.chat.open();
    expect(site.said).toEqual([]);

    const launcher = join(host.root, await pinned());
    await appendFile(launcher, " ");
    for (const compressed of [".br", ".gz"]) await rm(launcher + compressed);
    await site.page.reload();
    await expect.poll(() => site.said.join()).toContain("Failed to find a valid digest in the 'integrity' attribute");
  });
}

test("a host that doesn't let every origin in keeps the pinned snippet from its missive.js", async ({ host, site, twilio }) => {
  await host.start("nginx", { change: (file) => file.replace(/.*Access-Control-Allow-Origin.*/, "") });
  await visitPinned(site, twilio, host);
  await expect.poll(() => site.said.join()).toContain("No 'Access-Control-Allow-Origin' header");
});

/** Opens a page that has the pinned snippet and no policy; the server answers for all else. */
async function visitPinned(site: Site, twilio: Twilio, host: Host): Promise<void> {
  const snippet = (await readFile(join(dist, "acme/snippet-pinned.html"), "utf8")).replace("https://chat.example", host.chat);
  await site.page.context().grantPermissions(["local-network-access"]);
  await twilio.route(site.page);
  await site.page.route(host.site + "/", (route) => route.fulfill({ headers: { "content-type": "text/html" }, body: "<!doctype html>" + snippet }));
  await site.page.goto(host.site);
}

interface Page {
  body?: string;
  policy: string;
}

/** Opens the start page of the site, or one of other content or policy. */
async function visit(site: Site, twilio: Twilio, host: Host, page?: Page): Promise<void> {
  // Twilio's socket is on this machine, to which browsers let no page of elsewhere connect.
  await site.page.context().grantPermissions(["local-network-access"]);
  await twilio.route(site.page);
  for (const [name, address] of [["chat", host.chat], ["site", host.site]])
    await site.page.route(`https://${name}.example/**`, async (route) => {
      // As the server answers, byte for byte and header for header.
      await route.fulfill({ response: await route.fetch({ url: address + new URL(route.request().url()).pathname }) });
    });
  if (page)
    await site.page.route("https://site.example/", async (route) => {
      const body = page.body ?? (await (await route.fetch({ url: host.site })).text());
      await route.fulfill({ headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": page.policy }, body });
    });
  await site.watch();
  await site.page.goto("https://site.example/");
}

const read = async (name: string) => "<!doctype html>" + (await readFile(join(dist, name), "utf8"));

test("snippet.html: under exactly the policy of csp.txt a message gets through", async ({ host, site, twilio }) => {
  const { policy } = await policyOf("acme");
  await host.start("nginx");
  await visit(site, twilio, host, { body: await read("acme/snippet.html"), policy: "default-src 'none'; " + policy });
  await talk(site);
});

test("with a bundled SDK and another region, under exactly the policy of csp.txt, with Trusted Types, a message gets through", async ({ host, site, twilio }) => {
  const { policy, trusted } = await policyOf("bundled");
  expect(policy).not.toContain("sdk.twilio.com");
  await host.start("nginx");
  await visit(site, twilio, host, { body: await read("bundled/snippet-csp.html"), policy: `default-src 'none'; ${policy}; ${trusted}` });
  await talk(site);
});

/** Each source of the policy of the example, and what the browser reports without it. */
const sources = [
  ["'sha256-", "script-src-elem inline"],
  ["https://chat.example", "script-src-elem https://chat.example/acme/missive.js"],
  ["https://pictures.example", "img-src https://pictures.example/"],
  ["https://token.example", "connect-src https://token.example/token"],
  ["https://sdk.twilio.com", "script-src-elem https://sdk.twilio.com/"],
  ["wss://tsock.us1.twilio.com", "connect-src wss://tsock.us1.twilio.com/"],
] as const;

const policyWithout = (removed: string[]) =>
  /Content-Security-Policy "(.*)"/.exec(readFileSync(join(dist, "nginx.conf"), "utf8"))![1]!
    .split("; ")
    .map((directive) => directive.split(" ").filter((word) => !removed.some((start) => word.startsWith(start))).join(" "))
    .join("; ");

for (const [source, violation] of sources)
  test(`without ${source} in it the policy blocks the chat`, async ({ host, site, twilio }) => {
    await host.start("nginx");
    await visit(site, twilio, host, { policy: `default-src 'none'; ${policyWithout([source])}` });
    if (!violation.startsWith("script-src-elem") || source == "https://sdk.twilio.com") {
      await site.chat.open();
      await site.chat.write("Hello");
    }
    await expect.poll(() => site.violations.join("\n")).toContain(violation);
    // The chat may still be trying.
    await site.page.unrouteAll({ behavior: "ignoreErrors" });
  });

test("the policy has no other source but the site itself", () => {
  // Without the last one all works but the files of messages; see e2e/files.spec.ts.
  expect(policyWithout([...sources.map(([source]) => source), "https://mcs.us1.twilio.com"])).toBe("script-src 'self'; img-src 'self'; connect-src 'self'");
});

test("netlify: its own parser takes _headers, and gives each file its headers once", async () => {
  // Its types know of no files.
  const headersFiles = [join(dist, "_headers")] as never[];
  const { headers, errors } = await parseAllHeaders({ headersFiles, netlifyConfigPath: undefined });
  expect(errors).toEqual([]);
  for (const [path, cache] of await wanted()) {
    const rules = headers.filter(({ forRegExp }) => forRegExp!.test("/" + path)).map(({ values }) => values);
    const expected = [{ "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff" }];
    // What no rule is for is "max-age=0, must-revalidate" there, which is the same as no-cache.
    expect([path, rules]).toEqual([path, cache == "no-cache" ? expected : [...expected, { "Cache-Control": cache }]]);
  }
});
