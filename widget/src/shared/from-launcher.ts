// What the launcher has already, it gives to the files that it loads: the build has this module stand in there for
// launcher/scripts.ts, and dom.ts, unsafe.ts and warn.ts of shared/. A list, as names would take room in missive.js.

import type { LauncherExports } from "../launcher/scripts";

declare const LAUNCHER: LauncherExports;

export const [handOver, runScript, el, attribute, draw, unsafe, warn, doc] = LAUNCHER;
