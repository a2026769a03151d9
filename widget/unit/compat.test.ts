// @vitest-environment node
// What visitors and our own pages load uses nothing that the oldest supported browsers lack, unless there is a fallback.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { markupFindings } from "./compat/markup.ts";
import { expressionFeatures } from "./compat/regexps.ts";
import { expressions, openProject, scriptFindings } from "./compat/scripts.ts";
import { styleFindings } from "./compat/styles.ts";
import { type Finding, finding } from "./compat/support.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const config = fileURLToPath(new URL("compat/tsconfig.json", import.meta.url));

/** What is used all the same, and what is there without it. What is used no more has to go. */
const fallbacks = {
  "widget/src/launcher/launcher.ts: api.Window.requestIdleCallback": "setTimeout",
  "widget/src/connection/parts.ts: javascript.builtins.Intl.Segmenter": "long texts are cut between code points",
  "widget/src/connection/parts.ts: javascript.builtins.Intl.Segmenter.segment": "long texts are cut between code points",
  "widget/src/early/early.ts: api.Window.requestIdleCallback": "a timeout does it in Safari",
  "widget/src/launcher/scripts.ts: api.trustedTypes": "what has no such policies asks for none",
  "widget/src/window/window.css: css.properties.overflow-anchor": "Safari anchors nothing",
  "widget/src/window/window.css: css.properties.overflow-anchor.none": "Safari anchors nothing",
  "widget/src/thread/thread.css: css.properties.forced-color-adjust": "Safari has no forced colours",
  "widget/src/thread/thread.css: css.properties.forced-color-adjust.none": "Safari has no forced colours",
  "widget/src/window/window.css: css.properties.forced-color-adjust": "Safari has no forced colours",
  "widget/src/window/window.css: css.properties.forced-color-adjust.none": "Safari has no forced colours",
  "cmd/internal/desk/page.css: css.properties.forced-color-adjust": "Safari has no forced colours",
  "cmd/internal/desk/page.css: css.properties.forced-color-adjust.none": "Safari has no forced colours",
  "cmd/internal/desk/page.css: css.properties.overflow-anchor": "Safari anchors nothing",
  "cmd/internal/desk/page.css: css.properties.overflow-anchor.none": "Safari anchors nothing",
  "cmd/internal/desk/page.css: css.properties.text-wrap": "lines break as they come",
  "cmd/internal/desk/page.css: css.properties.text-wrap.balance": "lines break as they come",
  "cmd/internal/desk/thread.css: css.properties.overflow-anchor": "Safari anchors nothing",
  "cmd/internal/desk/thread.css: css.properties.overflow-anchor.none": "Safari anchors nothing",
  "cmd/internal/desk/thread.css: css.properties.text-wrap": "lines break as they come",
  "cmd/internal/desk/thread.css: css.properties.text-wrap.pretty": "lines break as they come",
  "cmd/internal/signin/page.html.tmpl: html.global_attributes.autocapitalize": "case is no matter there, and phones have it",
  "cmd/preview/host/page.css: css.properties.text-wrap": "lines break as they come",
  "cmd/preview/host/page.css: css.properties.text-wrap.balance": "lines break as they come",
  "cmd/preview/host/page.css: css.properties.text-wrap.pretty": "lines break as they come",
  "cmd/preview/outbox/page.css: css.properties.text-wrap": "lines break as they come",
  "cmd/preview/outbox/page.css: css.properties.text-wrap.balance": "lines break as they come",
  "cmd/preview/outbox/page.css: css.properties.text-wrap.pretty": "lines break as they come",
  "cmd/preview/host/page.js: api.HTMLElement.togglePopover": "the overlay is what is last on the page",
  "cmd/preview/host/page.html.tmpl: html.global_attributes.popover": "the overlay is what is last on the page",
  "cmd/preview/stage/sheet.css: css.properties.text-wrap": "lines break as they come",
  "cmd/preview/stage/sheet.css: css.properties.text-wrap.balance": "lines break as they come",
  "cmd/preview/studio/page.css: css.properties.text-wrap": "lines break as they come",
  "cmd/preview/studio/page.css: css.properties.text-wrap.pretty": "lines break as they come",
};

// Reading all sources with the type checker takes seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** All files in the folders whose path ends so, from the project's folder. */
function files(end: RegExp, ...folders: string[]): string[] {
  const all = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)));
  return all.filter((path) => end.test(path) && !/node_modules|testdata/.test(path));
}

const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What the scripts use; changed: the text that some have instead of the one on disk. */
function allScripts(changed?: Record<string, string>): Finding[] {
  const project = openProject(config, changed);
  try {
    return project.files.flatMap((file) => [
      ...scriptFindings(file, project),
      ...expressions(file).flatMap(({ place, text }) => expressionFeatures(text).flatMap((each) => finding(place, each))),
    ]);
  } finally {
    project.close();
  }
}

/** One of our scripts, which the others import, and what stands for it while a test tries something. */
const tried = join(root, "widget/src/shared/warn.ts");

