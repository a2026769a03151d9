import { defineConfig } from "@playwright/test";
import type { EngineOptions } from "./engines/visitor.ts";

/** The Firefox of this machine, over WebDriver BiDi. Media can't be emulated there, nor touch, nor are there Chromium's own tools. */
export const firefox = {
  browserName: "firefox",
  channel: "moz-firefox",
  launchOptions: { executablePath: "/usr/bin/firefox-esr" },
} as const;

export default defineConfig<object, EngineOptions>({
  // What stands beside a page is of that page; the rest is of what visitors load.
  projects: [
    { name: "widget", testDir: "e2e" },
    { name: "preview", testDir: "../cmd/preview" },
    { name: "desk", testDir: "../cmd", testMatch: ["internal/desk/*.spec.ts", "token/*.spec.ts"] },
    // What is slow by nature: it takes longer than all others together.
    { name: "loads", testDir: "..", testMatch: ["widget/e2e/*.load.ts", "cmd/**/*.load.ts"] },
    // The three engines. A tag of a test is what it needs and not all of them have.
    { name: "chromium", testDir: "engines", grepInvert: /@blocked-storage/, use: { engine: "chromium" } },
    {
      name: "firefox",
      testDir: ".",
      testMatch: ["engines/*.spec.ts", "e2e/{access,hosts,inside,lifecycle,links,modals,network,opening,thread,variables}.spec.ts"],
      grepInvert: /@chromium/,
      use: { ...firefox, engine: "firefox" },
    },
    { name: "webkit", testDir: "engines", grepInvert: /@forced-colors|@blocked-storage/, use: { engine: "webkit" } },
  ],
  // Unit tests, *.test.ts, are for Vitest.
  testMatch: "**/*.spec.ts",
  tsconfig: "./tsconfig.json",
  outputDir: "test-results",
  // Builds what all tests run against: the minified files, as they are uploaded.
  globalSetup: "./e2e/global-setup.ts",
  fullyParallel: true,
  // Most of the time a test waits: for a page, for a pause to end. So two cores are enough for more than two.
  workers: 4,
  forbidOnly: !!process.env.CI,
  // Nothing is retried: a test that fails now and then is broken. These are not how long things take, but when there is no hope left,
  // on a busy machine too.
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: [["list", { printSteps: false }]],
  use: {
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    launchOptions: {
      // `go run ./cmd/check` finds or installs one.
      executablePath: process.env.CHROME_PATH || "/usr/bin/chromium",
      // Chromium is not to call anyone but the pages under test.
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    },
  },
});
