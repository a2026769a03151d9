// How the desk tells of what visitors write while the agent looks elsewhere.

import type { Page } from "../../../widget/e2e/playwright.ts";
import { Desk, expect, give, jane, rest, test } from "./fixture.ts";

test.describe.configure({ timeout: 120_000 });

declare global {
  /** In the page: what the browser was asked to show, how often it was asked for leave, and how many notes were played. */
  var announced: { heading: string; tag: string; body: string; closed: boolean; onclick(): void }[];
  var asked: number;
  var played: number;
}

/** Stands in for the browser's own, which nobody sees here. */
function standIn(): void {
  globalThis.announced = [];
  globalThis.asked = globalThis.played = 0;
  globalThis.Notification = class {
    static permission = "default";
    static async requestPermission() {
      asked++;
      return (this.permission = "granted");
    }
    closed = false;
    onclick() {}
    tag: string;
    body: string;
    constructor(
      readonly heading: string,
      { tag, body }: { tag: string; body: string },
    ) {
      this.tag = tag;
      this.body = body;
      announced.push(this);
    }
    close() {
      this.closed = true;
    }
  } as never;
  const { start } = OscillatorNode.prototype;
  OscillatorNode.prototype.start = function (at) {
    played++;
    start.call(this, at);
  };
}

const shown = (page: Page) => page.evaluate(() => announced.map(({ heading, tag, body, closed }) => [heading, tag, body, closed]));
const notes = (page: Page) => page.evaluate(() => played);

test("the browser notifies of what is written elsewhere, once somebody has asked for it, and a click leads there", async ({ preview, page, visit }) => {
  await page.addInitScript(standIn);
  // What is there from the start isn't heard: two sounds within a moment would be one.
  const ann = await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  await page.goto(preview.address + "desk/");
  const desk = new Desk(page);
  await desk.read("Ann");
  const say = (body: string) => rest(preview, `/Conversations/${ann}/Messages`, { Author: "acme_1", Body: body });
  expect(await page.evaluate(() => asked)).toBe(0);

  await page.getByRole("button", { name: "Settings" }).click();
  const box = page.getByRole("checkbox", { name: "Notify me of new messages" });
  await expect(box).not.toBeChecked();
  await box.check();
  await expect(page.getByText("Of conversations that you aren’t looking at")).toBeVisible();
  expect(await page.evaluate(() => asked)).toBe(1);
  await page.keyboard.press("Escape");

  await say("Are you there?");
  await expect(desk.bubbles).toHaveCount(2);
  expect([await shown(page), await notes(page)]).toEqual([[], 0]);

  const chat = await visit(jane);
  await chat.write("Is the jug still there?");
  await expect.poll(() => shown(page)).toEqual([["Jane Doe", expect.stringMatching(/^CH/), "Is the jug still there?", false]]);
  await expect.poll(() => notes(page)).toBe(2);
  await expect(page).toHaveTitle("(1) Team desk");
  await page.evaluate(() => announced[0]!.onclick());
  await expect(page.locator("#name")).toHaveText("Jane Doe");
  await expect.poll(async () => (await shown(page))[0]![3]).toBe(true);
  await expect(page).toHaveTitle("Team desk");

  await say("Hello?");
  await expect.poll(() => shown(page)).toHaveLength(2);
  expect((await shown(page))[1]).toEqual(["Ann", ann, "Hello?", false]);
  await desk.read("Ann");
  await expect.poll(async () => (await shown(page))[1]![3]).toBe(true);
});

test("what was set stays set: without sound, and without notifications", async ({ preview, page }) => {
  await page.addInitScript(standIn);
  await page.goto(preview.address + "desk/");
  const desk = new Desk(page);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("checkbox", { name: "Play a sound" }).uncheck();
  await page.keyboard.press("Escape");
  await page.reload();
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(page.getByRole("checkbox", { name: "Play a sound" })).not.toBeChecked();
  await page.keyboard.press("Escape");
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  await expect(desk.conversations).toHaveText([/Ann.*Hello/]);
  await expect(page).toHaveTitle("(1) Team desk");
  expect([await shown(page), await notes(page), await page.evaluate(() => asked)]).toEqual([[], 0, 0]);
});

test("of several tabs one announces", async ({ preview, page, context }) => {
  await page.goto(preview.address + "desk/");
  await page.evaluate(() => localStorage.setItem("missive-desk-settings", JSON.stringify({ notify: true })));
  const tabs = [page, await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.addInitScript(standIn);
    await tab.addInitScript(() => void ((Notification as any).permission = "granted"));
    await tab.goto(preview.address + "desk/");
    await tab.reload();
    await expect(tab.getByText("No conversations yet.")).toBeVisible();
  }
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello" }] });
  for (const tab of tabs) await expect(tab).toHaveTitle("(1) Team desk");
  const all = async () => (await Promise.all(tabs.map(shown))).flat();
  await expect.poll(all).toEqual([["Ann", expect.stringMatching(/^CH/), "Hello", false]]);
  const sid = (await all())[0]![1] as string;
  await rest(preview, `/Conversations/${sid}/Messages`, { Author: "acme_1", Body: "Hello?" });
  await expect.poll(all).toHaveLength(2);
  for (const tab of tabs) await expect(tab).toHaveTitle("(2) Team desk");
  expect(await all()).toHaveLength(2);
});

test("it can be installed: a manifest, icons, and colours of the theme", async ({ preview, page, request }) => {
  await page.goto(preview.address + "desk/");
  const href = await page.locator("link[rel=manifest]").evaluate((link: HTMLLinkElement) => link.href);
  const answer = await request.get(href);
  expect(answer.headers()["content-type"]).toBe("application/manifest+json");
  const manifest = await answer.json();
  expect(manifest).toMatchObject({ name: "Team desk", display: "standalone", start_url: "./", scope: "./" });
  for (const { src, sizes, type } of manifest.icons) {
    const icon = await request.get(new URL(src, href).href);
    expect([src, icon.status(), icon.headers()["content-type"]]).toEqual([src, 200, type]);
    const size = await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, new URL(src, href).href);
    if (sizes != "any") expect([src, size]).toEqual([src, sizes]);
  }
  // What Chromium itself says against it.
  const session = await page.context().newCDPSession(page);
  const { errors } = await session.send("Page.getAppManifest");
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect([errors, installabilityErrors.map(({ errorId }) => errorId).filter((id) => id != "in-incognito")]).toEqual([[], []]);
});
