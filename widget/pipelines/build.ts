// Builds the chat, and with each tool a small site that has it: three pages, of which one has options of its own.

import { execFile, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const folder = fileURLToPath(new URL(".", import.meta.url));
const built = join(folder, ".site");

/** The folder that the chat's host has. */
export const dist = join(built, "dist");

/** What a tool has built. */
export const outOf = (tool: string) => join(built, tool, "out");

/** Runs a tool in the folder of its site. */
async function run(tool: string, command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const env = { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" };
  try {
    return await promisify(execFile)(command, args, { cwd: join(built, tool), env });
  } catch (error) {
    const { message, stdout } = error as Error & { stdout: string };
    throw new Error(message + stdout);
  }
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

const tools: Record<string, Tool> = {
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
  wordpress: {
    snippet: "snippet-wordpress.php",
    place: "content/mu-plugins/missive-chat.php",
    async build() {
      for (const page of ["", "same/", "other/"]) {
        const { stdout, stderr } = await run("wordpress", "php", "-d", "display_errors=stderr", "index.php", page);
        if (stderr) throw new Error(stderr);
        mkdirSync(join(outOf("wordpress"), page), { recursive: true });
        writeFileSync(join(outOf("wordpress"), page, "index.html"), stdout);
      }
    },
  },
};

export default async function build(): Promise<void> {
  rmSync(built, { recursive: true, force: true });
  const root = join(folder, "../..");
  execFileSync("go", ["run", "./cmd/build", "-out", dist, "widget/pipelines/chat.yaml"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  for (const [tool, { snippet, place, account = "hostile", from = tool }] of Object.entries(tools)) {
    cpSync(join(folder, "sites", from), join(built, tool), { recursive: true });
    cpSync(join(dist, account, snippet), join(built, tool, place));
  }
  await Promise.all(Object.values(tools).map(({ build }) => build()));
}
