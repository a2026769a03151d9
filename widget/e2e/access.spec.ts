// Whoever can't see, can't use a mouse, needs high contrast or no motion, can chat all the same.

import type { Locator, Page } from "@playwright/test";
import { axe } from "./axe.ts";
import { type Chat, expect, type Site, test } from "./site.ts";

/** A page that axe has nothing to say about. */
const body = `<main><h1>A page</h1><p><a href="#missive-chat">Ask us</a></p></main>`;

/** Opens that page; the chat stands where axe looks at colours: only below the body. */
async function openForAxe(site: Site, account: string): Promise<void> {
  site.service = true;
  await site.open({ account, body, config: { support: { email: "hello@acme.example" } } });
  await site.page.evaluate(() => document.body.append(document.querySelector("missive-chat")!));
}

/** Brings the chat into each of its states, one after the other. */
const states: [name: string, reach: (chat: Chat, page: Page) => Promise<unknown>][] = [
  ["closed", async () => {}],
  ["with the form", (chat) => chat.open()],
  [
    "with faults in the form",
    async (chat) => {
      await chat.form.locator("[name=email]").fill("jane");
      await chat.form.locator(".submit").click();
      await expect(chat.form.locator("[name=email]")).toHaveAttribute("aria-invalid", "true");
    },
  ],
  [
    "with a message on its way",
    async (chat) => {
      await chat.form.locator("[name=email]").fill("jane@example.com");
      await chat.form.locator(".submit").click();
      await chat.write("A question");
      await expect(chat.bubbles.last()).toHaveText("A question");
    },
  ],
  [
    "with messages both ways",
    async (chat, page) => {
      await page.waitForFunction("window.service");
      await page.evaluate(() => (service.accept(), service.say("See https://acme.example", { time: Date.now() - 864e5 })));
      await expect(chat.bubbles.last()).toHaveText("See https://acme.example");
    },
  ],
  [
    "with a file",
    async (chat, page) => {
      await page.evaluate(() => {
        const file = { sid: "ME1", filename: "manual.pdf", contentType: "application/pdf", size: 1_234_567, getContentTemporaryUrl: async () => null };
        service.say("manual.pdf", { files: [file] });
      });
      await chat.root.locator(".file").focus();
      await expect(chat.root.locator(".file")).toHaveText("manual.pdf 1.2 MB");
    },
  ],
  [
    "with a message that was not sent",
    async (chat, page) => {
      await chat.write("Another question");
      await page.evaluate(() => (service.refuse(), service.set({ failed: true })));
      await expect(chat.bubbles.last()).toContainText("hello@acme.example");
    },
  ],
  [
    "closed, with unread messages",
    async (chat, page) => {
      await chat.close.click();
      // A single digit is too short for axe.
      for (let i = 0; i < 12; i++) await page.evaluate(() => service.say("Are you there?"));
      await expect(chat.badge).toHaveText("12");
    },
  ],
];

/** What axe finds by some of its rules, or by all: the rule and, for colours, the pair. */
async function faults(page: Page, rules: string[] = []): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.querySelector("missive-chat")!.shadowRoot!.getAnimations().map((animation) => animation.finished)));
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = window as never as { axe: { run(options: object): Promise<Record<"violations" | "passes", any[]>> } };
    const { violations, passes } = await axe.run(rules.length ? { runOnly: rules } : {});
    // It has seen the chat's colours at all.
    if (!passes.some(({ id, nodes }) => id == "color-contrast" && nodes.some(({ target }: any) => target.flat()[0] == "missive-chat"))) return ["not seen"];
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }: any) => (id == "color-contrast" ? `${any[0].data.fgColor} on ${any[0].data.bgColor}` : `${id}: ${target.flat().at(-1)}`)),
    );
  }, rules);
}

/** All that a theme can do wrong. */
const colors = ["color-contrast"];

for (const [account, what, rules] of [
  ["paper", "nothing", undefined],
  ["midnight", "no colours", colors],
] as const)
  test(`axe finds ${what} in any state of the chat, in the theme ${account}`, async ({ site, chat, page }) => {
    await openForAxe(site, account);
    for (const [name, reach] of states) {
      await reach(chat, page);
      expect(await faults(page, rules), name).toEqual([]);
    }
  });

