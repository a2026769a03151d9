// The chat as it is used: the preview's own page, Twilio's unmodified SDK, the token handler and the local conversations.

import { type Browser, expect, type Page, test as base } from "../../../widget/e2e/playwright.ts";
import { Preview } from "../fixture.ts";
import { Chat } from "../../../widget/e2e/site.ts";

// What startAgent puts on its page.
declare const conversation: import("@twilio/conversations").Conversation;

/** Each worker has a preview. */
const test = base.extend<{ visitor: Page; chat: Chat; agent: Page }, { preview: string }>({
  preview: [
    async ({}, use) => {
      const preview = new Preview("chat: {name: Acme, sound: true, flashTitle: true}\nvisitor: {askName: false, askEmail: false}\n");
      await preview.start();
      await use(preview.address);
      await preview.end();
    },
    { scope: "worker" },
  ],
  visitor: async ({ page, preview }, use) => {
    await page.goto(preview);
    await use(page);
  },
  chat: async ({ visitor }, use) => use(new Chat(visitor)),
  /** Somebody of the team, with the SDK that the widget loads, in the visitor's conversation. */
  agent: async ({ visitor, chat, browser, preview }, use) => {
    const script = visitor.waitForRequest(/assets\/sdk\./);
    await chat.open();
    await chat.write("Hello");
    await expect(chat.root.locator(".pending")).toHaveCount(0);
    const sid = await conversationOf(visitor);
    await use(await startAgent(browser, preview, (await script).url(), sid));
  },
});

/** The conversation that the token endpoint gives this visitor. */
function conversationOf(visitor: Page): Promise<string> {
  return visitor.evaluate(async () => {
    const { session } = JSON.parse(localStorage["missive-chat:acme"]);
    const answer = await fetch("/preview.token", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ account: "acme", session }) });
    return (await answer.json()).conversation;
  });
}

async function startAgent(browser: Browser, preview: string, sdk: string, sid: string): Promise<Page> {
  const agent = await (await browser.newContext()).newPage();
  await agent.goto(preview + "acme/snippet.html");
  await agent.evaluate(
    async ({ sdk, sid }) => {
      const { token, socket } = await (await fetch("/desk/token", { method: "POST" })).json();
      const { Client } = await new Promise<typeof import("@twilio/conversations")>((resolve) => {
        const script = document.createElement("script");
        script.hand = (file) => file([resolve] as never);
        script.src = sdk;
        document.head.append(script);
      });
      const client = new Client(token, { Twilsock: { uri: socket } } as object);
      await new Promise<void>((resolve) => client.on("initialized", resolve));
      (window as any).conversation = await client.getConversationBySid(sid);
    },
    { sdk, sid },
  );
  return agent;
}

const say = (agent: Page, text: string) => agent.evaluate((text) => conversation.sendMessage(text), text);

/** What the conversation has, as the service has it. */
const stored = (agent: Page) =>
  agent.evaluate(async () => {
    let page = await conversation.getMessages(100);
    const all = [...page.items];
    while (page.hasPrevPage) all.unshift(...(page = await page.prevPage()).items);
    return all.map(({ body }) => body);
  });

test("a message reaches the team with what is known of the visitor, and the answer the visitor", async ({ visitor, chat, agent }) => {
  const [message] = await agent.evaluate(async () => (await conversation.getMessages(1)).items.map(({ body, attributes }) => ({ body, attributes })));
  expect(message).toMatchObject({
    body: "Hello",
    attributes: { meta: { language: "en-GB", platform: "Linux", browser: expect.stringMatching(/^Chrome \d+$/) } },
  });
  await say(agent, "Hi there");
  await expect(chat.bubbles.last()).toHaveText("Hi there");
  await expect(chat.status).toHaveText("We’re online");
  expect(await visitor.evaluate(() => Object.keys(window).includes("Twilio"))).toBe(false);
});

test("messages.typing: tells that somebody writes, until the message comes", async ({ chat, agent }) => {
  await agent.evaluate(() => conversation.typing());
  await expect(chat.bubbles.last()).toHaveText("Typing…");
  await say(agent, "Here I am");
  await expect(chat.bubbles.last()).toHaveText("Here I am");
});

test("messages.seen: stands under the last message that the team has read", async ({ chat, agent }) => {
  await expect(chat.root.locator(".note", { hasText: "Seen" })).toHaveCount(0);
  await agent.evaluate(() => conversation.setAllMessagesRead());
  await expect(chat.root.locator(".row", { hasText: "Hello" }).locator(".note")).toContainText("Seen");
});

