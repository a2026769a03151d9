// The steps of a theme, and how they stand to its file.

import { describe, expect, test } from "../../../widget/unit/vitest.ts";
import type { OwnValues } from "./api";
import { brand } from "./fake-preview";
import { createSession, differingKeys, replaceKeys, type Session } from "./session";

const { own } = brand;
const wide: OwnValues = { ...own, width: "400px" };
const wider: OwnValues = { ...own, width: "420px" };
const widest: OwnValues = { ...own, width: "440px" };

describe("undo and redo", () => {
  const undo = (session: Session) => session.undo();
  const redo = (session: Session) => session.redo();
  const commit = (values: OwnValues, step?: string) => (session: Session) => session.commit(values, step);
  test.each<[string, ((session: Session) => void)[], width: string | undefined, canUndo: boolean, canRedo: boolean]>([
    ["nothing was done", [], "380px", false, false],
    ["one commit", [commit(wide)], "400px", true, false],
    ["undone", [commit(wide), undo], "380px", false, true],
    ["redone", [commit(wide), undo, redo], "400px", true, false],
    ["commits without a name are steps of their own", [commit(wide), commit(wider), undo], "400px", true, true],
    ["commits of one name are one step", [commit(wide, "a"), commit(wider, "a"), undo], "380px", false, true],
    ["commits of other names are several", [commit(wide, "a"), commit(wider, "b"), undo], "400px", true, true],
    ["a name that comes again after another is another step", [commit(wide, "a"), commit(wider, "b"), commit(widest, "a"), undo], "420px", true, true],
    ["a name that comes again after an undo is another step", [commit(wide, "a"), undo, commit(wider, "a"), undo], "380px", false, true],
    ["a name that comes again after a redo is another step", [commit(wide, "a"), undo, redo, commit(wider, "a"), undo], "400px", true, true],
    ["a commit ends what could be redone", [commit(wide), undo, commit(wider)], "420px", true, false],
    ["a commit of what is there already is no step", [commit({ ...own })], "380px", false, false],
    ["undoing nothing does nothing", [undo], "380px", false, false],
    ["redoing nothing does nothing", [commit(wide), redo], "400px", true, false],
    ["all steps back and forth", [commit(wide), commit(wider), undo, undo, redo, redo], "420px", true, false],
  ])("%s", (_, acts, width, canUndo, canRedo) => {
    const session = createSession(brand);
    for (const act of acts) act(session);
    expect([session.own.width, session.canUndo(), session.canRedo()]).toEqual([width, canUndo, canRedo]);
  });
});

test("what differs from the file is a change, whether set, replaced or taken out", () => {
  const session = createSession(brand);
  expect(session.changed()).toEqual([]);
  session.commit({ width: "400px", height: "500px" });
  expect(session.changed()).toEqual(["main-color", "width", "height"]);
  session.undo();
  expect(session.changed()).toEqual([]);
});

describe("a rebase", () => {
  const theirs = { ...brand, version: "2", own: { "main-color": "#990000", width: "380px", margin: "10px" } };
  test.each<[string, mine: OwnValues, base: OwnValues, own: OwnValues, changed: string[], canUndo: boolean]>([
    ["takes over what the file says", own, own, theirs.own, [], true],
    ["keeps what was changed on top of it", { ...own, width: "400px" }, own, { ...theirs.own, width: "400px" }, ["width"], true],
    ["keeps mine where both have changed the same", { ...own, "main-color": "#1122aa" }, own, { ...theirs.own, "main-color": "#1122aa" }, ["main-color"], true],
    ["keeps what was taken out", { "main-color": "#0a6847" }, own, { "main-color": "#990000", margin: "10px" }, ["width"], true],
    ["on what is here already leaves nothing of mine", { ...own, width: "400px" }, { ...own, width: "400px" }, theirs.own, [], true],
  ])("%s, and can be undone", (_, mine, base, result, changed, canUndo) => {
    const session = createSession(brand);
    session.commit(mine);
    session.rebase(theirs, base);
    expect([session.own, session.changed(), session.canUndo()]).toEqual([result, changed, canUndo]);
    expect(session.opened.version).toBe("2");
    session.undo();
    expect(session.own).toEqual(mine);
  });

  test("on a file with the same values is no step", () => {
    const session = createSession(brand);
    session.commit(wide);
    session.rebase({ ...brand, version: "2", own: wide }, wide);
    expect([session.changed(), session.own]).toEqual([[], wide]);
    session.undo();
    expect(session.own).toEqual(own);
    expect(session.changed()).toEqual(["width"]);
  });
});

test.each<[OwnValues, OwnValues, string[]]>([
  [{}, {}, []],
  [{ a: "1" }, { a: "1" }, []],
  [{ a: "1" }, { a: "2" }, ["a"]],
  [{ a: "1" }, {}, ["a"]],
  [{}, { a: "1" }, ["a"]],
  [{ a: "1", b: "2" }, { b: "2", c: "3" }, ["a", "c"]],
])("between %j and %j differ %j", (a, b, keys) => expect(differingKeys(a, b)).toEqual(keys));

test.each<[string[], OwnValues, OwnValues]>([
  [[], { a: "9" }, { a: "1", b: "2" }],
  [["a"], { a: "9" }, { a: "9", b: "2" }],
  [["a"], {}, { b: "2" }],
  [["c"], { c: "3" }, { a: "1", b: "2", c: "3" }],
])("{a: 1, b: 2} with %j of %j is %j", (keys, source, result) => {
  const values = { a: "1", b: "2" };
  expect(replaceKeys(values, keys, source)).toEqual(result);
  expect(values).toEqual({ a: "1", b: "2" });
});
