// Builds what the pages need: the chat with the command that users run, and the peers that come without a bundle as a site would ship them.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { built } from "./site.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));
const root = join(folder, "../..");

/** The account that is measured: as a new user has it, but with a token endpoint. Peers don't ask visitors who they are, so it doesn't either. */
const setup = (url: string, endpoint: string) => `
host: ${url}
id: acme
connection: { tokenUrl: "${endpoint}/token", sdk: bundled }
visitor: { askName: false, askEmail: false }
`;

/** Builds everything for a site at an address. */
export function build(url: string): void {
  buildChat(url, url);
  bundle("botpress");
  // These were made for an older React.
  for (const app of ["papercups", "react-chat-widget"]) bundle(app, "--alias:react=react-17", "--alias:react-dom=react-dom-17");
}

/** Builds the pages, and of the chats this one, with its token endpoint at another address. */
export function buildChat(url: string, endpoint: string): void {
  rmSync(built, { recursive: true, force: true });
  cpSync(join(folder, "peers"), built, { recursive: true });
  writeFileSync(join(built, "chat.yaml"), setup(url, endpoint));
  const args = ["run", "./cmd/build", "-out", built, join(built, "chat.yaml")];
  execFileSync("go", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const snippet = readFileSync(join(built, "acme/snippet.html"), "utf8");
  const empty = readFileSync(join(built, "empty.html"), "utf8");
  writeFileSync(join(built, "missive.html"), empty.replace("</head>", () => `${snippet}</head>`));
}

/** Bundles the small app of a peer that is a component of React. */
function bundle(app: string, ...more: string[]): void {
  const entry = join(folder, "peers", app + ".jsx");
  const flags = ["--bundle", "--minify", "--format=esm", "--target=chrome109,firefox115,safari16.4", "--jsx=automatic", "--log-level=warning"];
  execFileSync(join(folder, "node_modules/.bin/esbuild"), [entry, ...flags, ...more, `--outdir=${join(built, "apps")}`], { stdio: "inherit" });
}

/** Starts the token endpoint with the local conversations. Resolves with its address, and with what stops it. */
export async function startBackend(): Promise<{ url: string; stop(): void }> {
  const program = join(built, "testserver");
  execFileSync("go", ["build", "-o", program, "./cmd/internal/conversations/testserver"], { cwd: root, stdio: "inherit" });
  const started: ChildProcess = spawn(program, ["-accounts", "acme"], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise<string>((resolve, reject) => {
    started.stdout!.once("data", (line) => resolve(String(line).trim()));
    started.once("exit", () => reject(new Error("the local conversations did not start")));
  });
  return { url, stop: () => started.stdin!.end() };
}
