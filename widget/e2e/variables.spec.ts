// Each style variable changes the parts of the widget that it is for.

import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { defaults, launcherDefaults } from "../src/shared/generated.ts";
import { type Chat, expect, type Site, test } from "./site.ts";

/** A part of the widget by its selector, a property, and the computed value that shows the variable there. */
type Effect = [part: string, property: string, value: string];

/** A value for each variable that nothing else has, and where it must show. */
const variables: Record<string, [value: string, ...Effect[]]> = {
  "background-color": ["rgb(1, 2, 3)", [".window", "background-color", "rgb(1, 2, 3)"]],
  "badge-background-color": ["rgb(2, 3, 4)", [".badge", "background-color", "rgb(2, 3, 4)"]],
  "badge-border-radius": ["3px", [".badge", "border-radius", "3px"]],
  "badge-box-shadow": ["1px 2px 3px rgb(3, 4, 5)", [".badge", "box-shadow", "rgb(3, 4, 5) 1px 2px 3px 0px"]],
  "badge-color": ["rgb(4, 5, 6)", [".badge", "color", "rgb(4, 5, 6)"]],
  "badge-size": ["37px", [".badge", "height", "37px"], [".badge", "min-width", "37px"]],
  "border-color": ["rgb(5, 6, 7)", [".composer", "border-top-color", "rgb(5, 6, 7)"]],
  border: ["dashed 3px rgb(6, 7, 8)", [".button", "border", "3px dashed rgb(6, 7, 8)"], [".window", "border", "3px dashed rgb(6, 7, 8)"]],
  "box-shadow": ["1px 2px 3px rgb(7, 8, 9)", [".button", "box-shadow", "rgb(7, 8, 9) 1px 2px 3px 0px"], [".window", "box-shadow", "rgb(7, 8, 9) 1px 2px 3px 0px"]],
  "bubble-dark-color": ["rgb(8, 9, 10)", [".own .bubble", "background-color", "rgb(8, 9, 10)"]],
  "bubble-light-color": ["rgb(9, 10, 11)", [".row:not(.own) .bubble", "background-color", "rgb(9, 10, 11)"]],
  "button-border-radius": ["4px", [".submit", "border-radius", "4px"], [".skip", "border-radius", "4px"]],
  "close-button-color": ["rgb(10, 11, 12)", [".close", "color", "rgb(10, 11, 12)"]],
  "closed-border-radius": ["5px", [".button", "border-radius", "5px"]],
  "font-family": ["Courier", [".button", "font-family", "Courier"], [".bubble", "font-family", "Courier"], ["textarea", "font-family", "Courier"]],
  "font-size": ["19px", [".button", "font-size", "19px"], [".bubble", "font-size", "19px"], ["textarea", "font-size", "19px"]],
  "header-opened-background-color": ["rgb(11, 12, 13)", [".header", "background-color", "rgb(11, 12, 13)"]],
  "header-subtitle-text-color": ["rgb(12, 13, 14)", [".status", "color", "rgb(12, 13, 14)"]],
  "header-title-text-color": ["rgb(13, 14, 15)", ["h2", "color", "rgb(13, 14, 15)"], [".button", "color", "rgb(13, 14, 15)"], [".own .bubble", "color", "rgb(13, 14, 15)"]],
  height: ["432px", [".window", "height", "432px"]],
  "light-text-color": ["rgb(14, 15, 16)", [".name", "color", "rgb(14, 15, 16)"], [".note", "color", "rgb(14, 15, 16)"], [".branding", "color", "rgb(14, 15, 16)"]],
  "main-color": [
    "rgb(15, 16, 17)",
    [".button", "background-color", "rgb(15, 16, 17)"],
    [".header", "background-color", "rgb(15, 16, 17)"],
    [".own .bubble", "background-color", "rgb(15, 16, 17)"],
    [".send", "background-color", "rgb(15, 16, 17)"],
    [".bubble a", "color", "rgb(15, 16, 17)"],
  ],
  margin: ["33px", [".button", "right", "33px"], [".button", "bottom", "33px"], [".window", "right", "33px"], [".window", "bottom", "33px"]],
  "max-height": ["234px", [".window", "height", "234px"]],
  "max-width": ["222px", [".window", "width", "222px"]],
  "offset-bottom": ["66px", [".button", "bottom", "66px"], [".window", "bottom", "66px"]],
  "offset-x": ["77px", [".button", "right", "77px"], [".window", "right", "77px"]],
  "opened-border-radius": ["6px", [".window", "border-radius", "6px"]],
  "status-connecting-color": ["rgb(16, 17, 18)", [".status i", "background-color", "rgb(16, 17, 18)"]],
  "status-offline-color": ["rgb(17, 18, 19)", [".status i", "background-color", "rgb(17, 18, 19)"]],
  "status-online-color": ["rgb(18, 19, 20)", [".status i", "background-color", "rgb(18, 19, 20)"]],
  "text-color": ["rgb(19, 20, 21)", [".row:not(.own) .bubble", "color", "rgb(19, 20, 21)"], ["textarea", "color", "rgb(19, 20, 21)"]],
  "transition-duration": ["7s", [".button", "transition-duration", "7s, 7s, 0s"], [".window", "transition-duration", "7s, 7s, 0s"]],
  "transition-easing": ["steps(3)", [".button", "transition-timing-function", "steps(3), steps(3), ease"], [".window", "transition-timing-function", "steps(3), steps(3), ease"]],
  width: ["321px", [".window", "width", "321px"]],
  "z-index": ["7", [".button", "z-index", "7"], [".window", "z-index", "7"]],
};

