// What becomes of a designer's changes: saved, kept, or told why not.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { blue, brand, expect, test } from "./fixture.ts";

test.describe.configure({ timeout: 90_000 });

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

test("a theme keeps its changes while another one is worked on, and leaving asks before they are lost", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await studio.text("width").fill("350");
  await expect(studio.status).toHaveText("1 unsaved change 1 value not right");
  await studio.choose("paper");
  await expect(studio.status).toHaveText("");
  await expect(studio.text("width")).toHaveValue("370px");
  await expect(studio.button()).not.toHaveCSS("background-color", blue);
  await expect(studio.page.locator("#about")).toHaveText("Warm paper and sealing wax, set in a book serif. · extends default · shipped: save it as your own");
  await studio.choose("brand");
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
  await expect(studio.text("width")).toHaveValue("350");
  await expect(studio.field("width")).toContainText('"350" has no unit');
  await expect(studio.button()).toHaveCSS("background-color", blue);

  const asked = studio.page.waitForEvent("dialog");
  await studio.page.evaluate(() => setTimeout(() => location.reload()));
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(studio.text("main-color, light")).toHaveValue("#1122aa");
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
  await expect(studio.theme).toBeFocused();
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

test("what is changed while the preview is stopped is kept, and saved once it is back", async ({ studio }) => {
  await studio.text("main-color, light").fill("#1122aa");
  await expect(studio.status).toHaveText("1 unsaved change");
  await studio.preview.stop();
  await expect(studio.notice).toContainText("The preview has stopped. Start it again: what you have changed is still here.");
  await studio.text("badge-size").fill("20px");
  await expect(studio.status).toHaveText("2 unsaved changes");
  await studio.text("width").fill("400px");
  await expect(studio.status).toHaveText("3 unsaved changes");
  await studio.save.click();
  await studio.theme.selectOption("ink");
  await expect(studio.theme).toHaveValue("brand");
  await expect(studio.text("badge-size")).toHaveValue("20px");
  expect(studio.file()).toBe(brand);

  await studio.preview.start();
  await expect(studio.notice).toBeHidden();
  await expect(studio.field("badge-size")).toContainText("changed");
  await expect(studio.status).toHaveText("3 unsaved changes");
  await studio.save.click();
  await expect(studio.status).toHaveText("Saved");
  expect(studio.file()).toBe(brand.replace("#0a6847", "#1122aa").replace("380px", "400px") + 'badge-size = "20px"\n');
  await expect(studio.button()).toHaveCSS("background-color", blue);
});

test("when the theme of chat.yaml is gone, another one is shown and that is told", async ({ studio }) => {
  rmSync(join(studio.preview.folder, "themes", "brand.toml"));
  await expect(studio.notice).toContainText('There is no theme "brand" any more.');
  await studio.page.goto(studio.preview.address + "studio");
  await expect(studio.notice).toContainText('There is no theme "brand" any more. This is "default"; choose another one, or put the file back.');
  await expect(studio.theme).toHaveValue("default");
  await expect(studio.text("width")).toHaveValue("350px");
});
