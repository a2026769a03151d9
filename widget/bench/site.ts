// The site under test: every page and file from one server on this machine, all with the same headers.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Where the build puts what it makes. */
export const built = join(folder, ".site");

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".mjs": "text/javascript",
};

/** Bytes as they are, and as servers send them at their best. */
export interface Size {
  raw: number;
  gzip: number;
  brotli: number;
}

const compressed = new Map<string, { gzip: Buffer; brotli: Buffer }>();

/** Compresses with the highest levels; the same bytes only once. */
function compress(body: Buffer): { gzip: Buffer; brotli: Buffer } {
  const key = createHash("sha256").update(body).digest("hex");
  let made = compressed.get(key);
  if (!made) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length };
    compressed.set(key, (made = { gzip: gzipSync(body, { level: 9 }), brotli: brotliCompressSync(body, { params }) }));
  }
  return made;
}

export function size(body: Buffer): Size {
  const { gzip, brotli } = compress(body);
  return { raw: body.length, gzip: gzip.length, brotli: brotli.length };
}

export class Site {
  private readonly server: Server = createServer((request, response) => {
    this.answer(request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });

  /** Where the pages are; known once it listens. */
  url = "";

  /** Where the token endpoint is, with the conversations behind it. */
  backend = "";

  /** Where browsers find it, if elsewhere than the pages. */
  endpoint = "";

  /** The token endpoint is asked as before protocol 2, when messages did not go along with requests. */
  before = false;

  async listen(): Promise<void> {
    this.server.on("upgrade", (request, socket) => this.passSocket(request, socket));
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url!, this.url);
    if (pathname == "/token") return this.pass(request, response, pathname + search);
    // A conversation without messages, for n8n.
    if (pathname == "/webhook") return this.send(response, ".json", Buffer.from('{"data":[]}'));
    const body = await readFile(place(pathname)).catch(() => undefined);
    if (!body) return void response.writeHead(404).end();
    this.send(response, extname(pathname), body);
  }

  private send(response: ServerResponse, extension: string, body: Buffer): void {
    const { brotli } = compress(body);
    const headers = { "content-type": types[extension] ?? "application/octet-stream", "content-encoding": "br", "cache-control": "max-age=31536000" };
    response.writeHead(200, { ...headers, "content-length": brotli.length }).end(brotli);
  }

  /** Hands a request to the token endpoint, which is for pages of its own address. */
  private async pass(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const cors = { "access-control-allow-origin": request.headers.origin ?? "*", "access-control-allow-headers": "content-type", "access-control-max-age": "86400" };
    if (request.method == "OPTIONS") return void response.writeHead(204, cors).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = { origin: this.backend, "content-type": "application/json" };
    const answer = await fetch(this.backend + path, { method: request.method!, headers, ...(chunks.length && { body: this.asked(Buffer.concat(chunks)) }) });
    const text = (await answer.text()).replaceAll(new URL(this.backend).host, new URL(this.endpoint || this.url).host);
    response.writeHead(answer.status, { ...cors, "content-type": "application/json" }).end(text);
  }

  private asked(body: Buffer): string {
    if (!this.before) return body.toString();
    const { protocol, secret, message, ...asked } = JSON.parse(body.toString());
    return JSON.stringify(asked);
  }

  /** Hands a web socket to the conversations, which are for pages of their own address, or of none. */
  private passSocket({ url, headers }: IncomingMessage, socket: Duplex): void {
    const { host, hostname, port } = new URL(this.backend);
    const { origin, ...others } = { ...headers, host };
    const back = connect(+port, hostname, () => {
      const lines = Object.entries(others).map(([name, value]) => `${name}: ${value}\r\n`);
      back.write(`GET ${url} HTTP/1.1\r\n${lines.join("")}\r\n`);
      socket.pipe(back).pipe(socket);
    });
    for (const end of [socket, back]) end.on("error", () => (socket.destroy(), back.destroy()));
  }
}

/** The file of a path: of a package, or of what was built. */
function place(pathname: string): string {
  const path = normalize(decodeURIComponent(pathname));
  return path.startsWith("/npm/") ? join(folder, "node_modules", path.slice("/npm/".length)) : join(built, path);
}
