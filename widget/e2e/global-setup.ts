// Builds, once, what all browser tests run against.

import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "vite";
import { buildChat, dist, programs, root, service, sources } from "./build.ts";

export function buildPrograms(): void {
  execFileSync("go", ["build", "-o", programs, ...Object.values(sources)], { cwd: root, stdio: "pipe" });
}

export default async function build(): Promise<void> {
  buildPrograms();
  buildChat("-out", dist, "widget/e2e/chat.yaml");
  const entry = fileURLToPath(new URL("service.ts", import.meta.url));
  await bundle({
    configFile: false,
    logLevel: "error",
    build: { outDir: dirname(service), emptyOutDir: true, lib: { entry, formats: ["iife"], name: "unused", fileName: () => "service.js" } },
  });
}