/** Brings the chat where all parts are there: the window with messages both ways, or with the form; then the button with its badge. */
async function fill({ site, chat, page }: { site: Site; chat: Chat; page: Page }, values: object, form = false): Promise<void> {
  site.service = true;
  // Without motion, all values hold at once.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await site.open({ config: { chat: { variables: values }, visitor: { requireEmail: false }, ...(!form && { user: { email: "jane@example.com" } }) } });
  await chat.open();
  if (form) return;
  await chat.write("Hello");
  await page.waitForFunction("window.service");
  await page.evaluate(() => (service.accept(), service.say("See https://site.example")));
  await chat.close.click();
  await page.evaluate(() => service.say("Still there?"));
  await expect(chat.badge).toHaveText("1");
}

/** The state in which the status has that colour. */
const states: Record<string, object> = {
  "status-connecting-color": { connecting: true },
  "status-offline-color": { connecting: false, online: false },
  "status-online-color": { connecting: false, online: true },
};

/** What a variable's parts look like now. */
const look = (chat: Chat, name: string) =>
  chat.root.evaluate((root, parts) => parts.map(([part, property]) => [part, property, getComputedStyle(root.querySelector(part!)!).getPropertyValue(property!)]), variables[name]!.slice(1) as Effect[]);

async function expectEffects(chat: Chat, name: string): Promise<void> {
  expect.soft(await look(chat, name), name).toEqual(variables[name]!.slice(1));
}

/** What would hide others on the same page, by whom: the window is as high as it may be, whatever its height. */
const stronger = ["header-opened-background-color", "bubble-dark-color", "max-height", "max-width", "offset-bottom", "offset-x"];

test("chat.variables: each value of the page shows", async ({ site, chat, page }) => {
  const names = Object.keys(variables).filter((name) => name != "button-border-radius");
  for (const some of [names.filter((name) => !stronger.includes(name)), stronger]) {
    await fill({ site, chat, page }, Object.fromEntries(some.map((name) => [name, variables[name]![0]])));
    for (const name of some) {
      if (states[name]) await page.evaluate((state) => service.set(state), states[name]);
      // Motion is what these are about.
      await page.emulateMedia({ reducedMotion: name.startsWith("transition") ? "no-preference" : "reduce" });
      await expectEffects(chat, name);
    }
  }
  // Of the form, which who is known doesn't see.
  await fill({ site, chat, page }, { "button-border-radius": variables["button-border-radius"]![0] }, true);
  await expectEffects(chat, "button-border-radius");
});

