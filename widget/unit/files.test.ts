// Files below bubbles: their names and sizes, when their addresses are asked for, and how they open.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { namesOf, type SentFile } from "../src/shared/files";
import { formatSize, showFiles } from "../src/thread/files";

const address = "https://media.us1.twilio.com/ME1?Expires=1";
let asked: number;
/** What the next question for an address leads to. */
let answer: () => PromiseLike<string | null>;
/** The links that the browser has followed by itself. */
const followed: string[] = [];
/** The tabs that were opened, as far as they are used. */
const tabs: { opener: unknown; document: Document; close: ReturnType<typeof vi.fn> }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked = 0;
  answer = async () => address;
  tabs.length = 0;
  followed.length = 0;
  document.documentElement.lang = "en";
  vi.stubGlobal("open", (url: string, target: string) => {
    if (url) return followed.push(url);
    expect(target).toBe("_blank");
    tabs.push({ opener: window, document: document.implementation.createHTMLDocument(), close: vi.fn() });
    return tabs.at(-1);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  document.body.replaceChildren();
});

const file = (more: Partial<Record<keyof SentFile, unknown>> = {}) =>
  ({ sid: "ME1", filename: "a.pdf", contentType: "application/pdf", size: 12, getContentTemporaryUrl: () => (asked++, answer()), ...more }) as SentFile;

/** Rows as the window makes them; what is in them is drawn by the function that it returns. */
function rows(count = 1): (...bubbles: { text: string; files?: SentFile[] }[]) => void {
  const list = document.createElement("div");
  list.innerHTML = '<div class="row"><div class="bubble"></div><p class="note"></p></div>'.repeat(count);
  document.body.append(list);
  return (...bubbles) => showFiles(list, bubbles, () => ["Sorry"]);
}
const links = () => [...document.querySelectorAll<HTMLAnchorElement>("a.file")];
const show = (...files: SentFile[]) => (rows()({ text: "Here", files }), links());
const settled = () => vi.advanceTimersByTimeAsync(0);
const press = (element: Element, key: string) => element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const click = (element: Element) => element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));

describe("a link", () => {
  test.each<[Partial<Record<keyof SentFile, unknown>>, string]>([
    [{}, "a.pdf 12 bytes"],
    [{ filename: null }, "application/pdf 12 bytes"],
    [{ filename: null, contentType: undefined, size: undefined }, "📎 "],
    [{ filename: { toString: 1 }, contentType: [], size: "12" }, "📎 "],
    [{ filename: " \u0000\n\u200b", size: 0 }, "application/pdf 0 bytes"],
    // It would end in ".pdf" to the eye.
    [{ filename: "invoice\u202efdp.exe" }, "invoicefdp.exe 12 bytes"],
    [{ filename: "a\r\nb\u0007.txt\ud800" }, "ab.txt 12 bytes"],
    // Letters of Persian and emoji that belong together.
    [{ filename: "می\u200cخواهم 👩\u200d🚀.pdf" }, "می\u200cخواهم 👩\u200d🚀.pdf 12 bytes"],
    [{ filename: "😀".repeat(100) + ".docx" }, `${"😀".repeat(56)}…${"😀".repeat(19)}.docx 12 bytes`],
    [{ filename: "<b>.html" }, "<b>.html 12 bytes"],
  ])("says name and size of %j", (given, said) => {
    const [link] = show(file(given));
    expect(link!.textContent).toBe(said);
    expect([link!.getAttribute("role"), link!.rel, link!.target]).toEqual(["link", "noopener noreferrer nofollow", "_blank"]);
  });

  test("has its whole name where it shows a part of it", () => {
    const filename = "x".repeat(90) + ".pdf";
    const [whole, part] = show(file(), file({ filename }));
    expect([whole!.hasAttribute("title"), part!.title]).toEqual([false, filename]);
  });
});

test.each<[lang: string, bytes: unknown, size: string]>([
  ["en", 0, "0 bytes"],
  ["en", 1, "1 byte"],
  ["en", 999, "999 bytes"],
  ["en", 1000, "1 kB"],
  ["en", 1500, "1.5 kB"],
  ["en", 99_949, "100 kB"],
  ["en", 999_600, "1 MB"],
  ["en", 1_234_567, "1.2 MB"],
  ["en", 157_286_400, "157 MB"],
  ["en", 5e9, "5 GB"],
  ["en", 5e21, "5,000,000 PB"],
  ["de", 1_234_567, "1,2 MB"],
  ["fr", 1_234_567, "1,2 Mo"],
  ["n/a", 12, "12 bytes"],
  ["en", -1, ""],
  ["en", NaN, ""],
  ["en", "12", ""],
  ["en", null, ""],
  ["en", 1e300, ""],
  ["en", Infinity, ""],
])("a page in %j has %j bytes as %j", (lang, bytes, size) => {
  document.documentElement.lang = lang;
  expect(formatSize(bytes).replace(/[\u00a0\u202f]/g, " ")).toBe(size);
});

