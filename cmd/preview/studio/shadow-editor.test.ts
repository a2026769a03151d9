// The controls for the layers of a shadow.

import { beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createShadowEditor, type ShadowEditor } from "./shadow-editor";

const change = vi.fn<(text: string) => void>();
const endStep = vi.fn();
let editor: ShadowEditor;

beforeEach(() => {
  vi.clearAllMocks();
  editor = createShadowEditor("box-shadow", change, endStep);
  document.body.replaceChildren(editor.element);
  editor.show("0 2px 4px rgb(0, 0, 0), inset 0 18px 40px -12px rgba(92, 64, 38, 0.5)");
});

const find = (label: string) => editor.element.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;
const layers = () => editor.element.querySelectorAll("li").length;
const enter = (label: string, value: string) => {
  find(label).value = value;
  find(label).dispatchEvent(new Event("input"));
};

test("shows each layer with its own controls", () => {
  expect(layers()).toBe(2);
  const values = ["across", "down", "blur", "spread", "colour", "opacity"].map((name) => find("box-shadow, layer 2, " + name).value);
  expect(values).toEqual(["0", "18", "40", "-12", "#5c4026", "50"]);
  expect([1, 2].map((n) => find(`box-shadow, layer ${n}, inside`).checked)).toEqual([false, true]);
});

describe("a control changes its layer alone", () => {
  const second = "inset 0 18px 40px -12px rgba(92, 64, 38, 0.5)";
  test.each<[control: string, value: string, first: string]>([
    ["across", "-3", "-3px 2px 4px #000000"],
    ["down", "5", "0 5px 4px #000000"],
    ["blur", "60", "0 2px 60px #000000"],
    ["spread", "1.5", "0 2px 4px 1.5px #000000"],
    ["colour", "#112233", "0 2px 4px #112233"],
    ["opacity", "20", "0 2px 4px rgba(0, 0, 0, 0.2)"],
    // Whatever is typed.
    ["blur", "-5", "0 2px 0 #000000"],
    ["opacity", "150", "0 2px 4px #000000"],
    ["opacity", "-5", "0 2px 4px rgba(0, 0, 0, 0)"],
  ])("%s: %s", (control, value, first) => {
    enter("box-shadow, layer 1, " + control, value);
    expect(change.mock.calls).toEqual([[`${first}, ${second}`]]);
    expect(endStep).not.toHaveBeenCalled();
    find("box-shadow, layer 1, " + control).dispatchEvent(new Event("change"));
    expect(endStep).toHaveBeenCalledTimes(1);
  });

  test("inside", () => {
    find("box-shadow, layer 2, inside").click();
    expect(change.mock.calls).toEqual([["0 2px 4px #000000, 0 18px 40px -12px rgba(92, 64, 38, 0.5)"]]);
    expect(endStep).toHaveBeenCalledTimes(1);
  });

  test("one after the other add up", () => {
    enter("box-shadow, layer 1, blur", "6");
    enter("box-shadow, layer 1, down", "3");
    expect(change.mock.lastCall).toEqual([`0 3px 6px #000000, ${second}`]);
  });
});

test("what is typed outside of the range is shown within it in the end", () => {
  const opacity = find("box-shadow, layer 2, opacity");
  enter("box-shadow, layer 2, opacity", "150");
  opacity.dispatchEvent(new Event("change"));
  expect(opacity.value).toBe("100");
});

test("an empty number changes nothing", () => {
  enter("box-shadow, layer 1, blur", "");
  find("box-shadow, layer 1, blur").dispatchEvent(new Event("change"));
  expect(change).not.toHaveBeenCalled();
  expect(find("box-shadow, layer 1, blur").value).toBe("");
});

test("a layer can be added and removed, each a step of undo", () => {
  const [add] = [...editor.element.querySelectorAll("button")].filter(({ textContent }) => textContent == "Add a layer");
  add!.click();
  expect(layers()).toBe(3);
  expect(change.mock.lastCall![0]).toMatch(/, 0 4px 12px rgba\(0, 0, 0, 0\.2\)$/);
  find("Remove box-shadow, layer 1").click();
  find("Remove box-shadow, layer 1").click();
  find("Remove box-shadow, layer 1").click();
  expect(layers()).toBe(0);
  expect(change.mock.lastCall).toEqual(["none"]);
  expect(endStep).toHaveBeenCalledTimes(4);
  // The button that was pressed is gone.
  expect(document.activeElement).toBe(add);
});

test("what the controls wrote leaves them as they are, so that the focus stays", () => {
  const blur = find("box-shadow, layer 1, blur");
  enter("box-shadow, layer 1, blur", "6");
  editor.show(change.mock.lastCall![0]);
  expect(find("box-shadow, layer 1, blur")).toBe(blur);
  editor.show("0 0 9px rgb(1, 2, 3)");
  expect([layers(), find("box-shadow, layer 1, blur").value]).toEqual([1, "9"]);
});

test("a value for the text alone has no controls, until there is another one", () => {
  editor.show("0 0 9px var(--main-color)");
  expect([editor.element.hidden, layers()]).toEqual([true, 0]);
  editor.show("none");
  expect([editor.element.hidden, layers()]).toEqual([false, 0]);
});
