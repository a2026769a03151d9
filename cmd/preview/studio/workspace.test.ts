// Choosing, undoing, saving, and what becomes of it when the files change: all that needs no page.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { type Look, type Opened, previewStopped } from "./api";
import { brand, circle, FakePreview, noUnit, settled, theme } from "./fake-preview";
import { createNotice } from "./notice";
import type { Session } from "./session";
import { createWorkspace, type Workspace } from "./workspace";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A workspace with brand, as the studio has it after its start. */
async function begin() {
  const preview = new FakePreview();
  const element = document.createElement("section");
  document.body.replaceChildren(element);
  const events = {
    evaluated: vi.fn<(look: Look, session: Session, pending: string[]) => void>(),
    changed: vi.fn(),
    opened: vi.fn<(session: Session) => void>(),
    selected: vi.fn<(session: Session) => void>(),
    listed: vi.fn(),
    reveal: vi.fn<(key: string) => void>(),
  };
  const notice = createNotice(element, () => {});
  const workspace = createWorkspace(notice, events);
  await workspace.select("brand");
  vi.clearAllMocks();
  preview.calls.length = 0;
  const press = async (name: string) => {
    [...element.querySelectorAll("button")].find(({ textContent }) => textContent == name)!.click();
    await settled();
  };
  return { preview, workspace, notice, events, press, said: () => element.textContent };
}

type Setup = Awaited<ReturnType<typeof begin>>;

/** Changes a value in a step of its own, and waits for the answer. */
async function change(workspace: Workspace, key: string, text: string): Promise<void> {
  workspace.change(key, text);
  workspace.endStep();
  await settled();
}

describe("the status", () => {
  const width = (text: string) => (s: Setup) => change(s.workspace, "width", text);
  const height = (text: string) => (s: Setup) => change(s.workspace, "height", text);
  const undo = (s: Setup) => s.workspace.undo();
  const redo = (s: Setup) => s.workspace.redo();
  const save = (s: Setup) => s.workspace.save();
  const choose = (name: string) => (s: Setup) => s.workspace.select(name);
  const hold = async (s: Setup) => void s.preview.hold("look");
  test.each<[string, ((s: Setup) => Promise<void>)[], text: string, faults: string, can: string]>([
    ["at the start", [], "", "", ""],
    ["after a change", [width("400px")], "1 unsaved change", "", "undo save"],
    ["after a change that the preview has not answered", [hold, width("400px")], "1 unsaved change", "", "save"],
    ["after two changes", [width("400px"), height("500px")], "2 unsaved changes", "", "undo save"],
    ["after two changes of one value", [width("400px"), width("420px")], "1 unsaved change", "", "undo save"],
    ["changed back by hand", [width("400px"), width("380px")], "", "", "undo"],
    ["undone", [width("400px"), undo], "", "", "redo"],
    ["redone", [width("400px"), undo, redo], "1 unsaved change", "", "undo save"],
    ["after a wrong value", [width("400")], "", "1 value not right", "undo save"],
    ["after two wrong values", [width("400"), height("500")], "", "2 values not right", "undo save"],
    ["after a change and a wrong value", [height("500px"), width("400")], "1 unsaved change", "1 value not right", "undo save"],
    ["when a wrong value is undone, and no step with it", [height("500px"), width("400"), undo], "1 unsaved change", "", "undo save"],
    ["saved", [width("400px"), save], "Saved", "", "undo"],
    ["undone after it was saved", [width("400px"), save, undo], "1 unsaved change", "", "redo save"],
    ["changed after it was saved, and back", [width("400px"), save, width("420px"), undo], "Saved", "", "undo redo"],
    ["with another theme", [width("400px"), choose("harbor")], "", "", ""],
    ["with a theme that was saved before", [width("400px"), save, choose("harbor"), choose("brand")], "", "", "undo"],
    ["with a shipped theme, which can't be saved", [choose("ink"), height("500px")], "1 unsaved change", "", "undo"],
    ["with a theme that was wrong before", [choose("broken")], "", "1 value not right", ""],
  ])("%s", async (_, acts, text, faults, can) => {
    const setup = await begin();
    const own = { "main-color": "var(--bubble-dark-color)", "bubble-dark-color": "var(--main-color)" };
    setup.preview.themes.set("broken", theme("broken", { file: "themes/broken.toml", own }));
    for (const act of acts) await act(setup);
    const { canUndo, canRedo, canSave, ...said } = setup.workspace.status();
    expect({ ...said, can: [canUndo && "undo", canRedo && "redo", canSave && "save"].filter(Boolean).join(" ") }).toEqual({ text, faults, can });
  });
});

