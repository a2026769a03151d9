// The team signs in at the desk, in each engine: what browsers do with cookies on this machine, and with the fragment of an address that
// leads on to another one, is up to them.

import { Provider, TokenServer } from "../../cmd/token/fixture.ts";
import type { Browser } from "./browser.ts";
import { expect, test } from "./visitor.ts";

/** Returns what waits until the page says so. Between two pages there is none to ask. */
const seesIn = (browser: Browser) => (script: () => unknown, expected: unknown) => expect.poll(() => browser.run(script).catch(() => undefined)).toEqual(expected);

const bubbles = () => [...document.querySelectorAll("[role=log] .bubble")].map(({ textContent }) => textContent);

test("a conversation’s address leads there after signing in", async ({ launched, settings, request }) => {
  const server = new TokenServer(request);
  const browser = await (await launched(settings)).open();
  const sees = seesIn(browser);
  try {
    await server.start([{ identity: "ann", password: "correct horse battery" }]);
    const sid = await server.write("Jane", "Is the jug still there?");
    await browser.goto(`${server.address}desk#${sid}`);
    await sees(() => document.title + document.activeElement?.id, "Sign in – Team desklogin");
    await browser.type("ann");
    await browser.press("Tab");
    await browser.type("a wrong password");
    await browser.press("Enter");
    await sees(() => document.querySelector('[role="alert"]')?.textContent + document.activeElement!.id, "The address or the password is not right.password");
    await browser.type("correct horse battery");
    await browser.press("Enter");
    await sees(() => location.pathname + location.hash, `/desk/#${sid}`);
    await sees(bubbles, ["Is the jug still there?"]);
  } finally {
    await browser.close();
    await server.end();
  }
});

test("it leads there by a provider of another site, too", async ({ launched, settings, request }) => {
  const server = new TokenServer(request);
  const provider = new Provider();
  const browser = await (await launched(settings)).open();
  const sees = seesIn(browser);
  try {
    await server.start([{ identity: "ann", email: "Ann@example.com" }], await provider.start("ann@EXAMPLE.com"));
    const sid = await server.write("Jane", "Is the jug still there?");
    await browser.goto(`${server.address}desk#${sid}`);
    await sees(() => document.getElementById("provider")?.getAttribute("href"), "oidc?to=" + sid);
    await browser.run(() => document.getElementById("provider")!.click());
    await sees(() => location.pathname + location.hash, `/desk/#${sid}`);
    await sees(bubbles, ["Is the jug still there?"]);
  } finally {
    await browser.close();
    provider.end();
    await server.end();
  }
});
