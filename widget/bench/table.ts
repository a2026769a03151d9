// The figures as Markdown.

import { readFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import type { Contender } from "./contenders.ts";
import { type Figures, type Run, slowdown } from "./measure.ts";

/** A contender with all that was measured of it. */
export interface Result {
  contender: Contender;
  runs: Run[];
}

const lock = JSON.parse(readFileSync(new URL("package-lock.json", import.meta.url), "utf8")) as { packages: Record<string, { version: string }> };

const version = ({ package: name }: Contender) => (name ? lock.packages[`node_modules/${name}`]!.version : "");

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The columns: what they are called, and the text of one moment on an otherwise empty page. */
const columns: [title: string, text: (of: (key: (figures: Figures) => number) => number, page: Figures) => string][] = [
  ["Requests", (of) => `${of((f) => f.requests)}`],
  ["KB brotli", (of, page) => kilobytes(of((f) => f.bytes.brotli) - page.bytes.brotli)],
  ["KB gzip", (of, page) => kilobytes(of((f) => f.bytes.gzip) - page.bytes.gzip)],
  ["KB raw", (of, page) => kilobytes(of((f) => f.bytes.raw) - page.bytes.raw)],
  ["Main thread, ms", (of) => of((f) => f.busy).toFixed(0)],
  ["Blocking, ms", (of) => of((f) => f.blocked).toFixed(0)],
  ["Heap, MB", (of) => (of((f) => f.heap) / 1024 ** 2).toFixed(1)],
  ["Elements", (of, page) => elements(of((f) => f.light) - page.light, of((f) => f.inner))],
];

const kilobytes = (bytes: number) => (bytes / 1024).toFixed(bytes < 100 * 1024 ? 1 : 0);

const elements = (light: number, inner: number) => (inner ? `${light}+${inner}` : `${light}`);

/** The table, with what is to be known about it. */
export function table(empty: Result, results: Result[], browser: string): string {
  const page = empty.runs[0]!.launcher;
  const notes: string[] = [];
  const rows = [empty, ...results].flatMap((result) => {
    const { name, package: npm, sent } = result.contender;
    const title = npm ? `[${name}](https://www.npmjs.com/package/${npm})` : name;
    const note = remarks(result);
    const mark = note && ` <sup>${notes.length + 1}</sup>`;
    if (note) notes.push(`${mark.trim()} ${name} ${note}.`);
    const lines = [row(title + mark, result, ["launcher", "typed"], page)];
    if (sent) lines.push(row(`${name}, first message sent`, result, ["sent"], page));
    return lines;
  });
  const titles = ["", "Version", ...columns.map(([title]) => title)];
  const heads = [titles, titles.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${heads.join("\n")}\n\n${notes.join("<br>\n")}\n\n${machine(empty, browser)}`;
}

function row(name: string, { contender, runs }: Result, moments: ("launcher" | "typed" | "sent")[], page: Figures): string[] {
  const there = moments.filter((moment) => runs[0]![moment]);
  const cells = columns.map(([, text]) => {
    const texts = there.map((moment) => text((key) => median(runs.map((run) => key(run[moment]!))), page));
    // What does not change is said once.
    return [...new Set(texts)].join(" → ");
  });
  return [name, version(contender), ...cells];
}

/** What a reader must know: what was said of it beforehand, and whom it asked in vain. */
function remarks({ contender, runs }: Result): string {
  const outside = [...new Set(runs.flatMap((run) => run.outside))];
  const asked = outside.length ? `asks ${outside.join(" and ")} for more, which isn't counted` : "";
  return [contender.note, asked].filter(Boolean).join("; it ");
}

function machine({ runs }: Result, browser: string): string {
  const { model } = cpus()[0]!;
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, medians of ${runs.length} ${runs.length == 1 ? "run" : "runs"}, ${browser}, ${slowdown} times slowed down, on ${cpus().length} × ${model} (${platform()} ${arch()}).`;
}
