// The rows of the list: what they say, their order, and the focus.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createDeskStore, jane as known, nobody } from "./fake-desk";
import { showList } from "./list";
import { createPortrait } from "./row";
import type { ConversationSummary, LastMessage, State } from "./state";
import { formatTime } from "./times";

const now = new Date(2026, 2, 31, 15, 30).getTime();
const jane: ConversationSummary = { ...known, time: now };
let list: HTMLElement;
let scroller: HTMLElement;
const see = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ now });
  list = document.createElement("ul");
  scroller = document.createElement("div");
  scroller.append(list);
  document.body.replaceChildren(scroller);
});
afterEach(() => void vi.useRealTimers());

function show(change: Partial<State>) {
  const store = createDeskStore({ loaded: true, ...change });
  const shown = showList({ scroller, list }, store, { ...nobody, nameOf: (identity) => (identity == "jo" ? "Jo Miller" : identity) }, see);
  return Object.assign(store, { list: shown });
}
const find = (selector: string) => list.querySelector<HTMLElement>(selector)!;

describe("a row", () => {
  const hello: LastMessage = { index: 0, text: "Hello", from: "visitor", author: "visitor" };
  test.each<[string, Partial<ConversationSummary>, selector: string, text: string]>([
    ["has the visitor's name", {}, ".who", "Jane Doe"],
    ["has the mark", {}, ".mark", "[Unverified]"],
    ["has the address beside the name where the mark is one of the address", { email: "jane@acme.example", verification: "verified" }, ".address", "jane@acme.example"],
    ["has no address where the site doesn't vouch for it", { email: "jane@acme.example" }, ".address", ""],
    ["has no address where only the attributes say that it does", { email: "jane@acme.example", verification: "verified", vouched: false }, ".address", ""],
    ["has no mark where nobody vouches for it", { vouched: false, verification: "verified" }, ".sure", "[Not vouched for]"],
    ["has no mark until that is known", { vouched: undefined, verification: "verified" }, ".sure", ""],
    ["says nothing until the last message is read", {}, ".last", ""],
    ["has the last message", { lastMessage: hello }, ".last", "Hello"],
    ["says when that is one's own", { lastMessage: { ...hello, from: "me", author: "me" } }, ".last", "You: Hello"],
    ["says which colleague has written", { lastMessage: { ...hello, from: "colleague", author: "jo" } }, ".last", "Jo Miller: Hello"],
    ["has the page where the visitor wrote", { page: "https://www.acme.example/prices" }, ".page", "www.acme.example/prices"],
    ["has no page where none is known", {}, ".page", ""],
    ["says who is there as well", { present: [{ identity: "jo", typing: false }] }, ".present .hidden", "Jo Miller is here"],
    ["says who is writing there", { present: [{ identity: "jo", typing: true }] }, ".present .hidden", "Jo Miller is typing"],
    ["says for how long the visitor has waited, in place of the time", { waitingSince: now - 12 * 60_000 }, "time", "12mwaiting for 12 minutes"],
    ["says that the visitor is typing instead", { lastMessage: hello, typing: true }, ".last", "Typing…"],
    ["has the time of today", {}, "time", "3:30 PM"],
    ["has no time where none is known", { time: 0 }, "time", ""],
    ["has nothing unread", {}, ".unread", ""],
    ["has one unread", { unread: 1 }, ".unread", "11 unread"],
    ["has 99 unread", { unread: 99 }, ".unread", "9999 unread"],
    ["shows no more than that, but says it", { unread: 100 }, ".unread", "99+100 unread"],
  ])("%s", (_, change, selector, text) => {
    show({ conversations: [{ ...jane, ...change }] });
    expect(find(selector).textContent).toBe(text);
    expect(find("a").classList.contains("new")).toBe(!!change.unread);
    expect(find(".last").classList.contains("typing")).toBe(!!change.typing);
  });

  test("says where something of one's own was not sent, until it is", () => {
    const store = show({ conversations: [{ ...jane, lastMessage: hello, typing: true }], failed: ["CH1"] });
    const last = () => [find(".last").textContent, find(".last").className];
    expect(last()).toEqual(["What you wrote was not sent.", "last failed"]);
    store.set({ failed: [] });
    expect(last()).toEqual(["Typing…", "last typing"]);
  });

  test("is a link that says whether it is the open one", () => {
    const store = show({ conversations: [jane, { ...jane, sid: "CH2" }], selected: "CH2" });
    const current = () => [...list.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.getAttribute("aria-current")]);
    expect(current()).toEqual([["#CH1", null], ["#CH2", "page"]]);
    store.set({ selected: "CH1" });
    expect(current()).toEqual([["#CH1", "page"], ["#CH2", null]]);
  });

  test("has another picture only with another name, so that it doesn't blink", () => {
    const store = show({ conversations: [jane] });
    const picture = find(".portrait").firstChild;
    store.set({ conversations: [{ ...jane, unread: 1 }] });
    expect(find(".portrait").firstChild).toBe(picture);
    store.set({ conversations: [{ ...jane, title: "Sam Poe" }] });
    expect(find(".portrait").textContent).toBe("SP");
  });

  test("of today is one of yesterday after midnight", () => {
    show({ conversations: [jane] });
    vi.setSystemTime(new Date(2026, 3, 1, 0, 0, 30));
    vi.advanceTimersByTime(60_000);
    expect(find("time").textContent).toBe("Tue");
  });
});

