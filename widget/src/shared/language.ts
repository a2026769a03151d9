/** The language of the page; undefined, which is the browser's, where the page names none that there is. */
export function pageLanguage(): string | undefined {
  const { lang } = document.documentElement;
  try {
    return Intl.getCanonicalLocales(lang || [])[0];
  } catch {
    return;
  }
}
