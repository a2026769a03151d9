// The preview's pictures of all themes, taken in the browser that runs these tests: of two themes, as more show nothing else.

import { expect, test } from "../../../widget/e2e/playwright.ts";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Builds the preview without the shipped themes but the default one. */
function buildWithOneTheme(folder: string): string {
  const themes = join(root, "themes");
  const others = readdirSync(themes).filter((name) => name.endsWith(".toml") && name != "default.toml");
  // To Go, files without a replacement are not there.
  const overlay = { Replace: Object.fromEntries(others.map((name) => [join(themes, name), ""])) };
  writeFileSync(join(folder, "overlay.json"), JSON.stringify(overlay));
  const program = join(folder, process.platform == "win32" ? "preview.exe" : "preview");
  execFileSync("go", ["build", "-overlay", join(folder, "overlay.json"), "-o", program, "./cmd/preview"], { cwd: root, stdio: "pipe" });
  return program;
}

test.describe.configure({ timeout: 300_000 });

test("-shots writes a picture of each state of each theme, also of one’s own, and a contact sheet", async ({}, { project }) => {
  const folder = mkdtempSync(join(tmpdir(), "shots-"));
  const program = buildWithOneTheme(folder);
  writeFileSync(join(folder, "chat.yaml"), "host: https://chat.example\nid: acme\n");
  mkdirSync(join(folder, "themes"));
  writeFileSync(join(folder, "themes/brand.toml"), 'main-color = "#a0004f"\n');
  const browser = project.use.launchOptions!.executablePath;
  const said = execFileSync(program, ["-shots", "pictures"], { cwd: folder, encoding: "utf8", env: { ...process.env, CHROME_PATH: browser } });
  expect(said).toContain("\n56 pictures and contact-sheet.png are in pictures.\n");

  const picture = (name: string) => readFileSync(join(folder, "pictures", name));
  const names = readdirSync(join(folder, "pictures"));
  expect(names.filter((name) => name.startsWith("brand-"))).toHaveLength(28);
  for (const [name, width, height] of [
    ["brand-conversation-dark-phone.png", 780, 1688],
    ["brand-button-light-desktop.png", 1200, 1360],
    ["contact-sheet.png", 1736],
  ] as const) {
    // A PNG begins with its signature, then the header chunk has its size.
    const header = picture(name).subarray(0, 24);
    expect(header.toString("latin1", 1, 4)).toBe("PNG");
    expect(header.readUInt32BE(16)).toBe(width);
    if (height) expect(header.readUInt32BE(20)).toBe(height);
  }
  // Each shows something else: none was taken too early, or of the page before.
  const different = new Set(names.map((name) => picture(name).toString("base64")));
  expect(different.size).toBe(names.length);
  rmSync(folder, { recursive: true });
});
