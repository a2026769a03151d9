// On pages that have replaced what is of the browser. The real libraries are tried in widget/pipelines/natives.spec.ts.

import { expect, test } from "./talk.ts";

/** As Prototype 1.6 has it. */
const toJSON = `
  Array.prototype.toJSON = function () { return "[" + Array.prototype.map.call(this, (value) => JSON.stringify(value)).join(", ") + "]" };
  String.prototype.toJSON = function () { return '"' + this + '"' };`;

for (const [what, account, replaced] of [
  ["arrays and texts have a toJSON()", "bundled", toJSON],
  ["URL is an address of the page", "cdn", 'URL = "https://site.example/"'],
  ["Array.from() knows no second argument, and entries() are values", "bundled", "Array.from = (list) => [].slice.call(list); Array.prototype.entries = function () { return this.slice() }"],
] as const)
  test(`where ${what} the chat talks, and goes on after a reload`, async ({ talk, page }) => {
    const chat = await talk.begin("One", { account, head: `<script>${replaced}</script>` });
    expect(await page.evaluate(`JSON.parse(localStorage["missive-chat:${account}"]).outbox`)).toEqual([]);
    await (await talk.team()).send("Two");
    await talk.whole(["One", "Two"], chat);
    // Open, as it was left.
    await page.reload();
    await talk.whole(["One", "Two"], chat);
    await chat.write("Three");
    await talk.whole(["One", "Two", "Three"], chat);
    expect(await talk.conversations()).toHaveLength(1);
  });
