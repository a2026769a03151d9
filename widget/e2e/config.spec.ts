// Which value holds where several are given, and what is said about values that are wrong.

import { expect, test } from "./site.ts";

test("of style variables the theme wins over the default, chat.yaml over the theme, the page over chat.yaml, and the API over all", async ({ site, chat, page }) => {
  const given = { "main-color": "rgb(1, 2, 3)" };
  const looks = async (who: string, colour: string) => {
    expect.soft(await chat.css(chat.button, "background-color"), who).toBe(colour);
    if (!(await page.evaluate(() => MissiveChat.isOpen()))) await chat.open();
    expect.soft(await chat.css(chat.window.locator(".header"), "background-color"), who).toBe(colour);
  };
  for (const [who, account, variables, colour] of [
    ["the default", "plain", {}, "rgb(40, 102, 209)"],
    ["the theme", "midnight", {}, "rgb(169, 188, 255)"],
    ["chat.yaml", "baked", {}, "rgb(138, 43, 226)"],
    ["the page", "baked", given, "rgb(1, 2, 3)"],
  ] as const) {
    await site.open({ account, config: { chat: { variables, rememberOpenState: false } } });
    await looks(who, colour);
  }
  await page.evaluate(() => MissiveChat.setVariables({ "main-color": "rgb(4, 5, 6)" }));
  await looks("the API", "rgb(4, 5, 6)");
});

test("what the page sets wins over chat.yaml, and what it leaves out is as there", async ({ site, chat }) => {
  site.service = true;
  await site.open({
    account: "baked",
    config: {
      chat: { position: "bottom-right", showNames: true, name: null },
      meta: { plan: "page", seats: 3, more: null },
      messages: { title: "Ask the page", identifyThanks: "" },
    },
  });
  await expect(chat.button).toContainText("Ask the page");
  const { x, width } = (await chat.button.boundingBox())!;
  expect(x + width).toBe(1260);
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Baked Goods");
  // A picture that the build has copied is found beside the script.
  await expect(chat.window.locator(".header .avatar img")).toHaveAttribute("src", /^https:\/\/chat\.example\/assets\/team\.\w+\.png$/);
  await expect(chat.bubbles).toHaveText(["First", "Second, with our bread", "First, identify yourself."]);
  await expect(chat.window.locator(".name").first()).toHaveText("Baked Goods");
  await expect(chat.form.getByRole("textbox")).toHaveCount(1);
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.locator(".submit").click();
  await chat.write("Hello");
  await expect(chat.bubbles).toHaveText(["First", "Second, with our bread", "First, identify yourself.", "How can we help?", "Hello"]);
  expect(await site.pending()).toMatchObject([{ attributes: { meta: { plan: "page", seats: "3" } } }]);
  expect(site.console).toEqual([]);
});

test("a user without an address is nobody: a guest keeps their messages on each page, and nothing is said of it", async ({ site, chat, page }) => {
  site.service = true;
  const empty = { email: "", name: "", digest: "", avatarUrl: "" };
  await site.open({ config: { user: empty } });
  await chat.identify();
  await chat.write("Hello");
  await site.connected();
  for (const user of ["{}", "{ email: undefined, name: undefined }", '{ email: "" }', "null", JSON.stringify(empty)]) {
    await site.open({ config: `{ user: ${user} }` });
    // Open, as it was left, with what could not be sent yet.
    await expect(chat.bubbles.last(), user).toHaveText("Hello");
    await page.evaluate(() => MissiveChat.setUser({ email: undefined } as never));
    await expect(chat.bubbles.last(), user).toHaveText("Hello");
  }
  expect(site.console).toEqual([]);
});

test("the page is told once of each mistake, and the chat goes on without", async ({ site, chat }) => {
  site.service = true;
  const noValue = (name: string) => `chat.variables.${name} must be one CSS value of its kind, without addresses`;
  await site.open({
    config: {
      surprise: true,
      mesages: { title: "Hi" },
      host: "https://elsewhere.example",
      onOpen: "open",
      user: "jane@example.com",
      chat: {
        hideBrandng: true,
        hidden: "yes",
        position: "top-left",
        // What is a value and what is not, the browser knows.
        variables: { "main-color": "blurple", "background-color": "url(https://track.example)", "opened-border-radius": "8px 8px 0 0", width: "300", height: "432px" },
      },
      messages: { welcome: ["Hi", 1], title: ["Hi"] },
      meta: { company: {}, language: "xx" },
    },
  });
  await chat.identify();
  await chat.write("Hello");
  // All else is as by default.
  await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself.", "Thanks", "How can we help?", "Hello"]);
  const { width, height } = (await chat.window.boundingBox())!;
  expect({ width, height }).toEqual({ width: 350, height: 432 });
  expect(await chat.css(chat.window, "background-color")).toBe("rgb(255, 255, 255)");
  expect(await chat.css(chat.window, "border-radius")).toBe("10px");
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(40, 102, 209)");
  expect((await site.pending())[0]!.attributes.meta).toEqual({});
  // The words come with a file of their own.
  await expect.poll(() => site.console).toEqual(
    [
      "surprise is not an option of the page",
      'mesages is not an option of the page, did you mean "messages"?',
      "host is not an option of the page",
      "onOpen must be a function",
      "user must be an object",
      'chat.hideBrandng is not an option of the page, did you mean "hideBranding"?',
      "chat.hidden must be a boolean",
      'chat.position must be "bottom-right" or "bottom-left"',
      noValue("main-color"),
      noValue("background-color"),
      noValue("opened-border-radius"),
      noValue("width"),
      "messages.welcome must be a string or a list of strings",
      "messages.title must be a string",
      "meta.company must be a text",
      "meta.language can’t be changed",
    ].map((warning) => "MissiveChat: " + warning),
  );
});

test("MissiveChat.setVariables: leaves out what is wrong, with a warning, and keeps what was right", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { variables: { "main-color": "rgb(1, 2, 3)" } } } });
  await chat.open();
  await page.evaluate(`MissiveChat.setVariables({ "main-color": "red; color: red", "main-colour": "red", width: 400, height: "432px", margin: null })`);
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
  expect(await chat.css(chat.window, "height")).toBe("432px");
  expect(await chat.css(chat.window, "width")).toBe("350px");
  expect(await chat.css(chat.window, "right")).toBe("20px");
  await page.evaluate(() => MissiveChat.setVariables({ height: "431px" }));
  expect(await chat.css(chat.window, "height")).toBe("431px");
  await expect.poll(() => site.console).toEqual([
    "MissiveChat: chat.variables.main-color must be one CSS value of its kind, without addresses",
    'MissiveChat: chat.variables.main-colour is not an option of the page, did you mean "main-color"?',
    "MissiveChat: chat.variables.width must be a string",
  ]);
});
