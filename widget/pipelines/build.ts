// Builds the chat, and with each tool a small site that has it: three pages, of which one has options of its own.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, cpSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../e2e/build.ts";
import { buildPrograms } from "../e2e/global-setup.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const built = join(folder, ".site");

/** The folder that the chat's host has. */
export const dist = join(built, "dist");

/** What a tool has built. */
export const outOf = (tool: string) => join(built, tool, "out");

/** Runs a tool in the folder of its site. */
async function run(tool: string, command: string, ...args: string[]): Promise<void> {
  // A file, not a pipe: where nobody reads a pipe any more, Eleventy reports for ever that it can't report.
  const log = join(built, tool + ".log");
  const file = openSync(log, "a");
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1", NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1" };
  const started = spawn(command, args, { cwd: join(built, tool), env, stdio: ["ignore", file, file] });
  closeSync(file);
  const [code] = await once(started, "exit");
  if (code !== 0) throw new Error(`${tool}: ${command} ends with ${code}:\n${readFileSync(log, "utf8")}`);
}

const npm = (name: string) => join(folder, "node_modules/.bin", name);

interface Tool {
  /** The snippet, and where a user puts it. */
  snippet: string;
  place: string;
  /** Builds the site into the folder "out". */
  build(): Promise<unknown>;
  /** The account; "hostile" by default. */
  account?: string;
  /** The folder in sites; the tool's name by default. */
  from?: string;
}

const hugo = { snippet: "snippet-hugo.html", place: "layouts/partials/missive-chat.html" };

export const tools: Record<string, Tool> = {
  hugo: { ...hugo, build: () => run("hugo", "hugo", "--quiet", "--minify", "--destination", "out") },
  "hugo-acme": { ...hugo, account: "acme", from: "hugo", build: () => run("hugo-acme", "hugo", "--quiet", "--destination", "out") },
  jekyll: {
    snippet: "snippet-jekyll.html",
    place: "_includes/missive-chat.html",
    build: () => run("jekyll", "jekyll", "build", "--quiet", "--destination", "out"),
  },
  eleventy: {
    snippet: "snippet-eleventy.njk",
    place: "_includes/missive-chat.njk",
    build: () => run("eleventy", npm("eleventy"), "--quiet", "--output", "out"),
  },
  "eleventy-liquid": {
    snippet: "snippet-eleventy.mjs",
    place: "missive-chat.mjs",
    build: () => run("eleventy-liquid", npm("eleventy"), "--quiet", "--output", "out"),
  },
  mkdocs: {
    snippet: "snippet-mkdocs.html",
    place: "overrides/missive-chat.html",
    build: () => run("mkdocs", "mkdocs", "build", "--quiet", "--site-dir", "out"),
  },
  astro: {
    snippet: "snippet-astro.astro",
    place: "src/components/MissiveChat.astro",
    build: () => run("astro", npm("astro"), "build", "--silent", "--outDir", "out"),
  },
  react: {
    snippet: "snippet-react.tsx",
    place: "src/MissiveChat.tsx",
    async build() {
      await run("react", fileURLToPath(new URL("../node_modules/.bin/tsc", import.meta.url)), "-p", folder);
      // Only development builds have StrictMode mount everything twice.
      await run("react", npm("vite"), "build", "--mode", "development", "--minify", "false", "--outDir", "out", "--logLevel", "error");
    },
  },
  vue: {
    snippet: "snippet-vue.vue",
    place: "src/MissiveChat.vue",
    build: () => run("vue", npm("vite"), "build", "--minify", "false", "--outDir", "out", "--logLevel", "error"),
  },
  next: {
    snippet: "snippet-react.tsx",
    place: "src/MissiveChat.tsx",
    build: () => run("next", npm("next"), "build"),
  },
  nuxt: {
    snippet: "snippet-vue.vue",
    place: "components/MissiveChat.vue",
    async build() {
      await run("nuxt", npm("nuxt"), "generate");
      cpSync(join(built, "nuxt/.output/public"), outOf("nuxt"), { recursive: true });
    },
  },
  docusaurus: {
    snippet: "snippet-docusaurus.ts",
    place: "src/missive-chat.ts",
    build: () => run("docusaurus", npm("docusaurus"), "build", "--out-dir", "out"),
  },
  wordpress: {
    snippet: "snippet-wordpress.php",
    place: "wp-content/mu-plugins/missive-chat.php",
    async build() {
      for (const page of ["", "same/", "other/", "off/", "french/"]) await run("wordpress", "php", "index.php", page);
    },
  },
};

/** Builds accounts with the command that users run, or does what else it does. Returns what it prints. */
export function buildChat(...args: string[]): string {
  return execFileSync(program("build"), args, { cwd: join(folder, "../.."), encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** What `go run ./cmd/build verify` says of an account that is served somewhere; nothing of it may be an error. */
export function verify(address: string): string[] {
  return JSON.parse(buildChat("verify", "-json", "-out", dist, address)).problems.map(({ message }: { message: string }) => message);
}

export default async function build(): Promise<void> {
  rmSync(built, { recursive: true, force: true });
  buildPrograms();
  buildChat("-compress", "-json", "-out", dist, "widget/pipelines/chat.yaml");
  for (const [tool, { snippet, place, account = "hostile", from = tool }] of Object.entries(tools)) {
    cpSync(join(folder, "sites", from), join(built, tool), { recursive: true });
    cpSync(join(dist, account, snippet), join(built, tool, place));
  }
  // Of those that take a core and a gigabyte each, one after the other.
  const heavy = [tools.next!, tools.nuxt!, tools.docusaurus!];
  await Promise.all(Object.values(tools).map((tool) => heavy.includes(tool) || tool.build()));
  for (const tool of heavy) await tool.build();
}
