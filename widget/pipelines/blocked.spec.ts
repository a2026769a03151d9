// A browser whose user has set it to let no site keep anything. It takes a whole Chromium: the headless shell has no such setting.

import { chromium, type Page } from "@playwright/test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "../e2e/talk.ts";

/** As Debian's package has it. */
const executablePath = process.env.WHOLE_CHROMIUM_PATH ?? "/usr/lib/chromium/chromium";

const test = base.extend<{ blocked: Page }>({
  blocked: async ({ launchOptions }, use) => {
    const profile = mkdtempSync(join(tmpdir(), "blocked-"));
    mkdirSync(join(profile, "Default"));
    // "On-device site data: don't allow sites to save data on your device."
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }));
    const context = await chromium.launchPersistentContext(profile, { ...launchOptions, executablePath, channel: undefined });
    await use(context.pages()[0]!);
    await context.close();
    rmSync(profile, { recursive: true });
  },
});

for (const account of ["bundled", "cdn"] as const)
  test(`where the browser lets no site keep anything, the chat works as long as the page lives: ${account}`, async ({ talk, blocked }) => {
    const said: string[] = [];
    blocked.on("console", (message) => said.push(message.text()));
    const chat = await talk.begin("One", { account }, blocked);
    const { storage, lock } = await blocked.evaluate(async () => {
      const lock = await navigator.locks.request("any", () => "granted").catch((error: Error) => error.name);
      try {
        return { storage: !!localStorage, lock };
      } catch (error) {
        return { storage: (error as Error).name, lock };
      }
    });
    expect({ storage, lock }).toEqual({ storage: "SecurityError", lock: "SecurityError" });
    await (await talk.team()).send("Two");
    await chat.write("Three");
    await talk.whole(["One", "Two", "Three"], chat);
    // A visitor of this page alone: the next one has said nothing.
    await blocked.reload();
    await chat.open();
    await expect(chat.box).toBeVisible();
    await expect(chat.bubbles).toHaveCount(0);
    await chat.write("Again");
    await talk.whole(["Again"], chat);
    expect(said).toEqual([]);
  });