describe("the list", () => {
  const [one, two, three] = ["CH1", "CH2", "CH3"].map((sid) => ({ ...jane, sid })) as [ConversationSummary, ConversationSummary, ConversationSummary];
  const order = () => [...list.querySelectorAll("a")].map((link) => link.getAttribute("href"));

  test("follows the order, keeps the rows, and leaves the focus where it is", () => {
    const store = show({ conversations: [one, two, three] });
    const link = list.querySelector<HTMLElement>("[href='#CH3']")!;
    link.focus();
    store.set({ conversations: [three, one, two] });
    expect(order()).toEqual(["#CH3", "#CH1", "#CH2"]);
    expect(find("[href='#CH3']")).toBe(link);
    expect(document.activeElement).toBe(link);
    const moved = vi.spyOn(list, "insertBefore");
    store.set({ conversations: [three, one, { ...two, unread: 1 }] });
    expect(moved).not.toHaveBeenCalled();
    store.set({ conversations: [three, two] });
    expect(order()).toEqual(["#CH3", "#CH2"]);
  });

  test.each<[string, Partial<State>, busy: string, inert: boolean]>([
    ["while it is read", { loaded: false }, "true", false],
    ["read", {}, "false", false],
    ["while the connection is lost", { connection: "failed" }, "false", false],
    ["away by choice", { connection: "off", away: "chosen" }, "false", true],
    ["away from the start", { loaded: false, connection: "off", away: "chosen" }, "false", true],
    ["away because nobody touched anything", { connection: "off", away: "idle" }, "false", false],
  ])("%s", (_, change, busy, inert) => {
    show(change);
    expect([list.getAttribute("aria-busy"), list.inert]).toEqual([busy, inert]);
  });
});

