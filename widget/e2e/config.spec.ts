// Which value holds where several are given, and what is said about values that are wrong.

import { expect, test } from "./site.ts";

const jane = { email: "jane@example.com", name: "Jane Doe" };

for (const [who, account, variables, colour] of [
  ["the default holds where nobody says otherwise", "plain", {}, "rgb(40, 102, 209)"],
  ["the theme wins over the default", "midnight", {}, "rgb(169, 188, 255)"],
  ["chat.yaml wins over the theme", "baked", {}, "rgb(138, 43, 226)"],
  ["the page wins over chat.yaml", "baked", { "main-color": "rgb(1, 2, 3)" }, "rgb(1, 2, 3)"],
] as const) {
  test("of style variables: " + who, async ({ site, chat }) => {
    await site.open({ account, config: { chat: { variables } } });
    expect(await chat.css(chat.button, "background-color")).toBe(colour);
    await chat.open();
    expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe(colour);
  });
}

test("of style variables: the API wins over the page", async ({ site, chat, page }) => {
  await site.open({ account: "baked", config: { chat: { variables: { "main-color": "rgb(1, 2, 3)" } } } });
  await page.evaluate(() => MissiveChat.setVariables({ "main-color": "rgb(4, 5, 6)" }));
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(4, 5, 6)");
  await chat.open();
  expect(await chat.css(chat.window.locator(".header"), "background-color")).toBe("rgb(4, 5, 6)");
});

test("what chat.yaml sets wins over the default, in each section", async ({ site, chat }) => {
  site.service = true;
  await site.open({ account: "baked" });
  await expect(chat.button).toContainText("Ask the baker");
  expect((await chat.button.boundingBox())!.x).toBe(20);
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Baked Goods");
  await expect(chat.bubbles).toHaveText(["First", "Second, with our bread", "First, identify yourself."]);
  await expect(chat.window.locator(".name")).toHaveCount(0);
  await expect(chat.form.getByRole("textbox")).toHaveCount(1);
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.locator(".submit").click();
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { meta: { plan: "baked" } } }]);
});

test("what the page sets wins over chat.yaml, key by key, and lists are replaced", async ({ site, chat }) => {
  site.service = true;
  await site.open({
    account: "baked",
    config: {
      chat: { position: "bottom-right", showNames: true },
      visitor: { askName: true },
      meta: { plan: "page", seats: 3 },
      messages: { welcome: "Only this", title: "Ask the page" },
    },
  });
  await expect(chat.button).toContainText("Ask the page");
  const { x, width } = (await chat.button.boundingBox())!;
  expect(x + width).toBe(1260);
  await chat.open();
  // Not set by the page.
  await expect(chat.window.getByRole("heading")).toHaveText("Baked Goods");
  await expect(chat.window.locator(".header img")).toBeVisible();
  await expect(chat.bubbles).toHaveText(["Only this", "First, identify yourself."]);
  await expect(chat.window.locator(".name").first()).toHaveText("Baked Goods");
  await expect(chat.form.getByRole("textbox")).toHaveCount(2);
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.locator(".submit").click();
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { meta: { plan: "page", seats: "3" } } }]);
});

test("false and an empty text are values, and win", async ({ site, chat }) => {
  await site.open({
    account: "alone",
    config: {
      user: jane,
      chat: { name: "", showAvatars: false, showOnlineStatus: false },
      support: { email: "" },
      messages: { welcome: "", help: "", title: "Nobody" },
    },
  });
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Nobody");
  await expect(chat.window.locator(".avatar, .status")).toHaveCount(0);
  await expect(chat.bubbles).toHaveCount(0);
  await chat.write("Hello");
  await expect(chat.bubbles).toHaveText(["Hello", /^Sorry/, "+33 6 12 34 56 78"]);
});

test("null and undefined are not values: what chat.yaml says holds, without a word", async ({ site, chat }) => {
  site.service = true;
  await site.open({
    account: "baked",
    config: `{
      chat: { position: null, name: null, avatarUrl: undefined, showNames: null, variables: { "main-color": null } },
      support: null, user: null, visitor: { askName: null }, meta: { plan: null },
      messages: { title: undefined, welcome: null }, onOpen: null, onClose: undefined,
    }`,
  });
  await expect(chat.button).toContainText("Ask the baker");
  expect((await chat.button.boundingBox())!.x).toBe(20);
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(138, 43, 226)");
  await chat.open();
  await expect(chat.window.getByRole("heading")).toHaveText("Baked Goods");
  await expect(chat.window.locator(".header img")).toBeVisible();
  await expect(chat.bubbles).toHaveText(["First", "Second, with our bread", "First, identify yourself."]);
  await expect(chat.form.getByRole("textbox")).toHaveCount(1);
  await chat.form.getByLabel("Email").fill("jane@example.com");
  await chat.form.locator(".submit").click();
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { meta: { plan: "baked" } } }]);
  expect(site.console).toEqual([]);
});

test("a null given to the API is not a value either", async ({ site, chat, page }) => {
  site.service = true;
  await site.open({ account: "baked", config: { user: jane } });
  await page.evaluate("MissiveChat.setVariables({ 'main-color': null, width: undefined })");
  await page.evaluate("MissiveChat.addMeta({ seats: null }); MissiveChat.addMeta({ seats: 3 })");
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(138, 43, 226)");
  await chat.open();
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(138, 43, 226)");
  expect(await chat.css(chat.window, "width")).toBe("350px");
  await chat.write("Hello");
  expect(await site.pending()).toMatchObject([{ attributes: { meta: { plan: "baked", seats: "3" } } }]);
});

