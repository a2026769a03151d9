// Bubbles in the page: who stands together, what day and time is said, and what changes in place.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDates } from "../src/thread/dates";
import { linked } from "../src/thread/links";
import { followLanguage } from "../src/thread/page-language";
import { avatar, type Bubble, createBubbleList } from "../src/window/bubble-list";

let ended: AbortController;
beforeEach(() => {
  ended = new AbortController();
  vi.useFakeTimers({ now: new Date("2024-05-06T00:10:00") });
  document.documentElement.lang = "en";
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  ended.abort();
  document.body.replaceChildren();
});

const bubble = (text: string, more?: Partial<Bubble>): Bubble => ({ key: text, text, name: "Acme", avatarUrl: "", named: true, ...more });
const own = (text: string, more?: Partial<Bubble>) => bubble(text, { own: true, name: "Jane", named: undefined, avatarUrl: undefined, ...more });
const at = (time: string) => ({ time: Date.parse(time) });

function make() {
  const list = createBubbleList("Chat", "You", (bubble, text, trusted) => bubble.replaceChildren(...linked(text, trusted)));
  document.body.append(list.element);
  let shown: Bubble[] = [];
  const render = () => list.render(shown, dates(shown));
  const dates = createDates();
  followLanguage(ended.signal, render);
  return { ...list, render: (bubbles: Bubble[]) => ((shown = bubbles), render()) };
}
const rows = () => [...document.querySelectorAll(".row")];
const texts = () => rows().map((row) => row.querySelector(".bubble")!.textContent);

/** What is added to a part of the page, and removed, from now on. */
function watch(element: Element): () => string[] {
  const observer = new MutationObserver(() => {});
  observer.observe(element, { childList: true, characterData: true, subtree: true });
  return () =>
    observer.takeRecords().flatMap(({ addedNodes, removedNodes, target, type }) => {
      const texts = (sign: string, nodes: NodeList) => [...nodes].map((node) => `${sign} ${node.textContent}`);
      return type == "characterData" ? ["= " + target.textContent] : [...texts("+", addedNodes), ...texts("-", removedNodes)];
    });
}

/** Rows as text: "first" and "last" of a group, day, text and note. */
function show(...bubbles: Bubble[]): string[] {
  make().render(bubbles);
  return rows().map((row) => {
    const say = (part: string) => row.querySelector("." + part)?.textContent;
    return [row.classList.contains("first") && "first", row.classList.contains("last") && "last", say("day") && `[${say("day")}]`, say("bubble"), say("note") && `(${say("note")})`].filter(Boolean).join(" ");
  });
}

describe("bubbles", () => {
  test.each<[string, Bubble[], string[]]>([
    ["of one author stand together", [bubble("1"), bubble("2"), bubble("3")], ["first 1", "2", "last 3"]],
    ["of visitor and team stand apart", [bubble("1"), own("2"), own("3"), bubble("4")], ["first last 1", "first 2", "last 3", "first last 4"]],
    ["of two people stand apart", [bubble("1"), bubble("2", { name: "Bob" })], ["first last 1", "first last 2"]],
    ["of one name with two pictures stand apart", [bubble("1"), bubble("2", { avatarUrl: "x.png" })], ["first last 1", "first last 2"]],
    ["of a visitor and a team of one name stand apart", [bubble("1", { avatarUrl: undefined }), own("2", { name: "Acme" })], ["first last 1", "first last 2"]],
    ["have their time below the last of a group", [bubble("1", at("2024-05-06T00:01")), bubble("2", at("2024-05-06T00:02"))], ["first 1", "last 2 (12:02 AM)"]],
    ["without a time have none", [bubble("1")], ["first last 1"]],
    ["that were read say so, with the time below the last", [own("1", { ...at("2024-05-06T00:01"), seen: "Seen" })], ["first last 1 (12:01 AM · Seen)"]],
    ["that were read say so inside of a group", [own("1", { ...at("2024-05-06T00:01"), seen: "Seen" }), own("2", at("2024-05-06T00:02"))], ["first 1 (Seen)", "last 2 (12:02 AM)"]],
  ])("%s", (_, bubbles, want) => {
    expect(show(...bubbles)).toEqual(want);
  });
});

