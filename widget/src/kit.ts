// What the launcher has already, it gives to the files that it loads: in those this module stands in for availability.ts,
// config.ts, dom.ts and load.ts. A list, as names would take room in missive.js.

import type { Kit } from "./load";

declare const KIT: Kit;

export const [handOver, run, el, attribute, draw, unsafe, warn, askAvailability] = KIT;
