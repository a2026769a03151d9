/** What pages call their scheme: "dark", "dark-mode", "theme-dark" … as a class or as data-theme. */
const name = /(?:^|\s)(?:theme-|is-)?(dark|light)(?:-mode|-theme)?(?!\S)/;

/** Keeps the class "dark" as the page has it: by data-theme or class of <html> or <body>, else by color-scheme. */
export function followPage(root: Element, signal: AbortSignal): void {
  const html = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const look = () => {
    const { body } = document;
    if (body) observer.observe(body, { attributes: true });
    const words = [html, body].map((e) => e && e.dataset.theme + " " + e.className);
    const scheme = getComputedStyle(html).colorScheme.replace(/light dark|dark light/, system.matches ? "dark" : "light");
    root.classList.toggle("dark", name.exec(words.join(" ") + " " + scheme)?.[1] == "dark");
  };
  const observer = new MutationObserver(look);
  observer.observe(html, { attributes: true, childList: true });
  system.addEventListener("change", look, { signal });
  signal.addEventListener("abort", () => observer.disconnect());
  look();
}
