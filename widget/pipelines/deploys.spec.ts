// Deploys of a site whose chat is made from nothing each time, as on Netlify and in CI.

import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildChat } from "./build.ts";
import { expect, test } from "./site.ts";

test("a page that was pinned before three more deploys from fresh checkouts still opens its chat", async ({ page, site }) => {
  const folder = mkdtempSync(join(tmpdir(), "deploys-"));
  const setup = join(folder, "chat.yaml");
  // Each build knows of those before by what is deployed alone; of each two one is never deployed.
  let deployed = "";
  for (const name of ["First", "Second", "Never", "Third", "Fourth"]) {
    const fresh = join(folder, name);
    writeFileSync(setup, `{id: acme, host: https://chat.example, connection: {tokenUrl: https://token.example/token}, chat: {name: ${name}}}`);
    buildChat(...(deployed ? ["-keep", deployed] : []), "-json", "-out", fresh, setup);
    if (name != "Never") deployed = fresh;
  }
  const pinned = readFileSync(join(folder, "First/acme/snippet-pinned.html"), "utf8");
  await page.route("https://*.example/**", async (route) => {
    const { host, pathname } = new URL(route.request().url());
    if (host == "site.example") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Page</title>" + pinned });
    if (host == "token.example") return route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: { online: true } });
    const body = await readFile(join(deployed, pathname)).catch(() => undefined);
    await route.fulfill(body ? { headers: { "content-type": "text/javascript", "access-control-allow-origin": "*" }, body } : { status: 404, body: "" });
  });
  await page.goto("https://site.example/");
  await site.loaded();
  await site.chat.open();
  await expect(site.chat.window).toContainText("First");
  expect(site.said).toEqual([]);
});
