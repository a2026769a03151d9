/** The script that is running. The getter of the prototype: a page's <img name=currentScript> hides the property. */
export function currentScript(): HTMLScriptElement | null {
  return Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")!.get!.call(document);
}

/** Gives what this file is for to the launcher that loaded it. */
export function handOver(gift: unknown): void {
  currentScript()?.hand?.(gift);
}

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
  /** Ours, kept where the next launcher on this page finds it: creating a second one of the name throws. */
  missiveChat?: Policy;
}

/**
 * Runs one of our files as a classic script, below the parent: plain static hosts send no CORS headers, so import() is out.
 * Resolves with what the file hands over; rejects when it is gone, blocked or something else.
 */
export function load<T>(url: string, parent: Element): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const script = document.createElement("script");
    const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
    script.hand = resolve;
    // After the script has run, so a file that handed nothing over is not ours.
    script.onload = script.onerror = () => {
      script.remove();
      reject(Error(url));
    };
    script.src = types ? (types.missiveChat ??= types.createPolicy("missive-chat", { createScriptURL: (u) => u })).createScriptURL(url) : url;
    parent.append(script);
  });
}
