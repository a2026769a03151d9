import { expect, test } from "./site.ts";

test("the button opens the window with the greeting, and asks who the visitor is", async ({ site, chat }) => {
  await site.open();
  await chat.open();
  await expect(chat.bubbles).toHaveText(["Hi there! 👋\n\nThe team will reply as soon as possible.", "First, identify yourself."]);
  await expect(chat.form.getByLabel("Name")).toBeFocused();
});
