// Notifications of the desk, as the browser has them. It takes a whole Chromium: the headless shell shows none.

import { chromium, type Page } from "@playwright/test";
import { Desk, expect, give, rest, test } from "../../cmd/internal/desk/fixture.ts";

/** As Debian's package has it. */
const executablePath = process.env.WHOLE_CHROMIUM_PATH ?? "/usr/lib/chromium/chromium";

test("where a page may show no notification, as on Android, the desk’s service worker does, and a click on one leads to the conversation", async ({ preview, launchOptions }) => {
  const browser = await chromium.launch({ ...launchOptions, executablePath, channel: undefined });
  const context = await browser.newContext();
  const page = await context.newPage();
  await context.grantPermissions(["notifications"], { origin: new URL(preview.address).origin });
  await page.addInitScript(() => {
    localStorage.setItem("missive-desk-settings", JSON.stringify({ notify: true }));
    const { permission } = Notification;
    globalThis.Notification = class {
      static permission = permission;
      constructor() {
        throw new TypeError("Illegal constructor");
      }
    } as never;
  });
  await page.goto(preview.address + "desk/");
  const desk = new Desk(page);
  const ben = await give(preview, { identity: "acme_2", name: "Ben", messages: [{ body: "Hello" }] });
  await desk.read("Ben");
  const notices = (from: Page) =>
    from.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return (await registration?.getNotifications() ?? []).map(({ title, body, tag }) => [title, body, tag]);
    });
  const ann = await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Where is my jug?" }] });
  await expect.poll(() => notices(page)).toEqual([["Ann", "Where is my jug?", ann]]);

  const [worker] = context.serviceWorkers();
  /** Clicks one as the system does, which no test can make happen. Returns what the worker has done then. */
  const click = (tag: string) =>
    worker!.evaluate(async (tag) => {
      const scope = globalThis as any;
      const done: string[] = [];
      scope.clients.openWindow = async (address: string) => void done.push(address);
      scope.WindowClient.prototype.focus = async () => void done.push("focus");
      const [notification] = await scope.registration.getNotifications({ tag });
      const event = new scope.NotificationEvent("notificationclick", { notification });
      let waited;
      event.waitUntil = (work: Promise<void>) => (waited = work);
      scope.dispatchEvent(event);
      await waited;
      return done;
    }, tag);
  expect(await click(ann)).toEqual(["focus"]);
  await expect(page.locator("#name")).toHaveText("Ann");
  await expect(desk.bubbles).toHaveText(["Where is my jug?"]);
  expect(await notices(page)).toEqual([]);

  await rest(preview, `/Conversations/${ben}/Messages`, { Author: "acme_2", Body: "Hello?" });
  await expect.poll(() => notices(page)).toEqual([["Ben", "Hello?", ben]]);
  await page.goto(preview.address + "acme/snippet.html");
  expect(await click(ben)).toEqual([`${preview.address}desk/#${ben}`]);
  // What has been read meanwhile is announced no longer.
  await rest(preview, `/Conversations/${ann}/Messages`, { Author: "acme_1", Body: "Thank you" });
  await page.goto(`${preview.address}desk/#${ann}`);
  await expect(desk.bubbles).toHaveCount(2);
  await desk.read("Ben");
  await rest(preview, `/Conversations/${ann}/Messages`, { Author: "acme_1", Body: "Bye" });
  await expect.poll(() => notices(page)).toEqual([["Ann", "Bye", ann]]);
  await desk.read("Ann");
  await expect.poll(() => notices(page)).toEqual([]);
  await browser.close();
});
