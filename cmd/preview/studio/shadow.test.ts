// Box-shadows as text and as layers.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import { formatShadow, type Layer, parseShadow, type ReadColor } from "./shadow";

const black: Layer = { x: 0, y: 0, blur: 0, spread: 0, color: "#000000", opacity: 100, inset: false };
const brown: Layer = { ...black, y: 2, blur: 4, color: "#5c4026", opacity: 8 };

/** In place of the browser, which knows all colours. */
const readColor: ReadColor = (text) => {
  const known: Record<string, ReturnType<ReadColor>> = { black: [0, 0, 0, 1], "#5c4026": [92, 64, 38, 1], "rgba(92, 64, 38, 0.08)": [92, 64, 38, 0.08], "rgb(10.4 10.6 0 / 50%)": [10.4, 10.6, 0, 0.5] };
  return known[text] ?? [0, 0, 0, 1];
};

describe("is read and written the same", () => {
  test.each<[string, Layer[]]>([
    ["none", []],
    ["0 2px 4px rgba(92, 64, 38, 0.08)", [brown]],
    ["0 0 0 #5c4026", [{ ...black, color: "#5c4026" }]],
    ["inset 0 2px 4px rgba(92, 64, 38, 0.08)", [{ ...brown, inset: true }]],
    ["0 18px 40px -12px #5c4026", [{ ...black, y: 18, blur: 40, spread: -12, color: "#5c4026" }]],
    ["-1px -2.5px 0 #5c4026", [{ ...black, x: -1, y: -2.5, color: "#5c4026" }]],
    ["0 2px 4px rgba(92, 64, 38, 0.08), inset 0 0 9px #5c4026", [brown, { ...black, blur: 9, color: "#5c4026", inset: true }]],
  ])("%s", (text, layers) => {
    expect(parseShadow(text, readColor)).toEqual(layers);
    expect(formatShadow(layers)).toBe(text);
  });
});

describe("is read, and written in one way", () => {
  test.each<[string, string]>([
    [" none ", "none"],
    ["0 2px black", "0 2px 0 #000000"],
    ["0px 2px 4px 0px black", "0 2px 4px #000000"],
    ["black 0 2px", "0 2px 0 #000000"],
    ["0 2px black inset", "inset 0 2px 0 #000000"],
    ["0 .5px 1.0px black", "0 0.5px 1px #000000"],
    ["0 1px rgb(10.4 10.6 0 / 50%)", "0 1px 0 rgba(10, 11, 0, 0.5)"],
    ["0   1px  black", "0 1px 0 #000000"],
  ])("%s", (text, written) => expect(formatShadow(parseShadow(text, readColor)!)).toBe(written));
});

describe("can be edited as text only", () => {
  test.each([
    "var(--x)",
    "0 0 9px var(--main-color)",
    "0 0 9px currentColor",
    "0 0 1em black",
    "0 0 calc(1px + 2px) black",
    "0 2px",
    "2px black",
    "0 2px black red",
    "inset inset 0 2px black",
    "0 2px black, 0 0 1em black",
  ])("%j", (text) => expect(parseShadow(text, readColor)).toBeUndefined());
});
