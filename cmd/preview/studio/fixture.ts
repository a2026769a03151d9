// The theme studio of a preview, for tests of it.

import { type FrameLocator, type Locator, type Page, expect as impatient, test as base } from "../../../widget/e2e/playwright.ts";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Preview } from "../fixture.ts";

/** Each stage is a page of its own, and a busy machine takes its time for all of them. */
export const expect = impatient.configure({ timeout: 20_000 });

export const brand = `# Ours
extends = "paper"

main-color = "#0a6847" # as printed
dark-main-color = "#7fd1ae"
width = '380px'
`;

export class Studio {
  readonly save: Locator;
  readonly undo: Locator;
  readonly redo: Locator;
  readonly status: Locator;
  readonly notice: Locator;
  readonly theme: Locator;

  constructor(
    readonly page: Page,
    readonly preview: Preview,
  ) {
    this.save = page.getByRole("button", { name: "Save", exact: true });
    this.undo = page.getByRole("button", { name: "Undo" });
    this.redo = page.getByRole("button", { name: "Redo" });
    this.status = page.getByRole("status");
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
    const path = join(this.preview.folder, "themes", name + ".toml");
    if (text !== undefined) writeFileSync(path, text);
    return readFileSync(path, "utf8");
  }

  /** Shows the stages of one scheme. */
  async show(scheme: "Light" | "Dark"): Promise<void> {
    await this.page.locator("#view").getByRole("radio", { name: scheme, exact: true }).check();
    await expect(this.page.locator("iframe")).toHaveCount(8);
  }

  async choose(theme: string): Promise<void> {
    await this.theme.focus();
    await this.theme.selectOption(theme);
    await expect(this.page).toHaveURL(new RegExp("theme=" + theme));
  }
}

export const test = base.extend<{ studio: Studio }>({
  studio: async ({ page }, use) => {
    const preview = new Preview("theme: brand\nchat: {name: Acme}\n");
    const refused: string[] = [];
    page.on("console", (message) => message.text().includes("Content Security Policy") && refused.push(message.text()));
    try {
      mkdirSync(join(preview.folder, "themes"));
      writeFileSync(join(preview.folder, "themes", "brand.toml"), brand);
      await preview.start();
      await page.goto(preview.address + "studio");
      const studio = new Studio(page, preview);
      await expect(studio.text("main-color, light")).toHaveValue("#0a6847");
      await use(studio);
    } finally {
      await preview.end();
    }
    expect(refused).toEqual([]);
  },
});

/** The main colour of brand, and another one. */
export const green = "rgb(10, 104, 71)";
export const blue = "rgb(17, 34, 170)";
