// What the oldest browsers of ours know, by MDN's data.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { CompatData, Identifier, SimpleSupportStatement, SupportStatement } from "@mdn/browser-compat-data";

/** As README.md has it under Browsers, and the same engines on phones. */
export const oldest = { chrome: 109, chrome_android: 109, edge: 109, firefox: 115, firefox_android: 115, safari: 16.4, safari_ios: 16.4 } as const;

/** Not imported: a loader would make a module of twenty megabytes. */
export const data = JSON.parse(readFileSync(createRequire(import.meta.url).resolve("@mdn/browser-compat-data"), "utf8")) as CompatData;

/** Something that a browser has or hasn't, by its path in the data: "api.Element.ariaChecked". */
export interface Feature {
  path: string;
  entry: Identifier;
}

/** Looks for a feature by its path. */
export function feature(...path: string[]): Feature | undefined {
  let entry: any = data;
  for (const step of path) entry = Object.hasOwn(Object(entry), step) ? entry[step] : undefined;
  return entry?.__compat && { path: path.join("."), entry };
}

/** The oldest browsers that don't have it: "firefox 119". */
export function lacking({ entry }: Feature): string[] {
  return Object.entries(oldest).flatMap(([browser, version]) => {
    const statement = entry.__compat!.support[browser as keyof typeof oldest];
    if (!statement || all(statement).some((one) => covers(one, version))) return [];
    const added = all(statement).map(({ version_added }) => version_added || "never");
    // What phones never have, as a cursor, is no question of age.
    return browser.includes("_") && !added.some((one) => number(one) > version) ? [] : [`${browser} ${added[0]}`];
  });
}

const all = (statement: SupportStatement): SimpleSupportStatement[] => (Array.isArray(statement) ? statement : [statement]);

function covers({ version_added, version_removed, flags, prefix, alternative_name }: SimpleSupportStatement, version: number): boolean {
  if (typeof version_added != "string" || flags || prefix || alternative_name) return false;
  return number(version_added) <= version && !(version_removed && number(version_removed) <= version);
}

/** "≤13" is 13; "preview" is later than all, and "never" is no version. */
function number(version: string): number {
  return version == "preview" ? Infinity : parseFloat(version.replace("≤", ""));
}

/** What is used somewhere, though one of the oldest browsers lacks it. */
export interface Finding {
  /** "widget/src/window/frame.ts:12" */
  place: string;
  path: string;
  lacking: string[];
}

export function finding(place: string, found: Feature | undefined): Finding[] {
  const without = found ? lacking(found) : [];
  return without.length ? [{ place, path: found!.path, lacking: without }] : [];
}
