// @vitest-environment node
// Who may import what. Imports run one way, so that each file can be read, and tested, without those above it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Import {
  from: string;
  /** Types alone: nothing of it is in the built file. */
  types: boolean;
}

/** What a source imports of other sources. */
function importsOf(text: string): Import[] {
  const code = text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, "");
  const found = code.matchAll(/^(?:import|export)\s+(type\s)?(?:([^;"=]*?)\sfrom\s*)?"(\.[^"]*)"|\b(typeof )?import\("(\.[^"]*)"\)/gm);
  return [...found].map(([, type, names = "", from, typeOf, called]) => {
    const list = /^\{(.*)\}$/s.exec(names.trim())?.[1]?.split(",").filter((name) => name.trim());
    return { from: (from ?? called)!, types: !!type || !!typeOf || !!list?.length && list.every((name) => /^\s*type\s/.test(name)) };
  });
}

test.each<[string, ...Import[]]>([
  [`import { a } from "./a";`, { from: "./a", types: false }],
  [`import a, { type B } from "../a";`, { from: "../a", types: false }],
  [`import { type A, b } from "./a";`, { from: "./a", types: false }],
  [`import {\n  type A,\n  type B,\n} from "./a";`, { from: "./a", types: true }],
  [`import type { A } from "./a";`, { from: "./a", types: true }],
  [`import * as a from "./a.ts";`, { from: "./a.ts", types: false }],
  [`import "./a";\nimport "./b";`, { from: "./a", types: false }, { from: "./b", types: false }],
  [`export { a } from "./a";`, { from: "./a", types: false }],
  [`export type { A } from "./a";`, { from: "./a", types: true }],
  [`export * from "./a";`, { from: "./a", types: false }],
  [`const a = await import("./a");`, { from: "./a", types: false }],
  [`type A = typeof import("./a");`, { from: "./a", types: true }],
  [`// import { a } from "./a";\nimport { b } from "b";\nexport const c = "./c";`],
])("%j is understood", (text, ...imports) => {
  expect(importsOf(text)).toEqual(imports);
});

/** A way along the imports that comes back to where it began; empty if there is none. */
function circle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const walk = (file: string, way: string[]): string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of graph.get(file) ?? []) {
      const found = walk(next, [...way, file]);
      if (found.length) return found;
    }
    done.add(file);
    return [];
  };
  for (const file of graph.keys()) {
    const found = walk(file, []);
    if (found.length) return found;
  }
  return [];
}

test.each<[Record<string, string[]>, string[]]>([
  [{ a: ["b", "c"], b: ["c"], c: [] }, []],
  [{ a: ["a"] }, ["a", "a"]],
  [{ a: ["b"], b: ["c"], c: ["b"] }, ["b", "c", "b"]],
  [{ a: ["d"], d: [], b: ["d", "c"], c: ["b"] }, ["b", "c", "b"]],
])("of %j the circle is %j", (graph, want) => {
  expect(circle(new Map(Object.entries(graph)))).toEqual(want);
});

/** All sources of the widget and of the commands, with what they import. */
const sources = new Map<string, (Import & { file: string })[]>();
for (const folder of ["widget/src", "cmd"])
  for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }))
    if (name.endsWith(".ts") && !name.includes("node_modules")) sources.set(`${folder}/${name}`, []);
for (const [file, imports] of sources)
  for (const found of importsOf(readFileSync(join(root, file), "utf8"))) {
    const path = normalize(join(dirname(file), found.from));
    imports.push({ ...found, file: /\.\w+$/.test(path) ? path : path + ".ts" });
  }

test("all sources are read, and what they import is there", () => {
  expect([...sources.keys()]).toEqual(expect.arrayContaining(["widget/src/launcher/launcher.ts", "cmd/preview/studio/page.ts"]));
  expect(sources.get("widget/src/launcher/launcher.ts")).toContainEqual({ from: "../shared/app", types: true, file: "widget/src/shared/app.ts" });
  // Tests stand beside what they test and use the browser tests' tools.
  const missing = [...sources].flatMap(([file, imports]) => imports.filter((i) => i.file.endsWith(".ts") && !/^widget\/(e2e|unit|bench)\//.test(i.file) && !sources.has(i.file)).map((i) => `${file}: ${i.from}`));
  expect(missing).toEqual([]);
});

test("no import leads back to where it came from, types included", () => {
  expect(circle(new Map([...sources].map(([file, imports]) => [file, imports.map((i) => i.file)])))).toEqual([]);
});

/** Rooms, and what they may import of which others: all, types, or nothing. */
const rules: [what: string, from: RegExp, of: RegExp, allowed: "types" | "nothing"][] = [
  ["the launcher knows the window, the connection and the SDK by their types alone", /^widget\/src\/launcher\//, /^widget\/src\/(window|connection|sdk|faults|early)\//, "types"],
  ["the window knows the connection and the faults by their types alone", /^widget\/src\/window\//, /^widget\/src\/(connection|sdk|faults|early)\//, "types"],
  ["the connection knows the window by its types alone", /^widget\/src\/connection\//, /^widget\/src\/window\//, "types"],
  // The contracts between the three, and what stands in for the launcher in the files that it loads.
  ["what tells the three of each other, and what stands in for the launcher, knows them by their types alone", /^widget\/src\/shared\/(app|from-launcher)\.ts/, /^widget\/src\/(?!shared\/)/, "types"],
  ["all else that is shared knows none of the three", /^widget\/src\/shared\/(?!(app|from-launcher)\.ts)/, /^widget\/src\/(?!shared\/)/, "nothing"],
  ["what visitors load knows nothing of the commands", /^widget\//, /^cmd\//, "nothing"],
  ["what visitors load knows no test", /^widget\/src\//, /^widget\/(e2e|unit|bench)\//, "nothing"],
];

test.each(rules)("%s", (_, from, of, allowed) => {
  const files = [...sources].filter(([file]) => from.test(file));
  expect(files).not.toEqual([]);
  const wrong = files.flatMap(([file, imports]) => imports.filter((i) => of.test(i.file) && (allowed == "nothing" || !i.types)).map((i) => `${file}: ${i.from}`));
  expect(wrong).toEqual([]);
});
