// The servers that dist/ may be on, as Debian has them, each with the file that the build makes for it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dist, outOf } from "./build.ts";

interface Server {
  /** The file that the build makes, in the folder that it is for. */
  file: string;
  command(configuration: string): string[];
  /** The whole configuration; the folder is for what the server writes. */
  around(sites: string, folder: string): string;
  /** A site at a port, with more directives. */
  site(port: number, root: string, more: string): string;
  /** What brings the build's file in, for the folder that it is in. */
  include(root: string): string;
  /** What a site needs to have its files served at all. */
  files?: string;
}

export const servers = {
  nginx: {
    file: "nginx.conf",
    command: (configuration) => ["nginx", "-c", configuration],
    around: (sites, folder) => `
      daemon off;
      pid ${folder}/nginx.pid;
      error_log stderr;
      include /etc/nginx/modules-enabled/*.conf;
      events {}
      http {
        include /etc/nginx/mime.types;
        access_log off;
        ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
        ${sites}
      }`,
    site: (port, root, more) => `server { listen 127.0.0.1:${port}; root ${root}; ${more} }`,
    include: (root) => `include ${root}/nginx.conf;`,
  },
  caddy: {
    file: "caddy.conf",
    command: (configuration) => ["caddy", "run", "--adapter", "caddyfile", "--config", configuration],
    around: (sites) => "{\n admin off\n }\n" + sites,
    site: (port, root, more) => `http://127.0.0.1:${port} {\n root * ${root}\n ${more}\n }\n`,
    include: (root) => `import ${root}/caddy.conf`,
    files: "\nfile_server",
  },
  apache: {
    file: ".htaccess",
    command: (configuration) => ["apache2", "-D", "FOREGROUND", "-f", configuration],
    around: (sites, folder) => `
      ${["mpm_event", "authz_core", "dir", "headers", "mime", "rewrite"].map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
      User www-data
      Group www-data
      ServerRoot ${folder}
      ServerName localhost
      PidFile apache.pid
      ErrorLog error.log
      TypesConfig /etc/mime.types
      DirectoryIndex index.html
      ${sites}`,
    site: (port, root, more) => `Listen 127.0.0.1:${port}\n<VirtualHost *:${port}>\n DocumentRoot ${root}\n ${more}\n </VirtualHost>\n`,
    include: (root) => `<Directory ${root}>\n AllowOverride FileInfo\n </Directory>`,
  },
} satisfies Record<string, Server>;

export type ServerName = keyof typeof servers;
export const serverNames = Object.keys(servers) as ServerName[];

/** The line of the build's file that has the policy of the example, with "default-src 'none'" and more. */
export function policyLine(name: ServerName, root: string, more = ""): string {
  const line = /^# +(.*Content-Security-Policy ".*)$/m.exec(readFileSync(join(root, servers[name].file), "utf8"))![1]!;
  return line.replace('"', `"default-src 'none'; ${more}; `);
}

export class Host {
  /** Goes when the server stops. */
  readonly folder = mkdtempSync(join(tmpdir(), "host-"));
  private process?: ChildProcess;
  /** The copy of dist/ that is served. */
  readonly root = join(this.folder, "dist");
  /** Addresses of the chat's host and of the site, without a slash at the end. */
  chat = "";
  site = "";

  /**
   * Starts the server on a copy of dist/, and on the site that Hugo has made, whose pages have the policy that the build's
   * file tells, "default-src 'none'" and more. That file may be changed for the chat.
   */
  async start(name: ServerName, { more = "", change = (file: string) => file } = {}): Promise<void> {
    const server: Server = servers[name];
    cpSync(dist, this.root, { recursive: true });
    const file = join(this.root, server.file);
    writeFileSync(file, change(readFileSync(file, "utf8")));
    const site = join(this.folder, "site");
    cpSync(outOf("hugo-acme"), site, { recursive: true });

    const [chatPort, sitePort] = [await freePort(), await freePort()];
    this.chat = `http://127.0.0.1:${chatPort}`;
    this.site = `http://127.0.0.1:${sitePort}`;
    const policy = policyLine(name, this.root, more) + (server.files ?? "");
    await this.serve(name, this.site, server.site(chatPort, this.root, server.include(this.root)) + server.site(sitePort, site, policy));
  }

  /** Runs the server with these sites, until one of them answers. */
  async serve(name: ServerName, address: string, sites: string): Promise<void> {
    const server: Server = servers[name];
    // Servers give up being root, and must find their way all the same.
    chmodSync(this.folder, 0o755);
    const [home, configuration] = [join(this.folder, "home"), join(this.folder, "server.conf")];
    mkdirSync(home);
    writeFileSync(configuration, server.around(sites, this.folder));
    const [program, ...args] = server.command(configuration);
    // Debian keeps servers where only root looks.
    const env = { ...process.env, PATH: process.env.PATH + ":/usr/sbin", HOME: home };
    const started = spawn(program!, args, { env, cwd: this.folder });
    this.process = started;
    let said = "";
    for (const stream of [started.stdout, started.stderr]) stream.on("data", (text) => (said += text));
    const over = once(started, "exit").then(() => Promise.reject(new Error(said)));
    over.catch(() => {});
    const up = async () => {
      while (!(await fetch(address).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await Promise.race([up(), over]);
  }

  async stop(): Promise<void> {
    const { process: running } = this;
    if (running && running.exitCode === null) {
      const exited = once(running, "exit");
      running.kill("SIGTERM");
      await exited;
    }
    rmSync(this.folder, { recursive: true });
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
