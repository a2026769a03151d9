// How many stages stand beside each other, and how large.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import { stageAddress, stageScale, type View } from "./stages";

describe("the stages fill a row", () => {
  test.each<[View["device"], View["size"], space: number, columns: number, width: number]>([
    // Below the least width there is one, as wide as it can be.
    ["phone", "small", 100, 1, 52],
    ["phone", "small", 228, 1, 180],
    ["phone", "small", 431, 1, 383],
    // With room for one more they are as small as they may be.
    ["phone", "small", 432, 2, 180],
    ["phone", "small", 800, 3, 234.667],
    ["phone", "medium", 800, 2, 364],
    // Never larger than the screen is.
    ["phone", "full", 800, 1, 390],
    ["phone", "full", 852, 2, 390],
    ["desktop", "small", 800, 2, 364],
    ["desktop", "medium", 800, 1, 752],
    ["desktop", "full", 2000, 2, 800],
  ])("%s, %s, on %i pixels: %i of %f", (device, size, space, columns, width) => {
    const shown = stageScale({ device, size }, space) * { phone: 390, desktop: 800 }[device];
    expect(shown).toBeCloseTo(width, 2);
    const row = space - 2 * 24;
    expect(Math.max(1, Math.floor((row + 24) / (shown + 24 - 1e-9)))).toBe(columns);
  });
});

test.each<[Pick<View, "rtl" | "long">, string]>([
  [{ rtl: false, long: false }, "/stage/?theme=brand&state=badge&scheme=dark&dir=ltr"],
  [{ rtl: true, long: false }, "/stage/?theme=brand&state=badge&scheme=dark&dir=rtl"],
  [{ rtl: true, long: true }, "/stage/?theme=brand&state=badge&scheme=dark&dir=rtl&long=1"],
])("with %j a stage is at %s", (view, address) => expect(stageAddress("badge", "dark", "brand", view)).toBe(address));
