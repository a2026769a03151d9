// Plain http under a name of the local network, as designers test on a phone: no secure context, so without
// crypto.randomUUID and without locks.

import config from "../playwright.config.ts";
import { expect, type PageOptions, test } from "./talk.ts";

const { launchOptions } = config.use!;

test.use({
  flags: ["-name", "lan.test"],
  launchOptions: { ...launchOptions, args: [...launchOptions!.args!, "--host-resolver-rules=MAP lan.test 127.0.0.1"] },
});

for (const account of ["lan-bundled", "lan-cdn"] satisfies PageOptions["account"][])
  test(`the chat works in a plain-http page: ${account}`, async ({ talk, page }) => {
    const chat = await talk.begin("One", { account });
    expect(await page.evaluate(() => [isSecureContext, "randomUUID" in crypto, "locks" in navigator])).toEqual([false, false, false]);
    await (await talk.team()).send("Two");
    await talk.backend.fault({ loseReplies: 1 });
    await chat.write("Three");
    await talk.whole(["One", "Two", "Three"], chat);
    await page.reload();
    await talk.whole(["One", "Two", "Three"], chat);
  });