test("unread messages are counted after a reload, until the window is opened", async ({ visitor, chat, agent }) => {
  await chat.close.click();
  await say(agent, "One");
  await say(agent, "Two");
  await expect(chat.badge).toHaveText("2");
  await visitor.reload();
  await expect(chat.badge).toHaveText("2");
  await chat.open();
  await expect(chat.bubbles.last()).toHaveText("Two");
  await expect.poll(() => visitor.evaluate(() => document.querySelector("missive-chat")!.shadowRoot!.querySelector(".badge")!.textContent)).toBe("");
  await visitor.reload();
  await expect(chat.bubbles.last()).toHaveText("Two");
  await expect(chat.badge).toHaveText("");
});

test("messages.older: loads what is further up, page by page, with nothing missing", async ({ visitor, chat, agent }) => {
  const texts = Array.from({ length: 50 }, (_, i) => "Line " + i);
  await agent.evaluate(async (texts) => {
    for (const text of texts) await conversation.sendMessage(text);
  }, texts);
  await expect(chat.bubbles.last()).toHaveText("Line 49");
  await visitor.reload();
  await expect(chat.bubbles.last()).toHaveText("Line 49");
  const more = chat.root.getByRole("button", { name: "Earlier messages" });
  // What comes into view brings the next page by itself, so that the button may be gone before the click.
  await expect(async () => {
    if (await more.isVisible()) await more.click({ timeout: 1000 });
    await expect(more).toBeHidden({ timeout: 1000 });
  }).toPass();
  await expect(chat.bubbles.filter({ hasText: /^Line/ })).toHaveText(texts);
});

test("without a network nothing is lost, doubled or out of order", async ({ visitor, context, chat, agent }) => {
  await context.setOffline(true);
  await say(agent, "While you were away");
  await chat.box.fill("Not yet");
  await expect(chat.root.locator(".notice")).toHaveText("Can’t send messages offline.");
  await context.setOffline(false);
  await expect(chat.bubbles.last()).toHaveText("While you were away");
  await chat.box.press("Enter");
  await expect(chat.bubbles.last()).toHaveText("Not yet");
  await expect(chat.root.locator(".pending")).toHaveCount(0);
  expect(await stored(agent)).toEqual(["Hello", "While you were away", "Not yet"]);
  await visitor.reload();
  await expect(chat.bubbles.last()).toHaveText("Not yet");
});

test("two tabs are one visitor with one thread", async ({ chat, agent, context, preview }) => {
  const other = await context.newPage();
  await other.goto(preview);
  const second = new Chat(other);
  await expect(second.bubbles.last()).toHaveText("Hello");
  await second.write("From the other tab");
  await expect(chat.bubbles.last()).toHaveText("From the other tab");
  expect(await stored(agent)).toEqual(["Hello", "From the other tab"]);
});

test("chat.flashTitle: the title of a page that nobody looks at tells of news, and comes back", async ({ visitor, chat, agent }) => {
  await chat.close.click();
  const title = await visitor.title();
  await say(agent, "News");
  await expect(visitor).toHaveTitle("New message!");
  await visitor.keyboard.press("Tab");
  await expect(visitor).toHaveTitle(title);
});

test("chat.sound: a message that nobody sees makes a sound", async ({ visitor, chat, agent }) => {
  await visitor.addInitScript(() => {
    const tones: number[] = ((window as any).tones = []);
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) {
      tones.push(this.frequency.value);
      start.apply(this, when);
    };
  });
  await visitor.reload();
  await expect(chat.bubbles.last()).toHaveText("Hello");
  await chat.close.click();
  await say(agent, "News");
  await expect.poll(() => visitor.evaluate(() => (window as any).tones.length)).toBe(2);
});

test("a first message draws the thread at most five times, a second one at most twice", async ({ visitor, chat }) => {
  await chat.open();
  // Each time that the thread is drawn, each row is told once what it is.
  await chat.bubbles.first().evaluate((bubble) => {
    const row = bubble.closest(".row")!;
    (window as any).drawn = 0;
    Object.defineProperty(row, "className", {
      get: () => row.getAttribute("class"),
      set(names: string) {
        (window as any).drawn++;
        row.setAttribute("class", names);
      },
    });
  });
  const drawnBy = async (text: string): Promise<number> => {
    await visitor.evaluate(() => ((window as any).drawn = 0));
    await chat.write(text);
    await expect(chat.bubbles.last()).toHaveText(text);
    await expect(chat.root.locator(".pending")).toHaveCount(0);
    // What the service says of it has arrived when the reply is here: the event is sent before it. All that follows is in this turn.
    await expect(chat.status).toHaveText(/We’re (online|offline)/);
    return visitor.evaluate(() => (window as any).drawn);
  };
  const first = await drawnBy("Hello");
  const second = await drawnBy("And another thing");
  console.log(`the thread was drawn ${first} times for the first message, ${second} for the second`);
  expect(first).toBeGreaterThan(0);
  expect(first).toBeLessThanOrEqual(5);
  expect(second).toBeGreaterThan(0);
  expect(second).toBeLessThanOrEqual(2);
});
