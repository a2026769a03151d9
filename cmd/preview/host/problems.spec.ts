// What is wrong with a setup, over the page that it is for.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "../../../widget/e2e/playwright.ts";
import { Preview } from "../fixture.ts";

for (const popovers of [true, false])
  test(`what can't be built is told over the page, and goes with the fix, ${popovers ? "with" : "without"} popovers`, async ({ page }) => {
    const preview = new Preview("chat: {name: Acme}\n");
    await preview.start();
    // A browser that has none sees an attribute and a method less.
    if (!popovers) {
      await page.addInitScript(() => delete (HTMLElement.prototype as { togglePopover?: unknown }).togglePopover);
      await page.route(preview.address, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: (await response.text()).replace('popover="manual"', "") });
      });
    }
    await page.goto(preview.address);
    const overlay = page.getByRole("region", { name: "Not built" });
    const chat = (name: string) => writeFileSync(join(preview.folder, "chat.yaml"), `host: https://chat.example\nid: acme\nchat: {${name}}\n`);
    await expect(page.locator("missive-chat")).toHaveCount(1);
    await expect(overlay).toBeHidden();

    chat("nmae: Acme");
    await expect(overlay).toBeVisible();
    await expect(overlay.getByRole("alert")).toContainText("unknown option");
    const { y } = (await overlay.boundingBox())!;
    await page.mouse.wheel(0, 400);
    expect((await overlay.boundingBox())!.y).toBe(y);
    await overlay.getByRole("button", { name: "Close" }).click();
    await expect(overlay).toBeHidden();

    chat("namee: Acme");
    await expect(overlay).toBeVisible();
    chat("name: Acme");
    await expect(overlay).toBeHidden();
    await preview.end();
  });
