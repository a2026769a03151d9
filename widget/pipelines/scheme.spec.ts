// Light and dark on a site by Material for MkDocs, as Debian has it. Other sites are in e2e/scheme.spec.ts.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "../e2e/talk.ts";

const folder = "/usr/share/mkdocs/themes/material/assets/stylesheets/";

test("chat.scheme: host is right on a site by Material for MkDocs, and follows its switch", async ({ talk, page }) => {
  const names = readdirSync(folder).filter((name) => /^(main|palette)\..*\.css$/.test(name));
  const head = `<style>${names.map((name) => readFileSync(folder + name, "utf8")).join("\n")}</style>`;
  const chat = await talk.open({ head, config: { chat: { scheme: "host" } } });
  const scheme = (name: string) => page.evaluate((name) => document.body.setAttribute("data-md-color-scheme", name), name);
  await scheme("slate");
  await chat.open();
  for (const [name, ground] of [
    ["slate", "rgb(27, 29, 34)"],
    ["default", "rgb(255, 255, 255)"],
    ["slate", "rgb(27, 29, 34)"],
  ] as const) {
    await scheme(name);
    await expect.poll(() => chat.css(chat.window, "background-color"), { message: name }).toBe(ground);
  }
});
