// The groups of conversations: open, waiting, done and closed ones, and searching in all of them.

import type { Page } from "../../../widget/e2e/playwright.ts";
import { type Desk, expect, give, jane, openIn, rest, test } from "./fixture.ts";

test.describe.configure({ timeout: 120_000 });

const show = (desk: Desk, view: "Open" | "Waiting" | "Done" | "Closed") => desk.page.getByRole("group", { name: "Show" }).getByRole("button", { name: view }).click();
const status = (desk: Desk) => desk.page.locator("#status");
const search = (desk: Desk) => desk.page.getByRole("searchbox", { name: "Search names, addresses and last words" });

test("what is done leaves the open ones, until the visitor writes again or somebody opens it again", async ({ desk, visit, preview }) => {
  const chat = await visit(jane);
  await chat.write("Hello");
  await desk.read("Jane Doe");
  const stateOf = async () => (await rest(preview, "/Conversations/" + openIn(desk))).state;
  const done = desk.page.getByRole("button", { name: "Done", exact: true }).last();
  // The second click comes when it says "Reopen" already.
  await done.click();
  await desk.page.locator("#done", { hasText: "Reopen" }).dispatchEvent("click", { detail: 2 });
  await expect(status(desk)).toHaveText("Marked as done.");
  await expect(desk.conversations).toHaveCount(0);
  await expect(desk.page.getByText("Done. It opens again when the visitor writes.")).toBeVisible();
  expect(await stateOf()).toBe("inactive");

  await show(desk, "Done");
  await expect(desk.conversations).toHaveText([/Jane Doe/]);
  await expect(desk.conversations.locator("time.waiting")).toHaveCount(0);
  await desk.page.getByRole("button", { name: "Reopen" }).click();
  await expect(desk.conversations).toHaveCount(0);
  await show(desk, "Open");
  await expect(desk.conversations).toHaveText([/Jane Doe/]);
  expect(await stateOf()).toBe("active");

  await done.click();
  await expect(desk.conversations).toHaveCount(0);
  await chat.write("One more thing");
  await expect(desk.conversations).toHaveText([/Jane Doe.*One more thing/]);
  await expect(desk.bubbles).toHaveText(["Hello", "One more thing"]);
  expect(await stateOf()).toBe("active");
  // The answer to the first one was not owed any more.
  await expect(desk.conversations.locator("time.waiting .hidden")).toHaveText("waiting since just now");
});

test("who has waited longest comes first and says for how long, and nobody waits who was answered", async ({ desk, preview }) => {
  await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello", minutesAgo: 12 }, { body: "Anybody there?", minutesAgo: 2 }] });
  await give(preview, { identity: "acme_2", name: "Ben", messages: [{ body: "Hello", minutesAgo: 190 }] });
  await give(preview, { identity: "acme_3", name: "Cat", messages: [{ body: "Hello", minutesAgo: 30 }, { by: "jo", body: "Hi Cat", minutesAgo: 1 }] });
  await give(preview, { identity: "acme_4", name: "Dan", messages: [{ body: "Hello", minutesAgo: 90 }, { by: "team", body: "Hi Dan", minutesAgo: 80 }, { body: "So?", minutesAgo: 70 }] });
  await show(desk, "Waiting");
  await expect(desk.conversations).toHaveText([/Ben.*waiting for 3 hours/, /Dan.*waiting for 1 hour/, /Ann.*waiting for 12 minutes/]);
  await expect(desk.page.getByRole("button", { name: "Waiting" })).toHaveText("Waiting 3");
  await desk.read("Ben");
  await desk.reply("Here I am");
  await expect(desk.conversations).toHaveText([/Dan/, /Ann/]);
});

test("searching finds names, addresses and last words, in what is done as well, whatever the accents", async ({ desk, preview }) => {
  await give(preview, { identity: "acme_1", name: "Zoë Müller", email: "zoe@acme.example", messages: [{ body: "Is the blue jug still there?" }] });
  const done = await give(preview, { identity: "acme_2", name: "Ben", email: "ben@müller.example", messages: [{ body: "Thank you" }] });
  await give(preview, { identity: "acme_3", name: "Cat", messages: [{ body: "A red JUG" }] });
  await rest(preview, "/Conversations/" + done, { State: "inactive" });
  await expect(desk.conversations).toHaveCount(2);
  for (const [query, found] of [
    ["zoe", [/Zoë/]],
    ["muller", [/Ben/, /Zoë/]],
    ["Jug", [/Cat/, /Zoë/]],
    ["jug blue", [/Zoë/]],
    ["thank", [/Ben.*Done/]],
  ] as const) {
    await search(desk).fill(query);
    await expect(desk.page.locator("#found")).toHaveText((found.length == 1 ? "1 conversation found" : `${found.length} conversations found`) + ". Closed ones have not been searched.");
    for (const each of found) await expect(desk.conversations.filter({ hasText: each })).toHaveCount(1);
    await expect(desk.conversations).toHaveCount(found.length);
  }
  await search(desk).fill("nobody");
  await expect(desk.page.getByText("Nothing found.")).toBeVisible();
  await search(desk).press("Escape");
  await expect(search(desk)).toHaveValue("");
  await expect(desk.conversations).toHaveCount(2);
});