describe("undo", () => {
  test("takes what was written in one go as one step", async () => {
    const { workspace } = await begin();
    for (const text of ["4px", "40px", "400px"]) workspace.change("width", text);
    workspace.endStep();
    workspace.change("width", "420px");
    workspace.change("height", "500px");
    await settled();
    const seen = [];
    while (workspace.status().canUndo) {
      await workspace.undo();
      seen.push(workspace.session.own);
    }
    expect(seen).toEqual([{ ...brand.own, width: "420px" }, { ...brand.own, width: "400px" }, brand.own]);
  });

  test("of keys that are held goes back as many steps, and all of them can be redone", async () => {
    const { workspace } = await begin();
    for (const width of ["401px", "402px", "403px"]) await change(workspace, "width", width);
    await Promise.all([workspace.undo(), workspace.undo(), workspace.undo()]);
    expect(workspace.session.own.width).toBe("380px");
    expect(workspace.status()).toMatchObject({ canUndo: false, canRedo: true });
    await Promise.all([workspace.redo(), workspace.redo(), workspace.redo()]);
    expect(workspace.session.own.width).toBe("403px");
    expect(workspace.status().canRedo).toBe(false);
  });

  test("waits for changes that are under way", async () => {
    const { preview, workspace } = await begin();
    const release = preview.hold("look", 1);
    workspace.change("width", "400px");
    workspace.endStep();
    workspace.change("width", "420px");
    const undone = workspace.undo();
    await release();
    await undone;
    expect(workspace.session.own.width).toBe("400px");
  });

  test("has nothing to redo once changes that were under way are there", async () => {
    const { preview, workspace } = await begin();
    await change(workspace, "width", "400px");
    await workspace.undo();
    const release = preview.hold("look", 1);
    workspace.change("height", "500px");
    const redone = workspace.redo();
    await release();
    await redone;
    expect(workspace.session.own).toEqual({ ...brand.own, height: "500px" });
    await workspace.undo();
    expect(workspace.session.own).toEqual(brand.own);
  });

  test("shows how the theme looks then", async () => {
    const { workspace, events } = await begin();
    await change(workspace, "width", "400px");
    await workspace.undo();
    expect(events.evaluated.mock.lastCall![0].values.width!.text).toBe("380px");
    await workspace.redo();
    expect(events.evaluated.mock.lastCall![0].values.width!.text).toBe("400px");
  });

  test("of something else leaves a wrong value to its author", async () => {
    const { workspace } = await begin();
    await change(workspace, "width", "400px");
    await workspace.undo();
    await change(workspace, "height", "20");
    await workspace.redo();
    expect(workspace.session.own.width).toBe("400px");
    expect(workspace.faults).toEqual({ height: { ...noUnit("20"), text: "20" } });
  });
});