test("MissiveChat.setVariables: all that the window and the button show changes at once", async ({ site, chat, page }) => {
  const set = (name: string, value: string) => page.evaluate(([name, value]) => MissiveChat.setVariables({ [name!]: value }), [name, value]);
  const before: Record<string, string> = { ...defaults.chat.variables, ...launcherDefaults.chat.variables };
  await fill({ site, chat, page }, {});
  for (const [name, [value]] of Object.entries(variables)) {
    if (name == "button-border-radius" || name.startsWith("transition")) continue;
    if (states[name]) await page.evaluate((state) => service.set(state), states[name]);
    await set(name, value);
    await expectEffects(chat, name);
    await set(name, before[name]!);
  }
});

test("MissiveChat.setVariables: before the window is loaded the button changes, and then the window", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)", width: "321px" }));
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
  await chat.open();
  expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe("rgb(1, 2, 3)");
  expect(await chat.css(chat.window, "width")).toBe("321px");
});

test("MissiveChat.setVariables: keeps what it does not name, and what was set before", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { variables: { width: "321px" } } } });
  await chat.open();
  await page.evaluate(() => MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)" }));
  await page.evaluate(() => MissiveChat.setVariables({ height: "432px" }));
  expect(await chat.css(chat.window, "width")).toBe("321px");
  expect(await chat.css(chat.window, "height")).toBe("432px");
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
});

test("a window with square corners has square bubbles; a value may refer to another variable, and follows it when that changes", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { variables: { "opened-border-radius": "0", "bubble-light-color": "var(--main-color)" } } } });
  await chat.open();
  for (const bubble of await chat.bubbles.all()) expect(await chat.css(bubble, "border-radius")).toBe("0px");
  const bubble = chat.bubbles.first();
  expect(await chat.css(bubble, "background-color")).toBe("rgb(40, 102, 209)");
  await page.evaluate(() => MissiveChat.setVariables({ "main-color": "rgb(1, 2, 3)" }));
  expect(await chat.css(bubble, "background-color")).toBe("rgb(1, 2, 3)");
});

test("the theme shows, and over it what chat.yaml sets", async ({ site, chat }) => {
  await site.open({ account: "baked" });
  await chat.open();
  // Of midnight.toml.
  expect(await chat.css(chat.window, "background-color")).toBe("rgb(16, 21, 42)");
  expect(await chat.css(chat.bubbles.first(), "color")).toBe("rgb(231, 234, 248)");
  expect(await chat.css(chat.window, "border-radius")).toBe("20px");
  // Of chat.yaml, and what refers to it.
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(138, 43, 226)");
  expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe("rgb(138, 43, 226)");
});

/** A picture of another host, as values that would ask for it. */
const addresses = [
  "url(https://x.example/p.png)",
  "URL( 'https://x.example/p.png' )",
  "\\75rl(https://x.example/p.png)",
  "u\\72 l(https://x.example/p.png)",
  'image-set("https://x.example/p.png" 1x)',
  '-webkit-image-set("https://x.example/p.png" 1x)',
  'im\\61ge-set("https://x.example/p.png" 1x)',
  "cross-fade(url(https://x.example/p.png), red)",
  "var(--none, url(https://x.example/p.png))",
];

test("a value with an address asks for nothing, and the default stays", async ({ site, chat, page }) => {
  // One for each address, some of the button, which is there at once, and some of the window.
  const names = ["main-color", "background-color", "border", "closed-border-radius", "header-title-text-color", "opened-border-radius", "font-size", "margin", "width"];
  const given = Object.fromEntries(names.map((name, i) => [name, addresses[i]!]));
  const all = () => Promise.all(names.map((name) => look(chat, name)));
  await fill({ site, chat, page }, {});
  const untouched = await all();
  await page.evaluate((given) => MissiveChat.setVariables(given), given);
  expect.soft(await all(), "MissiveChat.setVariables").toEqual(untouched);
  await fill({ site, chat, page }, given);
  expect.soft(await all(), "the configuration").toEqual(untouched);
  expect(site.asked.filter((url) => !/^https:..(chat|token)\.example/.test(url))).toEqual([]);
});