describe("of a thousand conversations", () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ ...jane, sid: "CH" + i, title: "Visitor " + i }));
  const links = () => [...list.querySelectorAll<HTMLElement>("a")];
  const press = (key: string) => document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  /** The rows that are next to each other from the top on. */
  const sids = () => links().map((link) => link.getAttribute("href")!.slice(1));

  test("the page has those in view and some more, each with its place among all", () => {
    show({ conversations: many });
    expect(links().length).toBeLessThan(20);
    const items = [...list.querySelectorAll("li")];
    expect(items.map((item) => [item.getAttribute("aria-posinset"), item.getAttribute("aria-setsize")])).toEqual(items.map((_, i) => ["" + (i + 1), "1000"]));
    expect([list.style.height, items[2]!.style.top]).toEqual(["84000px", "168px"]);
  });

  test("those in view are read first", () => {
    see.mockClear();
    show({ conversations: many });
    expect([...see.mock.lastCall![0]]).toEqual(sids());
  });

  test("keys reach all of them, and Tab leads to the one that was reached", () => {
    const { list: shown } = show({ conversations: many });
    shown.focus();
    for (const [key, sid] of [["ArrowDown", "CH1"], ["ArrowUp", "CH0"], ["ArrowUp", "CH0"], ["End", "CH999"], ["ArrowDown", "CH999"], ["ArrowUp", "CH998"], ["Home", "CH0"]] as const) {
      press(key);
      expect([key, document.activeElement!.getAttribute("href")]).toEqual([key, "#" + sid]);
      expect(links().filter((link) => link.getAttribute("tabindex") == "0").map((link) => link.getAttribute("href"))).toEqual(["#" + sid]);
      expect(links().length).toBeLessThan(22);
    }
  });

  test("the row that has the focus stays in the page, and its place is taken by the next one when it goes", () => {
    const store = show({ conversations: many });
    store.list.focus("CH500");
    const moved = [many[999]!, ...many.slice(0, 999)];
    store.set({ conversations: moved });
    expect(document.activeElement!.getAttribute("href")).toBe("#CH500");
    store.set({ conversations: moved.filter(({ sid }) => sid != "CH500") });
    expect(store.list.focused()).toBe("CH501");
  });

  test("it stays when it is scrolled far out of view, too, where it belongs", () => {
    const { list: shown } = show({ conversations: many });
    shown.focus();
    press("ArrowDown");
    scroller.scrollTop = 42_000;
    scroller.dispatchEvent(new Event("scroll"));
    vi.advanceTimersByTime(20);
    expect(sids().slice(0, 2)).toEqual(["CH1", "CH494"]);
    expect([document.activeElement!.getAttribute("href"), list.querySelector("li")!.style.top]).toEqual(["#CH1", "84px"]);
  });

  test.each<[string, selected: string, by: 1 | -1, open: string]>([
    ["the next one", "CH5", 1, "#CH6"],
    ["the one before", "CH5", -1, "#CH4"],
    ["none before the first", "CH0", -1, ""],
    ["none after the last", "CH999", 1, ""],
  ])("from the open one it is one step to %s", (_, selected, by, open) => {
    location.hash = "";
    show({ conversations: many, selected }).list.step(by);
    expect(location.hash).toBe(open);
  });

  test("from one that is done it is one step to what has taken its place", () => {
    location.hash = "";
    const store = show({ conversations: many, selected: "CH5" });
    store.set({ conversations: many.map((each) => (each.sid == "CH5" ? { ...each, state: "done" } : each)) });
    store.list.step(1);
    expect(location.hash).toBe("#CH6");
    store.list.step(-1);
    expect(location.hash).toBe("#CH4");
  });
});

describe("a time", () => {
  const at = (...[month, day, hour, minute]: [number, number, number, number]) => new Date(2026, month - 1, day, hour, minute).getTime();
  test.each<[string, number, string]>([
    ["now", now, "3:30 PM"],
    ["just after midnight", at(3, 31, 0, 0), "12:00 AM"],
    ["just before midnight", at(3, 30, 23, 59), "Mon"],
    ["yesterday morning", at(3, 30, 1, 0), "Mon"],
    ["six days ago", at(3, 25, 0, 0), "Wed"],
    ["a week ago", at(3, 24, 23, 59), "Mar 24"],
    ["long ago", at(1, 2, 12, 0), "Jan 2"],
    ["of a clock that is ahead", at(4, 1, 10, 0), "10:00 AM"],
  ])("%s", (_, time, text) => expect(formatTime(time)).toBe(text));
});

describe("on the days when the clock is changed", () => {
  test.each<[string, now: Date, time: Date, clock: boolean]>([
    ["yesterday is yesterday, on a day of 23 hours", new Date("2026-03-29T15:00Z"), new Date("2026-03-28T10:00Z"), false],
    ["today is today, on a day of 25 hours", new Date("2026-10-25T20:00Z"), new Date("2026-10-24T22:30Z"), true],
  ])("%s", (_, now, time, clock) => {
    vi.setSystemTime(now);
    expect(formatTime(time.getTime()).includes(":")).toBe(clock);
  });
});

describe("a portrait", () => {
  test.each<[Partial<ConversationSummary>, string]>([
    [{ title: "Jane Doe", name: "Jane Doe" }, "JD"],
    [{ title: "jane@acme.example", name: "", email: "jane@acme.example" }, "J"],
    [{ title: "Visitor", name: "" }, "?"],
  ])("of %j has the initials %s", (change, initials) => expect(createPortrait({ ...jane, ...change }).textContent).toBe(initials));

  test("has the same colour for the same conversation, whatever the name", () => {
    const tone = (sid: string, title: string) => [...createPortrait({ ...jane, sid, title }).classList].find((name) => name.startsWith("tone"));
    expect(tone("CH1", "Jane")).toBe(tone("CH1", "Sam"));
    const tones = new Set(Array.from({ length: 200 }, (_, i) => tone("CH" + i, "Jane")));
    expect([...tones].sort()).toEqual(["tone0", "tone1", "tone2", "tone3", "tone4"]);
  });
});
