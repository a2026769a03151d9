// The team signs in at the desk, in each engine: what browsers do with cookies on this machine, and with the fragment of an address that
// leads on to another one, is up to them.

import { TokenServer } from "../../cmd/token/fixture.ts";
import { expect, test } from "./visitor.ts";

test("a conversation’s address leads there after signing in", async ({ launched, settings, request }) => {
  const server = new TokenServer(request);
  const browser = await (await launched(settings)).open();
  try {
    await server.start([{ identity: "ann", password: "correct horse battery" }]);
    const sid = await server.write("Jane", "Is the jug still there?");
    const title = () => browser.run(() => document.title);
    await browser.goto(`${server.address}desk#${sid}`);
    await expect.poll(title).toBe("Sign in – Team desk");
    await browser.type("ann");
    await browser.press("Tab");
    await browser.type("a wrong password");
    await browser.press("Enter");
    await expect.poll(() => browser.run(() => document.querySelector('[role="alert"]')?.textContent)).toBe("The address or the password is not right.");
    await browser.type("correct horse battery");
    await browser.press("Enter");
    await expect.poll(() => browser.run(() => location.pathname + location.hash)).toBe(`/desk/#${sid}`);
    await expect.poll(() => browser.run(() => [...document.querySelectorAll("[role=log] .bubble")].map(({ textContent }) => textContent))).toEqual(["Is the jug still there?"]);
  } finally {
    await browser.close();
    await server.end();
  }
});
