// A visitor's whole way, in each engine as its users have it: the built chat on a page, Twilio's SDK, the real token handler and the local
// conversations. What the rules are is for the unit tests to prove, and what a page can do to the chat for e2e/: here the engines count.

import { dark, expect, light, test } from "./visitor.ts";

test("a visitor says who they are, asks, is answered, and finds the conversation on the next page", async ({ site, visitor }) => {
  const { browser } = visitor;
  await test.step("the page has the button, and nothing is stored", async () => {
    await visitor.visit({ config: { visitor: { askName: true, askEmail: true }, messages: { identify: "Who are you?" } } });
    await visitor.sees({ button: true, window: false });
    expect(await browser.run(() => localStorage.length)).toBe(0);
  });
  await test.step("the form takes a name and an address", async () => {
    await browser.click(".button");
    await visitor.sees({ window: true, form: true, focus: "name", bubbles: ["Who are you?"] });
    await browser.type("Jane Doe");
    await browser.press("Tab");
    await browser.type("jane at home");
    await browser.press("Enter");
    await visitor.sees({ form: true, focus: "email" });
    await browser.erase();
    await browser.type("jane@example.com");
    await browser.click(".submit");
    await visitor.sees({ form: false, focus: "textarea", bubbles: ["Who are you?", "Thanks"] });
  });
  await test.step("what is written is sent, once", async () => {
    await visitor.write("Do you deliver on Sundays?");
    await visitor.sees({ bubbles: ["Who are you?", "Thanks", "Do you deliver on Sundays?"], unsent: 0 });
    expect(await site.stored()).toEqual(["Do you deliver on Sundays?"]);
  });
  await test.step("the answer comes", async () => {
    await site.answer("We do.");
    await visitor.sees({ bubbles: ["Who are you?", "Thanks", "Do you deliver on Sundays?", "We do."] });
  });
  await test.step("with the window closed, the button counts", async () => {
    await browser.press("Escape");
    await visitor.sees({ window: false, button: true, focus: "button" });
    await site.answer("From nine o’clock.");
    await visitor.sees({ badge: "1" });
  });
  await test.step("on the next page it still does", async () => {
    await browser.reload();
    await visitor.sees({ window: false, badge: "1" });
    await browser.click(".button");
    await visitor.sees({ window: true, badge: "", focus: "textarea", bubbles: ["Do you deliver on Sundays?", "We do.", "From nine o’clock."] });
  });
  await test.step("and the visitor goes on", async () => {
    await visitor.write("Thank you!");
    await visitor.sees({ unsent: 0 });
    await expect.poll(() => site.stored()).toEqual(["Do you deliver on Sundays?", "We do.", "From nine o’clock.", "Thank you!"]);
  });
});

test("a file opens in a tab, also for who is faster than its address", async ({ site, visitor }) => {
  const { browser } = visitor;
  await visitor.visit();
  await visitor.open();
  await visitor.write("One");
  await visitor.sees({ bubbles: ["One"], unsent: 0 });
  await site.sendFile("note.txt", "Hello");
  await site.sendFile("second.txt", "Hello again");
  await visitor.sees({ bubbles: ["One", "note.txt 5 bytes", "second.txt 11 bytes"] });
  await site.server.fault({ delayMillis: 700 });
  await browser.click(".row:nth-last-child(2) .file");
  expect(await browser.tab()).toBe("Hello");
  await site.server.fault({});
  // Now there is an address.
  await browser.click(".row:nth-last-child(2) .file");
  expect(await browser.tab()).toBe("Hello");
  // By key, from the message box backwards.
  await browser.run(() => document.querySelector("missive-chat")!.shadowRoot!.querySelectorAll<HTMLElement>(".file")[1]!.focus());
  await browser.press("Enter");
  expect(await browser.tab()).toBe("Hello again");
});

