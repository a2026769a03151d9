// The studio's page in unit tests: its template, without style and script.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export function loadPage(): void {
  const html = readFileSync(join(import.meta.dirname, "page.html.tmpl"), "utf8");
  document.body.innerHTML = /<body>([^]*)<\/body>/.exec(html)![1]!;
}
