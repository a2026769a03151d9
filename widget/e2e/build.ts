// What all browser tests run against is built once, before them: the programs, and the site of widget/e2e/chat.yaml.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Where the site under test is built. */
export const dist = fileURLToPath(new URL(".site/", import.meta.url));

/** They stay here, so that Go links again only what has changed. */
const folder = fileURLToPath(new URL(".programs/", import.meta.url));

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

export default function build(): void {
  buildPrograms();
  buildChat("-out", dist, "widget/e2e/chat.yaml");
}
