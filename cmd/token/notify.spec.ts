// The team is told by e-mail of what nobody has read: the server as it runs in production, and a mail server of Debian's.

import { type Browser, type Page, expect as impatient, test as base } from "../../widget/e2e/playwright.ts";
import { MailServer, TokenServer } from "./fixture.ts";

/** The server looks for what is unread every 20 seconds. */
const expect = impatient.configure({ timeout: 60_000 });

const ann = { identity: "ann", name: "Ann", email: "ann@acme.com", password: "correct horse battery" };

const test = base.extend<{ mail: MailServer; server: TokenServer }>({
  mail: async ({}, use) => {
    const mail = new MailServer();
    try {
      await mail.start();
      await use(mail);
    } finally {
      await mail.end();
    }
  },
  server: async ({ mail, request }, use) => {
    const server = new TokenServer(request);
    try {
      await server.start([ann], undefined, { email: { server: mail.address, from: "Chat <chat@acme.com>" } });
      await use(server);
    } finally {
      await server.end();
    }
  },
});

/** Opens an address of the desk, and signs in there. */
async function signIn(browser: Browser, address: string, width: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 780 } });
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill(ann.email);
  await page.getByLabel("Password").fill(ann.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  return page;
}

test("who has closed the laptop gets an e-mail of the next message, whose link opens the conversation after signing in", async ({ mail, server, browser }) => {
  test.setTimeout(180_000);
  const laptop = await signIn(browser, server.address + "desk/", 1280);
  await expect(laptop.getByRole("switch", { name: "Online" })).toBeChecked();
  const sid = await server.write("Jane", "Is the jug still there?");
  await laptop.getByRole("link", { name: /Jane/ }).click();
  const bubbles = (page: Page) => page.getByRole("log").locator(".bubble");
  await expect(bubbles(laptop)).toHaveText(["Is the jug still there?"]);
  await laptop.getByRole("textbox", { name: "Write a reply" }).fill("It is");
  await laptop.getByRole("textbox", { name: "Write a reply" }).press("Enter");
  await expect(bubbles(laptop)).toHaveCount(2);
  await laptop.getByRole("button", { name: "Done", exact: true }).last().click();
  await expect.poll(async () => (await server.twilio.rest("GET", `/Conversations/${sid}`)).state).toBe("inactive");
  await laptop.context().close();

  const [first] = (await server.twilio.rest("GET", `/Conversations/${sid}/Messages`)).messages;
  await server.twilio.rest("POST", `/Conversations/${sid}/Messages`, { Author: first.author, Body: "And the cup?" });
  await expect.poll(() => mail.received).toHaveLength(1);
  const [{ to, subject, text }] = mail.received;
  expect([to, subject]).toEqual(['"Ann" <ann@acme.com>', "Jane waits for an answer in the chat"]);
  expect(text).toContain("> And the cup?");
  expect(text).not.toContain("Is the jug still there?");

  const link = /^http\S+$/m.exec(text)![0];
  const phone = await signIn(browser, link, 390);
  await expect(phone).toHaveURL(`${server.address}desk/#${sid}`);
  await expect(bubbles(phone)).toHaveText(["Is the jug still there?", "It is", "And the cup?"]);
  await phone.context().close();
  expect(mail.received).toHaveLength(1);
});