test("a connection that drops comes back, and nothing is lost or said twice", async ({ site, visitor }) => {
  await visitor.visit();
  await visitor.open();
  await visitor.write("One");
  await visitor.sees({ bubbles: ["One"], unsent: 0 });
  await site.server.stop();
  await visitor.write("Two");
  await visitor.sees({ bubbles: ["One", "Two"], unsent: 1 });
  await site.start();
  await visitor.sees({ unsent: 0 });
  await site.answer("Three");
  await visitor.sees({ bubbles: ["One", "Two", "Three"] });
  expect(await site.stored()).toEqual(["One", "Two", "Three"]);
});

test("news that comes while the button is pressed takes no click away", async ({ site, visitor }) => {
  await visitor.visit();
  await visitor.open();
  await visitor.write("Hello");
  await visitor.sees({ unsent: 0 });
  await visitor.browser.press("Escape");
  await visitor.sees({ window: false, button: true });
  await visitor.browser.hold(".button", async () => {
    await site.answer("Good morning");
    await visitor.sees({ badge: "1" });
  });
  await visitor.sees({ window: true });
});

test("the keyboard opens it from the page, and closes it", async ({ visitor }) => {
  await visitor.visit();
  await visitor.browser.press("Tab");
  await visitor.sees({ focus: "button" });
  await visitor.browser.press("Enter");
  await visitor.sees({ window: true, focus: "textarea" });
  await visitor.browser.press("Escape");
  await visitor.sees({ window: false, button: true, focus: "button" });
});

test("under the strictest policy, with Trusted Types, it works and breaks no rule", async ({ visitor }) => {
  const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types missive-chat";
  await visitor.visit({ head: `<meta http-equiv="content-security-policy" content="${policy}">` });
  await visitor.open();
  await visitor.write("Hello");
  await visitor.sees({ bubbles: ["Hello"], unsent: 0 });
});

test("a pinned snippet brings the very files of its build", async ({ visitor }) => {
  await visitor.visit({ pinned: true });
  await visitor.open();
  await visitor.write("Hello");
  await visitor.sees({ bubbles: ["Hello"], unsent: 0 });
});

test("with the scheme of the page it is as dark as the page is, in whatever colours that is said", async ({ visitor }) => {
  for (const [background, ground] of [
    ["#112", dark],
    ["#fff", light],
    ["oklch(0.9 0.1 100)", light],
    ["lab(20 10 10)", dark],
    ["color(display-p3 0.1 0.1 0.2 / 0.9)", dark],
    ["color-mix(in srgb, #000, #333)", dark],
  ] as const)
    await test.step(background, async () => {
      const head = `<style>body { background: ${background} }</style>`;
      await visitor.visit({ head, config: { chat: { scheme: "host", rememberOpenState: false } } });
      await visitor.open();
      await expect.poll(() => visitor.css(".window", "background-color"), background).toBe(ground);
    });
});

test("a page from right to left has the chat so, too", async ({ site, visitor }) => {
  await visitor.visit({ html: 'lang="ar" dir="rtl"' });
  await visitor.open();
  await visitor.write("مرحبا");
  await visitor.sees({ bubbles: ["مرحبا"], unsent: 0 });
  await site.answer("أهلا");
  await visitor.sees({ bubbles: ["مرحبا", "أهلا"] });
  const [close, title] = [await visitor.place(".close"), await visitor.place("h2")];
  expect(close.right, "the close button is left of the title").toBeLessThanOrEqual(title.left);
  const [own, answer, thread] = [await visitor.place(".own .bubble"), await visitor.place(".row:not(.own) .bubble"), await visitor.place(".thread")];
  expect(own.left, "the visitor's messages are at the left").toBeCloseTo(thread.left, 0);
  expect(answer.right, "the answers are right of them").toBeGreaterThan(own.right);
});

test("a window that the page opens is to be seen, on the page and in a narrow frame of it", async ({ site, visitor }) => {
  await visitor.visit();
  await visitor.browser.run(() => MissiveChat.open());
  await visitor.sees({ window: true });

  const inner = site.add();
  await visitor.browser.goto(site.add({ body: `<iframe src="${inner}" style="width: 360px; height: 640px"></iframe>` }));
  await visitor.browser.enterFrame();
  await visitor.sees({ button: true });
  await visitor.browser.run(() => MissiveChat.open());
  await visitor.sees({ window: true });
});
