// When the network, the service or the page goes away, nothing that was written is lost.

import type { Page } from "@playwright/test";
import { expect, type Site, test } from "./site.ts";

const user = { email: "jane@example.com", name: "Jane" };
const support = { email: "hello@acme.example", phone: "+33 6 12" };
const error = "Sorry, there is an issue connecting to our chat. Please check your Internet connection and try again.";

declare global {
  /** In the page, where pauses are held: the timers of a second or more that are set, with their time in milliseconds. */
  var held: Map<number, [time: number, call: () => void]>;
}

/**
 * What is to wait for a second or more waits for the function that this resolves with: it has the shortest
 * of these waits end, as soon as there is one.
 */
async function holdPauses(page: Page): Promise<() => Promise<void>> {
  await page.addInitScript(() => {
    window.held = new Map();
    const { setTimeout, clearTimeout } = window;
    let last = 1e6;
    window.setTimeout = ((call: (...given: unknown[]) => void, time = 0, ...given: unknown[]) => {
      if (time < 1000) return setTimeout(call, time, ...given);
      held.set(++last, [time, () => call(...given)]);
      return last;
    }) as never;
    window.clearTimeout = (timer) => held.delete(timer as number) || clearTimeout(timer);
  });
  return async () => {
    await page.waitForFunction(() => held.size);
    return page.evaluate(() => {
      const [timer, [, call]] = [...held].sort(([, [a]], [, [b]]) => a - b)[0]!;
      held.delete(timer);
      call();
    });
  };
}

/** The token endpoint refuses every try, and says which one it was. Resolves once the chat has heard of so many. */
function refuseAll(site: Site): (tries: number) => Promise<void> {
  let tries = 0;
  site.token = (route) => route.fulfill({ status: 503, headers: { "access-control-allow-origin": "*" }, json: { message: `refused ${++tries}` } });
  return (tries) => expect.poll(() => site.console).toContain(`MissiveChat: refused ${tries}`);
}

const pending = (page: Page) => page.evaluate(() => service.pending.map(({ id, body }) => ({ id, body })));

test("offline, the draft stays and nothing goes out until the network is back", async ({ site, chat, context }) => {
  site.service = true;
  await site.open({ config: { user } });
  await chat.open();
  const count = await chat.bubbles.count();
  await chat.box.fill("A question");
  await context.setOffline(true);
  await expect(chat.window).toContainText("Can’t send messages offline.");
  await expect(chat.send).toHaveAttribute("aria-disabled", "true");
  await chat.box.press("Enter");
  await chat.send.click({ force: true });
  await expect(chat.box).toHaveValue("A question");
  expect(await chat.bubbles.count()).toBe(count);

  await context.setOffline(false);
  await expect(chat.window).not.toContainText("Can’t send messages offline.");
  await expect(chat.send).toHaveAttribute("aria-disabled", "false");
  await chat.box.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("A question");
});

test("after three tries in vain the visitor is told, and shown other ways", async ({ site, chat, page }) => {
  const next = await holdPauses(page);
  const refused = refuseAll(site);
  await site.open({ config: { user, support } });
  await chat.open();
  await chat.write("Hello");
  for (const tries of [1, 2]) {
    await refused(tries);
    await expect(chat.status).toHaveText("Connecting…");
    await expect(chat.bubbles.last()).toHaveText("Hello");
    await expect(chat.root.locator(".pending")).toHaveCount(1);
    await expect(chat.root.locator(".failed")).toHaveCount(0);
    await next();
  }
  await expect(chat.bubbles.last()).toHaveText("hello@acme.example\n+33 6 12", { useInnerText: true });
  await expect(chat.bubbles.nth(-2)).toHaveText(error);
  await expect(chat.bubbles.nth(-3)).toHaveText("Hello");
  await expect(chat.root.locator(".failed")).toContainText("Not sent. Send again");
  const ways = chat.bubbles.last().locator("a");
  expect(await ways.evaluateAll((all) => all.map((a) => a.getAttribute("href")))).toEqual(["mailto:hello@acme.example", "tel:+33612"]);
});

test("a message that was refused can be sent again, and is the same one then", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user } });
  await chat.open();
  await chat.write("One");
  await site.connected();
  const [one] = await pending(page);
  await page.evaluate(() => service.refuse());
  await chat.write("Two");
  const failed = chat.root.locator(".failed");
  await expect(failed.locator(".bubble")).toHaveText(["One"]);
  await failed.getByRole("button", { name: "Send again" }).click();
  await expect(failed).toHaveCount(0);
  expect(await pending(page)).toEqual([one, { id: expect.stringMatching(/^[0-9a-f]{32}$/), body: "Two" }]);
  await page.evaluate(() => service.accept());
  await expect(chat.root.locator(".pending")).toHaveCount(0);
  await expect(chat.root.locator(".own .bubble")).toHaveText(["One", "Two"]);
});

test("draft and unsent message survive a reload, and go out when the visitor says so, as the same message", async ({ site, chat, page }) => {
  site.service = true;
  const config = { user, chat: { rememberOpenState: false } };
  await site.open({ config });
  await chat.open();
  await chat.write("Accepted");
  await site.connected();
  await page.evaluate(() => service.accept());
  await chat.write("Waiting");
  const [waiting] = await pending(page);
  await chat.box.fill("A draft");

  await site.open({ config });
  await chat.open();
  await expect(chat.box).toHaveValue("A draft");
  await expect(chat.root.locator(".own .bubble")).toHaveText(["Waiting"]);
  await chat.root.getByRole("button", { name: "Send again" }).click();
  await site.connected();
  expect(await pending(page)).toEqual([waiting]);
  await page.evaluate(() => service.accept());

  await site.open({ config });
  await chat.open();
  await expect(chat.box).toHaveValue("A draft");
  await expect(chat.root.locator(".own")).toHaveCount(0);
});
