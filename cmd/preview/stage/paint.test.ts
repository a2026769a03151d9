// The style variables of a theme, as the chat is given them.

import { expect, test, vi } from "../../../widget/unit/vitest.ts";
import { type Chat, createPainter, type Variables } from "./paint";

test.each<[string, Variables[string], string]>([
  ["one text is for both schemes", "12px", "12px"],
  ["the same in both schemes is one text", { light: "12px", dark: "12px" }, "12px"],
  ["what differs has a part for each scheme", { light: "#fff", dark: "rgba(0, 0, 0, .5)" }, "var(--light,#fff) var(--dark,rgba(0, 0, 0, .5))"],
])("%s", (_, value, text) => {
  const setVariables = vi.fn();
  createPainter(() => ({ setVariables }))({ width: value });
  expect(setVariables.mock.calls).toEqual([[{ width: text }]]);
});

test("what came before there was a chat is set once there is one, the last of it alone", () => {
  const setVariables = vi.fn();
  let chat: Chat | undefined;
  const paint = createPainter(() => chat);
  paint();
  paint({ width: "1px" });
  paint({ width: "2px" });
  chat = { setVariables };
  paint();
  expect(setVariables.mock.calls).toEqual([[{ width: "2px" }]]);
});

test("without variables nothing is set", () => {
  const setVariables = vi.fn();
  createPainter(() => ({ setVariables }))();
  expect(setVariables).not.toHaveBeenCalled();
});
