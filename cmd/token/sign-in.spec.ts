// The team signs in at the server as it runs in production, and answers.

import { type Page, expect as impatient, test as base } from "../../widget/e2e/playwright.ts";
import { axe } from "../../widget/e2e/axe.ts";
import { Provider, TokenServer } from "./fixture.ts";

/** Who connects takes a few seconds on a busy machine. */
const expect = impatient.configure({ timeout: 30_000 });

const ann = { identity: "ann", name: "Ann Smith", picture: "data:image/gif;base64,R0lGODlhAQABAAAAACw=", email: "ann@example.com", password: "correct horse battery" };

const test = base.extend<{ server: TokenServer }>({
  server: async ({ request }, use) => {
    const server = new TokenServer(request);
    try {
      await server.start([ann, { identity: "bob", password: "another password" }]);
      await use(server);
    } finally {
      await server.end();
    }
  },
});

for (const [device, viewport] of Object.entries({ laptop: { width: 1280, height: 800 }, phone: { width: 390, height: 780 } })) {
  test(`on a ${device} a link to a conversation leads there after signing in, and it can be answered`, async ({ server, browser }) => {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    const sid = await server.write("Jane", "Is the jug still there?");

    await page.goto(`${server.address}desk#${sid}`);
    await expect(page).toHaveTitle("Sign in – Team desk");
    await expect(page.getByRole("textbox", { name: /E-mail address|User name/ })).toBeFocused();
    await page.keyboard.type("Ann@Example.com");
    await page.keyboard.press("Tab");
    await page.keyboard.type("a wrong password");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toHaveText("The address or the password is not right.");
    await expect(page.getByRole("textbox", { name: /E-mail address|User name/ })).toHaveValue("Ann@Example.com");
    await expect(page.getByLabel("Password")).toBeFocused();
    await page.keyboard.type(ann.password);
    await page.keyboard.press("Enter");

    await expect(page).toHaveURL(`${server.address}desk/#${sid}`);
    await expect(page.getByRole("log").locator(".bubble")).toHaveText(["Is the jug still there?"]);
    await page.getByRole("textbox", { name: "Write a reply" }).fill("It is");
    await page.getByRole("textbox", { name: "Write a reply" }).press("Enter");
    await expect.poll(async () => (await server.twilio.rest("GET", `/Conversations/${sid}/Messages`)).messages.map(({ author, body }: any) => [author, body])).toEqual([
      [expect.stringMatching(/^visitor-/), "Is the jug still there?"],
      ["ann", "It is"],
    ]);
    await context.close();
  });
}

test("without script one signs in as well, and a conversation’s address stays", async ({ server, browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const sid = await server.write("Jane", "Hello");
  await page.goto(`${server.address}desk/#${sid}`);
  await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill("bob");
  await page.getByLabel("Password").fill("another password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${server.address}desk/#${sid}`);
  await expect(page).toHaveTitle("Team desk");
  await context.close();
});

test("who signs out is out in each tab, and nobody else sees what was there", async ({ server, page, context }) => {
  await page.goto(server.address + "desk/");
  await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill("bob");
  await page.getByLabel("Password").fill("another password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(server.address + "desk/");
  const cookies = await context.cookies();
  expect(cookies.map(({ name, httpOnly, sameSite, secure }) => ({ name, httpOnly, sameSite, secure }))).toEqual([
    { name: "missive-desk-device", httpOnly: true, sameSite: "Lax", secure: false },
    { name: "missive-desk", httpOnly: true, sameSite: "Lax", secure: false },
  ]);
  const other = await context.newPage();
  await other.goto(server.address + "desk/");
  await expect(other).toHaveTitle("Team desk");
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("status")).toHaveText("You are signed out.");
  // Else the team would seem to be online.
  await expect(other).toHaveTitle("Sign in – Team desk");
  await page.goBack();
  await expect(page).toHaveTitle("Sign in – Team desk");
});

test("the way to a provider takes the conversation along, and passwords do when the provider is down", async ({ request, page }) => {
  const server = new TokenServer(request);
  try {
    await server.start([ann], { issuer: "http://127.0.0.1:9/oidc", clientId: "missive", secret: "secret" });
    const sid = await server.write("Jane", "Hello");
    const provider = page.getByRole("link", { name: "Sign in with 127.0.0.1" });
    await page.goto(server.address + "desk/sign-in#//evil.example");
    await expect(provider).toHaveAttribute("href", "oidc");
    await page.goto(`${server.address}desk#${sid}`);
    await expect(provider).toHaveAttribute("href", "oidc?to=" + sid);
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
    await provider.click();
    await expect(page.getByRole("alert")).toHaveText("The provider can't be reached at the moment. Try it again in a little while.");
    await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill(ann.email);
    await page.getByLabel("Password").fill(ann.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveTitle("Team desk");
  } finally {
    await server.end();
  }
});

test("who isn’t of the team gets no further by the provider", async ({ request, page }) => {
  const server = new TokenServer(request);
  const provider = new Provider();
  try {
    await server.start([{ identity: "bob", email: "bob@example.com" }], await provider.start("ann@example.com"));
    await page.goto(server.address + "desk/");
    await page.getByRole("link", { name: "Sign in with localhost" }).click();
    await expect(page.getByRole("alert")).toHaveText("With this account you can't sign in here. It needs an address that belongs to the team, and that the provider has verified.");
    await expect(page.getByLabel("Password")).toHaveCount(0);
    await page.goto(server.address + "desk/");
    await expect(page).toHaveTitle("Sign in – Team desk");
  } finally {
    provider.end();
    await server.end();
  }
});

test("visitors see agents as the team is configured", async ({ server }) => {
  const shown = async () => {
    const { friendly_name, attributes } = await server.twilio.rest("GET", "/Users/ann");
    return [friendly_name, JSON.parse(attributes)];
  };
  await expect.poll(shown).toEqual(["Ann Smith", { avatarUrl: ann.picture }]);
});

test("axe finds nothing where one signs in, in light or dark colours, wide or narrow", async ({ server, page }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 700 });
      await page.goto(server.address + "desk/sign-in");
      expect(await findings(page)).toEqual([]);
      await page.getByRole("textbox", { name: /E-mail address|User name/ }).fill("nobody");
      await page.getByLabel("Password").fill("wrong wrong wrong");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
      expect(await findings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    }
  }
});

/** What axe finds. */
async function findings(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await (window as any).axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }: any) => [id, nodes.map(({ html }: any) => html)]);
  });
}
