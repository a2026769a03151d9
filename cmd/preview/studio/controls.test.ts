// Which variables the search and the filter show, and what each field is given.

import { beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import type { Look, Pair, Variable } from "./api";
import { type Controls, createControls } from "./controls";
import { loadPage } from "./fake-page";
import { brand, noUnit } from "./fake-preview";
import { createSession } from "./session";

const variable = (name: string, kind: Variable["kind"], doc: string, dark = false): Variable => ({ name, kind, doc, dark, examples: [] });
const groups = [
  { title: "Colours", variables: [variable("main-color", "color", "Of the `button` and of own bubbles.", true), variable("text-color", "color", "Of messages.", true)] },
  { title: "Badge", variables: [variable("badge-border-radius", "length", "Of its corners."), variable("badge-size", "length", "Height and least width.")] },
];
const pair: Pair = { text: "text-color", background: "main-color", ratio: 2.69, need: 4.5, passes: false };
const look: Look = {
  variables: {},
  values: {
    "main-color": { text: "#0a6847", own: true, from: "" },
    "dark-main-color": { text: "#7fd1ae", own: true, from: "" },
    "text-color": { text: "black", own: false, from: "paper" },
    "dark-text-color": { text: "white", own: false, from: "paper" },
    "badge-border-radius": { text: "4px", own: false, from: "default" },
    "badge-size": { text: "20px", own: false, from: "default" },
  },
  contrast: { light: [pair], dark: [{ ...pair, ratio: 9, passes: true }] },
  faults: {},
};

let controls: Controls;
const change = vi.fn<(key: string, text: string) => void>();

beforeEach(() => {
  loadPage();
  controls = createControls(groups, { change, endStep() {} });
  controls.show(look, createSession(brand), []);
});

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const names = () => [...document.querySelectorAll(".row:not([hidden]) h3")].map(({ textContent }) => textContent);
const sections = () => [...document.querySelectorAll("#groups > section:not([hidden]) h2")].map(({ textContent }) => textContent);
function search(text: string): void {
  find<HTMLInputElement>("search").value = text;
  find("find").dispatchEvent(new Event("input"));
}
function filter(value: string): void {
  document.querySelector<HTMLInputElement>(`[name=filter][value=${value}]`)!.checked = true;
  find("find").dispatchEvent(new Event("input"));
}

const all = ["main-color", "text-color", "badge-border-radius", "badge-size"];

describe("the search finds", () => {
  test.each<[string, found: string[], groups: string[]]>([
    ["", all, ["Colours", "Badge"]],
    ["badge radius", ["badge-border-radius"], ["Badge"]],
    ["RADIUS  badge", ["badge-border-radius"], ["Badge"]],
    ["badge-size", ["badge-size"], ["Badge"]],
    ["badge size", ["badge-size"], ["Badge"]],
    // By group, by what it is for, by what it takes.
    ["colours", ["main-color", "text-color"], ["Colours"]],
    ["button", ["main-color"], ["Colours"]],
    ["length", ["badge-border-radius", "badge-size"], ["Badge"]],
    ["zebra", [], []],
  ])("%j", (text, found, groups) => {
    search(text);
    expect([names(), sections()]).toEqual([found, groups]);
    expect(find("none").hidden).toBe(found.length > 0);
  });

  test("all again after Escape", () => {
    search("zebra");
    expect(find("none").textContent).toBe("No variable is found by these words.");
    find("search").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect([names(), find<HTMLInputElement>("search").value]).toEqual([all, ""]);
  });
});

describe("the filter shows", () => {
  const clean: Look = { ...look, values: Object.fromEntries(Object.entries(look.values).map(([key, value]) => [key, { ...value, own: false }])), contrast: { light: null, dark: null } };
  test.each<[filter: string, Look, search: string, shown: string[], none: string]>([
    ["own", look, "", ["main-color"], ""],
    ["own", look, "badge", [], "No variable is found by these words."],
    ["own", clean, "", [], "This theme sets nothing of its own yet."],
    ["faint", look, "", ["main-color", "text-color"], ""],
    ["faint", look, "messages", ["text-color"], ""],
    ["faint", { ...look, contrast: { light: null, dark: [pair] } }, "", ["main-color", "text-color"], ""],
    ["faint", clean, "", [], "All text can be read well."],
    ["all", clean, "", all, ""],
  ])("%s", (which, look, words, shown, none) => {
    filter(which);
    search(words);
    controls.show(look, createSession(brand), []);
    expect([names(), find("none").hidden ? "" : find("none").textContent]).toEqual([shown, none]);
  });

  test.each<[Look["contrast"], string]>([
    [{ light: [pair], dark: null }, "1"],
    [{ light: [pair], dark: [pair, pair] }, "3"],
    [{ light: null, dark: null }, ""],
  ])("how many pairs are hard to read: %#", (contrast, count) => {
    controls.show({ ...look, contrast }, createSession(brand), []);
    expect(find("faint").textContent).toBe(count);
  });
});

test("a variable for both schemes has a field for each, others have one", () => {
  const labels = [...document.querySelectorAll(".row input.text")].map((input) => input.getAttribute("aria-label"));
  expect(labels).toEqual(["main-color, light", "main-color, dark", "text-color, light", "text-color, dark", "badge-border-radius", "badge-size"]);
  expect(document.querySelector(".row .doc")!.textContent).toBe("Of the button and of own bubbles.");
});

describe("each field", () => {
  const field = (key: string) => find("field-" + key).closest(".field") as HTMLElement;
  const resets = () => [...document.querySelectorAll(".reset:not([hidden])")].map((reset) => reset.getAttribute("aria-label"));

  test("has the contrast of its own palette", () => {
    expect(field("text-color").querySelector(".notes")!.textContent).toBe("2.69 on main-color, needs 4.5");
    expect(field("dark-text-color").querySelector(".notes")!.textContent).toBe("9.00 on main-color");
  });

  test("is told whether it has changed, and whether it waits", () => {
    const session = createSession({ ...brand, own: { "main-color": "#0a6847" } });
    session.commit({ "main-color": "#0a6847", "dark-main-color": "#7fd1ae" });
    const values = { ...look.values, "badge-size": { text: "31px", own: false, from: "default" } };
    controls.show({ ...look, values }, session, ["badge-size"]);
    expect(all.flatMap((key) => [key, "dark-" + key]).filter((key) => find("field-" + key) && field(key).classList.contains("changed"))).toEqual(["dark-main-color"]);
    expect(find<HTMLInputElement>("field-badge-size").value).toBe("20px");
  });

  test("can be reset where the theme has one to inherit from", () => {
    expect(resets()).toEqual(["Reset main-color, light to inherited", "Reset main-color, dark to inherited"]);
    controls.show(look, createSession({ ...brand, extends: "" }), []);
    expect(resets()).toEqual([]);
  });

  test("has its fault until there is none any more", () => {
    const faulty = () => [...document.querySelectorAll(".field .fault")].map((fault) => fault.closest(".field")!.querySelector("input.text")!.id);
    controls.setFaults({ "badge-size": noUnit("20"), "dark-text-color": noUnit("1"), unknown: noUnit("2") });
    expect(faulty()).toEqual(["field-dark-text-color", "field-badge-size"]);
    controls.setFaults({ "badge-size": noUnit("20") });
    expect(faulty()).toEqual(["field-badge-size"]);
    controls.setFaults({});
    expect(faulty()).toEqual([]);
  });
});

test("a field is revealed although search and filter hide it", () => {
  search("zebra");
  filter("own");
  controls.reveal("badge-size");
  expect(names()).toEqual(all);
  expect(document.activeElement).toBe(find("field-badge-size"));
});