/** Distances from the edges, and from the upper one at least. */
const edges = async (part: Locator) => {
  const { x, y, width, height } = (await part.boundingBox())!;
  // Firefox lays out in sixtieths of a pixel.
  return { left: Math.round(x), right: Math.round(1280 - x - width), bottom: Math.round(800 - y - height), top: y };
};

for (const [position, side] of [["bottom-right", "right"], ["bottom-left", "left"]] as const)
  test(`offset-x, offset-bottom and z-index leave room for what else stands at the page’s ${side}, also live, with all of the window on screen`, async ({ site, chat, page }) => {
    const bar = '<div style="position: fixed; inset: auto 0 0; height: 90px; z-index: 50; background: white">A tab bar</div>';
    await page.emulateMedia({ reducedMotion: "reduce" });
    await site.open({ body: bar, config: { chat: { position, variables: { "offset-bottom": "260px", "offset-x": "44px", "z-index": "40", margin: "10px" } } } });
    expect(await edges(chat.button)).toMatchObject({ bottom: 260, [side]: 44 });
    await chat.open();
    await expect.poll(() => edges(chat.window)).toMatchObject({ bottom: 260, [side]: 44 });
    expect((await edges(chat.window)).top).toBeGreaterThanOrEqual(0);
    // One that names nothing takes the margin.
    await page.evaluate(() => MissiveChat.setVariables({ "offset-bottom": "0", "offset-x": "var(--margin)" }));
    await expect.poll(() => edges(chat.window)).toMatchObject({ bottom: 0, [side]: 10 });
    const above = () => page.evaluate((x) => document.elementFromPoint(x, innerHeight - 9)!.tagName, position == "bottom-left" ? 99 : 1181);
    expect(await above()).toBe("DIV");
    await page.evaluate(() => MissiveChat.setVariables({ "z-index": "60" }));
    expect(await above()).toBe("MISSIVE-CHAT");
    expect(site.console).toEqual([]);
  });

/** A variable of each kind of values. */
const ofKind = {
  color: "text-color",
  length: "height",
  border: "border",
  shadow: "box-shadow",
  font: "font-family",
  duration: "transition-duration",
  easing: "transition-easing",
  integer: "z-index",
};

test("the page's values are judged as the build judges those of chat.yaml, case by case", async ({ site, chat, page }) => {
  await site.open();
  await chat.open();
  const cases: Record<string, { fits: string[]; faults: string[] }> = JSON.parse(await readFile(new URL("../cssvalue/testdata/cases.json", import.meta.url), "utf8"));
  const wrong: string[] = [];
  await page.evaluate(() => MissiveChat.setVariables({ nothing: "" } as never));
  await expect.poll(() => site.console).toEqual(["MissiveChat: chat.variables.nothing is not an option of the page"]);
  for (const [kind, name] of Object.entries(ofKind)) {
    const verdicts = await page.evaluate(
      async ([name, values]) => {
        const { style } = Array.from(document.querySelector("missive-chat")!.shadowRoot!.adoptedStyleSheets, (sheet) => sheet.cssRules[0] as CSSStyleRule).find(({ selectorText }) => selectorText == ".root")!;
        const judged: boolean[] = [];
        for (const value of values) {
          MissiveChat.setVariables({ [name]: value });
          // The file that judges is there by then: see above.
          await new Promise((resolve) => setTimeout(resolve));
          const painted = style.getPropertyValue("--" + name).trim();
          judged.push(painted == value.trim() || (painted == "0px" && value == "0"));
        }
        return judged;
      },
      [name, [...cases[kind]!.fits, ...cases[kind]!.faults]] as const,
    );
    const { fits, faults } = cases[kind]!;
    fits.forEach((value, i) => verdicts[i] || wrong.push(`${kind} ${value} fits`));
    faults.forEach((value, i) => verdicts[fits.length + i] && wrong.push(`${kind} ${value} doesn't`));
  }
  expect(wrong).toEqual([]);
});
