// The preview, in a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "../../widget/e2e/build.ts";

export class Preview {
  /** Where it is, with a slash at the end. */
  address = "";
  /** Has its chat.yaml and its conversations. */
  readonly folder = mkdtempSync(join(tmpdir(), "preview-"));
  private process?: ChildProcess;

  constructor(chat: string) {
    writeFileSync(join(this.folder, "chat.yaml"), "host: https://chat.example\nid: acme\n" + chat);
  }

  /** Starts it, also again: then where it was, and with what it knew. */
  async start(environment: NodeJS.ProcessEnv = {}): Promise<void> {
    const address = this.address ? new URL(this.address).host : "127.0.0.1:0";
    const started = spawn(program("preview"), ["-no-open", "-addr", address, "-state", this.folder], { cwd: this.folder, env: { ...process.env, ...environment } });
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
