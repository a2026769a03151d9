// missive.js where an optimiser has put it: in somebody else's file, under another name, or without an address.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dist } from "./build.ts";
import { expect, type Page, type Site, test } from "./site.ts";

const missive = () => readFile(join(dist, "plain/missive.js"), "utf8");

/** Serves files of the site that have the launcher in them. */
async function serve({ page }: Site, address: string, script: string): Promise<void> {
  await page.route(address, (route) => route.fulfill({ contentType: "text/javascript", body: script }));
}

const counting = "window.runs = (window.runs ?? 0) + 1;";
const runs = (page: Page) => page.evaluate("runs");

test("combined with the site's own script it finds its files at the host", async ({ site, chat, page }) => {
  await serve(site, "https://site.example/js/all.js*", `${counting}\n${await missive()}`);
  await site.open({ script: '<script src="/js/all.js"></script>' });
  await chat.identify();
  await expect(chat.box).toBeVisible();
  expect(await runs(page)).toBe(1);
  expect(site.asked.filter((url) => url.includes("panel."))).toEqual([expect.stringMatching("^https://chat.example/assets/panel\\.")]);
});

test("combined with the site's own script it never runs that again, whatever can't be had", async ({ site, chat, page }) => {
  await serve(site, "https://site.example/**/*.js*", `${counting}\n${await missive()}`);
  await page.route("**/assets/panel.*", (route) => route.fulfill({ status: 404 }));
  for (const src of ["/js/all.js", "/min/?f=/plain/missive.js,/site.js", "/min/plain/missive.js,site.js"]) {
    await site.open({ script: `<script src="${src}"></script>` });
    await chat.button.click();
    await expect(chat.button).toContainText("Sorry");
    expect(await runs(page), src).toBe(1);
  }
});

test("copied alone to where its path is the same, it finds its files at the host", async ({ site, chat }) => {
  await serve(site, "https://site.example/cache/plain/missive.js", await missive());
  await site.open({ script: '<script src="/cache/plain/missive.js"></script>' });
  await chat.open();
});

for (const [what, make] of [
  ["a blob:", "URL.createObjectURL(new Blob([text], { type: 'text/javascript' }))"],
  ["a data:", "'data:text/javascript;base64,' + btoa(text)"],
] as const)
  test(`as ${what} address it finds its files at the host`, async ({ site, chat }) => {
    await site.open({
      script: `<script type="module">
        const text = ${JSON.stringify(await missive()).replaceAll("<", "\\u003c")};
        document.head.append(Object.assign(document.createElement("script"), { src: ${make} }));
      </script>`,
    });
    await chat.open();
  });

test("inline it finds its files at the host", async ({ site, chat }) => {
  await site.open({ script: `<script>${await missive()}</script>` });
  await chat.open();
});

test("as a module it finds its files at the host", async ({ site, chat }) => {
  await serve(site, "https://site.example/app.js", await missive());
  await site.open({ script: '<script type="module" src="/app.js"></script>' });
  await chat.open();
});
