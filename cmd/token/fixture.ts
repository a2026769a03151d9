// The server as it runs in production, with local conversations in Twilio's place.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { program, programs, root } from "../../widget/e2e/build.ts";
import { Server } from "../../widget/e2e/backend.ts";

/** Where visitors write. Nothing has to be there. */
const site = "https://www.example.com";

export class TokenServer {
  /** Where it is, with a slash at the end. */
  address = "";
  readonly twilio: Server;
  private readonly folder = mkdtempSync(join(tmpdir(), "token-"));
  private process?: ChildProcess;

  constructor(private readonly request: ConstructorParameters<typeof Server>[0]) {
    this.twilio = new Server(request);
  }

  /** Starts it with agents as agents.yaml has them, but for their passwords, which are hashed here; and with a provider and notifications, if they are given. */
  async start(agents: { identity: string; password?: string; name?: string; picture?: string; email?: string }[], provider?: Client, notify?: object): Promise<void> {
    await this.twilio.start("-origins", "http://127.0.0.1:*");
    const address = "127.0.0.1:" + (await freePort());
    const { secret, ...signIn } = provider ?? {};
    const team = {
      url: `http://${address}/desk`,
      agents: agents.map(({ password, ...agent }) => ({ ...agent, ...(password && { password: hash(password) }) })),
      ...(provider && { signIn }),
      ...(notify && { notify }),
    };
    const file = join(this.folder, "agents.yaml");
    writeFileSync(file, JSON.stringify(team)); // JSON is YAML
    const env = {
      ...process.env,
      TWILIO_ACCOUNT_SID: "AC00000000000000000000000000000001",
      TWILIO_API_KEY: "SK00000000000000000000000000000001",
      TWILIO_API_SECRET: "secret",
      TWILIO_SERVICE_SID: "IS00000000000000000000000000000001",
      TWILIO_API_URL: this.twilio.url,
      MISSIVE_SECRET_ACME: "a secret of the site",
      MISSIVE_SESSION_KEY: "49f5bf69ba42ee4cb0fb8b3d3aa1e5d1",
      MISSIVE_ORIGINS: site,
      MISSIVE_AGENTS: "",
      ...(secret && { MISSIVE_OIDC_SECRET: secret }),
    };
    execFileSync(program("token"), ["setup", "-strangers", "-agents", file], { env, stdio: "pipe" });
    const started = spawn(program("token"), ["-addr", address, "-drain", "0", "-agents", file, "-sdk", "bundled"], { env, stdio: ["ignore", "pipe", "pipe"] });
    this.process = started;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      started.stdout.on("data", (text) => {
        said += text;
        if (said.includes('"msg":"listening"')) resolve();
      });
      started.stderr.on("data", (text) => (said += text));
      started.once("exit", () => reject(new Error(said)));
    });
    this.address = `http://${address}/`;
  }

  /** A visitor writes a first message; returns the conversation's SID. */
  async write(name: string, body: string): Promise<string> {
    const id = [...name].reduce((sum, letter) => sum + letter.codePointAt(0)!.toString(16), "").padEnd(32, "0").slice(0, 32);
    const answer = await this.request.post(this.address + "token", {
      headers: { origin: site },
      data: { protocol: 2, account: "acme", secret: id, visitor: { name }, message: { id, body } },
    });
    const { conversation, message } = await answer.json();
    if (!conversation) throw new Error(message);
    return conversation;
  }

  async end(): Promise<void> {
    const { process } = this;
    if (process && process.exitCode === null) {
      const exited = new Promise((resolve) => process.once("exit", resolve));
      process.kill("SIGTERM");
      await exited;
    }
    await this.twilio.end();
    rmSync(this.folder, { recursive: true });
  }
}

/** What a provider knows the server by. */
export interface Client {
  issuer: string;
  clientId: string;
  secret: string;
}

/** A provider of OpenID Connect, at another site than the server. Who is sent there comes back as the user with the address. */
export class Provider {
  private process?: ChildProcess;

  async start(email: string): Promise<Client> {
    const started = spawn(program("testprovider"), ["-email", email], { stdio: ["pipe", "pipe", "inherit"] });
    this.process = started;
    return new Promise((resolve, reject) => {
      started.stdout!.once("data", (line) => resolve(JSON.parse(String(line))));
      started.once("exit", () => reject(new Error("the provider did not start")));
    });
  }

  end(): void {
    this.process?.stdin!.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

export interface Mail {
  to: string;
  subject: string;
  id: string;
  text: string;
}

/** A mail server of Debian's, on this machine. It is built when it is needed: unlike what else tests start it is not for each system. */
export class MailServer {
  /** Host and port. */
  address = "";
  /** What it has received. */
  readonly received: Mail[] = [];
  private process?: ChildProcess;

  async start(): Promise<void> {
    const built = join(programs, "mailserver");
    execFileSync("go", ["build", "-o", built, "./cmd/internal/notify/mailtest/mailserver"], { cwd: root, stdio: "pipe" });
    const started = spawn(built, { stdio: ["pipe", "pipe", "inherit"] });
    this.process = started;
    const lines = createInterface(started.stdout);
    this.address = await new Promise((resolve, reject) => {
      lines.once("line", resolve);
      started.once("exit", () => reject(new Error("the mail server has ended")));
    });
    lines.on("line", (line) => this.received.push(JSON.parse(line)));
  }

  async end(): Promise<void> {
    const { process } = this;
    if (!process || process.exitCode !== null) return;
    const exited = new Promise((resolve) => process.once("exit", resolve));
    process.stdin!.end();
    await exited;
  }
}

/** As "go run ./cmd/token password" makes it. */
function hash(password: string): string {
  return execFileSync(program("token"), ["password"], { input: password, encoding: "utf8", stdio: "pipe" }).replace(/^\s*password: /, "").trim();
}
