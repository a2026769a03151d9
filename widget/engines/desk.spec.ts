// The team answers at the desk, in each engine: by the keyboard, with the list, the dialogs and the storage as each of them has them.

import { TokenServer } from "../../cmd/token/fixture.ts";
import { expect, test } from "./visitor.ts";

/** Runs in the page: what the agent sees. */
function see() {
  const texts = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].filter((element) => element.offsetParent).map(({ textContent }) => textContent);
  const { activeElement } = document;
  return {
    names: texts("#list .who"),
    waiting: texts("#list time.waiting .hidden"),
    heading: texts("#name").join(),
    bubbles: texts("[role=log] .bubble"),
    pressed: texts(".views [aria-pressed=true]").join().replace(/ \d+$/, ""),
    sheet: !!document.querySelector("#keys[open]"),
    wide: document.documentElement.scrollWidth > innerWidth,
    focus: activeElement?.closest("#list") ? "row" : activeElement?.tagName.toLowerCase(),
    draft: document.querySelector<HTMLTextAreaElement>(".composer textarea")?.value ?? "",
  };
}

test("an agent finds who waits, answers, marks it as done, and sees it open again, without a mouse", async ({ launched, settings, request }) => {
  const server = new TokenServer(request);
  const browser = await (await launched(settings)).open();
  // There is nothing to be seen while a page goes.
  const sees = (expected: Partial<ReturnType<typeof see>>) => expect.poll(() => browser.run(see).catch(() => ({}))).toMatchObject({ wide: false, ...expected });
  /** Where nothing hovers, as on phones, the focus is not in the box at once. */
  const reply = async () => {
    if ((await browser.run(see)).focus != "textarea") await browser.type("r");
    await sees({ focus: "textarea" });
  };
  try {
    await server.start([{ identity: "ann", password: "correct horse battery" }]);
    await server.write("Sam Poe", "Hello");
    const sid = await server.write("Jane Doe", "Is the jug still there?");
    await browser.goto(`${server.address}desk#${sid}`);
    await expect.poll(() => browser.run(() => document.title)).toBe("Sign in – Team desk");
    await browser.type("ann");
    await browser.press("Tab");
    await browser.type("correct horse battery");
    await browser.press("Enter");

    await test.step("the link leads to the conversation", () =>
      sees({ names: ["Jane Doe", "Sam Poe"], waiting: ["waiting since just now", "waiting since just now"], heading: "Jane Doe", bubbles: ["Is the jug still there?"] }));
    await test.step("a draft survives a reload, and is sent", async () => {
      await reply();
      await browser.type("It is");
      await browser.reload();
      await sees({ bubbles: ["Is the jug still there?"], draft: "It is" });
      await reply();
      await browser.press("Enter");
      await sees({ bubbles: ["Is the jug still there?", "It is"], draft: "", waiting: ["waiting since just now"] });
    });
    await test.step("keys lead back, mark it as done, and show what is", async () => {
      await browser.press("Escape");
      await sees({ focus: "row", heading: "" });
      await browser.type("e");
      await sees({ names: ["Sam Poe"] });
      await browser.type("3");
      await sees({ names: ["Jane Doe"], pressed: "Done", focus: "row" });
    });
    await test.step("the visitor writes again, and it is open", async () => {
      await server.twilio.rest("POST", `/Conversations/${sid}/Messages`, { Author: (await server.twilio.rest("GET", "/Conversations/" + sid)).unique_name.replace(/-\d+$/, ""), Body: "Thank you" });
      await sees({ names: [] });
      await browser.type("2");
      await sees({ names: ["Sam Poe", "Jane Doe"], pressed: "Waiting" });
    });
    await test.step("a sheet has the keys", async () => {
      await browser.type("?");
      await sees({ sheet: true });
      await browser.press("Escape");
      await sees({ sheet: false, focus: "row" });
    });
  } finally {
    await browser.close();
    await server.end();
  }
});
