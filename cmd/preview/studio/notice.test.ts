// What the notice shows, and what it does not write over.

import { beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createNotice, type Notice } from "./notice";

const fault = { message: "the file can't be read", hint: "look at its rights" };
const decide = vi.fn<(keep: boolean) => void>();
const moveFocus = vi.fn();
let element: HTMLElement;
let notice: Notice;

beforeEach(() => {
  vi.clearAllMocks();
  element = document.createElement("section");
  document.body.replaceChildren(element);
  notice = createNotice(element, moveFocus);
});

const press = (name: string) => [...element.querySelectorAll("button")].find(({ textContent }) => textContent == name)!.click();
const question = "brand.toml was changed outside of the studio, and you have an unsaved change.";

describe("after", () => {
  const shows = () => notice.showFault(fault);
  const asks = () => notice.askConflict("brand.toml", 1, [], decide);
  const closes = () => press("Close");
  test.each<[string, (() => void)[], shown: string]>([
    ["a fault", [shows], "The file can't be read. Look at its rights."],
    ["a fault without a hint", [() => notice.showFault({ message: "no", hint: "" })], "No. "],
    ["a fault that was closed", [shows, closes], ""],
    ["a fault that was cleared", [shows, () => notice.clear()], ""],
    ["problems", [() => notice.showProblems(["one", "two"])], "onetwo"],
    ["problems that are no more", [shows, () => notice.showProblems(null)], ""],
    ["a question", [shows, asks], question],
    ["a question and a fault", [asks, shows], question],
    ["a question that was withdrawn", [asks, () => notice.withdrawConflict(), shows], "The file can't be read."],
    ["a question that was answered", [asks, () => press("Keep mine, on top of it"), shows], "The file can't be read."],
    ["a fault, and no question to withdraw", [shows, () => notice.withdrawConflict()], "The file can't be read."],
    ["a question that problems came after", [asks, () => notice.showProblems(["one"])], "one"],
  ])("%s", (_, acts, shown) => {
    for (const act of acts) act();
    expect(element.hidden).toBe(!shown);
    if (shown) expect(element.textContent).toContain(shown);
    else expect(element.textContent).toBe("");
  });
});

test.each<[string, keep: boolean]>([
  ["Keep mine, on top of it", true],
  ["Take what is on disk", false],
])("%s is the answer %s; then the button is gone, and the focus goes elsewhere", (name, keep) => {
  notice.askConflict("brand.toml", 2, ["width", "height"], decide);
  expect(element.textContent).toContain("you have 2 unsaved changes. Both have another width, height.");
  press(name);
  expect(decide.mock.calls).toEqual([[keep]]);
  expect(element.textContent).toBe("");
  expect(moveFocus).toHaveBeenCalledTimes(1);
});

test("the focus can be led to its first button", () => {
  notice.askConflict("brand.toml", 1, [], decide);
  notice.focus();
  expect(document.activeElement!.textContent).toBe("Keep mine, on top of it");
});
