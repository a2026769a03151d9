// A pipeline's day, from nothing to a conversation, along the README.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildChat } from "./build.ts";
import { freePort, policyLine, servers } from "./hosts.ts";
import { expect, talk, test } from "./live.ts";

test("a fresh Hugo site with the partial, served by nginx with the chat's file, has the chat under that policy", async ({ host, page, site, twilio }) => {
  const folder = join(host.folder, "hugo");
  const address = `http://127.0.0.1:${await freePort()}`;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  execFileSync("hugo", ["new", "site", "--quiet", folder]);
  write("chat.yaml", `{id: acme, host: ${address}/chat, connection: {tokenUrl: https://token.example/token}, visitor: {askName: false, askEmail: false}}`);
  buildChat("-compress", "-out", join(folder, "static/chat"), join(folder, "chat.yaml"));

  const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  const [, snippet, place, call] = /^\| Hugo \| `(.+)` to `(.+)` \| `(.+)` \| /m.exec(readme)!;
  mkdirSync(dirname(join(folder, place!)), { recursive: true });
  cpSync(join(folder, "static/chat/acme", snippet!), join(folder, place!));
  write("layouts/index.html", `<!doctype html><html lang="en"><head><title>Home</title></head><body><h1>Home</h1>${call}</body></html>`);
  execFileSync("hugo", ["--quiet"], { cwd: folder });

  const root = join(folder, "public");
  const chat = join(root, "chat");
  const { nginx } = servers;
  const more = policyLine("nginx", chat) + `location /chat/ { ${nginx.include(chat)} }`;
  await host.serve("nginx", address, nginx.site(+new URL(address).port, root, more));

  await twilio.route(page);
  await site.watch();
  const launcher = page.waitForResponse("**/missive.js");
  await page.goto(address);
  expect((await launcher).headers()).toMatchObject({ "content-encoding": "gzip", "cache-control": "public, max-age=300, must-revalidate" });
  await talk(site);
});