test("what the service has closed is found and read, and can't be answered", async ({ desk, visit, preview }) => {
  const chat = await visit(jane);
  await chat.write("Where is my jug?");
  await desk.read("Jane Doe");
  await desk.reply("On its way");
  await expect(chat.bubbles).toHaveText(["Where is my jug?", "On its way"]);
  const sid = openIn(desk);
  await rest(preview, "/Conversations/" + sid, { State: "closed" });

  await test.step("one that is open here while it closes stays to be read", async () => {
    await expect(desk.page.getByText("This conversation is closed: it can only be read.")).toBeVisible();
    await expect(desk.bubbles).toHaveText(["Where is my jug?", "On its way"]);
    await expect(desk.box).toHaveCount(0);
    await expect(desk.conversations).toHaveCount(0);
  });
  await test.step("so does one that a link leads to", async () => {
    await desk.page.reload();
    await expect(desk.page.getByRole("heading", { level: 2, name: "Jane Doe" }).first()).toBeVisible();
    await expect(desk.bubbles).toHaveText(["Where is my jug?", "On its way"]);
    await expect(desk.page.locator("#who .mark")).toHaveText("[Unverified]");
    await expect(desk.box).toHaveCount(0);
  });
  await test.step("the closed ones are listed", async () => {
    await show(desk, "Closed");
    await expect(desk.conversations).toHaveText([/Jane Doe.*You: On its way/]);
  });
  await test.step("and searched when that is asked for", async () => {
    await show(desk, "Open");
    await desk.page.reload();
    await search(desk).fill("its way");
    await expect(desk.page.getByText("Nothing found.")).toBeVisible();
    await expect(desk.page.getByText("0 conversations found. Closed ones have not been searched.")).toBeVisible();
    await desk.page.getByRole("button", { name: "Search closed conversations" }).click();
    await expect(desk.conversations).toHaveText([/Jane Doe.*Closed/]);
    await expect(desk.page.locator("#found")).toHaveText("1 conversation found.");
  });
  await test.step("one that the agent isn't in is not said to be closed, and can be answered once they are", async () => {
    const { sid } = await rest(preview, "/Conversations", { UniqueName: "acme_9-1", Attributes: JSON.stringify({ account: "acme", visitor: { name: "Ann" } }) });
    await rest(preview, `/Conversations/${sid}/Messages`, { Author: "acme_9", Body: "Before your time" });
    await desk.page.goto(preview.address + "desk/#" + sid);
    await expect(desk.page.getByText("You are not in this conversation yet")).toBeVisible();
    await expect(desk.bubbles).toHaveText(["Before your time"]);
    await expect(desk.box).toHaveCount(0);
    await rest(preview, `/Conversations/${sid}/Participants`, { Identity: "team" });
    await expect(desk.box).toBeVisible();
    await expect(desk.page.locator(".state-note")).toHaveText("");
    await expect(desk.bubbles).toHaveText(["Before your time"]);
  });
  await test.step("what is no conversation says so", async () => {
    await desk.page.goto(preview.address + "desk/#CH" + "0".repeat(32));
    await expect(desk.page.locator("#blank")).toHaveText("There is no such conversation.");
    await expect(desk.page.locator("#thread")).toBeHidden();
  });
});

