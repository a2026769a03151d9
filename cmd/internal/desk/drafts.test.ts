// What becomes of what an agent has begun to write.

import { beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createDrafts } from "./drafts";

beforeEach(() => localStorage.clear());

const message = { id: "4b1c", body: "It is", time: 1000 };
/** A page, among those that are there. */
const pageOf = (id: string, ...alive: string[]) => ({ id, alive: async () => new Set([id, ...alive]) });

test("what a page had to send the next one takes over, once, and never from a page that is still there", async () => {
  createDrafts(pageOf("a")).keepUnsent("CH1", [message]);
  const other = createDrafts(pageOf("b"));
  other.keepUnsent("CH1", [{ ...message, id: "77" }]);
  other.keepUnsent("CH2", [message]);
  other.keepUnsent("CH2", []);
  const next = createDrafts(pageOf("c", "b"));
  next.own("ann");
  expect([...(await next.adoptUnsent())]).toEqual([["CH1", [message]]]);
  expect([...(await next.adoptUnsent())]).toEqual([]);
  expect([...(await createDrafts(pageOf("d")).adoptUnsent())]).toEqual([["CH1", [{ ...message, id: "77" }]]]);
});

test("nobody takes over what another agent had to send, nor what is none", async () => {
  createDrafts(pageOf("a")).own("ann");
  createDrafts(pageOf("a")).keepUnsent("CH1", [message]);
  localStorage.setItem("missive-desk-unsent:CH2:x", '[{"id":1}]');
  localStorage.setItem("missive-desk-unsent:CH3:x", "{");
  expect(await createDrafts(pageOf("b", "a")).adoptUnsent()).toEqual(new Map([["CH2", []], ["CH3", []]]));
  const bob = createDrafts(pageOf("c"));
  bob.own("bob");
  expect([...(await bob.adoptUnsent())]).toEqual([]);
});

test("a draft is there after a reload, for the one who has written it", () => {
  const drafts = createDrafts();
  drafts.own("ann");
  drafts.write("CH1", "Dear Jane");
  drafts.write("CH2", "Dear Sam");
  drafts.write("CH2", "");
  const later = createDrafts();
  expect(later.read("CH1")).toBe("");
  later.own("ann");
  expect([later.read("CH1"), later.read("CH2"), later.read("CH3")]).toEqual(["Dear Jane", "", ""]);
  later.own("bob");
  expect(later.read("CH1")).toBe("");
});

test("who signs out leaves none, and nothing else goes", async () => {
  localStorage.setItem("theirs", "1");
  const drafts = createDrafts();
  drafts.own("ann");
  drafts.write("CH1", "Dear Jane");
  drafts.keepUnsent("CH1", [message]);
  drafts.end();
  // The page goes, and saves what is in the box.
  drafts.write("CH1", "Dear Jane");
  drafts.keepUnsent("CH1", [message]);
  expect([drafts.read("CH1"), [...(await createDrafts().adoptUnsent())], localStorage.getItem("theirs")]).toEqual(["", [], "1"]);
});

test("where storage is blocked, there is none, and nothing breaks", () => {
  vi.stubGlobal("localStorage", undefined);
  const drafts = createDrafts();
  drafts.own("ann");
  drafts.write("CH1", "Dear Jane");
  drafts.end();
  expect(drafts.read("CH1")).toBe("");
  vi.unstubAllGlobals();
});
