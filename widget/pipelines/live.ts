// Tests with a real server, and with Twilio at the other end of the chat.

import { Host } from "./hosts.ts";
import { expect, type Site, test as base } from "./site.ts";
import { Twilio } from "./twilio.ts";

export { expect, type Site, type Twilio };

export const test = base.extend<{ host: Host }, { twilio: Twilio }>({
  twilio: [
    async ({}, use) => {
      const twilio = new Twilio();
      await twilio.start();
      await use(twilio);
      twilio.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  launchOptions: [
    async ({ launchOptions, twilio }, use) => {
      const rules = `--host-resolver-rules=MAP tsock.*.twilio.com 127.0.0.1:${twilio.port}`;
      await use({ ...launchOptions, args: [...launchOptions.args!, rules, "--ignore-certificate-errors"] });
    },
    { scope: "worker" },
  ],
  host: async ({}, use) => {
    const host = new Host();
    await use(host);
    await host.stop();
  },
});

/** Opens the chat and says something, which arrives. Nothing is amiss on the way. */
export async function talk({ chat, page, said, violations }: Site): Promise<void> {
  const socket = page.waitForEvent("websocket");
  await chat.open();
  await chat.write("Hello");
  await expect(chat.root.locator(".row", { hasText: "Hello" })).toBeVisible();
  expect((await socket).url()).toMatch(/^wss:\/\/tsock\.(us1|ie1)\.twilio\.com\/v3\/wsconnect$/);
  await expect(chat.root.locator(".pending")).toHaveCount(0, { timeout: 30_000 });
  expect(violations).toEqual([]);
  expect(said).toEqual([]);
}
