// Builds, once, what all browser tests run against.

import { execFileSync } from "node:child_process";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "vite";
import { buildChat, dist, libraries, programs, root, service, sources } from "./build.ts";

export function buildPrograms(): void {
  execFileSync("go", ["build", "-o", programs, ...Object.values(sources)], { cwd: root, stdio: "pipe" });
}

export default async function build(): Promise<void> {
  buildPrograms();
  buildChat("-out", dist, "widget/e2e/chat.yaml");
  await script("service.ts", service);
  await script("libraries.js", libraries);
}

/** Makes one script of a file here and what it imports. */
async function script(source: string, out: string): Promise<void> {
  const entry = fileURLToPath(new URL(source, import.meta.url));
  await bundle({
    configFile: false,
    logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { outDir: dirname(out), emptyOutDir: true, lib: { entry, formats: ["iife"], name: "unused", fileName: () => basename(out) } },
  });
}
