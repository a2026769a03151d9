// Many messages: none is lost, doubled or out of order, and the page stays small.

import type { Page } from "@playwright/test";
import type { Chat } from "./site.ts";
import { canSwallow, expect, loseAnswer, test } from "./talk.ts";

const opening = "Here it begins";

/**
 * All that a visitor reads who scrolls up to the beginning and then down to the end. The page has a part of it at a time; parts overlap.
 */
function read(chat: Chat): Promise<string[]> {
  return chat.root.evaluate(async (root, opening) => {
    const scroller = root.querySelector(".scroller")!;
    const shown = () => [...root.querySelectorAll(".bubble")].map((bubble) => bubble.textContent!);
    const scroll = async (by: number) => {
      scroller.scrollTop += by;
      await new Promise(requestAnimationFrame);
    };
    while (shown()[0] != opening) await scroll(-1000);
    const all: string[] = [];
    for (;;) {
      const now = shown();
      const met = all.indexOf(now[0]!);
      all.splice(met < 0 ? all.length : met, all.length, ...now);
      if (scroller.scrollTop > -2) return all;
      await scroll(1000);
    }
  }, opening);
}

/** Writes faster than a visitor could. */
function write(chat: Chat, lines: string[]): Promise<void> {
  return chat.root.evaluate((root, lines) => {
    const box = root.querySelector("textarea")!;
    for (const line of lines) {
      box.value = line;
      box.dispatchEvent(new Event("input"));
      root.querySelector<HTMLElement>(".send")!.click();
    }
  }, lines);
}

test("200 messages each way, while the answer to the first one and ten times the connection are lost, and once it is half open", async ({ talk, page }) => {
  test.setTimeout(300_000);
  await loseAnswer(page);
  const swallow = await canSwallow(page);
  const chat = await talk.begin(opening);
  const team = await talk.team();
  const visitor = await talk.visitor();
  const lines = (who: string, round: number) => Array.from({ length: 20 }, (_, i) => `${who} ${round}.${i}`);
  for (let round = 0; round < 10; round++) {
    await Promise.all([
      (async () => {
        const mine = lines("Visitor", round);
        const swallowed = round == 5 && swallow();
        await write(chat, mine.slice(0, 10));
        if (swallowed) {
          // A client that says nothing is given up after 20 s.
          await expect(chat.root.locator(".pending")).toHaveCount(0, { timeout: 60_000 });
          expect(swallowed()).toBeGreaterThan(0);
        }
        await talk.backend.fault({ identity: visitor, drop: true });
        await write(chat, mine.slice(10));
      })(),
      team.page.evaluate(async (lines) => {
        for (const line of lines) await conversation.sendMessage(line);
      }, lines("Team", round)),
    ]);
    await expect(chat.root.locator(".pending")).toHaveCount(0);
  }

  const stored = await talk.stored();
  const of = (who: string) => stored.filter((line) => line.startsWith(who));
  const rounds = Array.from({ length: 10 }, (_, round) => round);
  expect(of("Visitor")).toEqual(rounds.flatMap((round) => lines("Visitor", round)));
  expect(of("Team")).toEqual(rounds.flatMap((round) => lines("Team", round)));
  expect(stored.length).toBe(401);
  await team.expect("messageAdded", stored.slice(1));
  await expect(chat.bubbles.last()).toHaveText(stored.at(-1)!);
  expect(await read(chat)).toEqual(stored);
});

test("of 10,000 messages the page has a hundred at a time, and who reads is left where they are", async ({ talk, page }) => {
  test.setTimeout(180_000);
  // Rows that are still on their way to their place can't be measured.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await talk.begin("First");
  await page.goto("about:blank");
  await talk.fill((await talk.conversations())[0]!.sid, 10_000);
  const chat = await talk.open();
  await expect(chat.bubbles.last()).toHaveText("Message 9999");
  await watch(page);

  for (const goal of [9000, 8000]) {
    const heap = await usedHeap(page);
    // Places are rounded to pixels.
    expect(await climb(chat, goal)).toBeLessThan(2);
    const more = ((await usedHeap(page)) - heap) / 2 ** 20;
    console.log(`1,000 more messages: ${more.toFixed(1)} MB of heap, ${await longTasks(page)}`);
  }
  await chat.box.pressSequentially("Typing in a long thread stays smooth. ".repeat(3));
  console.log(`typing: ${await longTasks(page)}`);
  expect(await page.evaluate(() => mostRows)).toBeLessThanOrEqual(100);
  await chat.box.fill("");
  await chat.write("Last");
  await expect(chat.bubbles.last()).toHaveText("Last");
  await expect(chat.root.locator(".pending")).toHaveCount(0);
});

declare global {
  var mostRows: number;
  var tasks: number[];
}

/** Notes from now on how many rows are in the page at most, and how long the page can't react. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const root = document.querySelector("missive-chat")!.shadowRoot!;
    const count = () => (globalThis.mostRows = Math.max(globalThis.mostRows ?? 0, root.querySelectorAll(".row").length));
    new MutationObserver(count).observe(root, { childList: true, subtree: true });
    count();
    globalThis.tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
}

/** Those since the last time. */
function longTasks(page: Page): Promise<string> {
  return page.evaluate(() => {
    const found = tasks.splice(0);
    return `${found.length} long tasks, ${Math.round(found.reduce((sum, duration) => sum + duration, 0))} ms in all`;
  });
}

async function usedHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/**
 * Scrolls up until a message is there, as with a wheel. Resolves with how far, in pixels, what is in view has moved at most while
 * more was put above it.
 */
function climb(chat: Chat, goal: number): Promise<number> {
  return chat.root.evaluate(async (root, goal) => {
    const scroller = root.querySelector(".scroller")!;
    const rows = () => [...root.querySelectorAll(".row")];
    const top = (row: Element) => row.getBoundingClientRect().top;
    const first = () => root.querySelector(".bubble")!.textContent!;
    let moved = 0;
    while (+first().slice("Message ".length) > goal) {
      scroller.scrollTop -= 150;
      const middle = rows().find((row) => top(row) > top(scroller) + 100)!;
      const before = top(middle);
      const was = first();
      await new Promise(requestAnimationFrame);
      if (first() != was) moved = Math.max(moved, Math.abs(top(middle) - before));
    }
    return moved;
  }, goal);
}
