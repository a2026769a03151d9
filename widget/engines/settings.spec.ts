// What visitors set in their system or browser, as it is set there.

import { dark, expect, light, test } from "./visitor.ts";

for (const system of ["light", "dark"])
  test.describe(`on a ${system} system`, () => {
    test.use({ settings: { dark: system == "dark" } });

    test("the scheme is the one that was chosen: light, dark, the system’s, or the page’s", async ({ visitor }) => {
      for (const [scheme, html, ground] of [
        ["light", "", light],
        ["dark", "", dark],
        ["auto", "", system == "dark" ? dark : light],
        ["host", 'style="color-scheme: light"', light],
        ["host", 'style="color-scheme: dark"', dark],
        ["host", 'style="color-scheme: light dark"', system == "dark" ? dark : light],
      ] as const)
        await test.step(scheme + " " + html, async () => {
          await visitor.visit({ html, config: { chat: { scheme, rememberOpenState: false } } });
          await visitor.open();
          await expect.poll(() => visitor.css(".window", "background-color"), scheme + " " + html).toBe(ground);
        });
    });
  });

test.describe("who wants less motion", () => {
  test.use({ settings: { lessMotion: true } });

  test("sees none", async ({ visitor }) => {
    await visitor.visit();
    await visitor.open();
    for (const part of [".button", ".window"]) expect(await visitor.css(part, "transition-duration"), part).toMatch(/^0s/);
  });
});

test.describe("with forced colours", { tag: "@forced-colors" }, () => {
  test.use({ settings: { forcedColors: true } });

  test("what has only a background gets a border", async ({ visitor }) => {
    await visitor.visit();
    await visitor.open();
    await visitor.write("Hello");
    await visitor.sees({ bubbles: ["Hello"], unsent: 0 });
    for (const part of [".button", ".window", ".bubble", ".send"]) expect(await visitor.css(part, "border-top"), part).toMatch(/^1px solid rgb\(/);
  });
});

test.describe("with cookies and storage blocked", { tag: "@blocked-storage" }, () => {
  test.use({ settings: { blockedStorage: true } });

  test("the chat works within the page’s life", async ({ site, visitor }) => {
    await visitor.visit();
    expect(await visitor.browser.run(storage)).toBe("SecurityError");
    await visitor.open();
    await visitor.write("Hello");
    await visitor.sees({ bubbles: ["Hello"], unsent: 0 });
    await site.answer("Good morning");
    await visitor.sees({ bubbles: ["Hello", "Good morning"] });
    await visitor.write("And one more");
    await visitor.sees({ bubbles: ["Hello", "Good morning", "And one more"], unsent: 0 });
    expect(await site.stored()).toEqual(["Hello", "Good morning", "And one more"]);
  });
});

/** Runs in the page: what it hears when it asks for its storage. */
function storage(): string {
  try {
    return String(localStorage.length);
  } catch (error) {
    return (error as Error).name;
  }
}
