// What a browser has to do for a chat, as it says itself. Nothing of the test runs in the page while a stage is measured, but a look at where things are.

import type { Browser, CDPSession, Page, Response } from "playwright-core";
import type { Contender } from "./contenders.ts";
import { size, type Size } from "./site.ts";

/** A page up to a moment. */
export interface Figures {
  /** Requests, without that for the page itself. */
  requests: number;
  /** Bytes of all answers, that for the page among them. */
  bytes: Size;
  /** Milliseconds that the main thread was busy. */
  busy: number;
  /** Milliseconds by which tasks took more than 50. */
  blocked: number;
  /** Bytes of JavaScript's heap, after a collection. */
  heap: number;
  /** Elements of the document, and of its shadow roots and frames, without scripts. */
  light: number;
  inner: number;
}

/** The moments: the launcher shows, the visitor has typed, the first message was accepted. */
export interface Run {
  launcher: Figures;
  typed?: Figures;
  sent?: Figures;
  /** Hosts of others that were asked, in vain. */
  outside: string[];
}

/** How much slower than this machine, as the usual stand-in for a phone. */
export const slowdown = 4;

/** Milliseconds after which a page is taken for broken. */
const patience = 60_000;

declare global {
  /** In the page: the sum of what long tasks took beyond 50 ms. */
  var blocked: number;
}

/** Opens the page of a contender in a browser context of its own, and uses it as a visitor does. */
export async function measure(browser: Browser, site: string, contender: Contender): Promise<Run> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const page = await context.newPage();
    const visit = new Visit(page, await context.newCDPSession(page), site);
    return await visit.run(contender);
  } catch (error) {
    throw new Error(`${contender.id}: ${(error as Error).message}`);
  } finally {
    await context.close();
  }
}

class Visit {
  private readonly answers: Promise<Buffer>[] = [];
  private readonly outside = new Set<string>();
  private asked = 0;
  private open = 0;
  private lastChange = Date.now();
  private busy = 0;
  private blocked = 0;
  private since = { busy: 0, blocked: 0 };

  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
    private readonly site: string,
  ) {}

  async run(contender: Contender): Promise<Run> {
    await this.prepare();
    await this.page.goto(`${this.site}/${contender.id}.html`, { waitUntil: "load", timeout: 120_000 });
    const shown = contender.launcher ?? contender.input ?? "h1";
    const launcher = await this.figures(shown);
    const run: Run = { launcher, outside: [] };
    if (contender.input) {
      if (contender.launcher) await this.click(contender.launcher);
      if (!contender.waits) await this.type(contender.input);
      run.typed = await this.figures(contender.input);
      if (contender.sent) {
        await this.key("Enter", "\r");
        run.sent = await this.figures(contender.sent);
      }
    }
    return { ...run, outside: [...this.outside].sort() };
  }

  private async prepare(): Promise<void> {
    this.page.on("request", (request) => {
      const { host, protocol } = new URL(request.url());
      if (!protocol.startsWith("http")) return;
      if (host != new URL(this.site).host) return void this.outside.add(host);
      if (!request.isNavigationRequest()) this.asked++;
      this.change(1);
    });
    const ended = (request: { url(): string }) => request.url().startsWith(this.site) && this.change(-1);
    this.page.on("requestfinished", ended);
    this.page.on("requestfailed", ended);
    this.page.on("response", (response: Response) => {
      if (response.url().startsWith(this.site)) this.answers.push(response.body());
    });
    await this.page.addInitScript(() => {
      globalThis.blocked = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (blocked += duration - 50))).observe({ type: "longtask" });
    });
    // The processor's time, so that a busy machine does not count.
    await this.cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    await this.cdp.send("HeapProfiler.enable");
    await this.cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  }

  private change(by: number): void {
    this.open += by;
    this.lastChange = Date.now();
  }

  /** Waits until the page is quiet and shows something, and then says what it took. */
  private async figures(selector: string): Promise<Figures> {
    const deadline = Date.now() + patience;
    let work = await this.quiet(deadline);
    while (!(await this.find(selector))) {
      if (Date.now() > deadline) throw new Error(`${selector} is not to be seen`);
      work = await this.quiet(deadline);
    }
    this.busy += work.busy - this.since.busy;
    this.blocked += work.blocked - this.since.blocked;

    await this.cdp.send("HeapProfiler.collectGarbage");
    const { usedSize: heap } = await this.cdp.send("Runtime.getHeapUsage");
    const bodies = (await Promise.all(this.answers)).map(size);
    const sum = (key: keyof Size) => bodies.reduce((total, body) => total + body[key], 0);
    const bytes = { raw: sum("raw"), gzip: sum("gzip"), brotli: sum("brotli") };
    const figures = { requests: this.asked, bytes, busy: this.busy, blocked: this.blocked, heap, ...(await this.elements()) };
    // What the measuring took is not the page's.
    this.since = await this.work();
    return figures;
  }

  /** Resolves with the work so far once nothing was asked for half a second, and the main thread has little to do. */
  private async quiet(deadline: number): Promise<{ busy: number; blocked: number }> {
    for (let before = await this.work(); Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const now = await this.work();
      if (!this.open && Date.now() - this.lastChange > 500 && now.busy - before.busy < 25) return now;
      before = now;
    }
    throw new Error("the page does not come to rest");
  }

  private async work(): Promise<{ busy: number; blocked: number }> {
    const { metrics } = await this.cdp.send("Performance.getMetrics");
    const busy = metrics.find(({ name }) => name == "TaskDuration")!.value * 1000;
    return { busy, blocked: (await this.evaluate("globalThis.blocked")) as number };
  }

  private async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.cdp.send("Runtime.evaluate", { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** The middle of the first visible element of a selector, and what is typed into it. */
  private find(selector: string): Promise<{ x: number; y: number; text: string } | null> {
    return this.evaluate(`(${look})(${JSON.stringify(selector)})`) as never;
  }

  private async click(selector: string): Promise<void> {
    const at = await this.find(selector);
    if (!at) throw new Error(`${selector} is not to be seen`);
    const { x, y } = at;
    await this.cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    for (const type of ["mousePressed", "mouseReleased"] as const) await this.cdp.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
  }

  /** Types a letter as soon as there is a field for it. */
  private async type(selector: string): Promise<void> {
    for (const deadline = Date.now() + patience; Date.now() < deadline; ) {
      const field = await this.find(selector);
      if (field?.text) return;
      if (field) {
        await this.click(selector);
        await this.key("h", "h");
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`nothing can be typed into ${selector}`);
  }

  private async key(key: string, text: string): Promise<void> {
    const about = { key, text, ...(key == "Enter" && { windowsVirtualKeyCode: 13, code: "Enter" }) };
    await this.cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...about });
    await this.cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...about });
  }

  private async elements(): Promise<{ light: number; inner: number }> {
    const { root } = await this.cdp.send("DOM.getDocument", { depth: -1, pierce: true });
    // Else the browser would tell of each change from here on, in the page's time.
    await this.cdp.send("DOM.disable");
    return count(root);
  }
}

