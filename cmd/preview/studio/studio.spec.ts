// The theme studio of the preview, as a designer uses it.

import { axe } from "../../../widget/e2e/axe.ts";
import { blue, expect, green, test } from "./fixture.ts";

test.describe.configure({ timeout: 90_000 });

test("a colour that is typed or picked is seen on all stages at once, without a reload", async ({ studio }) => {
  await expect(studio.button()).toHaveCSS("background-color", green);
  const frame = await (await studio.page.locator('iframe[title="button, light"]').elementHandle())!.contentFrame();
  await frame!.evaluate(() => Object.assign(window, { same: true }));

  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.button()).toHaveCSS("background-color", blue);
  await expect(studio.stage("form").getByRole("button", { name: "Submit" })).toHaveCSS("background-color", blue);
  expect(await frame!.evaluate("window.same")).toBe(true);
  await studio.show("Dark");
  await expect(studio.button("dark")).toHaveCSS("background-color", "rgb(127, 209, 174)");
  await studio.text("Pick main-color, dark").fill("#ffcc00");
  await expect(studio.button("dark")).toHaveCSS("background-color", "rgb(255, 204, 0)");
  await expect(studio.text("main-color, dark")).toHaveValue("#ffcc00");
  await expect(studio.status).toHaveText("2 unsaved changes");
});

test("undo and redo go step by step, a step for each change, by button and by keyboard", async ({ studio }) => {
  const color = studio.text("main-color, light");
  await expect(studio.undo).toBeDisabled();
  await color.fill("");
  await color.pressSequentially("#123");
  await color.press("Enter");
  await studio.text("width").fill("400px");
  await studio.text("width").press("Control+z");
  await expect(studio.text("width")).toHaveValue("380px");
  await expect(color).toHaveValue("#123");
  await studio.undo.click();
  await expect(color).toHaveValue("#0a6847");
  await expect(studio.button()).toHaveCSS("background-color", green);
  await expect(studio.undo).toBeDisabled();
  await studio.redo.click();
  await expect(studio.button()).toHaveCSS("background-color", "rgb(17, 34, 51)");
  await studio.page.keyboard.press("Control+Shift+z");
  await expect(studio.text("width")).toHaveValue("400px");
  await studio.page.keyboard.press("Control+z");
  await studio.page.keyboard.press("Control+y");
  await expect(studio.text("width")).toHaveValue("400px");
  await expect(studio.redo).toBeDisabled();
});

test("what is own, inherited or hard to read can be told, variables are found, and reset leads back", async ({ studio }) => {
  const { page } = studio;
  const names = page.getByRole("heading", { level: 3 });
  await expect(studio.field("main-color, light")).toContainText("own");
  await expect(studio.field("text-color, light")).toContainText("from paper");
  await expect(studio.field("margin")).toContainText("from default");
  await studio.text("badge-color, light").fill("white");
  await expect(studio.field("badge-color, dark")).toContainText("as in light");
  await expect(studio.text("badge-color, dark")).toHaveValue("white");
  await studio.field("badge-color, light").getByRole("button", { name: "Reset" }).click();
  await expect(studio.text("badge-color, dark")).toHaveValue("#2b1a11");
  await expect(studio.status).toHaveText("");
  await page.getByRole("radio", { name: "Own" }).check();
  await expect(names).toHaveText(["main-color", "width"]);

  await page.getByRole("radio", { name: "All", exact: true }).check();
  await studio.text("light-text-color, light").fill("#999");
  await expect(studio.field("light-text-color, light")).toContainText("2.69 on background-color, needs 4.5");
  await page.getByRole("radio", { name: /Hard to read 1/ }).check();
  await expect(names).toHaveText(["background-color", "light-text-color"]);

  await page.getByRole("radio", { name: "All", exact: true }).check();
  const search = page.getByRole("searchbox");
  await search.fill("badge radius");
  await expect(names).toHaveText(["badge-border-radius"]);
  // The search is no part of the theme: it has an undo of its own.
  await search.press("Control+z");
  await expect(search).toHaveValue("");
  await expect(studio.status).toHaveText("1 unsaved change");
  await search.press("Control+y");
  await expect(search).toHaveValue("badge radius");
  await search.fill("zebra");
  await expect(page.getByText("No variable is found by these words.")).toBeVisible();
  await search.press("Escape");
  await expect(names).toHaveCount(36);
});

