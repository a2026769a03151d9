// The theme studio of the preview, as a designer uses it.

import { type FrameLocator, type Locator, type Page, test as base, expect as impatient } from "@playwright/test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, Preview } from "./preview.ts";

/** Each stage is a page of its own, and a busy machine takes its time for all of them. */
const expect = impatient.configure({ timeout: 20_000 });

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const brand = `# Ours
extends = "paper"

main-color = "#0a6847" # as printed
dark-main-color = "#7fd1ae"
width = '380px'
`;

class Studio {
  readonly save: Locator;
  readonly undo: Locator;
  readonly redo: Locator;
  readonly status: Locator;
  readonly notice: Locator;
  readonly theme: Locator;

  constructor(
    readonly page: Page,
    private readonly folder: string,
  ) {
    this.save = page.getByRole("button", { name: "Save", exact: true });
    this.undo = page.getByRole("button", { name: "Undo" });
    this.redo = page.getByRole("button", { name: "Redo" });
    this.status = page.locator("#status");
    this.notice = page.getByRole("alert");
    this.theme = page.getByRole("combobox", { name: "Theme", exact: true });
  }

  /** The text of a variable: "main-color, light", "width". */
  text(label: string): Locator {
    return this.page.getByLabel(label, { exact: true }).and(this.page.locator("input"));
  }

  /** All that is there of one variable for one palette. */
  field(label: string): Locator {
    return this.page.locator(".field").filter({ has: this.text(label) });
  }

  stage(state: string, scheme = "light"): FrameLocator {
    return this.page.frameLocator(`iframe[title="${state}, ${scheme}"]`);
  }

  /** The colour of the launching button on a stage. */
  button(scheme = "light"): Locator {
    return this.stage("button", scheme).getByRole("button", { name: "Chat with us" });
  }

  /** What a theme file says; or makes it say something else, as an editor would. */
  file(text?: string, name = "brand"): string {
    const path = join(this.folder, "themes", name + ".toml");
    if (text !== undefined) writeFileSync(path, text);
    return readFileSync(path, "utf8");
  }

  /** Shows the stages of one scheme. */
  async show(scheme: "Light" | "Dark"): Promise<void> {
    await this.page.locator("#view").getByRole("radio", { name: scheme, exact: true }).check();
    await expect(this.page.locator("iframe")).toHaveCount(8);
  }

  async choose(theme: string): Promise<void> {
    await this.theme.selectOption(theme);
    await expect(this.page).toHaveURL(new RegExp("theme=" + theme));
  }
}

const test = base.extend<{ studio: Studio }, { program: string }>({
  program: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "program-"));
      await use(build(folder));
      rmSync(folder, { recursive: true });
    },
    { scope: "worker", timeout: 120_000 },
  ],
  studio: async ({ program, page }, use) => {
    const preview = new Preview(program, "theme: brand\nchat: {name: Acme}\n");
    mkdirSync(join(preview.folder, "themes"));
    writeFileSync(join(preview.folder, "themes", "brand.toml"), brand);
    const refused: string[] = [];
    page.on("console", (message) => message.text().includes("Content Security Policy") && refused.push(message.text()));
    await preview.start();
    await page.goto(preview.address + "studio");
    const studio = new Studio(page, preview.folder);
    await expect(studio.text("main-color, light")).toHaveValue("#0a6847");
    await use(studio);
    await preview.end();
    expect(refused).toEqual([]);
  },
});

test.describe.configure({ timeout: 90_000 });

const green = "rgb(10, 104, 71)";
const blue = "rgb(17, 34, 170)";

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

