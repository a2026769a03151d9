// Twilio, as far as a browser sees it: its socket behind TLS, with the local conversations at its other end, its SDK, and a token endpoint.

import type { Page, Route } from "@playwright/test";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { program } from "../e2e/build.ts";

const sdk = fileURLToPath(new URL("../node_modules/@twilio/conversations/builds/twilio-conversations.min.js", import.meta.url));

// What the server knows; see cmd/internal/conversations/testserver.
const account = "AC00000000000000000000000000000001";
const key = "SK00000000000000000000000000000001";
const secret = "secret";
const service = "IS00000000000000000000000000000001";

export class Twilio {
  private readonly folder = mkdtempSync(join(tmpdir(), "twilio-"));
  private process?: ChildProcess;
  private server?: Server;
  private backend = new URL("http://127.0.0.1");
  /** Where the socket is, for the browser to be led there. */
  port = 0;

  async start(): Promise<void> {
    this.process = spawn(program("testserver"), { stdio: ["pipe", "pipe", "inherit"] });
    this.backend = new URL(await new Promise<string>((resolve) => this.process!.stdout!.once("data", (line) => resolve(String(line).trim()))));
    const [keyFile, cert] = ["key.pem", "cert.pem"].map((name) => join(this.folder, name)) as [string, string];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=twilio.com", "-keyout", keyFile, "-out", cert], { stdio: "ignore" });
    this.server = createServer({ key: readFileSync(keyFile), cert: readFileSync(cert) });
    this.server.on("upgrade", ({ url, headers }, socket, head) => {
      const back = connect(+this.backend.port, "127.0.0.1", () => {
        // The local conversations are only for pages of this machine.
        const { origin, ...others } = { ...headers, host: this.backend.host };
        const lines = Object.entries(others).map(([name, value]) => `${name}: ${value}\r\n`);
        back.write(`GET ${url} HTTP/1.1\r\n${lines.join("")}\r\n`);
        back.write(head);
        socket.pipe(back).pipe(socket);
      });
      for (const end of [socket, back]) end.on("error", () => (socket.destroy(), back.destroy()));
    });
    await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
    this.port = (this.server.address() as { port: number }).port;
  }

  stop(): void {
    this.server?.closeAllConnections();
    this.server?.close();
    this.process?.stdin!.end();
    rmSync(this.folder, { recursive: true });
  }

  /** Answers for the SDK's host, for the token endpoint and for the team's picture. */
  async route(page: Page): Promise<void> {
    const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type" };
    await page.route("https://sdk.twilio.com/**", (route) => route.fulfill({ path: sdk, headers: { ...cors, "content-type": "text/javascript" } }));
    await page.route("https://pictures.example/**", (route) => route.fulfill({ contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }));
    await page.route("https://token.example/token*", async (route: Route) => {
      const method = route.request().method();
      if (method == "OPTIONS") return route.fulfill({ status: 204, headers: cors });
      return route.fulfill({ headers: cors, json: method == "GET" ? { online: true } : await this.pass() });
    });
  }

  /** A new visitor with a conversation. */
  private async pass(): Promise<object> {
    const identity = "visitor-" + randomUUID();
    const authorization = "Basic " + Buffer.from(`${key}:${secret}`).toString("base64");
    const post = async (path: string, form: Record<string, string>) => {
      const address = new URL(`/v1/Services/${service}/Conversations${path}`, this.backend);
      return (await fetch(address, { method: "POST", headers: { authorization }, body: new URLSearchParams(form) })).json();
    };
    const { sid } = await post("", { UniqueName: identity });
    await post(`/${sid}/Participants`, { Identity: identity });
    return { token: sign(identity), identity, conversation: sid, session: identity };
  }
}

/** An access token, as Twilio describes it. */
function sign(identity: string): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { typ: "JWT", alg: "HS256", cty: "twilio-fpa;v=1" },
    { jti: `${key}-${now}`, iss: key, sub: account, iat: now, exp: now + 3600, grants: { identity, chat: { service_sid: service } } },
  ];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