for (const [config, ...warnings] of [
  [{ chat: { postion: "bottom-left" } }, 'chat.postion is not an option of the page, did you mean "position"?'],
  [{ chat: { hideBrandng: true } }, 'chat.hideBrandng is not an option of the page, did you mean "hideBranding"?'],
  [{ mesages: { title: "Hi" } }, 'mesages is not an option of the page, did you mean "messages"?'],
  [{ messages: { titel: "Hi" } }, 'messages.titel is not an option of the page, did you mean "title"?'],
  [{ chat: { variables: { "main-colour": "red" } } }, 'chat.variables.main-colour is not an option of the page, did you mean "main-color"?'],
  [{ visitor: { askname: false } }, 'visitor.askname is not an option of the page, did you mean "askName"?'],
  [{ support: { mail: "a@b.example" } }, 'support.mail is not an option of the page, did you mean "email"?'],
  [{ onNewMesage: 1 }, 'onNewMesage is not an option of the page, did you mean "onNewMessage"?'],
  [{ user: { emial: "jane@example.com" } }, 'user.emial is not an option of the page, did you mean "email"?', "user.email is missing"],
  [{ surprise: true }, "surprise is not an option of the page"],
  [{ host: "https://elsewhere.example", theme: "ink", connection: {} }, "host is not an option of the page", "theme is not an option of the page", "connection is not an option of the page"],
  [{ chat: { hidden: "yes" } }, "chat.hidden must be a boolean"],
  [{ chat: { hidden: 1 } }, "chat.hidden must be a boolean"],
  [{ chat: { name: 5 } }, "chat.name must be a string"],
  [{ chat: { variables: { width: 400 } } }, "chat.variables.width must be a string"],
  [{ chat: { position: "top-left" } }, 'chat.position must be "bottom-right" or "bottom-left"'],
  [{ chat: "left" }, "chat must be an object"],
  [{ visitor: [] }, "visitor must be an object"],
  [{ messages: { welcome: ["Hi", 1] } }, "messages.welcome must be a string or a list of strings"],
  [{ messages: { title: ["Hi"] } }, "messages.title must be a string"],
  [{ meta: { company: {} } }, "meta.company must be a text"],
  [{ meta: "free" }, "meta must be an object"],
  [{ meta: { language: "xx" } }, "meta.language can’t be changed"],
  [{ user: "jane@example.com" }, "user must be an object", "user.email is missing"],
  [{ onOpen: "open" }, "onOpen must be a function"],
  [{ chat: { variables: { "main-color": "red; display: none" } } }, "chat.variables.main-color must be one CSS value of its kind, without addresses"],
  [{ chat: { variables: { "background-color": "url(https://track.example)" } } }, "chat.variables.background-color must be one CSS value of its kind, without addresses"],
  [{ chat: { variables: { "main-color": "blurple" } } }, "chat.variables.main-color must be one CSS value of its kind, without addresses"],
  [{ chat: { variables: { "opened-border-radius": "8px 8px 0 0" } } }, "chat.variables.opened-border-radius must be one CSS value of its kind, without addresses"],
  [{ chat: { variables: { width: "300" } } }, "chat.variables.width must be one CSS value of its kind, without addresses"],
  ["'nonsense'", "MissiveChatConfig must be an object"],
] as const) {
  test(`the page is told once about ${JSON.stringify(config)}, and the chat goes on without`, async ({ site, chat }) => {
    site.service = true;
    await site.open({ config });
    await chat.identify();
    await chat.write("Hello");
    // All else is as by default.
    await expect(chat.bubbles).toHaveText([/^Hi there!/, "First, identify yourself.", "Thanks", "How can we help?", "Hello"]);
    expect((await chat.window.boundingBox())!.width).toBe(350);
    expect(await chat.css(chat.window, "background-color")).toBe("rgb(255, 255, 255)");
    expect(await chat.css(chat.button, "background-color")).toBe("rgb(40, 102, 209)");
    expect((await site.pending())[0]!.attributes.meta).toEqual({});
    expect(site.console).toEqual(warnings.map((warning) => "MissiveChat: " + warning));
  });
}

test("MissiveChat.setVariables: leaves out what is wrong, with a warning, and keeps what was right", async ({ site, chat, page }) => {
  await site.open({ config: { chat: { variables: { "main-color": "rgb(1, 2, 3)" } } } });
  await chat.open();
  await page.evaluate(`MissiveChat.setVariables({ "main-color": "red; color: red", "main-colour": "red", width: 400, height: "432px" })`);
  expect(await chat.css(chat.button, "background-color")).toBe("rgb(1, 2, 3)");
  expect(await chat.css(chat.window, "height")).toBe("432px");
  expect(await chat.css(chat.window, "width")).toBe("350px");
  await page.evaluate(() => MissiveChat.setVariables({ height: "431px" }));
  expect(await chat.css(chat.window, "height")).toBe("431px");
  expect(site.console).toEqual([
    "MissiveChat: chat.variables.main-color must be one CSS value of its kind, without addresses",
    'MissiveChat: chat.variables.main-colour is not an option of the page, did you mean "main-color"?',
    "MissiveChat: chat.variables.width must be a string",
  ]);
});
