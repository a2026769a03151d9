import { draw, el } from "../shared/dom";
import { namesOf, type SentFile } from "../shared/files";
import { pageLanguage } from "../shared/language";
import icon from "./file.svg";

/** An address that is older is asked for again. */
const freshMilliseconds = 60_000;

/** Longer names lose what is in their middle: the beginning tells most, the end has the type. */
const [nameStart, nameEnd] = [56, 24];

/** A bubble as far as its files matter. */
export interface WithFiles {
  text: string;
  files?: readonly SentFile[];
}

interface Shown {
  element: HTMLElement;
  files: readonly SentFile[];
}

const shown = new WeakMap<Element, Shown>();

/** Shows files below the bubbles with which they came, which are those of the rows, in their order. Failure: what is said where one can't be opened. */
export function showFiles(list: ParentNode, bubbles: readonly WithFiles[], failure: () => (Node | string)[]): void {
  if (!bubbles.some(({ files }) => files)) return;
  list.querySelectorAll(".row").forEach((row, i) => {
    const { text = "", files } = bubbles[i] ?? {};
    if (files) showIn(row, text, files, failure);
  });
}

function showIn(row: Element, said: string, files: readonly SentFile[], failure: () => (Node | string)[]): void {
  const bubble = row.querySelector<HTMLElement>(".bubble")!;
  // What is the same stays: it may have the focus.
  let now = shown.get(row);
  const sids = (list: readonly SentFile[]) => JSON.stringify(list.map(({ sid }) => sid));
  if (now && sids(now.files) == sids(files)) now.files = files;
  else {
    now?.element.remove();
    const next: Shown = { files, element: el("div", { class: "bubble files" }) };
    next.element.append(...files.map((_, i) => createFileLink(() => next.files[i]!, failure)));
    bubble.after(next.element);
    shown.set(row, (now = next));
  }
  row.classList.add("with-files");
  bubble.hidden = said == namesOf(files);
  now.element.querySelectorAll(".size").forEach((size, i) => {
    const written = formatSize(files[i]!.size);
    if (size.textContent != written) size.textContent = written;
  });
}

/**
 * A link to a file, with its name and size. Its address is asked for when somebody is about to follow it: from then on it is a link like any
 * other, which the browser opens. Who is faster than the answer gets a tab that waits for it; one that opened later would be blocked.
 */
function createFileLink(file: () => SentFile, failure: () => (Node | string)[]): HTMLElement {
  let asked = 0;
  let address: Promise<string> | undefined;
  const { filename, contentType } = file();
  const name = readable(filename) || readable(contentType) || "\u{1F4CE}";
  const short = shorten(name);
  const link = el(
    "a",
    { class: "file", role: "link", tabindex: "0", target: "_blank", rel: "noopener noreferrer nofollow", title: short != name && name },
    draw(icon),
    el("bdi", {}, short),
    " ",
    el("span", { class: "size" }),
  );
  const fault = el("p", { class: "fault", role: "alert" });
  async function ask(): Promise<string> {
    const url = await file().getContentTemporaryUrl();
    if (!url || !/^https?:/i.test(url)) throw Error("" + url);
    return url;
  }
  function prepare(): Promise<string> {
    if (address && Date.now() - asked < freshMilliseconds) return address;
    asked = Date.now();
    link.removeAttribute("href");
    const asking = (address = ask());
    asking.then(
      (url) => {
        fault.replaceChildren();
        if (address == asking) link.href = url;
      },
      () => {
        // The next try may do better.
        if (address == asking) address = undefined;
      },
    );
    return asking;
  }
  for (const type of ["pointerenter", "pointerdown", "focus"]) link.addEventListener(type, prepare);
  link.onclick = (event) => {
    const ready = prepare();
    if (link.href) return;
    event.preventDefault();
    const tab = open("", "_blank");
    ready
      .then((url) => tab && !tab.closed && lead(tab, url))
      .catch(() => {
        fault.replaceChildren(...failure());
        // The page may have an open() of its own, which returns something else.
        tab?.close?.();
      });
  };
  // Without an address it is no link to the browser.
  link.onkeydown = ({ key }) => {
    if (key == "Enter" && !link.href) link.click();
  };
  return el("div", {}, link, fault);
}

/** Leads a tab of ours to an address, where nothing is learnt of the page. */
function lead(tab: Window, url: string): void {
  tab.opener = null;
  const way = tab.document.createElement("a");
  way.href = url;
  way.rel = "noreferrer";
  tab.document.body.append(way);
  way.click();
}

/** A name without what doesn't show, or turns the direction of writing, and so could disguise its end. */
function readable(name: unknown): string {
  return typeof name == "string" ? name.replace(/[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/gu, "").trim() : "";
}

function shorten(name: string): string {
  const characters = [...name];
  return characters.length > nameStart + nameEnd + 1 ? characters.slice(0, nameStart).join("") + "…" + characters.slice(-nameEnd).join("") : name;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte", "petabyte"];

/** No file has more bytes: what says so would only take room. */
const mostBytes = 1e24;

/** A size in the language of the page; "" if it is none. */
export function formatSize(bytes: unknown): string {
  if (typeof bytes != "number" || !(bytes >= 0 && bytes < mostBytes)) return "";
  let count = bytes;
  let unit = 0;
  // What would be rounded to 1,000 has the next unit.
  for (; count >= 999.5 && unit + 1 < units.length; unit++) count /= 1000;
  return new Intl.NumberFormat(pageLanguage(), {
    style: "unit",
    unit: units[unit],
    // "byte", the short form, knows no plural.
    unitDisplay: unit ? "short" : "long",
    maximumFractionDigits: unit && count < 9.95 ? 1 : 0,
  }).format(count);
}
