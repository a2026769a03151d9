// Chromium and Firefox: Playwright drives the latter over WebDriver BiDi, so that it can be the one of the system.

import type { BrowserContextOptions, Frame, Page, Browser as PlaywrightsBrowser, PlaywrightWorkerArgs } from "@playwright/test";
import config, { firefox as options } from "../playwright.config.ts";
import type { Browser, Key, Launched, Settings } from "./browser.ts";

type Playwright = PlaywrightWorkerArgs["playwright"];

export async function launchChromium({ chromium }: Playwright, settings: Settings): Promise<Launched> {
  const browser = await chromium.launch(config.use!.launchOptions);
  return launched(browser, {
    colorScheme: settings.dark ? "dark" : "light",
    reducedMotion: settings.lessMotion ? "reduce" : "no-preference",
    forcedColors: settings.forcedColors ? "active" : "none",
  });
}

export async function launchFirefox({ firefox }: Playwright, settings: Settings): Promise<Launched> {
  const firefoxUserPrefs = {
    "ui.systemUsesDarkTheme": settings.dark ? 1 : 0,
    "ui.prefersReducedMotion": settings.lessMotion ? 1 : 0,
    "ui.useAccessibilityTheme": settings.forcedColors ? 1 : 0,
    "browser.display.document_color_use": settings.forcedColors ? 2 : 1,
    "network.cookie.cookieBehavior": settings.blockedStorage ? 2 : 5,
  };
  return launched(await firefox.launch({ channel: options.channel, ...options.launchOptions, firefoxUserPrefs }));
}

const launched = (browser: PlaywrightsBrowser, options?: BrowserContextOptions): Launched => ({
  open: async () => new PlaywrightBrowser(await browser.newPage(options)),
  end: () => browser.close(),
});

class PlaywrightBrowser implements Browser {
  private frame: Frame;
  private readonly tabs: Page[] = [];

  constructor(private readonly page: Page) {
    this.frame = page.mainFrame();
    page.on("popup", (tab) => this.tabs.push(tab));
  }

  async goto(address: string): Promise<void> {
    await this.page.goto(address);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async enterFrame(): Promise<void> {
    const frame = await this.page.locator("iframe").elementHandle();
    this.frame = (await frame!.contentFrame())!;
  }

  run<Argument, Result>(script: (argument: Argument) => Result, argument?: Argument): Promise<Result> {
    return this.frame.evaluate(script as any, argument) as Promise<any>;
  }

  async click(selector: string): Promise<void> {
    await this.frame.locator("missive-chat " + selector).click();
  }

  async hold(selector: string, meanwhile: () => Promise<void>): Promise<void> {
    await this.frame.locator("missive-chat " + selector).hover();
    await this.page.mouse.down();
    await meanwhile();
    await this.page.mouse.up();
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  async erase(): Promise<void> {
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.press("Delete");
  }

  async press(key: Key): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async tab(): Promise<string> {
    if (!this.tabs.length) await this.page.waitForEvent("popup");
    const tab = this.tabs.shift()!;
    await tab.waitForURL(/^http/);
    const text = await tab.locator("body").innerText();
    await tab.close();
    return text;
  }

  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
