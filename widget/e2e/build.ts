// What all browser tests run against is built once, before them: the programs, and the site of widget/e2e/chat.yaml.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const root = path("../..");

/** Where the site under test is built. */
export const dist = path(".site/");

/** The script that stands in for the connection's file where a test plays the service, see service.ts. */
export const service = path(".service/service.js");

/** The programs stay here, so that Go links again only what has changed. */
const folder = path(".programs/");

const sources = { build: "./cmd/build", preview: "./cmd/preview", testserver: "./cmd/internal/conversations/testserver" };

/** The path of a program of ours. */
export const program = (name: keyof typeof sources): string => join(folder, process.platform == "win32" ? name + ".exe" : name);

/** Builds accounts with the command that users run. */
export function buildChat(...args: string[]): void {
  execFileSync(program("build"), args, { cwd: root, stdio: "pipe" });
}

export function buildPrograms(): void {
  execFileSync("go", ["build", "-o", folder, ...Object.values(sources)], { cwd: root, stdio: "pipe" });
}

export default async function build(): Promise<void> {
  buildPrograms();
  buildChat("-out", dist, "widget/e2e/chat.yaml");
  await bundle({
    configFile: false,
    logLevel: "error",
    build: { outDir: path(".service"), emptyOutDir: true, lib: { entry: path("service.ts"), formats: ["iife"], name: "unused", fileName: () => "service.js" } },
  });
}
