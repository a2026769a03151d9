// Which text a field shows: what the user writes, what was refused, or what the theme says.

import { beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import type { Variable } from "./api";
import { createTextInput, type TextInput } from "./text-input";

const width: Variable = { name: "width", kind: "length", doc: "", dark: false, examples: ["300px"] };
const easing: Variable = { ...width, name: "transition-easing", kind: "easing", examples: ["ease", "linear"] };

const events = { change: vi.fn<(text: string) => void>(), endStep: vi.fn(), revert: vi.fn() };
let text: TextInput;
let input: HTMLInputElement;

beforeEach(() => {
  vi.clearAllMocks();
  open(width);
});

function open(variable: Variable): void {
  text = createTextInput("field-x", "width", variable, events);
  document.body.replaceChildren(...text.parts);
  input = text.parts[0] as HTMLInputElement;
  text.show("380px");
}

const type = (value: string) => {
  input.value = value;
  input.dispatchEvent(new Event("input"));
};
const press = (key: string, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, ...more });
  input.dispatchEvent(event);
  return event.defaultPrevented;
};

describe("shows", () => {
  const writes = (value: string) => () => type(value);
  const leaves = () => void input.dispatchEvent(new Event("change"));
  const themeSays = (value: string) => () => text.show(value);
  const refuses = (value: string) => () => text.setInvalid(true, value);
  const accepts = () => text.setInvalid(false);
  test.each<[string, (() => void)[], string]>([
    ["what the theme says", [themeSays("400px")], "400px"],
    ["what is written, while it is written", [writes("4"), themeSays("400px")], "4"],
    ["what is written, until that is answered", [writes("4"), leaves], "4"],
    ["what the theme says, once that is answered", [writes("4"), leaves, themeSays("4px")], "4px"],
    ["what the theme says, when it was answered while writing", [writes("4"), themeSays("4px"), leaves], "4px"],
    ["what was refused, for its author to correct", [writes("350"), leaves, refuses("350"), themeSays("380px")], "350"],
    ["what was refused, whatever the theme says since", [writes("350"), leaves, themeSays("380px"), refuses("350"), themeSays("400px")], "350"],
    ["what is written after that", [writes("350"), leaves, refuses("350"), themeSays("380px"), writes("350p")], "350p"],
    ["what the theme says, once nothing is refused", [writes("350"), leaves, refuses("350"), themeSays("380px"), accepts], "380px"],
  ])("%s", (_, acts, shown) => {
    for (const act of acts) act();
    expect(input.value).toBe(shown);
  });
});

test("a text is reported without spaces around it", () => {
  type(" 400px ");
  expect(events.change.mock.calls).toEqual([["400px"]]);
});

test.each<[string, () => void, ends: number]>([
  ["writing", () => type("4"), 0],
  ["leaving it unchanged", () => input.dispatchEvent(new Event("blur")), 0],
  ["leaving it changed", () => (type("4"), input.dispatchEvent(new Event("blur"))), 1],
  ["a change by the browser's list or clear button", () => input.dispatchEvent(new Event("change")), 1],
  ["Enter", () => press("Enter"), 1],
  ["Ctrl, as in undo and save", () => press("z", { ctrlKey: true }), 1],
  ["Cmd", () => press("s", { metaKey: true }), 1],
  ["a letter", () => press("z"), 0],
  ["Enter that ends a composition", () => press("Enter", { isComposing: true }), 0],
])("%s ends so many steps", (_, act, ends) => {
  act();
  expect(events.endStep).toHaveBeenCalledTimes(ends);
});

test.each<[string, refused: string | undefined, reverts: number]>([
  ["goes back from a text that was refused", "350", 1],
  ["goes back from an empty text that was refused", "", 1],
  ["does nothing without one", undefined, 0],
])("Escape %s", (_, refused, reverts) => {
  text.setInvalid(true, refused);
  press("Escape");
  expect(events.revert).toHaveBeenCalledTimes(reverts);
});

test.each<[string, boolean, string | null]>([
  ["is marked for screen readers", true, "true"],
  ["is not", false, null],
])("what is wrong or right %s", (_, wrong, marked) => {
  text.setInvalid(wrong);
  expect(input.getAttribute("aria-invalid")).toBe(marked);
});

describe("arrow keys", () => {
  test.each<[string, KeyboardEventInit, string]>([
    ["ArrowUp", {}, "381px"],
    ["ArrowDown", {}, "379px"],
    ["ArrowUp", { shiftKey: true }, "390px"],
    ["ArrowDown", { shiftKey: true }, "370px"],
  ])("%s with %j makes 380px %s, and leaves the cursor behind the number", (key, more, shown) => {
    expect(press(key, more)).toBe(true);
    expect(input.value).toBe(shown);
    expect(events.change.mock.calls).toEqual([[shown]]);
    expect(input.selectionStart).toBe(3);
  });

  test("do nothing where there is no number", () => {
    text.show("none");
    expect(press("ArrowUp")).toBe(true);
    expect(events.change).not.toHaveBeenCalled();
  });

  test("are left to the browser's list where values are no numbers", () => {
    open(easing);
    text.show("steps(3)");
    expect(press("ArrowUp")).toBe(false);
    expect(events.change).not.toHaveBeenCalled();
  });
});

test("the buttons add and take a step, each a step of undo", () => {
  const [less, more] = text.parts.slice(1) as HTMLButtonElement[];
  expect([less!.getAttribute("aria-label"), more!.getAttribute("aria-label")]).toEqual(["Less width", "More width"]);
  less!.click();
  less!.click();
  more!.click();
  expect(events.change.mock.calls).toEqual([["379px"], ["378px"], ["379px"]]);
  expect(events.endStep).toHaveBeenCalledTimes(3);
});

test("values of other themes are offered where values are no numbers", () => {
  expect(input.hasAttribute("list")).toBe(false);
  open(easing);
  expect(input.getAttribute("list")).toBe("field-x-list");
  expect([...document.querySelectorAll("#field-x-list option")].map((option) => option.getAttribute("value"))).toEqual(["ease", "linear"]);
});
