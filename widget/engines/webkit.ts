// WebKit as Debian has it, WebKitGTK, over WebDriver, on a screen that nobody sees: Playwright drives builds of its own alone.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { Builder, Key as keys, type WebDriver, type WebElement, error } from "selenium-webdriver";
import { freePort } from "../e2e/talk.ts";
import type { Browser, Key, Launched, Settings } from "./browser.ts";

export async function launchWebKit(settings: Settings): Promise<Launched> {
  const folder = mkdtempSync(join(tmpdir(), "webkit-"));
  const started: ChildProcess[] = [];
  // Also when the run is cut off.
  process.once("exit", () => started.forEach((program) => program.kill()));
  const end = async () => {
    for (const program of started.reverse()) await stop(program);
    rmSync(folder, { recursive: true });
  };
  try {
    // Without a reset: it would be deaf for a moment whenever a window has closed, and the next one would hang.
    const screen = spawn("Xvfb", ["-displayfd", "1", "-noreset", "-screen", "0", "1280x1000x24"], { stdio: ["ignore", "pipe", "ignore"] });
    started.push(screen);
    const [number] = await Promise.race([once(createInterface(screen.stdout), "line"), failed(screen)]);
    const port = await freePort();
    const address = "http://127.0.0.1:" + port;
    const driver = spawn("WebKitWebDriver", ["--port=" + port], { stdio: "ignore", env: { ...process.env, DISPLAY: ":" + number, ...environment(folder, settings) } });
    started.push(driver);
    await Promise.race([answers(address, driver), failed(driver)]);
    return { open: async () => new WebDriverBrowser(await new Builder().usingServer(address).forBrowser("MiniBrowser").build()), end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Writes what the visitor has set in their system to the folder, and returns by what GTK finds it. */
function environment(folder: string, { dark, lessMotion }: Settings): Record<string, string> {
  mkdirSync(join(folder, "gtk-3.0"));
  writeFileSync(join(folder, "gtk-3.0", "settings.ini"), `[Settings]\ngtk-enable-animations=${lessMotion ? 0 : 1}\n`);
  return { XDG_CONFIG_HOME: folder, GTK_THEME: dark ? "Adwaita:dark" : "Adwaita" };
}

/** Resolves once the driver can be talked to. */
async function answers(address: string, driver: ChildProcess): Promise<void> {
  while (driver.exitCode === null && !(await fetch(address + "/status").catch(() => undefined))?.ok) await setTimeout(50);
}

/** Rejects when a program can't be started, or ends. */
function failed(program: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    program.once("error", reject);
    program.once("exit", () => reject(new Error(`${program.spawnfile} has ended`)));
  });
}

async function stop(program: ChildProcess): Promise<void> {
  const exited = once(program, "exit");
  if (program.exitCode === null && program.kill()) await exited;
}

class WebDriverBrowser implements Browser {
  constructor(private readonly session: WebDriver) {}

  goto(address: string): Promise<void> {
    return this.session.get(address);
  }

  reload(): Promise<void> {
    return this.session.navigate().refresh();
  }

  async enterFrame(): Promise<void> {
    await this.session.switchTo().frame(0);
  }

  run<Argument, Result>(script: (argument: Argument) => Result, argument?: Argument): Promise<Result> {
    return this.session.executeScript(`return (${script})(arguments[0])`, argument);
  }

  async click(selector: string): Promise<void> {
    // Until it is there, and nothing is in front of it.
    await this.session.wait(async () => {
      const found = await this.run(find, selector);
      try {
        await (found as unknown as WebElement | null)?.click();
        return !!found;
      } catch (reason) {
        if (reason instanceof error.ElementNotInteractableError || reason instanceof error.ElementClickInterceptedError) return false;
        throw reason;
      }
    });
  }

  async hold(selector: string, meanwhile: () => Promise<void>): Promise<void> {
    const origin = (await this.run(find, selector)) as unknown as WebElement;
    await this.session.actions().move({ origin }).press().perform();
    await meanwhile();
    await this.session.actions().release().perform();
  }

  async type(text: string): Promise<void> {
    await this.session.actions().sendKeys(text).perform();
  }

  async erase(): Promise<void> {
    await this.session.actions().keyDown(keys.CONTROL).sendKeys("a").keyUp(keys.CONTROL).sendKeys(keys.DELETE).perform();
  }

  async press(key: Key): Promise<void> {
    await this.session.actions().sendKeys(keys[key.toUpperCase() as Uppercase<Key>]).perform();
  }

  async tab(): Promise<string> {
    const page = await this.session.getWindowHandle();
    let tab: string | undefined;
    await this.session.wait(async () => (tab = (await this.session.getAllWindowHandles()).find((handle) => handle != page)));
    await this.session.switchTo().window(tab!);
    await this.session.wait(async () => (await this.session.getCurrentUrl()).startsWith("http"));
    const text = await this.run(() => document.body.innerText);
    await this.session.close();
    await this.session.switchTo().window(page);
    return text;
  }

  async screenshot(path: string): Promise<void> {
    writeFileSync(path, await this.session.takeScreenshot(), "base64");
  }

  async close(): Promise<void> {
    await this.session.quit();
  }
}

/** Runs in the page. */
function find(selector: string): Element | null | undefined {
  return document.querySelector("missive-chat")?.shadowRoot?.querySelector(selector);
}