test("sizes are written anew in another language, and nothing else is touched", () => {
  document.documentElement.lang = "en";
  const draw = rows();
  draw({ text: "Here", files: [file({ size: 1500 })] });
  const [link] = links();
  link!.focus();
  document.documentElement.lang = "de";
  // A new client of the service, so others stand for the same files.
  draw({ text: "Here", files: [file({ size: 1500 })] });
  expect(links()).toEqual([link]);
  expect(document.activeElement).toBe(link);
  expect(link!.textContent).toBe("a.pdf 1,5 kB");
});

describe("a bubble", () => {
  test("is hidden where it would only name the files, until there is a text", () => {
    const files = [file(), file({ sid: "ME2", filename: null })];
    const draw = rows(2);
    const bubble = document.querySelectorAll<HTMLElement>(".bubble")[1]!;
    for (const [text, hidden] of [[namesOf(files), true], ["Here", false], [namesOf(files), true]] as const) {
      draw({ text: "" }, { text, files });
      expect([bubble.hidden, links().length]).toEqual([hidden, 2]);
    }
    expect(links().every((link) => document.querySelectorAll(".row")[1]!.contains(link))).toBe(true);
  });

  test("has other files where a message has others", () => {
    const draw = rows();
    draw({ text: "", files: [file()] });
    draw({ text: "", files: [file({ sid: "ME2", filename: "b.pdf" })] });
    expect(links().map(({ textContent }) => textContent)).toEqual(["b.pdf 12 bytes"]);
  });
});

describe("an address", () => {
  test.each(["pointerenter", "pointerdown", "focus"])("is asked for on %s, and then the browser follows the link", async (type) => {
    const [link] = show(file());
    expect([asked, link!.hasAttribute("href")]).toEqual([0, false]);
    link!.dispatchEvent(new Event(type));
    link!.dispatchEvent(new Event(type));
    await settled();
    expect([asked, link!.href]).toEqual([1, address]);
    click(link!);
    expect([followed, tabs.length]).toEqual([[address], 0]);
  });

  test("is asked for again after a minute, and the old one is not followed any more", async () => {
    const [link] = show(file());
    link!.dispatchEvent(new Event("focus"));
    await settled();
    vi.advanceTimersByTime(59_000);
    link!.dispatchEvent(new Event("focus"));
    expect([asked, link!.hasAttribute("href")]).toEqual([1, true]);
    vi.advanceTimersByTime(1000);
    click(link!);
    expect([asked, link!.hasAttribute("href"), tabs.length, followed]).toEqual([2, false, 1, []]);
  });

  test("is asked of the newest client", async () => {
    const draw = rows();
    draw({ text: "", files: [file()] });
    draw({ text: "", files: [file({ getContentTemporaryUrl: async () => address + "2" })] });
    links()[0]!.dispatchEvent(new Event("focus"));
    await settled();
    expect([asked, links()[0]!.href]).toEqual([0, address + "2"]);
  });

  test.each([click, (link: Element) => press(link, "Enter")])("that isn't there yet is waited for by a tab that can't reach the page", async (act) => {
    const [link] = show(file());
    act(link!);
    expect(tabs.length).toBe(1);
    const clicked = vi.fn();
    tabs[0]!.document.addEventListener("click", (event) => clicked((event.target as HTMLAnchorElement).href, (event.target as HTMLAnchorElement).rel, tabs[0]!.opener));
    await settled();
    expect(clicked.mock.calls).toEqual([[address, "noreferrer", null]]);
  });

  test("leaves other keys alone", () => {
    const [link] = show(file());
    press(link!, "a");
    expect(tabs.length).toBe(0);
  });

  test.each<[string, () => PromiseLike<any>]>([
    ["none", async () => null],
    ["a script", async () => "javascript:alert(1)"],
    ["one of the site itself", async () => "blob:https://site.example/1"],
    ["one without a host", async () => "/file"],
    ["not a text", async () => ({})],
    ["refused", () => Promise.reject(Error("403"))],
    [
      "thrown",
      () => {
        throw Error("no service");
      },
    ],
  ])("that is %s is not followed: the tab closes, and that is said until it works", async (_, wrong) => {
    const [link] = show(file());
    const fault = document.querySelector(".fault")!;
    answer = wrong;
    click(link!);
    await settled();
    expect([tabs[0]!.close.mock.calls.length, fault.textContent, link!.hasAttribute("href")]).toEqual([1, "Sorry", false]);
    answer = async () => address;
    link!.dispatchEvent(new Event("focus"));
    await settled();
    expect([asked, fault.textContent, link!.href]).toEqual([2, "", address]);
  });

  test("is taken by the next click, too, where the page has an open() of its own that gives no tab", async () => {
    const rejected = vi.fn();
    process.on("unhandledRejection", rejected);
    vi.stubGlobal("open", (url: string) => (url ? followed.push(url) : {}));
    const [link] = show(file());
    click(link!);
    await settled();
    expect(document.querySelector(".fault")!.textContent).toBe("Sorry");
    click(link!);
    expect(followed).toEqual([address]);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve));
    process.off("unhandledRejection", rejected);
    expect(rejected).not.toHaveBeenCalled();
  });

  test("is taken by the next click where no tab may be opened", async () => {
    vi.stubGlobal("open", (url: string) => (url ? followed.push(url) : null));
    const [link] = show(file());
    click(link!);
    await settled();
    click(link!);
    expect(followed).toEqual([address]);
    expect(document.querySelector(".fault")!.textContent).toBe("");
  });
});