test("in the default theme axe finds the documented colours alone", async ({ site, chat, page }) => {
  const found = new Set<string>();
  await openForAxe(site, "plain");
  for (const [, reach] of states) {
    await reach(chat, page);
    for (const fault of await faults(page, colors)) found.add(fault);
  }
  // Names and times, the status in the header, the badge.
  expect([...found].sort()).toEqual(["#7b7c7f on #ffffff", "#b4c9ef on #2866d1", "#ffffff on #f23131"]);
});

/** Which element has the focus, in the chat or on the page. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement!.shadowRoot?.activeElement ?? document.activeElement!;
    return element.getAttribute("aria-label") || element.getAttribute("name") || element.textContent!.trim() || element.tagName;
  });

test("the keyboard alone is enough: to open, answer, write, send again and close", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ body: "<h1>A page</h1>" });
  const tabs = async (...wanted: string[]) => {
    for (const name of wanted) {
      await page.keyboard.press("Tab");
      await expect.poll(() => focused(page)).toContain(name);
    }
  };
  await tabs("Chat with us");
  await page.keyboard.press("Enter");
  await expect(chat.form.locator("[name=name]")).toBeFocused();
  await page.keyboard.type("Jane");
  await tabs("email");
  await page.keyboard.type("jane@example.com");
  await tabs("Submit");
  await page.keyboard.press("Space");
  await expect(chat.box).toBeFocused();
  await page.keyboard.type("Hello");
  await page.keyboard.press("Enter");
  await site.connected();
  await page.evaluate(() => (service.refuse(), service.say("See https://acme.example")));
  await expect(chat.bubbles.last().locator("a")).toBeVisible();
  await expect(chat.box).toBeFocused();
  for (const name of ["https://acme.example", "Send again"]) {
    await page.keyboard.press("Shift+Tab");
    await expect.poll(() => focused(page)).toBe(name);
  }
  await page.keyboard.press("Enter");
  await expect.poll(() => page.evaluate(() => service.pending.length)).toBe(1);
  await page.keyboard.press("Escape");
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeFocused();
  await page.keyboard.press("Space");
  await expect(chat.box).toBeFocused();
});

test("Tab goes through the window from its head to its foot, and on to the page", async ({ site, chat, page }) => {
  await site.open();
  await chat.identify();
  await chat.box.fill("Hello");
  await chat.close.focus();
  const order = [];
  for (let i = 0; i < 3; i++) {
    await page.keyboard.press("Tab");
    order.push(await focused(page));
  }
  expect(order).toEqual(["Chat with us", "Message…", "Send"]);
});

test("the focus comes back to what opened the window, to the button when that is gone, and stays elsewhere on the page", async ({ site, chat, page }) => {
  await site.open({ body: `${body}<button data-missive-open>Talk to us</button><input aria-label='Search'>` });
  const field = chat.form.locator("[name=name]");
  for (const opener of [page.getByText("Ask us"), page.getByText("Talk to us"), chat.button]) {
    await opener.focus();
    await page.keyboard.press("Enter");
    await expect(field).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(opener).toBeFocused();
  }
  await page.getByText("Ask us").focus();
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await page.getByText("Ask us").evaluate((link) => link.remove());
  await page.keyboard.press("Escape");
  await expect(chat.button).toBeFocused();

  await chat.open();
  await page.getByLabel("Search").focus();
  await page.evaluate(() => MissiveChat.close());
  await expect(chat.window).toBeHidden();
  await expect(page.getByLabel("Search")).toBeFocused();
});

test("Escape that ends a composition, and Escape on the page, close nothing", async ({ site, chat, page }) => {
  await site.open();
  await chat.identify();
  await chat.box.dispatchEvent("keydown", { key: "Escape", isComposing: true, bubbles: true, composed: true });
  await page.evaluate(() => document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
  await expect(chat.window).toBeVisible();
  expect(await page.evaluate(() => MissiveChat.isOpen())).toBe(true);
});

test("button and window say what they are and in which state", async ({ site, chat, page }) => {
  await site.open();
  const [button, dialog] = [page.getByRole("button", { name: "Open chat" }), page.getByRole("dialog", { name: "Acme" })];
  await expect(button).toHaveAccessibleName(/Chat with us/);
  await expect(button).toHaveAttribute("aria-haspopup", "dialog");
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await button.click();
  await expect(dialog).toBeVisible();
  await expect(chat.button).toHaveAttribute("aria-expanded", "true");
  // The page stays in reach beside it.
  await expect(dialog).not.toHaveAttribute("aria-modal");
  await expect(dialog.getByRole("button", { name: "Close chat" })).toBeVisible();
  await dialog.getByRole("button", { name: "Close chat" }).click();
  await expect(chat.button).toHaveAttribute("aria-expanded", "false");
});

test("what comes is said: new bubbles at the end of a live log, and with the window closed by a status", async ({ site, chat, page }) => {
  site.service = true;
  await site.open();
  await chat.identify();
  await chat.write("Hello");
  await site.connected();
  const log = chat.window.getByRole("log", { name: "Chat with us" });
  // Told by the role: a politeness of its own would be said twice by some.
  await expect(log).not.toHaveAttribute("aria-live", "off");
  // Those before are left as they are.
  const changed = page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const log = document.querySelector("missive-chat")!.shadowRoot!.querySelector("[role=log]")!;
        const texts = (nodes: NodeList) => [...nodes].map((node) => node.textContent!);
        new MutationObserver((changes) => resolve(changes.flatMap((c) => [...texts(c.addedNodes), ...texts(c.removedNodes)]))).observe(log, { childList: true });
        service.say("Welcome");
      }),
  );
  expect(await changed).toEqual([expect.stringContaining("Welcome")]);
  await expect(log.locator(".row").last()).toContainText("Welcome");

  await chat.close.click();
  const voice = chat.root.locator("> [role=status]");
  await expect(voice).toHaveText("");
  await page.evaluate(() => service.say("One"));
  await expect(voice).toHaveText("New message!");
  await page.evaluate(() => service.say("Two"));
  await expect(voice).toHaveText("New messages! 2");
  // The third is said as well: what doesn't change isn't.
  await page.evaluate(() => service.say("Three"));
  await expect(voice).toHaveText("New messages! 3");
  await expect(chat.button).toHaveAccessibleName(/New messages!.*3.*Open chat/);
  await chat.open();
  await expect(voice).toHaveText("");
});

/** What changes in the log from now on: what is added and removed, and rows that are written anew. */
const changesOfLog = (page: Page, work: () => void) =>
  page.evaluate(
    ([work]) =>
      new Promise<string[]>((resolve) => {
        const log = document.querySelector("missive-chat")!.shadowRoot!.querySelector("[role=log]")!;
        const texts = (sign: string, nodes: NodeList) => [...nodes].map((node) => sign + node.textContent);
        const look = (changes: MutationRecord[]) => resolve(changes.flatMap((c) => (c.type == "childList" ? [...texts("+", c.addedNodes), ...texts("-", c.removedNodes)] : ["="])));
        new MutationObserver(look).observe(log, { childList: true, characterData: true, subtree: true });
        eval(`(${work})()`);
      }),
    [work.toString()],
  );

