// The preview, in a process of its own.

import { test as base } from "../../widget/e2e/playwright.ts";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Builds the program into a folder. */
export function build(folder: string): string {
  const program = join(folder, "preview");
  execFileSync("go", ["build", "-o", program, "./cmd/preview"], { cwd: root, stdio: "inherit" });
  return program;
}

export class Preview {
  /** Where it is, with a slash at the end. */
  address = "";
  /** Has its chat.yaml and its conversations. */
  readonly folder = mkdtempSync(join(tmpdir(), "preview-"));
  private process?: ChildProcess;

  constructor(
    private readonly program: string,
    chat: string,
  ) {
    writeFileSync(join(this.folder, "chat.yaml"), "host: https://chat.example\nid: acme\n" + chat);
  }

  /** Starts it, also again: then where it was, and with what it knew. */
  async start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const address = this.address ? new URL(this.address).host : "127.0.0.1:0";
    const started = spawn(this.program, ["-no-open", "-addr", address, "-state", this.folder], { cwd: this.folder, env: { ...process.env, ...environment } });
    this.process = started;
    let said = "";
    this.address = await new Promise<string>((resolve, reject) => {
      started.stdout.on("data", (text) => {
        said += text;
        if (/^Built/m.test(said)) resolve(/http:\/\/\S+/.exec(said)![0]);
      });
      started.stderr.on("data", (text) => (said += text));
      started.once("exit", () => reject(new Error(said)));
    });
  }

  /** Stops it as a person would. */
  async stop(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null) return;
    const exited = new Promise((resolve) => process.once("exit", resolve));
    process.kill("SIGINT");
    await exited;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** Tests of the preview: the program, built once for each worker. */
export const test = base.extend<object, { program: string }>({
  program: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "program-"));
      try {
        await use(build(folder));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
    { scope: "worker", timeout: 120_000 },
  ],
});
