// The stages of the preview: the chat in each of its states, for designers. And what a save of a theme does to open pages.

import { type Page, expect, test as base } from "../../../widget/e2e/playwright.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Preview } from "../fixture.ts";
import { Chat } from "../../../widget/e2e/site.ts";

class Stage extends Chat {
  constructor(
    readonly page: Page,
    private readonly address: string,
  ) {
    super(page);
  }

  /** Opens a stage of the theme "brand" and waits until its state shows. */
  async show(state: string, more = ""): Promise<void> {
    await this.page.goto(`${this.address}stage/?theme=brand&state=${state}${more}`);
    await expect(this.page.locator("html[data-ready]")).toHaveCount(1);
  }

  /** Sends a message as the page of a frame around the stage does. */
  async post(data: object): Promise<void> {
    await this.page.evaluate((data) => postMessage(data, location.origin), data);
  }

  get color(): Promise<string> {
    return this.css(this.button, "background-color");
  }
}

interface Fixtures {
  preview: Preview;
  stage: Stage;
  /** Writes the file of the theme "brand". */
  save(text: string): void;
}

const test = base.extend<Fixtures>({
  preview: async ({}, use) => {
    const preview = new Preview("theme: paper\nchat: {name: Acme, hidden: true, variables: {width: 222px}}\nvisitor: {askName: false}\nsupport: {email: team@acme.example}\n");
    mkdirSync(join(preview.folder, "themes"));
    writeFileSync(join(preview.folder, "themes/brand.toml"), 'main-color = "#102030"\ndark-main-color = "#d0e0f0"\n');
    try {
      await preview.start();
      await use(preview);
    } finally {
      await preview.end();
    }
  },
  save: async ({ preview }, use) => use((text) => writeFileSync(join(preview.folder, "themes/brand.toml"), text)),
  stage: async ({ page, preview }, use) => {
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (said) => said.type() != "log" && errors.push(said.text()));
    await use(new Stage(page, preview.address));
    expect(errors).toEqual([]);
  },
});

test.describe.configure({ timeout: 120_000 });

test("each state shows what it is about, in the theme alone, whatever the account asks for", async ({ stage }) => {
  await test.step("button and badge are closed chats, without and with news", async () => {
    await stage.show("button");
    await expect(stage.button).toHaveText("Chat with usOpen chat");
    await expect(stage.window).toBeHidden();
    await stage.show("badge");
    await expect(stage.button).toContainText("New messages!");
    await expect(stage.badge).toHaveText("2");
    await expect(stage.window).toBeHidden();
  });
  await test.step("opening is the greeting and an empty box", async () => {
    await stage.show("opening");
    await expect(stage.bubbles).toHaveText([/Hi there!/, "How can we help?"]);
    await expect(stage.box).toBeVisible();
    await expect(stage.status).toHaveText("We’re online");
    await expect(stage.button).toBeHidden();
    // The account's own variables say 222px.
    expect(await stage.css(stage.window, "width")).toBe("350px");
  });
  await test.step("the form complains", async () => {
    await stage.show("form");
    await expect(stage.form.locator(".fault")).toHaveText(["Required field", "Please enter a valid email address.", "Required field"]);
  });
  await test.step("a conversation has both sides, two days and what was seen", async () => {
    await stage.show("conversation");
    await expect(stage.root.locator(".day", { hasText: /./ })).toHaveText(["yesterday", "today"]);
    await expect(stage.root.locator(".own .bubble")).toHaveCount(3);
    await expect(stage.root.locator(".name").last()).toHaveText("Jo Miller");
    await expect(stage.root.locator(".note").last()).toHaveText("09:46 · Seen");
    await expect(stage.root.getByText("Not sent.")).toHaveCount(0);
  });
  await test.step("somebody types, or a message was not sent", async () => {
    await stage.show("typing");
    await expect(stage.bubbles.last()).toHaveText("Typing…");
    await stage.show("failed");
    await expect(stage.root.locator(".note").last()).toHaveText("Not sent. Send again");
  });
  await test.step("offline there are the account’s ways to reach the team, and made-up ones where it has none", async () => {
    await stage.show("offline");
    await expect(stage.status).toHaveText("We’re offline");
    await expect(stage.bubbles.last()).toHaveText("team@acme.example\n+1 555 0123");
  });
  await test.step("any of them can be dark, from right to left, and have long names", async () => {
    await stage.show("conversation", "&scheme=dark&dir=rtl&long=1");
    expect(await stage.color).toBe("rgb(208, 224, 240)");
    await expect(stage.root.getByRole("heading")).toHaveText("خزف أكمي وأدوات المائدة، خدمة العملاء والإصلاحات");
    expect(await stage.css(stage.root, "direction")).toBe("rtl");
  });
});