test("each message says who wrote it, also without names; of messages that stay nothing is said again, nor in a thread of more than 100", async ({ site, chat, page }) => {
  site.service = true;
  await page.clock.setFixedTime("2024-05-06T09:30:00");
  await site.open({ config: { chat: { showNames: false, showAvatars: false }, user: { email: "jane@example.com" }, messages: { welcome: "", help: "" } } });
  await chat.open();
  await chat.write("Hello");
  await site.connected();
  await page.evaluate(() => (service.accept(), service.say("Welcome"), service.say("How can we help?")));
  const said = () => chat.root.locator(".row").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).textContent));
  await expect.poll(said).toEqual(["YouHello09:30", "AcmeWelcome", "AcmeHow can we help?09:30"]);
  expect(await changesOfLog(page, () => service.say("Still there?"))).toEqual(["-09:30", "+AcmeStill there?09:30"]);
  await page.evaluate(() => {
    for (let i = 0; i < 120; i++) service.say("Message " + i);
  });
  await expect(chat.root.locator(".row")).toHaveCount(100);
  expect(await changesOfLog(page, () => service.say("The last"))).toEqual(["-AcmeMessage 20", "-09:30", "+AcmeThe last09:30"]);
});

test("a change of status is said", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ config: { user: { email: "jane@example.com" } } });
  await chat.open();
  await chat.write("Hello");
  await site.connected();
  await page.evaluate(() => service.set({ online: false }));
  await expect(chat.window.getByRole("status").filter({ hasText: "We’re offline" })).toBeVisible();
});

