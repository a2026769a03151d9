import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Unit tests: rules and state machines, without a browser. What visitors load is tested in unit/, a page beside its sources.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  server: { fs: { strict: false } },
  test: {
    include: ["widget/unit/**/*.test.ts", "cmd/**/*.test.ts"],
    // As much of the DOM as the sources need to run. How things look and behave is for the browser tests to say.
    environment: "happy-dom",
    // A window of its own for each file, but not a process with the whole of happy-dom: a fourth of the time.
    pool: "vmThreads",
  },
});
