import { defineConfig } from "@playwright/test";

export default defineConfig({
  // What stands beside a page is of that page; the rest is of what visitors load.
  projects: [
    { name: "widget", testDir: "e2e" },
    { name: "preview", testDir: "../cmd/preview" },
    { name: "desk", testDir: "../cmd/internal/desk" },
  ],
  tsconfig: "./tsconfig.json",
  outputDir: "test-results",
  // Builds what all tests run against: the minified files, as they are uploaded.
  globalSetup: "./e2e/build.ts",
  fullyParallel: true,
  workers: 2,
  forbidOnly: !!process.env.CI,
  // A busy machine may miss a moment, and the report says so. What fails twice is broken.
  retries: process.env.CI ? 1 : 0,
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
