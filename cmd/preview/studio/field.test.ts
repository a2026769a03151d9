// The control of one key: where its value comes from, how to go back, the picker, and what is wrong or hard to read.

import { beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import type { Pair, Value, Variable } from "./api";
import { noUnit } from "./fake-preview";
import { createField, type Field, type FieldState } from "./field";

const mainColor: Variable = { name: "main-color", kind: "color", doc: "", dark: true, examples: [] };
const events = { change: vi.fn<(key: string, text: string) => void>(), endStep: vi.fn() };
const still: FieldState = { changed: false, pending: false, inherits: true };
let field: Field;

const find = <T extends HTMLElement>(selector: string) => field.element.querySelector<T>(selector)!;

function open(key = "main-color", variable = mainColor, palette = "light"): void {
  vi.clearAllMocks();
  field = createField(key, variable, palette, events);
  document.body.replaceChildren(field.element);
}

beforeEach(() => open());

describe("says where a value comes from, and what it can be reset to", () => {
  test.each<[string, Value, Partial<FieldState>, origin: string, resets: boolean, classes: string]>([
    ["the theme's own", { text: "red", own: true, from: "" }, {}, "own", true, "own"],
    ["changed", { text: "red", own: true, from: "" }, { changed: true }, "changed", true, "own changed"],
    ["inherited", { text: "red", own: false, from: "paper" }, {}, "from paper", false, ""],
    ["taken out", { text: "red", own: false, from: "paper" }, { changed: true }, "from paper", false, "changed"],
    ["as in the other palette", { text: "red", own: false, from: "" }, {}, "as in light", false, ""],
    ["own, of a theme that inherits nothing", { text: "red", own: true, from: "" }, { inherits: false }, "own", false, "own"],
  ])("%s", (_, value, state, origin, resets, classes) => {
    field.show(value, { ...still, ...state }, []);
    expect(find(".origin").textContent).toBe(origin);
    expect(find(".reset").hidden).toBe(!resets);
    expect(["own", "changed"].filter((name) => field.element.classList.contains(name)).join(" ")).toBe(classes);
  });
});

test("a value that waits for an answer keeps its text", () => {
  field.show({ text: "red", own: true, from: "" }, still, []);
  field.show({ text: "blue", own: true, from: "" }, { ...still, pending: true }, []);
  expect(find<HTMLInputElement>(".text").value).toBe("red");
});

test("reset takes the value out, as a step of its own, and leaves the focus in the text", () => {
  field.show({ text: "red", own: true, from: "" }, still, []);
  find(".reset").click();
  expect(events.change.mock.calls).toEqual([["main-color", ""]]);
  expect(events.endStep).toHaveBeenCalledTimes(2);
  expect(document.activeElement).toBe(find(".text"));
});

test.each<[string, Value, back: string]>([
  ["to the last good value", { text: "#0a6847", own: true, from: "" }, "#0a6847"],
  ["to what is inherited", { text: "#2866d1", own: false, from: "default" }, ""],
])("Escape leads back from what was refused %s", (_, value, back) => {
  field.show(value, still, []);
  field.setFault({ ...noUnit("3"), text: "3" });
  find(".text").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(events.change.mock.calls).toEqual([["main-color", back]]);
});

describe("the picker", () => {
  const picker = () => find<HTMLInputElement>("[type=color]");
  test.each<[string, Value, shown: string, picked: string]>([
    ["shows an opaque colour", { text: "red", own: true, from: "", color: "#ff0000ff" }, "#ff0000", "#00ff00"],
    ["keeps the opacity of one that lets something through", { text: "rgba(0, 0, 0, .5)", own: true, from: "", color: "#00000080" }, "#000000", "#00ff0080"],
    ["keeps that of a reference", { text: "var(--x)", own: false, from: "paper", color: "#11223300" }, "#112233", "#00ff0000"],
  ])("%s", (_, value, shown, picked) => {
    field.show(value, still, []);
    expect(picker().value).toBe(shown);
    picker().value = "#00ff00";
    picker().dispatchEvent(new Event("input"));
    expect(events.change.mock.calls).toEqual([["main-color", picked]]);
    expect(events.endStep).not.toHaveBeenCalled();
    picker().dispatchEvent(new Event("change"));
    expect(events.endStep).toHaveBeenCalledTimes(1);
  });

  test("takes a colour that depends on the page for opaque", () => {
    field.show({ text: "rgba(0, 0, 0, .5)", own: true, from: "", color: "#00000080" }, still, []);
    field.show({ text: "currentColor", own: true, from: "" }, still, []);
    picker().value = "#00ff00";
    picker().dispatchEvent(new Event("input"));
    expect(events.change.mock.calls).toEqual([["main-color", "#00ff00"]]);
  });

  test("is made for colours alone", () => {
    for (const kind of ["length", "border", "shadow", "font", "duration", "easing"] as const) {
      open("x", { ...mainColor, kind });
      expect(picker(), kind).toBeNull();
      expect(!!find(".sample"), kind).toBe(["border", "shadow", "font", "easing"].includes(kind));
      expect(!!find(".layers"), kind).toBe(kind == "shadow");
    }
  });
});

describe("contrast", () => {
  const pair = (text: string, background: string, ratio: number, need = 4.5): Pair => ({ text, background, ratio, need, passes: ratio >= need });
  const others = pair("badge-color", "badge-background-color", 1);
  test.each<[string, key: string, Pair[], notes: string[]]>([
    ["of other variables is not shown", "main-color", [others], []],
    ["is shown when it is enough", "main-color", [pair("main-color", "background-color", 5)], ["5.00 on background-color"]],
    ["is shown of the pair that comes nearest to its limit", "main-color", [pair("main-color", "a", 5), pair("main-color", "b", 4, 3)], ["5.00 on a"]],
    ["is shown of each pair that fails, the worst first", "main-color", [pair("main-color", "a", 4), pair("main-color", "b", 9), pair("c", "main-color", 2.69), others], ["2.69 under c, needs 4.5", "4.00 on a, needs 4.5"]],
    ["of the dark palette goes by the variable's name", "dark-main-color", [pair("main-color", "a", 4)], ["4.00 on a, needs 4.5"]],
  ])("%s", (_, key, pairs, notes) => {
    open(key);
    field.show({ text: "red", own: true, from: "" }, still, pairs);
    expect([...find(".notes").children].map(({ textContent }) => textContent)).toEqual(notes);
  });
});

describe("what is wrong", () => {
  const pairs: Pair[] = [{ text: "main-color", background: "a", ratio: 4, need: 4.5, passes: false }];
  const notes = () => find(".notes").textContent;
  beforeEach(() => field.show({ text: "red", own: true, from: "" }, still, pairs));

  test("stands in place of the contrast, with its remedy, until it is right", () => {
    field.setFault({ ...noUnit("350"), text: "350" });
    expect(notes()).toBe('"350" has no unit use "350px"');
    expect(find(".text").getAttribute("aria-invalid")).toBe("true");
    field.show({ text: "red", own: true, from: "" }, still, pairs);
    expect(notes()).toBe('"350" has no unit use "350px"');
    field.setFault();
    expect(notes()).toBe("4.00 on a, needs 4.5");
    expect(find(".text").hasAttribute("aria-invalid")).toBe(false);
  });

  test("is written once, so that it does not blink", () => {
    field.setFault(noUnit("350"));
    const note = find(".notes").firstChild;
    field.setFault(noUnit("350"));
    expect(find(".notes").firstChild).toBe(note);
    field.setFault(noUnit("360"));
    expect(notes()).toBe('"360" has no unit use "360px"');
  });

  test("describes the text to screen readers", () => expect(find(".text").getAttribute("aria-describedby")).toBe(find(".notes").id));
});