describe("saving", () => {
  test("writes the values over the version that was read", async () => {
    const { preview, workspace } = await begin();
    await change(workspace, "width", "400px");
    await workspace.save();
    expect(preview.themes.get("brand")!.own).toEqual({ ...brand.own, width: "400px" });
    await change(workspace, "width", "420px");
    await workspace.save();
    expect(preview.themes.get("brand")!.own.width).toBe("420px");
  });

  test("waits for changes that are under way", async () => {
    const { preview, workspace } = await begin();
    const release = preview.hold("look");
    workspace.change("width", "400px");
    const saved = workspace.save();
    await release();
    await saved;
    expect(preview.themes.get("brand")!.own.width).toBe("400px");
  });

  test("makes what is undone meanwhile a change again", async () => {
    const { preview, workspace } = await begin();
    await change(workspace, "width", "");
    const release = preview.hold("save");
    const saved = workspace.save();
    await settled();
    await workspace.undo();
    expect(workspace.status().text).toBe("");
    await release();
    await saved;
    expect(preview.themes.get("brand")!.own).not.toHaveProperty("width");
    expect(workspace.session.own.width).toBe("380px");
    expect(workspace.status()).toMatchObject({ text: "1 unsaved change", canSave: true });
  });

  test("says so in the theme that it was, not in one that was chosen since", async () => {
    const { preview, workspace } = await begin();
    await change(workspace, "width", "400px");
    const release = preview.hold("save");
    const saved = workspace.save();
    await settled();
    await workspace.select("harbor");
    await release();
    await saved;
    expect(workspace.status().text).toBe("");
    expect(workspace.isUnsaved("brand")).toBe(false);
  });

  test("closes a notice that was about it", async () => {
    const { workspace, notice, said } = await begin();
    await change(workspace, "width", "400px");
    notice.showFault(noUnit("1"));
    await workspace.save();
    expect(said()).toBe("");
  });

  const wrong = "Not saved: a value is not right. Mend the one that is marked, or undo.Close";
  test.each<[string, changes: [string, string][], reveal: string]>([
    ["that is all there is", [["width", "350"]], "width"],
    ["among others", [["main-color", "#123"], ["height", "350"]], "height"],
    ["in a circle of right ones", [["bubble-dark-color", "var(--main-color)"], ["main-color", "var(--bubble-dark-color)"]], "bubble-dark-color"],
  ])("is refused for a wrong value %s, which is shown; no theme is made of it either", async (_, changes, key) => {
    const { preview, workspace, events, said } = await begin();
    for (const [key, text] of changes) await change(workspace, key, text);
    const askName = vi.fn<() => Promise<Opened | undefined>>();
    for (const act of [workspace.save, () => workspace.saveAs(askName)]) {
      events.reveal.mockClear();
      await act();
      expect(said()).toBe(wrong);
      expect(events.reveal.mock.calls).toEqual([[key]]);
    }
    expect(askName).not.toHaveBeenCalled();
    expect(preview.themes.get("brand")).toEqual(brand);
  });
});

describe("saving as a new theme", () => {
  const spring = (_: string, create: (name: string) => Promise<Opened>) => create("spring");

  test("edits that one, and the old one is as on disk; undo brings its changes back", async () => {
    const { preview, workspace, events } = await begin();
    await change(workspace, "width", "400px");
    await workspace.saveAs(spring);
    expect(preview.themes.get("spring")).toMatchObject({ extends: "brand", own: { ...brand.own, width: "400px" } });
    expect(preview.themes.get("brand")).toEqual(brand);
    expect(events.listed.mock.lastCall![0].themes).toContainEqual({ name: "spring", description: "" });
    expect(events.selected.mock.lastCall![0].opened.name).toBe("spring");
    expect(workspace.status()).toMatchObject({ text: "Saved as spring", canUndo: false, canSave: false });
    expect(workspace.isUnsaved()).toBe(false);

    await workspace.select("brand");
    expect(workspace.session.own).toEqual(brand.own);
    await workspace.undo();
    expect(workspace.session.own.width).toBe("400px");
  });

  test("that is cancelled changes nothing", async () => {
    const { workspace } = await begin();
    await change(workspace, "width", "400px");
    await workspace.saveAs(async () => undefined);
    expect([workspace.session.opened.name, workspace.status().text]).toEqual(["brand", "1 unsaved change"]);
  });

  test("is given the name of the theme that it is made of", async () => {
    const { workspace } = await begin();
    await workspace.select("ink");
    const askName = vi.fn(async () => undefined);
    await workspace.saveAs(askName);
    expect(askName.mock.calls).toEqual([["ink", expect.any(Function)]]);
  });
});