test("a colour keeps its opacity when another one is picked", async ({ studio }) => {
  await studio.text("border-color, light").fill("rgba(0, 0, 0, .5)");
  await studio.text("Pick border-color, light").fill("#ff0000");
  await expect(studio.text("border-color, light")).toHaveValue("#ff000080");
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

test("saving writes the values on their lines and keeps comments and order", async ({ studio }) => {
  await expect(studio.save).toBeDisabled();
  await studio.text("main-color, light").fill("#1122aa");
  await studio.text("badge-size").fill("20px");
  await studio.field("width").getByRole("button", { name: "Reset width to inherited" }).click();
  await expect(studio.text("width")).toHaveValue("370px");
  await expect(studio.status).toHaveText("3 unsaved changes");
  await studio.page.keyboard.press("Control+s");
  await expect(studio.status).toHaveText("Saved");
  expect(studio.file()).toBe('# Ours\nextends = "paper"\n\nmain-color = "#1122aa" # as printed\nbadge-size = "20px"\ndark-main-color = "#7fd1ae"\n');
  await studio.undo.click();
  await expect(studio.status).toHaveText("1 unsaved change");
});

test("what is own and what is inherited can be told, and reset leads back", async ({ studio }) => {
  await expect(studio.field("main-color, light")).toContainText("own");
  await expect(studio.field("text-color, light")).toContainText("from paper");
  await expect(studio.field("margin")).toContainText("from default");
  await studio.text("badge-color, light").fill("white");
  await expect(studio.field("badge-color, dark")).toContainText("as in light");
  await expect(studio.text("badge-color, dark")).toHaveValue("white");
  await studio.field("badge-color, light").getByRole("button", { name: "Reset" }).click();
  await expect(studio.text("badge-color, dark")).toHaveValue("#2b1a11");
  await expect(studio.status).toHaveText("");

  await studio.page.getByRole("radio", { name: "Own" }).check();
  await expect(studio.page.getByRole("heading", { level: 3 })).toHaveText(["main-color", "width"]);
});

test("variables are found by any word of their name, group and description", async ({ studio }) => {
  const names = studio.page.getByRole("heading", { level: 3 });
  await studio.page.getByRole("searchbox").fill("badge radius");
  await expect(names).toHaveText(["badge-border-radius"]);
  await studio.page.getByRole("searchbox").fill("zebra");
  await expect(studio.page.getByText("No variable is found by these words.")).toBeVisible();
  await studio.page.getByRole("searchbox").press("Escape");
  await expect(names).toHaveCount(33);
});

test("a wrong value is told with its remedy, the last good look stays, and nothing is saved before it is mended", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.button()).toHaveCSS("background-color", blue);
  const width = studio.text("width");
  await width.fill("350");
  await expect(studio.field("width")).toContainText('"350" has no unit');
  await expect(studio.field("width")).toContainText('use "350px"');
  await expect(width).toHaveAttribute("aria-invalid", "true");
  await expect(width).toHaveAccessibleDescription(/has no unit/);
  await expect(studio.button()).toHaveCSS("background-color", blue);
  await studio.text("text-color, light").click();
  await expect(width).toHaveValue("350");

  await studio.save.click();
  await expect(studio.notice).toContainText("Not saved");
  await expect(width).toBeFocused();
  expect(studio.file()).toBe(brand);
  await width.press("Control+z");
  await expect(width).toHaveValue("380px");
  await width.fill("350");
  await expect(width).toHaveAttribute("aria-invalid", "true");
  await width.press("Escape");
  await expect(width).toHaveValue("380px");
  await expect(width).not.toHaveAttribute("aria-invalid");
  await studio.save.click();
  await expect(studio.status).toHaveText("Saved");
});

test("variables that refer to each other in a circle are refused", async ({ studio }) => {
  await studio.text("main-color, light").fill("var(--bubble-dark-color)");
  await studio.text("bubble-dark-color, light").fill("var(--main-color)");
  await expect(studio.field("bubble-dark-color, light")).toContainText("in a circle");
});

test("the contrast of a colour is shown, and what is hard to read is counted and found", async ({ studio }) => {
  await studio.text("light-text-color, light").fill("#999");
  await expect(studio.field("light-text-color, light")).toContainText("2.69 on background-color, needs 4.5");
  await studio.page.getByRole("radio", { name: /Hard to read 1/ }).check();
  await expect(studio.page.getByRole("heading", { level: 3 })).toHaveText(["background-color", "light-text-color"]);
});

