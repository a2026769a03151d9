// What is built once for all browser tests, and where it is; see global-setup.ts.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export const root = path("../..");

/** The site under test. */
export const dist = path(".site/");

/** The script that stands in for the connection's file where a test plays the service, see service.ts. */
export const service = path(".service/service.js");

/** The script with other people's libraries, see libraries.js. */
export const libraries = path(".libraries/libraries.js");

/** Where the programs stay: Go links again only what has changed. */
export const programs = path(".programs/");

export const sources = { build: "./cmd/build", preview: "./cmd/preview", testserver: "./cmd/internal/conversations/testserver", token: "./cmd/token", testprovider: "./cmd/internal/signin/testprovider" };

/** The path of a program of ours. */
export const program = (name: keyof typeof sources): string => join(programs, process.platform == "win32" ? name + ".exe" : name);

/** Builds accounts with the command that users run. */
export function buildChat(...args: string[]): void {
  execFileSync(program("build"), args, { cwd: root, stdio: "pipe" });
}
