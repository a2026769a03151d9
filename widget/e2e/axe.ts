import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** axe's code, to be run in a page: it looks for what keeps people with disabilities out. */
export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
