// Measures this chat and its peers in Chromium, in turns, and prints a table in Markdown; with --write it also goes into README.md beside this.
//
//   npm run bench -- [--runs 7] [--only missive,n8n] [--write]

import { type Browser, chromium } from "playwright-core";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { build, startBackend } from "./build.ts";
import { type Contender, empty, missive, peers } from "./contenders.ts";
import { measure } from "./measure.ts";
import { Site } from "./site.ts";
import { type Result, table } from "./table.ts";

const readme = new URL("README.md", import.meta.url);

interface Options {
  runs: number;
  contenders: Contender[];
  write: boolean;
}

/** What the command line asks for. Throws in the user's words. */
function options(): Options {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "7" }, only: { type: "string" }, write: { type: "boolean", default: false } } });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs ${values.runs} is not a number of runs\n  hint: use a whole number from 1`);
  const only = values.only?.split(",");
  if (only && values.write) throw new Error("widget/bench/README.md has the figures of all\n  hint: leave out --only or --write");
  const all = [missive, ...peers];
  const stranger = only?.find((id) => !all.some((contender) => contender.id == id));
  if (stranger) throw new Error(`--only: there is no ${JSON.stringify(stranger)}\n  hint: choose from ${all.map(({ id }) => id).join(",")}`);
  return { runs, contenders: all.filter(({ id }) => only?.includes(id) ?? true), write: values.write };
}

/** Opens every page once to fill the server's caches, and then all of them in turns, so that a busy moment of the machine hits each alike. */
async function compare(browser: Browser, site: string, { runs, contenders }: Options): Promise<Result[]> {
  const results = [empty, ...contenders].map((contender): Result => ({ contender, runs: [] }));
  for (let turn = 0; turn <= runs; turn++) {
    for (const { contender, runs } of results) {
      process.stderr.write(`\r${turn ? `run ${turn}` : "warming up"}: ${contender.id}`.padEnd(40));
      const run = await measure(browser, site, contender);
      if (turn) runs.push(run);
    }
  }
  process.stderr.write("\n");
  return results;
}

async function main(): Promise<void> {
  const asked = options();
  const site = new Site();
  await site.listen();
  try {
    build(site.url);
    const text = await figures(site, asked);
    console.log(text);
    if (asked.write) write(text);
  } finally {
    site.close();
  }
}

/** The table of a built site. */
async function figures(site: Site, asked: Options): Promise<string> {
  const backend = await startBackend();
  site.backend = backend.url;
  try {
    // Nobody outside is asked, not even for an address.
    const args = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
    const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH || "/usr/bin/chromium", args });
    const [none, ...others] = await compare(browser, site.url, asked).finally(() => browser.close());
    return table(none!, others, `Chromium ${browser.version()}`);
  } finally {
    backend.stop();
  }
}

/** Replaces what stands between the marks of README.md. */
function write(text: string): void {
  const [before, rest] = readFileSync(readme, "utf8").split("<!-- figures -->\n");
  const after = rest?.split("<!-- /figures -->")[1];
  if (after === undefined) throw new Error("widget/bench/README.md has no place for the figures\n  hint: add <!-- figures --> and <!-- /figures --> on lines of their own");
  writeFileSync(readme, `${before}<!-- figures -->\n\n${text}\n\n<!-- /figures -->${after}`);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
