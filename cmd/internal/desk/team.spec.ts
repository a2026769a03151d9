// That two of the team don't answer at once: who looks at a conversation, and who writes there.

import { colleague, expect, give, test } from "./fixture.ts";

test.describe.configure({ timeout: 120_000 });

test("who else looks at a conversation or writes there is seen in it and in the list, until they look elsewhere", async ({ desk, preview }) => {
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  await give(preview, { identity: "acme_2", name: "Ben", messages: [{ body: "Hello" }] });
  const others = desk.page.locator(".others");
  const row = (name: string) => desk.conversations.filter({ hasText: name });
  await desk.read("Ben");
  const jo = await colleague(desk, preview);
  await desk.read("Ann");
  await expect(others).toHaveText("");

  await jo.evaluate(() => joined.advanceLastReadMessageIndex(0));
  await expect(row("Ben").locator(".present")).toHaveText(/Jo Miller is here/);
  await desk.read("Ben");
  await expect(others).toHaveText("Jo Miller is here, too");
  await jo.evaluate(() => joined.typing());
  await expect(others).toHaveText("Jo Miller is writing a reply");
  await expect(row("Ben").locator(".present")).toHaveText(/Jo Miller is typing/);
  await jo.evaluate(() => joined.sendMessage("I have it"));
  await expect(others).toHaveText("Jo Miller is here, too");

  await desk.read("Ann");
  const sid = new URL(desk.page.url()).hash.slice(1);
  await jo.evaluate(async (sid) => (await client.getConversationBySid(sid)).advanceLastReadMessageIndex(0), sid);
  await expect(others).toHaveText("Jo Miller is here, too");
  await expect(row("Ben").locator(".present")).toHaveText("");
});

test("colleagues are told where the agent looks, for as long as somebody sits there", async ({ desk, preview }) => {
  await desk.page.clock.install();
  await desk.page.reload();
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  await desk.read("Ann");
  const jo = await colleague(desk, preview);
  await jo.evaluate(() => {
    globalThis.looks = 0;
    joined.on("participantUpdated", ({ participant, updateReasons }: any) => void (participant.identity == "team" && updateReasons.includes("lastReadTimestamp") && looks++));
  });
  const told = () => jo.evaluate(() => looks);
  for (let times = 0; times < 3; times++) {
    const before = await told();
    for (let i = 0; i < 4; i++) {
      await desk.page.mouse.move(300, 300 + i);
      await desk.page.clock.runFor(5000);
    }
    await expect.poll(told).toBeGreaterThan(before);
  }
  // However much they move.
  expect(await told()).toBeLessThanOrEqual(6);
  // Somebody who comes need not wait, and is not told again for staying.
  const before = await told();
  await jo.evaluate(() => joined.advanceLastReadMessageIndex(0));
  await expect.poll(told).toBe(before + 1);
  await jo.evaluate(() => joined.advanceLastReadMessageIndex(0));
  await expect(desk.page.locator(".others")).toHaveText("Jo Miller is here, too");
  await desk.page.clock.runFor(1000);
  expect(await told()).toBe(before + 1);
  // Nobody touches the desk any more.
  await desk.page.clock.runFor(60_000);
  const last = await told();
  await desk.page.clock.runFor(120_000);
  await desk.page.mouse.move(300, 300);
  await expect.poll(told).toBe(last + 1);
});

declare global {
  var looks: number;
}