describe("another theme", () => {
  test("is opened, shown and told of", async () => {
    const { workspace, events } = await begin();
    await workspace.select("paper");
    for (const event of [events.opened, events.selected]) expect(event.mock.lastCall![0].opened.name).toBe("paper");
    expect(events.evaluated.mock.lastCall![0].variables.theme!.light).toBe("paper");
  });

  test("leaves the changes and faults of the one before with it", async () => {
    const { workspace } = await begin();
    await change(workspace, "main-color", "#1122aa");
    await change(workspace, "width", "350");
    await workspace.select("harbor");
    expect([workspace.session.own, workspace.faults]).toEqual([{}, {}]);
    expect([workspace.isUnsaved("brand"), workspace.isUnsaved("harbor"), workspace.isUnsaved()]).toEqual([true, false, true]);
    await workspace.select("brand");
    expect(workspace.session.own["main-color"]).toBe("#1122aa");
    expect(workspace.faults).toEqual({ width: { ...noUnit("350"), text: "350" } });
  });

  test("that comes late does not take the place of the one that was chosen since", async () => {
    const { preview, workspace, events } = await begin();
    const release = preview.hold("theme?name=harbor");
    const late = workspace.select("harbor");
    await workspace.select("paper");
    await release();
    await late;
    await change(workspace, "width", "400px");
    expect(workspace.session.opened.name).toBe("paper");
    for (const event of [events.opened, events.selected]) expect(event.mock.calls.map(([session]) => session.opened.name)).toEqual(["paper"]);
  });

  test("that comes twice loses nothing of what was changed since", async () => {
    const { preview, workspace } = await begin();
    const release = preview.hold("theme?name=harbor", 1);
    const late = workspace.select("harbor");
    await workspace.select("paper");
    await workspace.select("harbor");
    await change(workspace, "width", "400px");
    await release();
    await late;
    await change(workspace, "height", "500px");
    expect(workspace.session.own).toEqual({ width: "400px", height: "500px" });
  });

  test("is read again when it was seen before", async () => {
    const { preview, workspace } = await begin();
    await workspace.select("harbor");
    preview.write("brand", { own: { width: "390px" } });
    await workspace.select("brand");
    expect(workspace.session.own).toEqual({ width: "390px" });
  });

  test("is not chosen while the preview is stopped, also when it was seen before", async () => {
    const { preview, workspace, events, said } = await begin();
    await workspace.select("ink");
    await workspace.select("brand");
    events.opened.mockClear();
    preview.stopped = true;
    await workspace.select("ink");
    expect(workspace.session.opened.name).toBe("brand");
    expect(events.opened).not.toHaveBeenCalled();
    expect(events.selected.mock.lastCall![0].opened.name).toBe("brand");
    expect(said()).toContain("The preview has stopped.");
  });

  test("is chosen although changes of the one before can't be looked at: they wait there", async () => {
    const { preview, workspace } = await begin();
    preview.themes.delete("brand");
    await change(workspace, "width", "400px");
    await workspace.select("harbor");
    expect(workspace.session.opened.name).toBe("harbor");
    preview.themes.set("brand", brand);
    await workspace.select("brand");
    expect(workspace.session.own.width).toBe("400px");
  });

  test("is shown with the problems of its file", async () => {
    const { preview, workspace, said } = await begin();
    preview.themes.set("odd", theme("odd", { problems: ['odd.toml:1:9: width: "3" has no unit'] }));
    await workspace.select("odd");
    expect(said()).toBe('odd.toml:1:9: width: "3" has no unitClose');
    await workspace.select("brand");
    expect(said()).toBe("");
  });
});

test("when the first theme can't be opened, that is for the page to tell", async () => {
  const preview = new FakePreview();
  preview.stopped = true;
  const workspace = createWorkspace(createNotice(document.createElement("section"), () => {}), { evaluated() {}, changed() {}, opened() {}, selected() {}, listed() {}, reveal() {} });
  await expect(workspace.select("brand")).rejects.toMatchObject({ fault: previewStopped });
  expect(workspace.session).toBeUndefined();
});

