// The servers that dist/ may be on, as Debian has them, each with the file that the build makes for it.

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { dist, outOf } from "./build.ts";

/** What a server's configuration is made of. */
interface Setting {
  /** A folder for what the server writes. */
  folder: string;
  /** The copy of dist/, and the port that it is served on. */
  chat: { root: string; port: number };
  /** The site, likewise, and the policy of its pages. */
  site: { root: string; port: number; policy: string };
}

const isRoot = process.geteuid!() == 0;

/** Configuration and command, by server. */
const servers = {
  nginx: ({ folder, chat, site }: Setting) => ({
    command: ["nginx", "-c", folder + "/server.conf"],
    config: `
      ${isRoot ? "user root;" : ""}
      daemon off;
      pid ${folder}/nginx.pid;
      error_log stderr;
      include /etc/nginx/modules-enabled/*.conf;
      events {}
      http {
        include /etc/nginx/mime.types;
        access_log off;
        ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
        server {
          listen 127.0.0.1:${chat.port};
          root ${chat.root};
          include ${chat.root}/nginx.conf;
        }
        server {
          listen 127.0.0.1:${site.port};
          root ${site.root};
          add_header Content-Security-Policy "${site.policy}";
        }
      }`,
  }),
  caddy: ({ folder, chat, site }: Setting) => ({
    command: ["caddy", "run", "--adapter", "caddyfile", "--config", folder + "/server.conf"],
    config: `
      {
        admin off
      }
      http://127.0.0.1:${chat.port} {
        root * ${chat.root}
        import ${chat.root}/caddy.conf
      }
      http://127.0.0.1:${site.port} {
        root * ${site.root}
        header Content-Security-Policy "${site.policy}"
        file_server
      }`,
  }),
  apache: ({ folder, chat, site }: Setting) => ({
    command: ["apache2", "-D", "FOREGROUND", "-f", folder + "/server.conf"],
    config: `
      ${["mpm_event", "authz_core", "dir", "headers", "mime", "rewrite"].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
      ${isRoot ? "User www-data\nGroup www-data" : ""}
      ServerRoot ${folder}
      ServerName localhost
      PidFile apache.pid
      ErrorLog error.log
      TypesConfig /etc/mime.types
      DirectoryIndex index.html
      Listen 127.0.0.1:${chat.port}
      Listen 127.0.0.1:${site.port}
      <VirtualHost *:${chat.port}>
        DocumentRoot ${chat.root}
        <Directory ${chat.root}>
          AllowOverride FileInfo
        </Directory>
      </VirtualHost>
      <VirtualHost *:${site.port}>
        DocumentRoot ${site.root}
        Header set Content-Security-Policy "${site.policy}"
      </VirtualHost>`,
  }),
};

export type ServerName = keyof typeof servers;
export const serverNames = Object.keys(servers) as ServerName[];

export class Host {
  private readonly folder = mkdtempSync(join(tmpdir(), "host-"));
  private process?: ChildProcess;
  /** Addresses of the chat's host and of the site, without a slash at the end. */
  chat = "";
  site = "";

  /** Starts the server on a copy of dist/, in which one launcher is compressed and one is pinned. */
  async start(name: ServerName, policy: string, change = (config: string) => config): Promise<void> {
    // Servers give up being root, and must find their way all the same.
    chmodSync(this.folder, 0o755);
    const root = join(this.folder, "dist");
    cpSync(dist, root, { recursive: true });
    const launcher = readFileSync(join(root, "acme/missive.js"));
    writeFileSync(join(root, "acme/missive.js.br"), brotliCompressSync(launcher));
    writeFileSync(join(root, "acme/missive.js.gz"), gzipSync(launcher));
    cpSync(join(root, "acme/missive.js"), join(root, "acme/missive.0123456789.js"));
    for (const file of ["nginx.conf", "caddy.conf", ".htaccess"]) writeFileSync(join(root, file), change(readFileSync(join(root, file), "utf8")));
    const site = join(this.folder, "site");
    cpSync(outOf("hugo-acme"), site, { recursive: true });

    const [chatPort, sitePort] = [await freePort(), await freePort()];
    const { command, config } = servers[name]({ folder: this.folder, chat: { root, port: chatPort }, site: { root: site, port: sitePort, policy } });
    mkdirSync(join(this.folder, "home"));
    writeFileSync(join(this.folder, "server.conf"), config);
    this.chat = `http://127.0.0.1:${chatPort}`;
    this.site = `http://127.0.0.1:${sitePort}`;
    await this.run(command);
  }

  private async run([program, ...args]: string[]): Promise<void> {
    // Debian keeps servers where only root looks.
    const env = { ...process.env, PATH: process.env.PATH + ":/usr/sbin", HOME: join(this.folder, "home") };
    const started = spawn(program!, args, { env, cwd: this.folder });
    this.process = started;
    let said = "";
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (text) => (said += text));
    const over = new Promise<never>((_, reject) => {
      started.once("error", reject);
      started.once("exit", () => reject(new Error(said)));
    });
    over.catch(() => {});
    const up = async () => {
      while (!(await fetch(this.site).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await Promise.race([up(), over]);
  }

  async stop(): Promise<void> {
    const { process: running } = this;
    if (running && running.exitCode === null) {
      const exited = new Promise((resolve) => running.once("exit", resolve));
      running.kill("SIGTERM");
      await exited;
    }
    rmSync(this.folder, { recursive: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
