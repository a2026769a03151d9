// What runs in the page, in whatever engine: each function stands for itself, as it goes there as text.

/** What a visitor sees of the chat, and what else of it counts. */
export interface Sight {
  /** In sight, whole, and not transparent; so the window, too. */
  button: boolean;
  window: boolean;
  badge: string;
  form: boolean;
  bubbles: string[];
  /** How many bubbles wait, or were not sent. */
  unsent: number;
  /** What of the chat has the focus: its name, its class or its element. */
  focus: string;
}

export interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function look(): Sight {
  const root = document.querySelector("missive-chat")?.shadowRoot;
  const all = (selector: string) => [...(root?.querySelectorAll<HTMLElement>(selector) ?? [])];
  const seen = (selector: string) =>
    all(selector).some((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const inside = 0 <= left && left < right && right <= innerWidth && 0 <= top && top < bottom && bottom <= innerHeight;
      const { visibility, opacity } = getComputedStyle(element);
      return inside && visibility == "visible" && opacity == "1";
    });
  const active = root?.activeElement;
  return {
    button: seen(".button"),
    window: seen(".window"),
    badge: all(".badge").map((badge) => badge.textContent).join(),
    form: all(".identify").length > 0,
    bubbles: all(".bubble:not([hidden])").map((bubble) => bubble.textContent!),
    unsent: all(".pending, .failed").length,
    focus: active ? active.getAttribute("name") || active.className || active.localName : "",
  };
}

export function compute([selector, property]: readonly [string, string]): string {
  const element = document.querySelector("missive-chat")!.shadowRoot!.querySelector(selector)!;
  return getComputedStyle(element).getPropertyValue(property);
}

export function measure(selector: string): Place {
  const element = document.querySelector("missive-chat")!.shadowRoot!.querySelector(selector)!;
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { left, right, top, bottom };
}

/** Keeps what goes wrong in the page: uncaught errors, and what its policy stops. */
export function collectFaults(): void {
  const faults: string[] = ((window as any).faults = []);
  addEventListener("error", ({ message }) => faults.push(message));
  addEventListener("unhandledrejection", ({ reason }) => {
    // Twilio's SDK leaves some of its own promises to themselves, so that nobody hears when a lost connection cuts them off.
    const isOfSdk = /^Error: disconnected$|^\w+: disconnected \(status: 0|^Error: Unable to connect: Connection is not initialized/.test(reason);
    if (!isOfSdk) faults.push(`${reason} ${reason?.stack ?? ""}`);
  });
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    // Which the browser asks for, not the page.
    if (!blockedURI.endsWith("/favicon.ico")) faults.push(violatedDirective + " " + blockedURI);
  });
}
