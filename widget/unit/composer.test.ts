// The message box: what sends, what doesn't, and what stays in it.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Composer, createComposer } from "../src/window/composer";

const changed = vi.fn();
const send = vi.fn();
let composer: Composer;
const box = () => document.querySelector("textarea")!;
const button = () => document.querySelector("button")!;

beforeEach(() => {
  vi.clearAllMocks();
  composer = createComposer({ messages: { chat: "Message…", send: "Send" } }, { changed, send });
  document.body.append(composer.element);
});
afterEach(() => document.body.replaceChildren());

function type(text: string): void {
  box().value = text;
  box().dispatchEvent(new Event("input"));
}

/** Presses a key; whether the box itself is to do with it what it does. */
function press(key: string, more: KeyboardEventInit = {}): boolean {
  return box().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

describe("a key", () => {
  test.each<[string, string, KeyboardEventInit, boolean]>([
    ["Enter sends", "Enter", {}, true],
    ["Shift+Enter breaks the line", "Enter", { shiftKey: true }, false],
    ["the Enter that ends a composition does neither", "Enter", { isComposing: true }, false],
    ["nor does that of Safari, which tells of it by its code alone", "Enter", { keyCode: 229 }, false],
    ["another key writes", "a", {}, false],
  ])("%s", (_, key, more, sends) => {
    type("Hello");
    expect(press(key, more)).toBe(!sends);
    expect(send.mock.calls).toEqual(sends ? [["Hello"]] : []);
    expect(box().value).toBe(sends ? "" : "Hello");
  });
});

test("the button sends, and the focus is in the box", () => {
  type("Hello");
  button().focus();
  button().click();
  expect(send.mock.calls).toEqual([["Hello"]]);
  expect(document.activeElement).toBe(box());
});

test.each([
  ["Hello", ["Hello"]],
  ["  Hello\n", ["Hello"]],
  ["One\nTwo", ["One\nTwo"]],
  ["👩‍👩‍👧‍👦 🏳️‍🌈 ok", ["👩‍👩‍👧‍👦 🏳️‍🌈 ok"]],
  ["", []],
  [" \n ", []],
  // A mark that shapes what stands before it, and nothing does.
  ["\u200d\ufe0f", []],
  ["\u200b\u3164\u2800\u034f", []],
])("of %j is sent %j", (text, sent) => {
  type(text);
  expect(button().getAttribute("aria-disabled")).toBe("" + !sent.length);
  press("Enter");
  expect(send.mock.calls).toEqual(sent.map((one) => [one]));
  expect(box().value).toBe(sent.length ? "" : text);
});

test("each change of the draft is told, and what is written into the box by others is not", () => {
  type("H");
  type("");
  composer.write("By the way");
  expect(changed.mock.calls).toEqual([["H"], [""]]);
  expect(box().value).toBe("By the way");
  expect(button().getAttribute("aria-disabled")).toBe("false");
});

test("the box is emptied before its text is sent, so that what that brings back stays", () => {
  send.mockImplementationOnce(() => composer.write("back"));
  type("Hello");
  press("Enter");
  expect(box().value).toBe("back");
});

test("while it is off nothing is sent, and what is written stays", () => {
  composer.enable(false);
  type("Hello");
  expect(button().getAttribute("aria-disabled")).toBe("true");
  press("Enter");
  button().click();
  expect(send).not.toHaveBeenCalled();
  expect(box().value).toBe("Hello");
  composer.enable(true);
  expect(button().getAttribute("aria-disabled")).toBe("false");
  press("Enter");
  expect(send.mock.calls).toEqual([["Hello"]]);
});

test("the box invites and has a name, and so has the button", () => {
  expect([box().placeholder, box().getAttribute("aria-label"), button().getAttribute("aria-label"), button().title]).toEqual(["Message…", "Message…", "Send", "Send"]);
});

test("the copy that gives the box its height has its text, and a line that is about to be", () => {
  type("One\nTwo");
  expect(document.querySelector(".copy")!.textContent).toBe("One\nTwo\n");
  press("Enter");
  expect(document.querySelector(".copy")!.textContent).toBe("\n");
});