test("variables that the page sends are painted at once, in both schemes, and only its own origin is heard", async ({ stage }) => {
  for (const [scheme, before, after] of [
    ["light", "rgb(16, 32, 48)", "rgb(1, 2, 3)"],
    ["dark", "rgb(208, 224, 240)", "rgb(7, 8, 9)"],
  ] as const) {
    await stage.show("button", "&scheme=" + scheme);
    await stage.page.evaluate(() => {
      const data = { variables: { "main-color": { light: "#f00", dark: "#f00" } } };
      dispatchEvent(new MessageEvent("message", { data, origin: "https://site.example" }));
    });
    await stage.post({ variables: { margin: { light: "33px", dark: "33px" } } });
    await expect.poll(() => stage.css(stage.button, "right")).toBe("33px");
    expect(await stage.color).toBe(before);
    await stage.post({ variables: { "main-color": { light: "#010203", dark: "#070809" } } });
    await expect.poll(() => stage.color).toBe(after);
  }
});

test("frames beside each other tell when they show, keep nothing and leave the focus", async ({ stage, page, preview }) => {
  await page.route("**/favicon.ico", (route) => route.fulfill());
  await page.goto(preview.address + "preview.css");
  const ready = page.evaluate(async () => {
    document.body.innerHTML = "<input>";
    document.querySelector("input")!.focus();
    let count = 0;
    for (const state of ["opening", "form", "failed"]) {
      const frame = document.createElement("iframe");
      frame.src = "/stage/?theme=brand&state=" + state;
      document.body.append(frame);
    }
    await new Promise<void>((resolve) => addEventListener("message", ({ data }) => data.ready && ++count == 3 && resolve()));
    return { focus: document.activeElement!.tagName, kept: localStorage.length };
  });
  expect(await ready).toEqual({ focus: "INPUT", kept: 0 });
  await expect(page.frameLocator("iframe >> nth=1").locator(".identify")).toBeVisible();
  await stage.show("button");
});

test("a saved theme is painted on its stages, without a reload, whether the account has it or not", async ({ stage, save }) => {
  await stage.show("conversation");
  await stage.box.fill("A draft");
  save('main-color = "#112233"\nwidth = "333px"\n');
  await expect.poll(() => stage.color).toBe("rgb(17, 34, 51)");
  expect(await stage.css(stage.window, "width")).toBe("333px");
  // What is not in the file any more is as the theme below has it.
  save('dark-main-color = "#445566"\n');
  await expect.poll(() => stage.color).toBe("rgb(40, 102, 209)");
  await expect(stage.box).toHaveValue("A draft");
});

test("a saved theme is painted on the host page, and an open chat stays open; a saved text reloads it", async ({ page, preview }) => {
  const chat = new Chat(page);
  const write = (more: string) => writeFileSync(join(preview.folder, "chat.yaml"), "host: https://chat.example\nid: acme\nvisitor: {askName: false, askEmail: false}\ntheme: brand\n" + more);
  write("");
  await page.goto(preview.address);
  await expect.poll(() => chat.css(chat.button, "background-color")).toBe("rgb(16, 32, 48)");
  await chat.open();
  await chat.box.fill("A draft");
  writeFileSync(join(preview.folder, "themes/brand.toml"), 'main-color = "#112233"\n');
  await expect.poll(() => chat.css(chat.button, "background-color")).toBe("rgb(17, 34, 51)");
  // The account's own win.
  write('chat: {variables: {main-color: "#998877"}}\n');
  await expect.poll(() => chat.css(chat.button, "background-color")).toBe("rgb(153, 136, 119)");
  await expect(chat.window).toBeVisible();
  await expect(chat.box).toHaveValue("A draft");

  await page.evaluate(() => Object.assign(window, { before: true }));
  write("messages: {title: Another}\n");
  await page.waitForFunction(() => !("before" in window));
  await expect(chat.root).toHaveAttribute("aria-label", "Another");
});