test("the stages show phone or desktop, both schemes or one, right to left, and long names", async ({ studio }) => {
  const frames = studio.page.locator("iframe");
  await expect(frames).toHaveCount(16);
  const view = studio.page.locator("#view");
  await studio.show("Dark");
  await view.getByRole("radio", { name: "Desktop" }).check();
  await view.getByLabel("Right to left").check();
  await view.getByLabel("Long names").check();
  await studio.text("main-color, dark").fill("#1122aa");
  const stage = studio.stage("conversation", "dark");
  await expect(stage.locator("html[dir=rtl][data-long]")).toHaveCount(1);
  await expect(studio.button("dark").or(studio.stage("button", "dark").getByRole("button"))).toHaveCSS("background-color", blue);
  const [outer, inner] = [await studio.page.locator('iframe[title="conversation, dark"]').boundingBox(), await stage.locator("html").evaluate(() => innerWidth)];
  expect(inner).toBe(800);
  expect(outer!.width).toBeLessThan(800);
});

test("all of it can be done with the keyboard alone", async ({ studio }) => {
  const { page } = studio;
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("opened-border-radius");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("radio", { name: "All", exact: true })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(studio.text("opened-border-radius")).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Shift+ArrowUp");
  await expect(studio.text("opened-border-radius")).toHaveValue("17px");
  const reset = page.getByRole("button", { name: "Reset opened-border-radius to inherited" });
  await expect(reset).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  await expect(reset).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(studio.text("opened-border-radius")).toHaveValue("6px");
  await expect(studio.text("opened-border-radius")).toBeFocused();
});

test("axe finds nothing wrong, in light or dark, nor with the dialog", async ({ studio }) => {
  const { page } = studio;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await studio.text("light-text-color, light").fill("#999");
  await studio.text("width").fill("350");
  await expect(studio.field("width")).toContainText("has no unit");
  await page.evaluate(axe);
  const check = async (what: string) => {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate(async () => {
        const { violations } = await (window as any).axe.run(document, { iframes: false });
        return violations.map(({ id, nodes }: any) => id + ": " + nodes.map((n: any) => n.html + " " + n.failureSummary).join("\n"));
      });
      expect.soft(found, `${what}, ${colorScheme}`).toEqual([]);
    }
  };
  await check("the studio");
  await page.getByRole("button", { name: "Save as…" }).click();
  await check("the dialog");
});

test("on a small laptop and a tablet nothing is cut off", async ({ studio }) => {
  for (const width of [1280, 768]) {
    await studio.page.setViewportSize({ width, height: 800 });
    expect(await studio.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    await expect(studio.save).toBeInViewport();
    await expect(studio.text("main-color, dark")).toBeInViewport();
  }
});

test("a shadow can be changed layer by layer", async ({ studio }) => {
  const field = studio.field("box-shadow, light");
  await field.getByText("Layers").click();
  const part = (name: string) => field.getByLabel("box-shadow, light, " + name, { exact: true });
  await part("layer 2, blur").fill("60");
  await part("layer 1, colour").fill("#112233");
  await expect(studio.text("box-shadow, light")).toHaveValue("0 2px 4px rgba(17, 34, 51, 0.08), 0 18px 60px -12px rgba(92, 64, 38, 0.32)");
  await field.getByRole("button", { name: "Remove box-shadow, light, layer 1" }).click();
  await field.getByLabel("inside").check();
  await expect(studio.text("box-shadow, light")).toHaveValue("inset 0 18px 60px -12px rgba(92, 64, 38, 0.32)");
  await studio.undo.click();
  await studio.undo.click();
  await expect(field.getByRole("listitem")).toHaveCount(2);
  await expect(part("layer 1, colour")).toHaveValue("#112233");
  await studio.text("box-shadow, light").fill("0 0 9px var(--main-color)");
  await expect(field.getByText("Layers")).toBeHidden();
});
