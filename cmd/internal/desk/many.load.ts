// As many open conversations as an agent can have. Prints what they cost; what is bounded is counted.

import { type Page, expect as impatient } from "../../../widget/e2e/playwright.ts";
import { Desk, give, test } from "./fixture.ts";

const expect = impatient.configure({ timeout: 120_000 });

const count = 1000;
/** Of rows in the page, and of all its elements. */
const mostRows = 40;
const mostElements = 1200;
/** Requests that Twilio's SDK makes for each conversation, by conversations-protocol: its document, its messages, its members, twice. */
const sdkRequests = 4;

test("1,000 open conversations are listed, opened and answered, and the page stays small", async ({ preview, page }) => {
  test.setTimeout(900_000);
  for (let begun = 0; begun < count; begun += 20)
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => begun + i).map((i) =>
        give(preview, { identity: "acme_" + i, name: `Visitor ${i}`, email: `visitor${i}@acme.example`, messages: [{ body: `Question ${i}`, minutesAgo: count - i, page: "https://www.acme.example/prices" }] }),
      ),
    );
  const requests = countRequests(page);
  const desk = new Desk(page);
  const start = performance.now();
  const since = (from: number) => `${((performance.now() - from) / 1000).toFixed(1)} s`;
  await page.goto(preview.address + "desk/");
  await watch(page);
  await expect(desk.conversations.first()).toBeVisible();
  console.log(`first rows after ${since(start)}`);
  await expect(page.getByRole("list").and(page.locator("#list"))).toHaveAttribute("aria-busy", "false");
  console.log(`the whole list after ${since(start)}, with ${requests.sent} requests over the web socket; ${await longTasks(page)}`);
  await expect(page.getByRole("button", { name: "Waiting" })).toHaveText(`Waiting ${count}`);
  console.log(`what was said last in all of them after ${since(start)}, with ${requests.sent} requests; ${await longTasks(page)}; ${await heap(page)} MB of heap`);
  // One for the last messages of each, and a few for all of them.
  expect(requests.sent).toBeLessThanOrEqual(count * (sdkRequests + 1) + 100);

  const opened = performance.now();
  await desk.conversations.nth(5).click();
  await expect(desk.bubbles).toHaveText([`Question ${count - 6}`]);
  console.log(`one is open after ${since(opened)}; ${await longTasks(page)}`);
  const typed = performance.now();
  const text = "Typing beside a long list is as it is beside a short one. ";
  await desk.box.pressSequentially(text);
  console.log(`${((performance.now() - typed) / text.length).toFixed(1)} ms for each key; ${await longTasks(page)}`);
  await desk.box.press("Enter");
  await expect(page.getByRole("button", { name: "Waiting" })).toHaveText(`Waiting ${count - 1}`);

  const searched = performance.now();
  await page.getByRole("searchbox").fill("question 77");
  await expect(page.locator("#found")).toHaveText(/^19 conversations found/);
  console.log(`found after ${since(searched)}`);
  await page.getByRole("searchbox").fill("");
  await desk.conversations.first().focus();
  await page.keyboard.press("End");
  await expect(desk.conversations.last()).toBeFocused();
  await expect(desk.conversations.last()).toContainText("Visitor 0");
  await page.keyboard.press("Home");
  await expect(desk.conversations.first()).toBeFocused();
  await page.locator("#scroller").evaluate(async (scroller) => {
    for (; scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1; scroller.scrollTop += 700) await new Promise(requestAnimationFrame);
  });
  console.log(`scrolled to the end; ${await longTasks(page)}`);
  const { rows, elements } = await page.evaluate(() => most);
  console.log(`at most ${rows} rows and ${elements} elements in the page`);
  expect(rows).toBeLessThanOrEqual(mostRows);
  expect(elements).toBeLessThanOrEqual(mostElements);
});

/** Counts what the page asks for over web sockets. What it acknowledges is nothing that it asks for. */
function countRequests(page: Page): { sent: number } {
  const counted = { sent: 0 };
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => void (/"method":"(?!reply)/.test(payload.toString()) && counted.sent++)));
  return counted;
}

declare global {
  var most: { rows: number; elements: number };
  var tasks: number[];
}

/** Notes from now on how much is in the page at most, and how long it can't react. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    globalThis.most = { rows: 0, elements: 0 };
    const list = document.getElementById("list")!;
    const note = () => {
      most.rows = Math.max(most.rows, list.children.length);
      most.elements = Math.max(most.elements, document.getElementsByTagName("*").length);
    };
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
    note();
    globalThis.tasks = [];
    new PerformanceObserver((entries) => tasks.push(...entries.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
}

/** Those since the last time. */
function longTasks(page: Page): Promise<string> {
  return page.evaluate(() => {
    const found = tasks.splice(0);
    return `${found.length} long tasks, ${Math.round(found.reduce((sum, duration) => sum + duration, 0))} ms in all, ${Math.round(Math.max(0, ...found))} ms at most`;
  });
}

async function heap(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return (usedSize / 2 ** 20).toFixed(0);
}
