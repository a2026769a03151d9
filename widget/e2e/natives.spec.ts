// On pages that have replaced what is of the browser, by script or by the names of elements. The real libraries are tried in
// widget/pipelines/natives.spec.ts.

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

/** Each hides what the document has of that name. */
const named = (...names: string[]) => names.map((name) => `<img name="${name}" alt="">`).join("");

test("where elements have the names of what the document has the chat talks, says what is read, and calls attention", async ({ talk, page }) => {
  const head = "<script>delete window.trustedTypes</script>";
  const chat = await talk.open({ head, config: { chat: { flashTitle: true } } });
  // All of it, but what the browser's own tools need here.
  const names = await page.evaluate(() => {
    const all: string[] = [];
    for (const name in document) if (!/^on|^(querySelector(All)?|activeElement|defaultView|nodeType|documentElement|createRange|compatMode)$/.test(name)) all.push(name);
    return all;
  });
  expect(names).toEqual(expect.arrayContaining(["hidden", "title", "createElement", "createEvent", "addEventListener", "body"]));
  await talk.open({ head: head + `<a id="trustedTypes"></a>` + named(...names), config: { chat: { flashTitle: true } } });
  await chat.open();
  await chat.write("One");
  await talk.whole(["One"], chat);
  const team = await talk.team();
  await team.send("Two");
  await talk.whole(["One", "Two"], chat);
  await team.saw("participantUpdated", [await talk.visitor(), 1, ["lastReadMessageIndex", "lastReadTimestamp"]]);
  await chat.box.press("Escape");
  await expect(chat.window).toBeHidden();
  await team.send("Three");
  await expect(chat.badge).toHaveText("1");
  await expect.poll(() => page.evaluate(() => document.querySelector("title")!.text)).toBe("New message!");
});
