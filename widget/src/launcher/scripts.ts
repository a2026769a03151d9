import { attribute, doc, draw, el } from "../shared/dom";
import { unsafe } from "../shared/unsafe";
import { warn } from "../shared/warn";

/** The script that is running. */
export const script = doc.currentScript as HTMLScriptElement | null;

/** Gives what this file is for to the launcher that loaded it. */
export declare const handOver: (gift: any) => void;

/** What a file gets of the launcher that loads it, see shared/from-launcher.ts. */
export type LauncherExports = [typeof handOver, typeof runScript, typeof el, typeof attribute, typeof draw, typeof unsafe, typeof warn, typeof doc];

declare global {
  interface HTMLScriptElement {
    /** Set by the launcher on a script that it loads; the script calls it with what it has to give. */
    hand?: (file: (launcher: LauncherExports) => void) => void;
  }
}

interface Policy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: Policy): Policy;
  /** Ours, kept where the next launcher on this page finds it: creating a second one of the name throws. */
  missiveChat?: Policy;
}

/** The folders that our files are in, and nothing of others. */
export const folders = ["https://sdk.twilio.com/js/conversations/releases/3.0.0"];
/** Takes our own addresses alone: whoever finds the policy on the page makes nothing else by it. */
const ours = (url: string) => (folders.includes(url.replace(/\/\w[^\\/]*$/, "")) ? url : "");

/**
 * Runs a file as a classic script, below the parent: plain static hosts send no CORS headers, so import() is out.
 * Resolves when it has run; rejects when it is gone or blocked.
 */
export function runScript(url: string, parent: Element, more?: Partial<HTMLScriptElement>): Promise<void> {
  return new Promise((resolve, reject) => {
    // A page that isolates itself (COEP) loads all that is foreign in the same way.
    const added = Object.assign(el("script"), { crossOrigin: script && script.crossOrigin }, more);
    // Where the browser has none, it may be an element of that name.
    const types = (window as { trustedTypes?: TrustedTypes }).trustedTypes;
    added.onload = added.onerror = (event) => {
      added.remove();
      if ((event as Event).type == "load") resolve();
      else reject(Error(url));
    };
    added.src = types?.createPolicy?.call ? (types.missiveChat ??= types.createPolicy("missive-chat", { createScriptURL: ours })).createScriptURL(url) : url;
    parent.append(added);
  });
}

/** Runs one of our files, and resolves with what it hands over. One that hands nothing over is something else. */
export function loadFile<T>(url: string, parent: Element): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const more: Partial<HTMLScriptElement> = { hand: (file) => file([resolve, runScript, el, attribute, draw, unsafe, warn, doc]) };
    if (INTEGRITY) Object.assign(more, { integrity: INTEGRITY[url.replace(/.*\//, "")], crossOrigin: "anonymous" });
    runScript(url, parent, more).then(() => reject(Error(url)), reject);
  });
}
