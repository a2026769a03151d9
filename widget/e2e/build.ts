import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build as bundle } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Where the site under test is built. */
export const dist = path(".site/");

/** The script that stands in for the connection's file where a test plays the service, see service.ts. */
export const service = path(".service/service.js");

/** Builds the test accounts with the command that users run. */
export default async function build(): Promise<void> {
  execFileSync("go", ["run", "./cmd/build", "-out", dist, "widget/e2e/chat.yaml"], { cwd: path("../.."), stdio: ["ignore", "ignore", "inherit"] });
  await bundle({
    configFile: false,
    logLevel: "error",
    build: { outDir: path(".service"), emptyOutDir: true, lib: { entry: path("service.ts"), formats: ["iife"], name: "unused", fileName: () => "service.js" } },
  });
}
