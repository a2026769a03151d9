// What `-compress` writes is put together from parts. Here it comes over a real connection, so that the browser itself decompresses it.

import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { test } from "@playwright/test";
import { buildChat } from "./build.ts";
import { Chat, expect, types } from "./site.ts";

/** Serves the compressed form of each file, or a page with the chat. */
function serve(dist: string, extension: string, encoding: string): Server {
  return createServer(async (request, response) => {
    const path = new URL(request.url!, "http://localhost").pathname;
    if (path == "/") {
      response.setHeader("content-type", "text/html");
      return response.end('<!doctype html><title>Site</title><script async src="/plain/missive.js"></script>');
    }
    const body = await readFile(join(dist, path + extension)).catch(() => undefined);
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(path)]!, "content-encoding": encoding });
    response.end(body);
  });
}

test("a browser runs the .br and the .gz files", async ({ context }, info) => {
  const dist = info.outputPath("dist");
  buildChat("-compress", "-out", dist, "widget/e2e/chat.yaml");
  for (const [extension, encoding] of [[".br", "br"], [".gz", "gzip"]] as const)
    await test.step(extension, async () => {
      const server = serve(dist, extension, encoding);
      await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
      try {
        const page = await context.newPage();
        const encodings: string[] = [];
        page.on("response", async (response) => response.url().endsWith(".js") && encodings.push((await response.allHeaders())["content-encoding"]!));
        await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
        const chat = new Chat(page);
        await chat.open();
        await expect(chat.form.or(chat.box).first()).toBeVisible();
        await expect.poll(() => encodings).toEqual([encoding, encoding]);
      } finally {
        server.close();
      }
    });
});