test("searching goes through the closed ones as far as somebody asks for, says how far that is, and finds what was closed meanwhile", async ({ desk, preview }) => {
  await expect(desk.page.getByText("No conversations yet.")).toBeVisible();
  const sids: string[] = [];
  for (let i = 0; i < 50; i++) sids.push(await give(preview, { identity: "acme_" + i, name: i ? "Visitor " + i : "Zoë", messages: [{ body: "Hello" }] }));
  for (const sid of sids.slice(0, 49)) await rest(preview, "/Conversations/" + sid, { State: "closed" });
  await expect(desk.conversations).toHaveCount(1);
  const found = desk.page.locator("#found");
  await search(desk).fill("visitor 3");
  await expect(found).toHaveText("0 conversations found. Closed ones have not been searched.");
  await desk.page.getByRole("button", { name: "Search closed conversations" }).click();
  await expect(found).toHaveText("11 conversations found, also among the last 20 of the closed ones.");

  await search(desk).fill("zoe");
  await expect(found).toHaveText("0 conversations found, also among the last 20 of the closed ones.");
  await desk.page.getByRole("button", { name: "Search older closed conversations" }).click();
  await expect(desk.conversations).toHaveText([/Zoë.*Closed/]);
  await expect(found).toHaveText("1 conversation found.");

  await search(desk).press("Escape");
  await rest(preview, "/Conversations/" + sids[49], { State: "closed" });
  await expect(desk.conversations).toHaveCount(0);
  await search(desk).fill("visitor 49");
  await desk.page.getByRole("button", { name: "Search closed conversations" }).click();
  await expect(desk.conversations).toHaveText([/Visitor 49.*Closed/]);
});

test("of a closed conversation older messages come when somebody scrolls up", async ({ desk, preview }) => {
  const messages = Array.from({ length: 70 }, (_, i) => ({ by: i % 2 ? "jo" : undefined, body: "Message " + i }));
  const sid = await give(preview, { identity: "acme_1", name: "Ann", messages });
  await rest(preview, "/Conversations/" + sid, { State: "closed" });
  await desk.page.goto(preview.address + "desk/#" + sid);
  await expect(desk.bubbles).toHaveCount(50);
  await desk.page.getByRole("log").evaluate((log) => (log.scrollTop = 0));
  await expect(desk.bubbles).toHaveCount(70);
  await expect(desk.bubbles).toHaveText(messages.map(({ body }) => body));
});

test("the page where the visitor wrote last is a link that says nothing of the desk, and what is no address is none", async ({ desk, preview }) => {
  const sid = await give(preview, { identity: "acme_1", name: "Ann", messages: [{ body: "Hello", page: "https://www.acme.example/prices" }] });
  await expect(desk.conversations).toContainText("www.acme.example/prices");
  await desk.read("Ann");
  const links = [desk.page.locator("#who a"), desk.fact("Page").getByRole("link")];
  for (const link of links) {
    await expect(link).toHaveText("www.acme.example/prices");
    await expect(link).toHaveAttribute("href", "https://www.acme.example/prices");
    await expect(link).toHaveAttribute("rel", "noopener noreferrer nofollow");
  }
  for (const [i, page] of ["javascript:alert(1)", "data:text/html,x", "https://" + "x".repeat(3000), "prices"].entries()) {
    await say(preview, sid, `Hello ${i}`, { page });
    await expect(desk.conversations).toContainText(`Hello ${i}`);
    for (const link of links) await expect(link).toHaveCount(0);
    await expect(desk.conversations.locator(".page")).toHaveText("");
  }
  await say(preview, sid, "Hello again", { page: "https://www.acme.example/" });
  for (const link of links) await expect(link).toHaveText("www.acme.example");
});

test("whatever visitors call themselves and write, the desk stays what it is", async ({ desk, preview }) => {
  const hostile = ["<img src=x onerror=alert(1)>", "\u202e\u2067gnp.exe", "x".repeat(300), "\u0000\n\t", "a\u0300".repeat(200), "%s ${1} {{7}}", "السلام عليكم"];
  for (const [i, name] of hostile.entries()) await give(preview, { identity: "acme_" + i, name, email: name, messages: [{ body: name, page: "https://\u202eexample.com/\u202e" + encodeURIComponent(name) }] });
  await expect(desk.conversations).toHaveCount(hostile.length);
  const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  for (const link of await desk.conversations.all()) {
    await link.click();
    await expect(desk.bubbles).toHaveCount(1);
    expect(await overflow(desk.page)).toBe(0);
  }
  // 320 is what 1280 leaves to those who see four times as large.
  for (const width of [360, 320]) {
    await desk.page.setViewportSize({ width, height: 740 });
    expect(await overflow(desk.page)).toBe(0);
    await desk.page.goto(preview.address + "desk/#");
    await expect(desk.conversations).toHaveCount(hostile.length);
    expect(await overflow(desk.page)).toBe(0);
    await desk.conversations.last().click();
  }
  await expect(desk.page.locator("#list img, #thread img")).toHaveCount(0);
  expect(await desk.page.locator("#name").textContent()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});

/** The visitor writes, with something along. */
async function say(preview: Parameters<typeof rest>[0], sid: string, body: string, attributes: object): Promise<void> {
  await rest(preview, `/Conversations/${sid}/Messages`, { Author: "acme_1", Body: body, Attributes: JSON.stringify(attributes) });
}
