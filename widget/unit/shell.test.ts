// The one element on the page, and the style variables that it carries.

import { afterEach, describe, expect, test } from "vitest";
import { createShell, type Shell } from "../src/launcher/shell";
import { launcherDefaults } from "../src/shared/generated";

const end = new AbortController();
let shell: Shell;
const make = (chat: object = {}) => (shell = createShell({ ...launcherDefaults, chat: { ...launcherDefaults.chat, ...chat } }, end.signal));
afterEach(() => shell.host.remove());

/** The variables that are set. */
function painted(): Record<string, string> {
  const { style } = shell.host.shadowRoot!.adoptedStyleSheets[0]!.cssRules[0] as CSSStyleRule;
  return Object.fromEntries(Array.from({ length: style.length }, (_, i) => [style.item(i), style.getPropertyValue(style.item(i))]));
}

describe("a style variable", () => {
  test.each<[unknown, string | undefined]>([
    ["red", "red"],
    ["var(--main-color)", "var(--main-color)"],
    // max() and calc() take no bare 0.
    ["0", "0px"],
    [null, undefined],
    [undefined, undefined],
    ["red; color: red", undefined],
    ["red}", undefined],
    ["/* red", undefined],
    ["url(https://track.example)", undefined],
    ["URL (https://track.example)", "URL (https://track.example)"],
    ["\\75rl(https://track.example)", undefined],
    ['-webkit-image-set("https://track.example" 1x)', undefined],
    ["var(--none, url(https://track.example))", undefined],
  ])("given as %j is painted as %j", (value, want) => {
    make().paint({ "main-color": value });
    expect(painted()["--main-color"]).toBe(want);
  });

  test("that is a number stays one", () => {
    make().paint({ "z-index": "0" });
    expect(painted()["--z-index"]).toBe("0");
  });

  test("that is given later takes the place of the first, and what is not named or no value stays", () => {
    const { paint } = make();
    paint({ width: "1px", height: "2px", margin: "3px" });
    paint({ width: "4px", height: null, margin: "url(x)" });
    expect(painted()).toEqual({ "--width": "4px", "--height": "2px", "--margin": "3px" });
  });

  test.each([undefined, null, 5, false])("is not found in %j, which does no harm", (variables) => {
    make().paint(variables as never);
    expect(painted()).toEqual({});
  });
});

test("the element is put on the page once, beside the body, stays where it is, and is back when the page has thrown it away", () => {
  const { attach, host } = make();
  attach();
  const later = document.documentElement.appendChild(document.createElement("aside"));
  // Moved, it would lose the focus.
  attach();
  expect(document.documentElement.lastChild).toBe(later);
  later.remove();
  expect([...document.querySelectorAll("missive-chat")]).toEqual([host]);
  expect(host.parentNode).toBe(document.documentElement);
  host.remove();
  attach();
  expect(host.isConnected).toBe(true);
});

test.each(["bottom-left", "bottom-right"])("position and scheme are classes of the root: %s", (position) => {
  expect(make({ position, scheme: "auto" }).root.className).toBe(`root ${position} auto`);
});