describe("a day", () => {
  test("is said where it begins: today and yesterday so, others by their date", () => {
    const times = ["2024-04-30T23:00", "2024-05-05T00:01", "2024-05-05T23:59", "2024-05-06T00:01"];
    expect(show(...times.map((time) => bubble(time, at(time))))).toEqual([
      "first last [Tuesday, April 30] 2024-04-30T23:00 (11:00 PM)",
      "first [yesterday] 2024-05-05T00:01",
      "last 2024-05-05T23:59 (11:59 PM)",
      "first last [today] 2024-05-06T00:01 (12:01 AM)",
    ]);
  });

  test("and its times are written anew when the page changes its language, and nothing else is", async () => {
    document.documentElement.lang = "en-US";
    const list = make();
    list.render([bubble("1", at("2024-05-05T16:05")), bubble("2", at("2024-05-06T14:01"))]);
    const changes = watch(list.element);
    document.documentElement.lang = "de-DE";
    await Promise.resolve();
    expect(changes()).toEqual(["- yesterday", "+ gestern", "- 4:05 PM", "+ 16:05", "- today", "+ heute", "- 2:01 PM", "+ 14:01"]);
    // Gone with the chat.
    ended.abort();
    document.documentElement.lang = "fr";
    await Promise.resolve();
    expect(changes()).toEqual([]);
  });

  test("is not said when all is of today, nor of what has no time", () => {
    expect(show(bubble("Hi"), bubble("1", at("2024-05-06T00:01")), bubble("2", at("2024-05-06T00:09")))).toEqual(["first Hi", "1", "last 2 (12:09 AM)"]);
  });

  test.each([
    ["de-DE", "en-US", "[gestern]", "(16:05)"],
    ["fr-CA", "en-US", "[hier]", "(16 h 05)"],
    ["en-GB", "en-US", "[yesterday]", "(16:05)"],
    ["en-US", "en-GB", "[yesterday]", "(4:05 PM)"],
    // 12 or 24 hours is not a matter of the language.
    ["en", "en-GB", "[yesterday]", "(16:05)"],
    ["en", "en-US", "[yesterday]", "(4:05 PM)"],
    ["fr", "de-DE", "[hier]", "(16:05)"],
    ["", "de-DE", "[yesterday]", "("],
    ["n/a", "de-DE", "[yesterday]", "("],
    // What a Linux without a language gives its browser.
    ["en", "C", "[yesterday]", "("],
  ])("is in the language of the page, if that is one: %j, in a browser of %j", (lang, browser, day, time) => {
    document.documentElement.lang = lang;
    vi.spyOn(navigator, "language", "get").mockReturnValue(browser);
    const [row] = show(bubble("Hallo", at("2024-05-05T16:05")));
    expect(row).toContain(day);
    expect(row).toContain(time);
  });
});

describe("a name", () => {
  test.each<[Bubble[], seen: string[], said: string[]]>([
    [[bubble("1")], ["Acme"], []],
    [[bubble("1"), bubble("2")], ["Acme"], ["Acme"]],
    [[bubble("1", { named: false })], [], ["Acme"]],
    [[own("1")], [], ["You"]],
    [[own("1"), bubble("2", { name: "Bob" })], ["Bob"], ["You"]],
    // A colleague, at the desk.
    [[own("1", { name: "Bob", named: true })], ["Bob"], []],
  ])("is seen above the first of a group and said before each: %j", (bubbles, seen, said) => {
    make().render(bubbles);
    expect([".name", ".away"].map((part) => [...document.querySelectorAll(part)].map((name) => name.textContent))).toEqual([seen, said]);
  });
});

describe("a picture", () => {
  test.each([
    ["Acme", "A"],
    ["acme rocket company", "AR"],
    ["Émile zola Ltd", "ÉZ"],
    ["😀 Smile", "😀S"],
    ["", ""],
    ["ß", "SS"],
  ])("is for %j, as long as there is none, the initials %j", (name, initials) => {
    expect(avatar(name, "").textContent).toBe(initials);
    const loading = avatar(name, "https://site.example/1.png");
    expect(loading.textContent).toBe(initials);
    expect(loading.querySelector("img")).toBeNull();
  });

  test("takes the place of the initials once it has loaded", () => {
    const images: HTMLImageElement[] = [];
    const create = document.createElement.bind(document);
    const spy = vi.spyOn(Object.getPrototypeOf(document) as Document, "createElement").mockImplementation((name: string) => {
      const element = create(name);
      if (element instanceof HTMLImageElement) images.push(element);
      return element;
    });
    const element = avatar("Acme", "https://site.example/1.png");
    images[0]!.dispatchEvent(new Event("load"));
    expect(element.textContent).toBe("");
    expect(element.querySelector("img")!.src).toBe("https://site.example/1.png");
    spy.mockRestore();
  });

  test.each([
    [bubble("1"), 1],
    [bubble("1", { avatarUrl: undefined }), 0],
    [own("1"), 0],
    [own("1", { avatarUrl: "jane.png" }), 1],
  ])("stands by %j, if it has one: %i", (one, count) => {
    make().render([one]);
    expect(document.querySelectorAll(".avatar")).toHaveLength(count);
  });
});

