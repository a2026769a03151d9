// Which conversations the list has, and in which order.

import { expect, test } from "../../../widget/unit/vitest.ts";
import { browse } from "./browse";
import { jane } from "./fake-desk";
import type { ConversationSummary, View } from "./state";

const at = (sid: string, change: Partial<ConversationSummary> = {}): ConversationSummary => ({ ...jane, sid, name: sid, title: sid, ...change });
const said = (text: string) => ({ index: 0, text, from: "visitor", author: "visitor" }) as const;

const conversations = [
  at("A", { time: 9, waitingSince: 9, email: "a@müller.example", lastMessage: said("The blue jug") }),
  at("B", { time: 8, waitingSince: 3, state: "done", title: "Bénédicte" }),
  at("C", { time: 7, waitingSince: 5 }),
  at("D", { time: 6 }),
  at("E", { time: 5, state: "done", lastMessage: said("A red jug") }),
];
const closed = [at("X", { time: 8.5, state: "closed", lastMessage: said("Jug, anybody?") }), at("Y", { time: 1, state: "closed" })];
const sids = (view: View, query = "") => browse({ conversations, closed, view, query }).map(({ sid }) => sid).join("");

test.each<[View, string]>([
  ["open", "ACD"],
  ["waiting", "CA"],
  ["done", "BE"],
  ["closed", "XY"],
])("%s: %s", (view, list) => expect(sids(view)).toBe(list));

test.each<[query: string, found: string]>([
  ["jug", "AXE"],
  ["JUG red", "E"],
  ["benedicte", "B"],
  ["muller", "A"],
  ["MÜLLER.example", "A"],
  ["nothing of it", ""],
  ["   ", "ACD"],
  ["[", ""],
])("searched for %j, whatever the view: %j", (query, found) => {
  expect(sids("open", query)).toBe(found);
  if (query.trim()) expect(sids("done", query)).toBe(found);
});
