// The badge on the button, and what is said of new messages.

import { afterEach, expect, test } from "vitest";
import { createBadge } from "../src/window/badge";
import { createApp, createConfig } from "./fake-app";

function create(unread = 0) {
  const app = createApp({ unread });
  const root = document.body.appendChild(document.createElement("div"));
  root.innerHTML = '<button class="button"><span>Chat with us</span></button>';
  createBadge({ ...app, root }, createConfig());
  const say = (part: string) => root.querySelector(part)!.textContent;
  return { store: app.store, show: () => [say(".badge"), app.store.state.news, say("[role=status]")] };
}
afterEach(() => document.body.replaceChildren());

test.each<[unread: number, badge: string, news: string]>([
  [0, "", ""],
  [1, "1", "New message!"],
  [2, "2", "New messages!"],
  [99, "99", "New messages!"],
  [100, "99+", "New messages!"],
  [5000, "99+", "New messages!"],
])("%i unread messages are %j on the badge, and %j is said, at the start and later", (unread, badge, news) => {
  expect(create(unread).show()).toEqual([badge, news, news]);
  const later = create(7);
  later.store.set({ unread });
  expect(later.show()).toEqual([badge, news, news]);
});