describe("a file that was read again", () => {
  const mine = "themes/brand.toml was changed outside of the studio, and you have ";
  const theirs = { ...brand.own, "main-color": "#990000" };
  const buttons = "Keep mine, on top of itTake what is on disk";
  test.each<[string, changes: [string, string][], file: Partial<Opened> | undefined, own: object, text: string, notice: string]>([
    ["is as it was: nothing", [], undefined, brand.own, "", ""],
    ["is as it was: my changes stay", [["width", "400px"]], undefined, { ...brand.own, width: "400px" }, "1 unsaved change", ""],
    ["has other values: they are taken", [], { own: theirs }, theirs, "Changed on disk", ""],
    ["has other comments: nothing is told", [], { own: brand.own }, brand.own, "", ""],
    ["has other comments: my changes stay", [["width", "400px"]], { own: brand.own }, { ...brand.own, width: "400px" }, "1 unsaved change", ""],
    ["extends another theme: nothing is told", [], { extends: "ink", version: "1" }, brand.own, "", ""],
    ["has problems: they are told", [], { own: {}, problems: ["brand.toml:1:1: what?"] }, {}, "Changed on disk", "brand.toml:1:1: what?Close"],
    ["has another value where I have one: I am asked", [["main-color", "#1122aa"]], { own: theirs }, { ...brand.own, "main-color": "#1122aa" }, "1 unsaved change", `${mine}an unsaved change. Both have another main-color.${buttons}`],
    ["has another value, and I have others: I am asked", [["width", "400px"], ["height", "500px"]], { own: theirs }, { ...brand.own, width: "400px", height: "500px" }, "2 unsaved changes", `${mine}2 unsaved changes. They are about different values.${buttons}`],
  ])("%s", async (_, changes, file, own, text, notice) => {
    const { preview, workspace, said } = await begin();
    for (const [key, value] of changes) await change(workspace, key, value);
    if (file) preview.write("brand", file);
    await workspace.refresh();
    expect([workspace.session.own, workspace.status().text, said()]).toEqual([own, text, notice]);
  });

  test("is followed to the theme that it extends now, so that fields can be reset to that", async () => {
    const { preview, workspace } = await begin();
    preview.write("brand", { extends: "", version: "1" });
    await workspace.refresh();
    expect(workspace.session.opened.extends).toBe("");
  });

  test("is looked at again, as what it inherits may be new", async () => {
    const { preview, workspace } = await begin();
    await workspace.refresh();
    expect(preview.looks()).toHaveLength(1);
  });

  test("and was overtaken by a later answer is outdated", async () => {
    const { preview, workspace } = await begin();
    const release = preview.hold("theme?name=brand", 1);
    const early = workspace.refresh();
    await settled();
    preview.write("brand", { own: theirs });
    await workspace.refresh();
    await release();
    await early;
    expect(workspace.session.own).toEqual(theirs);
  });

  test("and was overtaken by saving is outdated", async () => {
    const { preview, workspace, said } = await begin();
    await change(workspace, "width", "400px");
    const release = preview.hold("theme?name=brand", 1);
    const early = workspace.refresh();
    await settled();
    await workspace.save();
    await release();
    await early;
    expect([workspace.session.own.width, workspace.status().text, said()]).toEqual(["400px", "Saved", ""]);
  });

  test("of a theme that was left since changes nothing", async () => {
    const { preview, workspace } = await begin();
    preview.write("brand", { own: theirs });
    const release = preview.hold("theme?name=brand", 1);
    const early = workspace.refresh();
    await workspace.select("harbor");
    await release();
    await early;
    expect([workspace.session.own, workspace.status().text]).toEqual([{}, ""]);
  });

  test("that is gone is told, and nothing is lost", async () => {
    const { preview, workspace, said } = await begin();
    await change(workspace, "width", "400px");
    preview.themes.delete("brand");
    await workspace.refresh();
    expect(said()).toBe("There is no such theme any more. Put its file back.Close");
    expect(workspace.session.own.width).toBe("400px");
  });
});

