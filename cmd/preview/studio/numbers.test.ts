// Arrow keys on the numbers of a value. The cursor is where the "|" is.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import { type Edit, stepNumber } from "./numbers";

const edit = (text: string): Edit => ({ text: text.replace("|", ""), at: text.indexOf("|") });
const shown = (edit: Edit | undefined) => edit && edit.text.slice(0, edit.at) + "|" + edit.text.slice(edit.at);

describe("a step", () => {
  test.each<[before: string, steps: number, after: string | undefined]>([
    // The unit decides how large it is.
    ["|350px", 1, "351|px"],
    ["350px|", -10, "340|px"],
    ["2em|", 1, "2.1|em"],
    ["2rem|", 1, "2.1|rem"],
    ["50%|", 1, "51|%"],
    ["200ms|", 1, "225|ms"],
    ["1.5s|", 1, "1.55|s"],
    ["1s|", 1, "1.05|s"],
    ["4|", 1, "5|"],
    [".5|", 1, "0.55|"],
    ["1.5px|", 1, "2.5|px"],
    // Without the errors of binary fractions.
    ["0.1em|", 2, "0.3|em"],
    // Past zero.
    ["0|", -1, "-1|"],
    ["-1px|", 1, "0|px"],
    ["-12px|", -1, "-13|px"],
    // The number at the cursor, or the one before it, or the first.
    ["0 2|px 4px", 1, "0 3|px 4px"],
    ["0 2px |4px", 1, "0 2px 5|px"],
    ["0 2px| 4px", 1, "0 3|px 4px"],
    ["solid| 1px", 1, "solid 2|px"],
    ["9px solid| 1px", 1, "10|px solid 1px"],
    ["rgba(0, 0, 0, .5|)", 1, "rgba(0, 0, 0, 0.55|)"],
    // Digits in names and colours are none.
    ["#123456|", 1, undefined],
    ["var(--x2)|", 1, undefined],
    ["none|", 1, undefined],
    ["|", 1, undefined],
    ["#123 |4px", 1, "#123 5|px"],
  ])("in %j by %i makes %j", (before, steps, after) => expect(shown(stepNumber(edit(before), steps))).toBe(after));
});
