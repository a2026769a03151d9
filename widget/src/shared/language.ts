import { doc } from "./dom";
/** The language in its canonical form; undefined, which stands for the browser's, where there is none of that name. */
export function knownLanguage(name: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(name || [])[0];
  } catch {
    return;
  }
}

/** The language of the page, now; undefined where it names none that there is. */
export const pageLanguage = (): string | undefined => knownLanguage(doc.documentElement.lang);
