// The inline script of the snippets for site generators, on pages whose markup carries the names that it uses.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const loader = readFileSync(join(import.meta.dirname, "../../templates/pipelines/loader.js"), "utf8");
const page = window as { MissiveChat?: any; MissiveChatConfig?: any };
const block = '<script type="application/json" id="missive-chat-config" data-id="acme">{"messages":{"title":"Ours"}}</script>';

beforeEach(() => {
  delete page.MissiveChat;
  delete page.MissiveChatConfig;
});
afterEach(() => document.body.replaceChildren());

test.each([
  ["nothing else", ""],
  ["an element with the id of the options", '<div id="missive-chat-config" data-id="evil">{"messages":{"title":"Bank Support"}}</div>'],
  ["a script with it that is no JSON", '<script type="text/plain" id="missive-chat-config" data-id="evil">{"messages":{"title":"Bank Support"}}</script>'],
  ["a form with the name of the API and its members", '<form id="MissiveChat"><input name="isOpen"><input name="id"><input name="q"></form>'],
])("with %s before it the options are those of its own, and calls wait in a queue", (_, html) => {
  document.body.innerHTML = html + block;
  const form = document.querySelector("form");
  if (form) page.MissiveChat = form;
  new Function(loader)();
  expect(page.MissiveChatConfig).toEqual({ messages: { title: "Ours" }, id: "acme" });
  page.MissiveChat.open();
  expect(page.MissiveChat.q.map(([name]: [string]) => name)).toEqual(["open"]);
});
