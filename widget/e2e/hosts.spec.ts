import { expect, type PageOptions, test } from "./site.ts";

test("x csp", async ({ site, chat, page }) => {
  site.service = true;
  site.token = (route) => route.fulfill({ json: {} });
  await page.addInitScript(() => addEventListener("securitypolicyviolation", (e) => ((globalThis as any).v ??= []).push(e.violatedDirective + e.blockedURI)));
  await site.open({ account: "own", self: true, headers: { "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; require-trusted-types-for 'script'; trusted-types missive-chat" } });
  await chat.identify();
  await chat.write("Hello");
  console.log(site.asked, site.console, await page.evaluate(() => (globalThis as any).v));
  await page.evaluate("MissiveChat.destroy()");
  console.log(await page.evaluate(() => document.documentElement.outerHTML));
});