test("what the oldest browsers lack is used only where there is a fallback", () => {
  const found = [
    ...allScripts(),
    ...files(/\.css$/, "widget/src", "cmd").flatMap((path) => styleFindings(read(path), path)),
    ...files(/\.html\.tmpl$/, "cmd", "templates").flatMap((path) => markupFindings(read(path), path)),
  ];
  const without = found.filter(({ place, path }) => !(`${nameOf(place)}: ${path}` in fallbacks));
  expect(without.map(({ place, path, lacking }) => `${place.replace(root, "")}: ${path} is not in ${lacking.join(", ")}`)).toEqual([]);
  const used = new Set(found.map(({ place, path }) => `${nameOf(place)}: ${path}`));
  expect(Object.keys(fallbacks).filter((name) => !used.has(name)), "fallbacks of what is used no more").toEqual([]);
});

/** The file of a place, from the project's folder. */
const nameOf = (place: string) => place.replace(root, "").replace(/:\d+$/, "");

test("the launcher's regular expressions look behind nothing: one that did would take the whole file from Safari before 16.4", () => {
  const project = openProject(config);
  const launcher = project.files.filter(({ fileName }) => /\/src\/(launcher|shared)\//.test(fileName)).flatMap(expressions);
  project.close();
  expect(launcher.length).toBeGreaterThan(0);
  const late = launcher.filter(({ text }) => expressionFeatures(text).some(({ path }) => /lookbehind|modifier|hasIndices|unicodeSets/.test(path)));
  expect(late).toEqual([]);
});

test("a script that uses what is too new is found out, whatever way it gets at it", () => {
  const tries: Record<string, string> = {
    "element.togglePopover()": "api.HTMLElement.togglePopover",
    "(element as any).showPopover()": "api.HTMLElement.showPopover",
    'element["hidePopover"]()': "api.HTMLElement.hidePopover",
    'document.querySelector("dialog")!.requestClose()': "api.HTMLDialogElement.requestClose",
    'element.ariaChecked = "true"': "api.Element.ariaChecked",
    "const { ariaBusy } = element": "api.Element.ariaBusy",
    "const { a: { ariaLabel: label } } = { a: element }": "api.Element.ariaLabel",
    "element.checkVisibility()": "api.Element.checkVisibility",
    "[1].toSorted()": "javascript.builtins.Array.toSorted",
    "Object.groupBy([], String)": "javascript.builtins.Object.groupBy",
    "Promise.withResolvers()": "javascript.builtins.Promise.withResolvers",
    "new Set([1]).union(new Set())": "javascript.builtins.Set.union",
    'URL.canParse("")': "api.URL.canParse_static",
    "AbortSignal.any([])": "api.AbortSignal.any_static",
    "new CloseWatcher()": "api.CloseWatcher",
    "(window as { CloseWatcher?: unknown }).CloseWatcher": "api.CloseWatcher",
    "navigator.userActivation": "api.Navigator.userActivation",
    "scheduler.yield()": "api.Scheduler.yield",
    'element.addEventListener("beforetoggle", () => {})': "api.HTMLElement.beforetoggle_event",
    'addEventListener("scrollend", () => {})': "api.Element.scrollend_event",
    'for (const type of ["scroll", "scrollend"]) element.addEventListener(type, () => {})': "api.Element.scrollend_event",
    'element.style.textWrap = "balance"': "css.properties.text-wrap",
    'element.setAttribute("popover", "")': "html.global_attributes.popover",
    'el("div", { popover: "" })': "html.global_attributes.popover",
    "/(?i:a)b/": "javascript.regular_expressions.modifier",
    "/[a&&b]/v": "javascript.builtins.RegExp.unicodeSets",
  };
  const lines = Object.keys(tries);
  const text = ["export {}; declare const element: HTMLElement, el: any;", ...lines.map((line) => `{ ${line} }`)].join("\n");
  const found = allScripts({ [tried]: text }).filter(({ place }) => place.startsWith(tried));
  const seen = lines.map((_, i) => found.filter(({ place }) => place.endsWith(`:${i + 2}`)).map(({ path }) => path));
  for (const [i, line] of lines.entries()) expect.soft(seen[i], line).toContain(tries[line]);
});

test("a style sheet that uses what is too new is found out", () => {
  for (const [css, path] of [
    [".a { text-wrap: balance }", "css.properties.text-wrap"],
    [".a { field-sizing: content }", "css.properties.field-sizing"],
    [".a { color: color-mix(in srgb, red, blue) }", "css.types.color.color-mix"],
    [".a { color: light-dark(red, blue) }", "css.types.color.light-dark"],
    [".a:has(b) { color: red }", "css.selectors.has"],
    [".a:dir(rtl) { color: red }", "css.selectors.dir"],
    [".a:popover-open { color: red }", "css.selectors.popover-open"],
    [".a { &:hover { color: red } }", "css.selectors.nesting"],
    ["@starting-style { .a { color: red } }", "css.at-rules.starting-style"],
    ["@scope (.a) { b { color: red } }", "css.at-rules.scope"],
    ["@media (prefers-reduced-transparency: reduce) { .a { color: red } }", "css.at-rules.media.prefers-reduced-transparency"],
    [".a { width: 1rcap }", "css.types.length.rcap"],
  ] as const)
    expect.soft(styleFindings(css, "a.css").map((each) => each.path), css).toContain(path);
});

test("a page that uses what is too new is found out", () => {
  expect(markupFindings("<p {{if .X}}popover{{end}} popover=auto>a</p><button popovertarget=a></button>", "a.html").map(({ path }) => path)).toEqual([
    "html.global_attributes.popover",
    "html.elements.button.popovertarget",
  ]);
});
