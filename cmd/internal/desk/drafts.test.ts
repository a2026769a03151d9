// What becomes of what an agent has begun to write.

import { beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createDrafts } from "./drafts";

beforeEach(() => localStorage.clear());

test("a draft is there after a reload, for the one who has written it", () => {
  const drafts = createDrafts();
  drafts.own("ann");
  drafts.write("CH1", "Dear Jane");
  drafts.write("CH2", "Dear Sam");
  drafts.write("CH2", "");
  const later = createDrafts();
  later.own("ann");
  expect([later.read("CH1"), later.read("CH2"), later.read("CH3")]).toEqual(["Dear Jane", "", ""]);
  later.own("bob");
  expect(later.read("CH1")).toBe("");
});

test("who signs out leaves none, and nothing else goes", () => {
  localStorage.setItem("theirs", "1");
  const drafts = createDrafts();
  drafts.write("CH1", "Dear Jane");
  drafts.clear();
  expect([drafts.read("CH1"), localStorage.getItem("theirs")]).toEqual(["", "1"]);
});

test("where storage is blocked, there is none, and nothing breaks", () => {
  vi.stubGlobal("localStorage", undefined);
  const drafts = createDrafts();
  drafts.own("ann");
  drafts.write("CH1", "Dear Jane");
  drafts.clear();
  expect(drafts.read("CH1")).toBe("");
  vi.unstubAllGlobals();
});
