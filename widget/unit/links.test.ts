import { expect, test } from "vitest";
import { linked } from "../src/window/links";

test("an address becomes a link without the punctuation behind it", () => {
  const [before, link, after] = linked("See https://example.com/a.", false);
  expect([before, (link as HTMLAnchorElement).href, after]).toEqual(["See ", "https://example.com/a", "."]);
});
