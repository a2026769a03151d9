// The badge on the button, and what is said of new messages.

import { afterEach, expect, test } from "vitest";
import { createBadge } from "../src/thread/badge";
import { createApp, createConfig } from "./fake-app";

function create(unread = 0) {
  const app = createApp({ unread });
  const root = document.body.appendChild(document.createElement("div"));
  root.innerHTML = '<button class="button"><span>Chat with us</span></button>';
  createBadge({ ...app, root, style: () => new CSSStyleSheet() }, createConfig());
  const say = (part: string) => root.querySelector(part)!.textContent;
  return { store: app.store, show: () => [say(".badge"), app.store.state.news, say("[role=status]")] };
}
afterEach(() => {
  document.documentElement.lang = "";
  document.body.replaceChildren();
});

test.each<[lang: string, unread: number, badge: string, news: string, said: string]>([
  ["en", 0, "", "", ""],
  ["en", 1, "1", "New message!", "New message!"],
  ["en", 2, "2", "New messages!", "New messages! 2"],
  ["en", 99, "99", "New messages!", "New messages! 99"],
  // Said with the number, as only what changes is said.
  ["en", 100, "99+", "New messages!", "New messages! 100"],
  ["en", 5000, "99+", "New messages!", "New messages! 5,000"],
  ["ar-EG", 12, "١٢", "New messages!", "New messages! ١٢"],
  ["ar-EG", 100, "٩٩+", "New messages!", "New messages! ١٠٠"],
  ["ru", 21, "21", "New message!", "New message! 21"],
  ["ru", 22, "22", "New messages!", "New messages! 22"],
  // One is one in languages without plurals, too.
  ["ja", 1, "1", "New message!", "New message!"],
  ["n/a", 2, "2", "New messages!", "New messages! 2"],
])("in %j %i unread messages are %j on the badge, %j on the button, and %j is said, at the start and later", (lang, unread, ...want) => {
  document.documentElement.lang = lang;
  expect(create(unread).show()).toEqual(want);
  const later = create(7);
  later.store.set({ unread });
  expect(later.show()).toEqual(want);
});

test("the number follows the page when that changes its language, without being said again", async () => {
  const { show } = create(12);
  const voice = document.querySelector("[role=status]")!.firstChild;
  document.documentElement.lang = "ar-EG";
  await Promise.resolve();
  expect(show()[0]).toBe("١٢");
  expect(document.querySelector("[role=status]")!.firstChild).toBe(voice);
});