test("opened by the page with the focus nowhere, Escape gives it to the button", async ({ site, chat, page }) => {
  await site.open();
  await page.evaluate(() => MissiveChat.open());
  await expect(chat.form.getByLabel("Name")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.button).toBeFocused();
});

test("the consent box comes before the links beside it", async ({ site, chat, page }) => {
  await site.open({ config: { visitor: { requireConsent: true, askName: false, askEmail: false }, messages: { identifyConsent: "I accept {{ link:https://site.example/terms the terms }}." } } });
  await chat.open();
  await expect(chat.form.getByRole("checkbox")).toBeFocused();
  // The text is there before its links are.
  await expect(chat.form.getByRole("link", { name: "the terms" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(chat.form.getByText("the terms")).toBeFocused();
});

test("with forced colours the message box shows its focus, and a field that is wrong stands out", { tag: "@chromium" }, async ({ site, chat, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await site.open({ config: { visitor: { requireConsent: true } } });
  await chat.open();
  const field = chat.form.getByLabel("Email");
  const width = await chat.css(field, "border-top-width");
  await chat.form.locator(".submit").click();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  expect(parseFloat(await chat.css(field, "border-top-width"))).toBeGreaterThan(parseFloat(width));
  await field.fill("jane@example.com");
  await chat.form.getByRole("checkbox").check();
  await chat.form.locator(".submit").click();
  await expect(chat.box).toBeFocused();
  await expect(chat.root.locator(".composer")).toHaveCSS("outline", /^rgb\(.* solid 2px$/);
});

test("who asks for more contrast gets text and lines in the colour of the text", { tag: "@chromium" }, async ({ site, chat, page }) => {
  site.service = true;
  await page.emulateMedia({ contrast: "more" });
  await site.open({ config: { user: { email: "jane@example.com" } } });
  await chat.open();
  const text = "rgb(52, 54, 58)";
  for (const [part, property, color] of [[".name", "color", text], [".branding", "color", text], [".status", "color", "rgb(255, 255, 255)"], [".composer", "border-top-color", text], [".window", "border-top-color", text]] as const)
    await expect(chat.root.locator(part).first()).toHaveCSS(property, color);
});

for (const [account, config, want] of [["plain", {}, "light"], ["midnight", {}, "dark"], ["plain", { chat: { scheme: "auto" } }, "dark"]] as const)
  test(`scroll bars and caret are ${want} in the account ${account} with ${JSON.stringify(config)}, in a dark system`, { tag: "@chromium" }, async ({ site, chat, page }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await site.open({ account, config });
    await chat.open();
    for (const part of [chat.root.locator(".scroller"), chat.box, chat.button]) await expect(part).toHaveCSS("color-scheme", want);
  });

test("each fault of the form stands with its field, and the first wrong field gets the focus", async ({ site, chat, page }) => {
  await site.open({ config: { visitor: { requireName: true, requireConsent: true } } });
  await chat.open();
  const [name, email, consent] = ["Name", "Email", /I accept/].map((label) => chat.form.getByLabel(label)) as [Locator, Locator, Locator];
  await email.fill("jane@");
  await email.press("Enter");
  await expect(name).toBeFocused();
  for (const [field, fault] of [[name, "Required field"], [email, /./], [consent, "Required field"]] as const) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(fault);
  }
  await expect(email).not.toHaveAccessibleDescription("Required field");

  // Each goes as soon as its reason has gone.
  await name.fill("Jane");
  await expect(name).not.toHaveAttribute("aria-invalid");
  await expect(name).toHaveAccessibleDescription("");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await page.keyboard.press("Enter");
  await expect(email).toBeFocused();
});

test("whatever has the focus shows it, when it came by keyboard", async ({ site, chat, page }) => {
  await site.open();
  const seen = async (part: Locator) => {
    const [style, width, color] = await Promise.all(["outline-style", "outline-width", "outline-color"].map((property) => chat.css(part, property)));
    return style == "solid" && parseFloat(width!) >= 2 && color != "rgba(0, 0, 0, 0)";
  };
  await page.keyboard.press("Tab");
  expect(await seen(chat.button)).toBe(true);
  await page.keyboard.press("Enter");
  await expect(chat.form.locator("[name=name]")).toBeFocused();
  expect(await seen(chat.form.locator("[name=name]"))).toBe(true);
  for (const part of [chat.root.locator(".thread"), chat.close]) {
    await page.keyboard.press("Shift+Tab");
    await expect(part).toBeFocused();
    expect(await seen(part)).toBe(true);
  }
  await chat.form.locator("[name=email]").fill("jane@example.com");
  await page.keyboard.press("Enter");
  await expect(chat.box).toBeFocused();
  // A line over the whole box, in the colour of the brand.
  await expect(chat.root.locator(".composer")).toHaveCSS("box-shadow", "rgb(40, 102, 209) 0px 2px 0px 0px inset");
  await page.keyboard.press("Tab");
  expect(await seen(chat.send)).toBe(true);
});

test("a link in the visitor's own bubble shows its focus, whose ring is not of the bubble's colour", async ({ site, chat, page }) => {
  await site.open({ config: { user: { email: "jane@example.com" } } });
  await chat.open();
  await chat.write("See https://acme.example");
  const link = chat.root.locator(".own a");
  await expect(link).toBeVisible();
  await page.keyboard.press("Shift+Tab");
  await expect(link).toBeFocused();
  expect(await chat.css(link, "outline-color")).not.toBe(await chat.css(chat.bubbles.last(), "background-color"));
});

test("with forced colours all that has only a background gets a border; a printed page is without the chat", { tag: "@chromium" }, async ({ site, chat, page }) => {
  site.service = true;
  await site.open();
  await chat.identify();
  await chat.write("Hello");
  await expect(chat.window).toHaveCSS("border-top-width", "1px");
  const parts = [chat.button, chat.bubbles.first(), chat.bubbles.last(), chat.root.locator(".avatar").first(), chat.send];
  await expect(chat.send).toHaveCSS("border-top-width", "0px");
  await page.emulateMedia({ forcedColors: "active" });
  for (const part of parts) await expect(part).toHaveCSS("border-top", /^1px solid rgb\(/);
  await expect(chat.root.locator(".status i")).toHaveCSS("background-color", /^rgb\((0, 179, 81|242, 49, 49|253, 209, 87)\)$/);

  await page.emulateMedia({ media: "print" });
  await expect(chat.window).toBeHidden();
  await expect(chat.button).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await expect(chat.window).toBeVisible();
});

test("who asks for less motion gets none", { tag: "@chromium" }, async ({ site, chat, page }) => {
  const moving = () => page.evaluate(() => document.querySelector("missive-chat")!.shadowRoot!.getAnimations().length);
  /** What moves right after the window opens. */
  const opening = () =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const root = document.querySelector("missive-chat")!.shadowRoot!;
          const look = () => root.querySelector(".window[open]") && resolve(root.getAnimations().length);
          new MutationObserver(look).observe(root, { subtree: true, attributes: true, childList: true });
          MissiveChat.open();
        }),
    );
  await site.open();
  expect(await opening()).toBeGreaterThan(0);
  await page.evaluate(() => localStorage.clear());
  await page.emulateMedia({ reducedMotion: "reduce" });
  await site.open();
  await chat.button.hover();
  expect(await moving()).toBe(0);
  expect(await opening()).toBe(0);
  await chat.form.locator("[name=email]").fill("jane@example.com");
  await page.keyboard.press("Enter");
  await expect(chat.box).toBeFocused();
  expect(await moving()).toBe(0);
});