describe("who has changes of their own when the file changes", () => {
  const theirs = { "main-color": "#990000", width: "390px" };
  async function conflict() {
    const setup = await begin();
    await change(setup.workspace, "main-color", "#1122aa");
    await change(setup.workspace, "badge-size", "20px");
    setup.preview.write("brand", { own: theirs });
    await setup.workspace.refresh();
    return setup;
  }

  test("may keep them on top of it, and save both", async () => {
    const { preview, workspace, press, said } = await conflict();
    await press("Keep mine, on top of it");
    expect(said()).toBe("");
    await workspace.save();
    expect(preview.themes.get("brand")!.own).toEqual({ "main-color": "#1122aa", width: "390px", "badge-size": "20px" });
  });

  test("may take what is on disk, and undo that", async () => {
    const { workspace, press } = await conflict();
    await press("Take what is on disk");
    expect([workspace.session.own, workspace.status().text]).toEqual([theirs, ""]);
    await workspace.undo();
    expect(workspace.session.own).toEqual({ ...brand.own, "main-color": "#1122aa", "badge-size": "20px" });
  });

  test("decides about what the file says by then", async () => {
    const { preview, workspace, press } = await conflict();
    preview.write("brand", { own: { width: "400px" } });
    await press("Take what is on disk");
    expect(workspace.session.own).toEqual({ width: "400px" });
  });

  test("has nothing to decide when the file is as it was again, and can save", async () => {
    const { preview, workspace, said } = await conflict();
    preview.themes.set("brand", brand);
    await workspace.refresh();
    expect(said()).toBe("");
    await workspace.save();
    expect(workspace.status().text).toBe("Saved");
  });

  test("is asked before anything is written over, and led to the question", async () => {
    const { preview, workspace, said, press } = await begin();
    await change(workspace, "main-color", "#1122aa");
    preview.write("brand", { own: theirs });
    await workspace.save();
    expect(preview.themes.get("brand")!.own).toEqual(theirs);
    expect(said()).toContain("was changed outside of the studio");
    expect(document.activeElement!.textContent).toBe("Keep mine, on top of it");
    await press("Keep mine, on top of it");
    await workspace.save();
    expect(preview.themes.get("brand")!.own).toEqual({ ...theirs, "main-color": "#1122aa" });
  });

  test("is told of the question, not of what else goes wrong, until it is answered", async () => {
    const { preview, workspace, said } = await conflict();
    preview.stopped = true;
    await change(workspace, "height", "500px");
    expect(said()).toContain("was changed outside of the studio");
  });
});

test("what is changed while the preview is stopped is kept, and saved once it is back", async () => {
  const { preview, workspace, said } = await begin();
  preview.stopped = true;
  await change(workspace, "width", "400px");
  await change(workspace, "height", "500px");
  await workspace.save();
  await workspace.select("ink");
  expect(workspace.session.opened.name).toBe("brand");
  expect(workspace.status()).toMatchObject({ text: "2 unsaved changes", canSave: true });
  expect(said()).toBe("The preview has stopped. Start it again: what you have changed is still here.Close");
  preview.stopped = false;
  await workspace.refresh();
  await workspace.save();
  expect(preview.themes.get("brand")!.own).toEqual({ ...brand.own, width: "400px", height: "500px" });
});

test("variables that refer to each other in a circle are told until one of them is undone", async () => {
  const { workspace } = await begin();
  await change(workspace, "bubble-dark-color", "var(--main-color)");
  await change(workspace, "main-color", "var(--bubble-dark-color)");
  expect(workspace.faults).toEqual({ "bubble-dark-color": circle });
  expect(workspace.status()).toMatchObject({ text: "2 unsaved changes", faults: "1 value not right" });
  await workspace.undo();
  expect(workspace.status()).toMatchObject({ text: "1 unsaved change", faults: "" });
});
