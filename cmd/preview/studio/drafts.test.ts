// Changes on their way into a theme, with a preview that may be slow, refuse or be gone.

import { afterEach, beforeEach, describe, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { ApiError, type Look } from "./api";
import { createDrafts, type Drafts } from "./drafts";
import { brand, circle, FakePreview, noUnit, settled, theme } from "./fake-preview";
import { createSession } from "./session";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A session of brand that the preview has looked at. */
async function begin() {
  const preview = new FakePreview();
  const session = createSession(brand);
  const looks: Look[] = [];
  const failed = vi.fn<(error: unknown) => void>();
  const changed = vi.fn();
  const drafts = createDrafts({ evaluated: (look) => looks.push(look), changed, failed });
  await drafts.evaluate(session);
  preview.calls.length = looks.length = 0;
  changed.mockClear();
  return { preview, session, looks, failed, changed, drafts };
}

test("a change gets into the session once the preview has looked at it", async () => {
  const { preview, session, looks, changed, drafts } = await begin();
  drafts.change("width", "400px", "a");
  expect(session.own.width).toBe("380px");
  expect(drafts.pending(session)).toEqual(["width"]);
  await settled();
  expect(session.own.width).toBe("400px");
  expect(drafts.pending(session)).toEqual([]);
  expect(preview.calls).toEqual(["look brand main-color=#0a6847 width=400px"]);
  expect(looks).toMatchObject([{ values: { width: { text: "400px" } } }]);
  expect(changed).toHaveBeenCalled();
});

test("an empty text takes the value out", async () => {
  const { session, drafts } = await begin();
  drafts.change("width", "", "a");
  await drafts.idle();
  expect(session.own).toEqual({ "main-color": "#0a6847" });
});

test("one draft is asked for at a time, and of one step only the last", async () => {
  const { preview, session, drafts } = await begin();
  const release = preview.hold("look", 1);
  drafts.change("width", "4px", "a");
  drafts.change("width", "40px", "a");
  drafts.change("width", "400px", "a");
  drafts.change("height", "500px", "b");
  await settled();
  expect(preview.looks()).toEqual(["main-color=#0a6847 width=4px"]);
  expect(drafts.pending(session)).toEqual(["width", "height"]);
  await release();
  expect(preview.looks().slice(1)).toEqual(["main-color=#0a6847 width=400px", "main-color=#0a6847 width=400px height=500px"]);
  expect(session.own).toEqual({ "main-color": "#0a6847", width: "400px", height: "500px" });
});

test("changes that waited for a slow preview are a step each", async () => {
  const { preview, session, drafts } = await begin();
  const release = preview.hold("look");
  drafts.change("badge-size", "20px", "a");
  drafts.change("width", "400px", "b");
  drafts.change("height", "5px", "c");
  drafts.change("height", "500px", "c");
  await release();
  const seen = [];
  for (; session.canUndo(); session.undo()) seen.push(session.changed());
  expect(seen).toEqual([["width", "badge-size", "height"], ["width", "badge-size"], ["badge-size"]]);
});

describe("a value that is refused", () => {
  test("stays out of the session, which has the last good one, and keeps its text", async () => {
    const { session, looks, drafts } = await begin();
    drafts.change("width", "350", "a");
    await drafts.idle();
    expect(session.own.width).toBe("380px");
    expect(drafts.faults).toEqual({ width: { ...noUnit("350"), text: "350" } });
    expect(drafts.hasRefused(session)).toBe(true);
    expect(drafts.pending(session)).toEqual([]);
    expect(looks).toMatchObject([{ values: { width: { text: "380px" } } }]);
  });

  test("goes from all drafts, and takes nothing else with it", async () => {
    const { preview, session, drafts } = await begin();
    const release = preview.hold("look", 1);
    drafts.change("height", "350", "a");
    drafts.change("badge-size", "20px", "b");
    await release();
    expect(session.own).toEqual({ ...brand.own, "badge-size": "20px" });
    expect(Object.keys(drafts.faults)).toEqual(["height"]);
  });

  test("is forgotten as soon as it is changed", async () => {
    const { preview, session, drafts } = await begin();
    drafts.change("width", "350", "a");
    await drafts.idle();
    preview.hold("look");
    drafts.change("width", "350p", "a");
    expect(drafts.faults).toEqual({});
    expect(drafts.hasRefused(session)).toBe(false);
  });

  test("is not blamed when it was changed before the answer came", async () => {
    const { preview, session, drafts } = await begin();
    const release = preview.hold("look", 1);
    drafts.change("width", "3", "a");
    drafts.change("width", "350px", "b");
    await release();
    expect(drafts.faults).toEqual({});
    expect(session.own.width).toBe("350px");
  });

  test("leaves the same key's later value alone", async () => {
    const { preview, session, drafts } = await begin();
    const release = preview.hold("look", 1);
    drafts.change("width", "350px", "a");
    drafts.change("width", "3", "b");
    await release();
    expect(session.own.width).toBe("350px");
    expect(drafts.faults).toEqual({ width: { ...noUnit("3"), text: "3" } });
  });

  test("stays when the session is looked at again, and when another value is changed", async () => {
    const { session, drafts } = await begin();
    drafts.change("width", "350", "a");
    await drafts.idle();
    await drafts.evaluate(session);
    expect(drafts.faults).toEqual({ width: { ...noUnit("350"), text: "350" } });
    drafts.change("height", "500px", "b");
    await drafts.idle();
    expect(drafts.faults).toEqual({ width: { ...noUnit("350"), text: "350" } });
  });

  test("can be discarded, and says whether it was there", async () => {
    const { session, drafts, changed } = await begin();
    drafts.change("width", "350", "a");
    await drafts.idle();
    changed.mockClear();
    expect(drafts.discardRefused()).toBe(true);
    expect(changed).toHaveBeenCalled();
    expect(drafts.faults).toEqual({});
    expect(drafts.discardRefused()).toBe(false);
    expect(session.own).toEqual(brand.own);
  });

  test("stays with its theme", async () => {
    const { session, drafts } = await begin();
    const other = createSession(theme("harbor"));
    drafts.change("width", "350", "a");
    await drafts.idle();
    await drafts.evaluate(other);
    expect([drafts.faults, drafts.hasRefused(other), drafts.hasRefused(session)]).toEqual([{}, false, true]);
    await drafts.evaluate(session);
    expect(Object.keys(drafts.faults)).toEqual(["width"]);
  });
});

describe("values that refer to each other in a circle", () => {
  type Change = Parameters<Drafts["change"]>;
  const one: Change = ["main-color", "var(--bubble-dark-color)", "a"];
  const two: Change = ["bubble-dark-color", "var(--main-color)", "b"];

  test("are refused when the last one is wrong", async () => {
    const { session, drafts } = await begin();
    for (const change of [one, two]) drafts.change(...change);
    await drafts.idle();
    expect(drafts.faults).toEqual({ "bubble-dark-color": { ...circle, text: "var(--main-color)" } });
    expect(session.changed()).toEqual(["main-color"]);
  });

  test("are a fault of the session when the last one is right by itself, until they are undone", async () => {
    const { session, drafts } = await begin();
    for (const change of [two, one]) drafts.change(...change);
    await drafts.idle();
    expect(drafts.faults).toEqual({ "bubble-dark-color": circle });
    expect(drafts.hasRefused(session)).toBe(false);
    expect(session.changed()).toEqual(["main-color", "bubble-dark-color"]);
    session.undo();
    await drafts.evaluate(session);
    expect(drafts.faults).toEqual({});
  });

  test("are a fault of the session when they were in its file, but nothing is refused", async () => {
    const { preview, drafts } = await begin();
    const broken = createSession(theme("broken", { own: { [one[0]]: one[1], [two[0]]: two[1] } }));
    preview.themes.set("broken", broken.opened);
    await drafts.evaluate(broken);
    expect(drafts.faults).toEqual({ "bubble-dark-color": circle });
    expect(drafts.hasRefused(broken)).toBe(false);
    expect(broken.changed()).toEqual([]);
  });

  test("are told of one theme only, from the moment that another is chosen", async () => {
    const { preview, drafts } = await begin();
    for (const change of [two, one]) drafts.change(...change);
    await drafts.idle();
    preview.hold("look");
    drafts.evaluate(createSession(theme("harbor"))).catch(() => {});
    expect(drafts.faults).toEqual({});
  });
});

describe("while the preview can't be asked", () => {
  test("changes wait, and that it failed is told", async () => {
    const { preview, session, failed, drafts } = await begin();
    preview.stopped = true;
    drafts.change("width", "400px", "a");
    await settled();
    drafts.change("height", "500px", "b");
    await settled();
    expect(failed.mock.calls.map(([error]) => (error as ApiError).status)).toEqual([0, 0]);
    expect(drafts.pending(session)).toEqual(["width", "height"]);
    await expect(drafts.idle()).rejects.toBeInstanceOf(ApiError);

    preview.stopped = false;
    await drafts.idle();
    expect(session.own).toEqual({ ...brand.own, width: "400px", height: "500px" });
    session.undo();
    expect(session.changed()).toEqual(["width"]);
  });

  test("a look without changes does not wait: it would be outdated", async () => {
    const { preview, session, drafts } = await begin();
    preview.stopped = true;
    await expect(drafts.evaluate(session)).rejects.toBeInstanceOf(ApiError);
    preview.stopped = false;
    await drafts.idle();
    expect(preview.looks()).toEqual([]);
  });
});

test("changes that wait are looked at in place of the session", async () => {
  const { preview, session, drafts } = await begin();
  const release = preview.hold("look", 1);
  drafts.change("width", "400px", "a");
  const evaluated = drafts.evaluate(session);
  await release();
  await evaluated;
  expect(preview.looks()).toEqual(["main-color=#0a6847 width=400px"]);
});

test("the session is looked at as it is when it is asked for last", async () => {
  const { preview, session, looks, drafts } = await begin();
  drafts.change("width", "400px", "a");
  await drafts.idle();
  const release = preview.hold("look", 1);
  const first = drafts.evaluate(session);
  session.undo();
  const last = drafts.evaluate(session);
  await release();
  await Promise.all([first, last]);
  expect(looks.at(-1)!.values.width!.text).toBe("380px");
});

test("a look at a theme that was left since is not shown", async () => {
  const { preview, session, looks, drafts } = await begin();
  const other = createSession(theme("harbor"));
  const release = preview.hold("look", 1);
  const first = drafts.evaluate(session);
  const last = drafts.evaluate(other);
  await release();
  await Promise.all([first, last]);
  expect(looks.map(({ variables }) => variables.theme!.light)).toEqual(["harbor"]);
});
