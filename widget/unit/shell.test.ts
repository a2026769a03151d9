// The one element on the page, and the style variables that it carries.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createShell, type Shell } from "../src/launcher/shell";
import { launcherDefaults } from "../src/shared/generated";

let shell: Shell;
let end: AbortController;
const lost = vi.fn();
const make = (chat: object = {}) => (shell = createShell({ ...launcherDefaults, chat: { ...launcherDefaults.chat, ...chat } }, end.signal, lost));
beforeEach(() => {
  end = new AbortController();
  lost.mockClear();
});
afterEach(() => {
  end.abort();
  // Other files' tests have the same document.
  for (const host of document.querySelectorAll("missive-chat")) host.remove();
});

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

test("the element is put on the page once, after the body, stays where it is, and is back when the page has thrown it away", () => {
  const { attach, host } = make();
  expect(document.body.nextSibling).toBe(host);
  const between = document.createElement("aside");
  document.body.after(between);
  // Moved, it would lose the focus.
  attach();
  expect(between.nextSibling).toBe(host);
  between.remove();
  expect([...document.querySelectorAll("missive-chat")]).toEqual([host]);
  host.remove();
  attach();
  expect(document.body.nextSibling).toBe(host);
});

/** Waits until mutations have been heard of. */
const heard = () => new Promise((resolve) => setTimeout(resolve));

describe("a page", () => {
  const { documentElement: html } = document;
  let body: HTMLElement;
  beforeEach(() => (body = document.body));
  afterEach(() => {
    document.documentElement.remove();
    document.append(html);
    document.body?.remove();
    html.append(body);
  });

  test("that has no body yet gets the element when it comes", async () => {
    body.remove();
    make();
    expect(shell.host.isConnected).toBe(false);
    shell.attach();
    expect(shell.host.isConnected).toBe(false);
    html.append(body);
    await heard();
    expect(body.nextSibling).toBe(shell.host);
    expect(lost).not.toHaveBeenCalled();
  });

  test("that replaces its body keeps the element where it is", async () => {
    const { host } = make();
    body.replaceWith(document.createElement("body"));
    await heard();
    expect(host.isConnected).toBe(true);
    expect(lost).not.toHaveBeenCalled();
  });

  test("that takes away the element alone is left alone", async () => {
    make().host.remove();
    await heard();
    html.append(document.createElement("aside"));
    await heard();
    expect([shell.host.isConnected, lost.mock.calls.length]).toEqual([false, 0]);
  });

  test.each([
    ["all that is in it", () => (html.innerHTML = "<head></head><body></body>")],
    ["itself", () => (html.remove(), document.append(Object.assign(document.createElement("html"), { innerHTML: "<head></head><body></body>" })))],
  ])("that replaces %s has lost the chat", async (_, replace) => {
    make();
    replace();
    await heard();
    expect(lost).toHaveBeenCalled();
  });

  test("is looked at no more once the chat is gone", async () => {
    make();
    end.abort();
    html.innerHTML = "<head></head><body></body>";
    await heard();
    expect(lost).not.toHaveBeenCalled();
  });

  test("says in which direction the chat reads, also later, and by its body", async () => {
    make();
    expect(shell.root.dir).toBe("ltr");
    body.style.direction = "rtl";
    await heard();
    expect(shell.root.dir).toBe("rtl");
    body.removeAttribute("style");
    await heard();
    expect(shell.root.dir).toBe("ltr");
  });
});

test("the element says in which language its texts are", () => {
  expect(make().host.lang).toBe("en");
  expect(make({ language: "pt-BR" }).host.lang).toBe("pt-BR");
});

test.each(["bottom-left", "bottom-right"])("position and scheme are classes of the root: %s", (position) => {
  expect(make({ position, scheme: "auto" }).root.className).toBe(`root ${position} auto`);
});