test("a new theme extends the one that it was made of, and no theme is overwritten", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await studio.page.getByRole("button", { name: "Save as…" }).click();
  const dialog = studio.page.getByRole("dialog", { name: "Save as a new theme" });
  const name = dialog.getByRole("textbox", { name: "Name" });
  await name.fill("Spring!");
  await name.press("Enter");
  await expect(dialog).toContainText('can\'t be the name of a theme. Use a to z, 0 to 9 and "-"');
  await name.fill("paper");
  await name.press("Enter");
  await expect(dialog).toContainText('There is a theme "paper" already.');
  await name.fill("spring");
  await expect(dialog).toContainText("themes/spring.toml");
  await name.press("Enter");
  await expect(studio.status).toHaveText("Saved as spring");
  await expect(studio.theme).toHaveValue("spring");
  expect(studio.file(undefined, "spring")).toBe('extends = "brand"\nmain-color = "#1122aa"\n\ndark-main-color = "#7fd1ae"\n');
  expect(studio.file()).toBe(brand);
  await expect(studio.button()).toHaveCSS("background-color", blue);

  // A shipped theme has no file to save into.
  await studio.choose("ink");
  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.status).toHaveText("1 unsaved change");
  await expect(studio.save).toBeDisabled();
  await expect(studio.page.locator("#about")).toContainText("save it as your own");
});

test("a theme keeps its changes while another one is worked on", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.status).toHaveText("1 unsaved change");
  await studio.choose("harbor");
  await expect(studio.status).toHaveText("");
  await expect(studio.button()).not.toHaveCSS("background-color", blue);
  await studio.choose("brand");
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
  await expect(studio.button()).toHaveCSS("background-color", blue);
});

test("a change on disk shows, also one of the theme that is extended", async ({ studio }) => {
  studio.file(brand.replace("#0a6847", "#1122aa"));
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
  await expect(studio.button()).toHaveCSS("background-color", blue);
  await expect(studio.status).toHaveText("Changed on disk");
  studio.file('extends = "paper"\nbadge-size = "31px"\n', "paper");
  await expect(studio.text("badge-size")).toHaveValue("31px");
});

test("who has changes of their own decides when the file changes, and loses nothing", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await studio.text("badge-size").fill("20px");
  await expect(studio.status).toHaveText("2 unsaved changes");
  const theirs = brand.replace("#0a6847", "#990000").replace("380px", "390px");
  studio.file(theirs);
  await expect(studio.notice).toContainText("themes/brand.toml was changed outside of the studio, and you have 2 unsaved changes.");
  await expect(studio.notice).toContainText("Both have another main-color.");
  await expect(studio.button()).toHaveCSS("background-color", blue);
  // Nobody who is writing is led away, but saving now would overwrite theirs.
  await expect(studio.text("badge-size")).toBeFocused();
  await studio.save.click();
  await expect(studio.notice.getByRole("button", { name: "Keep mine, on top of it" })).toBeFocused();
  expect(studio.file()).toBe(theirs);

  await studio.notice.getByRole("button", { name: "Take what is on disk" }).click();
  await expect(studio.text("main-color, light")).toHaveValue("#990000");
  await studio.undo.click();
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
  await studio.redo.click();

  await studio.text("badge-size").fill("20px");
  await expect(studio.status).toHaveText("1 unsaved change");
  studio.file(brand);
  await studio.notice.getByRole("button", { name: "Keep mine, on top of it" }).click();
  await expect(studio.text("width")).toHaveValue("380px");
  await expect(studio.text("badge-size")).toHaveValue("20px");
  await studio.save.click();
  await expect(studio.status).toHaveText("Saved");
  expect(studio.file()).toBe(brand + 'badge-size = "20px"\n');
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

for (const scheme of ["light", "dark"] as const)
  test(`axe finds nothing wrong, ${scheme}`, async ({ studio }) => {
    const { page } = studio;
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await studio.text("light-text-color, light").fill("#999");
    await studio.text("width").fill("350");
    await expect(studio.field("width")).toContainText("has no unit");
    await page.evaluate(axe);
    const check = () =>
      page.evaluate(async () => {
        const { violations } = await (window as any).axe.run(document, { iframes: false });
        return violations.map(({ id, nodes }: any) => id + ": " + nodes.map((n: any) => n.html + " " + n.failureSummary).join("\n"));
      });
    expect(await check()).toEqual([]);
    await page.getByRole("button", { name: "Save as…" }).click();
    expect(await check()).toEqual([]);
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

test("leaving with unsaved changes asks first", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.status).toHaveText("1 unsaved change");
  const asked = studio.page.waitForEvent("dialog");
  await studio.page.evaluate(() => setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
});
