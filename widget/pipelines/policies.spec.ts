// The snippets on pages whose policy allows scripts by nonces or hashes, and on pages where a consent tool starts them.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dist, outOf } from "./build.ts";
import { expect, type Site, test } from "./site.ts";

const snippets = ["snippet.html", "snippet-csp.html", "snippet-pinned.html"];
const read = (name: string) => readFileSync(join(dist, "acme", name), "utf8");

/** Opens a page with these elements, under the policy. Tests that run side by side have a folder each. */
async function show(site: Site, elements: string, policy?: string): Promise<void> {
  const tool = "snippets" + test.info().parallelIndex;
  mkdirSync(outOf(tool), { recursive: true });
  writeFileSync(join(outOf(tool), "index.html"), "<!doctype html><title>Page</title><h1>Page</h1>" + elements);
  await site.begin(tool, policy ? { headers: { "content-security-policy": policy } } : {});
}

async function opens(site: Site): Promise<void> {
  await site.loaded();
  await site.chat.open();
  expect(site.violations).toEqual([]);
  expect(site.said).toEqual([]);
}

for (const name of snippets) {
  test(`${name}: with the page's nonce on its script elements it runs under 'strict-dynamic', and no source has to be added`, async ({ site }) => {
    const snippet = read(name).replace(/<script(?! type="application)/g, '<script nonce="abc"');
    await show(site, snippet, "script-src 'nonce-abc' 'strict-dynamic'");
    await opens(site);
  });

  test(`${name}: without the nonce it is blocked there`, async ({ site }) => {
    await show(site, read(name), "script-src 'nonce-abc' 'strict-dynamic'");
    await expect.poll(() => site.violations.join()).toContain("script-src-elem");
  });
}

test("snippet-pinned.html: it runs by the hashes of csp.txt alone, under 'strict-dynamic'", async ({ site }) => {
  const text = read("csp.txt");
  const inline = /'sha256-[^']+'(?=\n(#     .*\n)*#     snippet-pinned\.html)/.exec(text)![0];
  const pinned = /version 116 on:\n#   ('sha256-[^']+')/.exec(text)![1]!;
  await show(site, read("snippet-pinned.html"), `script-src ${inline} ${pinned} 'strict-dynamic'`);
  await opens(site);
});

/** What consent tools do once a visitor agrees: each element that waits is made anew, without what kept it from running. */
const agree = () => {
  for (const waiting of document.querySelectorAll<HTMLScriptElement>('script[type="text/plain"]')) {
    const script = document.createElement("script");
    for (const { name, value } of waiting.attributes) if (name != "type") script.setAttribute(name.replace(/^data-src$/, "src"), value);
    script.text = waiting.text;
    waiting.replaceWith(script);
  }
};

for (const name of snippets)
  test(`${name}: as type="text/plain" it waits for a consent tool, and asks for nothing before`, async ({ site, page }) => {
    const held = read(name).replace(/<script(?! type="application)/g, '<script type="text/plain" data-category="marketing"');
    await show(site, name == "snippet-csp.html" ? held.replace(" src=", " data-src=") : held);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(site.asked).toEqual(["https://site.example/"]);
    await page.evaluate(agree);
    await opens(site);
  });
