// How long the first message takes from Enter until it is accepted, far from the servers: as it is, and as it was before it went along
// with the request for a token. Prints both, of the same run.
//
//   npm run first-message -- [--runs 7]

import { type Browser, chromium } from "playwright-core";
import { parseArgs } from "node:util";
import { buildChat, startBackend } from "./build.ts";
import { Distance } from "./distance.ts";
import { Site } from "./site.ts";

declare global {
  /** In the page: when the last key was pressed. */
  var pressed: number;
}

/** Milliseconds, as from Europe to the west coast of America. */
const roundTrip = 150;

/** A visitor who opens the chat, writes a word and presses Enter. Returns the milliseconds from then until the message is accepted. */
async function send(browser: Browser, address: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    // Before the chat listens, which keeps the page's shortcuts from what is typed in it.
    await page.addInitScript(() => addEventListener("keydown", ({ timeStamp }) => (globalThis.pressed = timeStamp), { capture: true }));
    await page.goto(address + "/missive.html");
    await page.locator("missive-chat .button").click();
    await page.locator("missive-chat textarea").pressSequentially("Hello, is the blue mug back in stock?", { delay: 60 });
    await page.keyboard.press("Enter");
    return await page.evaluate(async () => {
      const { shadowRoot } = document.querySelector("missive-chat")!;
      while (!shadowRoot!.querySelector(".own:not(.pending)")) await new Promise(requestAnimationFrame);
      return performance.now() - globalThis.pressed;
    });
  } finally {
    await context.close();
  }
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { runs: { type: "string", default: "7" } } });
  const site = new Site();
  await site.listen();
  const port = () => +new URL(site.url).port;
  // The token endpoint is another server than the site's, as it is for most.
  const [pages, endpoint] = [new Distance(port, roundTrip), new Distance(port, roundTrip)];
  for (const each of [pages, endpoint]) await each.listen();
  buildChat(pages.url, endpoint.url);
  const backend = await startBackend();
  site.backend = backend.url;
  site.endpoint = endpoint.url;
  const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH || "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const taken = { before: [] as number[], now: [] as number[] };
    for (let run = 0; run < Number(values.runs); run++) {
      for (const which of ["before", "now"] as const) {
        site.before = which == "before";
        taken[which].push(await send(browser, pages.url));
      }
    }
    const [before, now] = [median(taken.before), median(taken.now)];
    console.log(`From Enter to accepted, ${roundTrip} ms round trip, medians of ${values.runs}: ${before.toFixed(0)} ms before, ${now.toFixed(0)} ms now, ratio ${(before / now).toFixed(1)}`);
  } finally {
    await browser.close();
    backend.stop();
    for (const each of [pages, endpoint, site]) each.close();
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
