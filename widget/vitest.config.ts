import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Where the clock is changed twice a year, so that days of 23 and 25 hours can be tested, on any machine.
process.env.TZ = "Europe/Paris";

// Unit tests: rules and state machines, without a browser. What visitors load is tested in unit/, a page beside its sources.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  server: { fs: { strict: false } },
  test: {
    include: ["widget/unit/**/*.test.ts", "cmd/**/*.test.ts"],
    // As much of the DOM as the sources need to run. How things look and behave is for the browser tests to say.
    environment: "happy-dom",
    // Each file has a window of its own, but not a process that loads all of happy-dom: a fourth of the time. Not threads: those can't
    // set a time zone.
    pool: "vmForks",
    // Not how long things take, but when there is no hope left, on a busy machine too.
    testTimeout: 60_000,
    setupFiles: ["widget/unit/setup.ts"],
  },
});
