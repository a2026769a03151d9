// On pages with libraries that replace what is of the browser, as Debian has them.

import { readFileSync } from "node:fs";
import { test } from "../e2e/talk.ts";

const libraries = {
  Prototype: "/usr/share/javascript/prototype/prototype.js",
  MooTools: "/usr/share/javascript/mootools/mootools-core-nc.js",
};

for (const [name, path] of Object.entries(libraries))
  for (const account of ["bundled", "cdn"] as const)
    test(`on a page with ${name} the chat talks, and goes on after a reload: ${account}`, async ({ talk, page }) => {
      const library = readFileSync(path, "utf8").replaceAll("</script", "<\\/script");
      const chat = await talk.begin("One", { account, head: `<script>${library}</script>` });
      await (await talk.team()).send("Two");
      await talk.whole(["One", "Two"], chat);
      await page.reload();
      await talk.whole(["One", "Two"], chat);
      await chat.write("Three");
      await talk.whole(["One", "Two", "Three"], chat);
    });
