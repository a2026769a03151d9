import { doc } from "../shared/dom";

/** Calls back when the page says that it is in another language, as its own switch of languages does without a load. */
export function followLanguage(signal: AbortSignal, changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(doc.documentElement, { attributeFilter: ["lang"] });
  signal.addEventListener("abort", () => observer.disconnect());
}
