// What the agent has set in this browser: how news is announced, and whether single letters do something.

import { recall, remember } from "./remembered";

export interface Settings {
  /** The browser notifies of what is written. */
  notify: boolean;
  sound: boolean;
  /** Letters are keys for what can be done. */
  letters: boolean;
}

const key = "settings";
const initial: Settings = { notify: false, sound: true, letters: true };

export function readSettings(): Settings {
  let known: Record<string, unknown> = {};
  try {
    known = JSON.parse(recall(key) || "{}") ?? {};
  } catch {
    // Somebody else has written there.
  }
  const settings = { ...initial };
  for (const name of Object.keys(initial) as (keyof Settings)[]) if (typeof known[name] == "boolean") settings[name] = known[name];
  return settings;
}

export function writeSettings(settings: Settings): void {
  remember(key, JSON.stringify(settings));
}