/** A node as the browser describes it. */
interface Node {
  nodeType: number;
  nodeName: string;
  children?: Node[];
  shadowRoots?: Node[];
  shadowRootType?: string;
  contentDocument?: Node;
}

/** How many elements are in a document, and how many in its shadow roots and frames. */
function count(node: Node, within = false): { light: number; inner: number } {
  const total = { light: 0, inner: 0 };
  if (node.nodeType == 1 && node.nodeName != "SCRIPT") total[within ? "inner" : "light"]++;
  const add = (child: Node, within: boolean) => {
    const { light, inner } = count(child, within);
    total.light += light;
    total.inner += inner;
  };
  for (const child of node.children ?? []) add(child, within);
  // A browser's own fields have roots, too.
  for (const root of node.shadowRoots ?? []) if (root.shadowRootType != "user-agent") add(root, true);
  if (node.contentDocument) add(node.contentDocument, true);
  return total;
}

/** Runs in the page: the first visible element of a selector, in the document, its open shadow roots and its frames. */
const look = String((selector: string) => {
  const places: { root: Document | ShadowRoot; left: number; top: number }[] = [{ root: document, left: 0, top: 0 }];
  for (const { root, left, top } of places) {
    for (const element of root.querySelectorAll<HTMLElement>(selector)) {
      const { x, y, width, height } = element.getBoundingClientRect();
      if (!width || !height || !element.checkVisibility({ visibilityProperty: true })) continue;
      return { x: left + x + width / 2, y: top + y + height / 2, text: (element as HTMLInputElement).value ?? element.textContent };
    }
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) places.push({ root: element.shadowRoot, left, top });
      if (!(element instanceof HTMLIFrameElement) || !element.contentDocument) continue;
      const { x, y } = element.getBoundingClientRect();
      places.push({ root: element.contentDocument, left: left + x, top: top + y });
    }
  }
  return null;
});