test("a text has links of its own only where it was configured", () => {
  const text = "{{ link:https://acme.example here }}";
  make().render([bubble(text, { key: "1", trusted: true }), bubble(text, { key: "2" })]);
  expect(texts()).toEqual(["here", text]);
});

describe("what is shown already", () => {
  test("stays the same element, whatever comes before and after it, and goes when it is not there any more", () => {
    const list = make();
    list.render([bubble("2"), bubble("3"), bubble("4")]);
    const [two, three, four] = rows();
    list.render([bubble("1"), bubble("2"), bubble("4"), bubble("5")]);
    expect(texts()).toEqual(["1", "2", "4", "5"]);
    expect([rows()[1], rows()[2]]).toEqual([two, four]);
    expect(three!.isConnected).toBe(false);
  });

  test("is not touched when nothing of it has changed", () => {
    const list = make();
    const failed = { text: "Not sent.", action: "Send again", again() {} };
    const bubbles = () => [bubble("1", at("2024-05-06T00:01")), own("2", { failed: { ...failed } }), own("3", { seen: "Seen" })];
    list.render(bubbles());
    // What is written again with the same text, too, screen readers would say again.
    const changes = watch(list.element);
    list.render(bubbles());
    expect(changes()).toEqual([]);
  });

  test("is not touched either while the page has taken the chat away", () => {
    const list = make();
    const bubbles = () => [own("1", { failed: { text: "Not sent.", action: "Send again", again() {} } })];
    list.render(bubbles());
    list.element.remove();
    const changes = watch(list.element);
    list.render(bubbles());
    expect(changes()).toEqual([]);
  });

  test("is not touched, nor moved, when the first one goes for one that comes at the end", () => {
    const list = make();
    const all = Array.from({ length: 120 }, (_, i) => bubble("" + i, at("2024-05-06T00:01")));
    list.render(all.slice(0, 100));
    const changes = watch(list.element);
    list.render(all.slice(1, 101));
    // The time below the last one of a group goes along.
    expect(changes()).toEqual(["- AcmeA0", "- 12:01 AM", "+ AcmeA10012:01 AM"]);
  });

  test("changes in place when it was edited", () => {
    const list = make();
    list.render([bubble("1", { text: "Helo" })]);
    const [row] = rows();
    list.render([bubble("1", { text: "Hello" })]);
    expect(rows()).toEqual([row]);
    expect(texts()).toEqual(["Hello"]);
  });

  test("changes in place when its author is known later, or has another name and picture", () => {
    const list = make();
    list.render([bubble("1"), own("2")]);
    const [first] = rows();
    const who = () => rows().map((row) => [...row.children].slice(1, -2).map(({ className, textContent }) => `${className}: ${textContent}`));
    expect(who()).toEqual([["name: Acme", "avatar: A"], ["away: You"]]);
    list.render([bubble("1", { name: "Bob Jones" }), own("2", { name: "Janet" })]);
    expect(who()).toEqual([["name: Bob Jones", "avatar: BJ"], ["away: You"]]);
    list.render([bubble("1", { name: "Bob Jones", avatarUrl: undefined }), own("2", { avatarUrl: "" })]);
    expect(who()).toEqual([["name: Bob Jones"], ["away: You", "avatar: J"]]);
    expect(rows()[0]).toBe(first);
  });

  test("says that it was not sent, with a button, until it is", () => {
    const list = make();
    const again = vi.fn();
    const failed = { text: "Not sent.", action: "Send again", again };
    list.render([own("1", { pending: true, failed, ...at("2024-05-06T00:01") })]);
    const [row] = rows();
    expect(row!.className).toBe("row own first last pending failed");
    expect(row!.querySelector(".note")!.textContent).toBe("Not sent. Send again");
    row!.querySelector<HTMLElement>(".again")!.click();
    expect(again).toHaveBeenCalledOnce();
    // The button goes, and would take the focus with it.
    expect(document.activeElement).toBe(list.element);
    list.render([own("1", at("2024-05-06T00:01"))]);
    expect(row!.className).toBe("row own first last");
    expect(row!.querySelector(".note")!.textContent).toBe("12:01 AM");
  });
});
