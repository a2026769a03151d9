// What the studio asks the preview for. studio.go says what answers, and each type here has its like in a Go file beside it.

/** What a theme's own file sets, by key: "main-color", "dark-main-color". */
export type Own = Readonly<Record<string, string>>;

export interface Variable {
  name: string;
  kind: "color" | "length" | "border" | "shadow" | "font" | "duration" | "easing";
  doc: string;
  /** Whether it may have a value for the dark palette alone. */
  dark: boolean;
  /** Its values in other themes. */
  examples: string[];
}

export interface Table {
  /** The theme to begin with. */
  theme: string;
  /** The one that was to be it, but isn't there; or "". */
  missing: string;
  themes: { name: string; description: string }[];
  states: string[];
  groups: { title: string; variables: Variable[] }[];
  /** The folder with the user's themes. */
  folder: string;
}

/** A theme as it is in its file. */
export interface Opened {
  name: string;
  /** "" for the base theme. */
  extends: string;
  /** "" for a shipped theme, which can only be saved as another one. */
  file: string;
  version: string;
  own: Own;
  problems: string[] | null;
}

export interface Fault {
  message: string;
  hint: string;
}

export interface Value {
  text: string;
  own: boolean;
  /** The theme that it is inherited from; "" for a dark value that follows the light one. */
  from: string;
  /** #rrggbbaa of what is a colour in the end. */
  color?: string;
}

export interface Pair {
  text: string;
  background: string;
  ratio: number;
  need: number;
  passes: boolean;
}

/** How a draft looks, and what is wrong with it. */
export interface Look {
  variables: Record<string, { light: string; dark: string }>;
  values: Record<string, Value>;
  contrast: { light: Pair[] | null; dark: Pair[] | null };
  faults: Record<string, Fault>;
}

/** Messages and hints begin small and end without a full stop: here they stand alone. */
export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + ".";

/** What the preview refuses, and why. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.message);
  }
}

export const stopped: Fault = { message: "The preview has stopped", hint: "start it again: what you have changed is still here" };

async function call<T>(path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch("/preview.studio/" + path, body && { method: "POST", body: JSON.stringify(body) });
  } catch {
    throw new Refusal(0, stopped);
  }
  if (response.ok) return response.json();
  const text = await response.text();
  let fault: Fault = { message: text, hint: "" };
  try {
    fault = JSON.parse(text);
  } catch {
    // Plain words.
  }
  throw new Refusal(response.status, fault);
}

export const readTable = () => call<Table>("table");
export const open = (name: string) => call<Opened>("theme?" + new URLSearchParams({ name }));
export const look = (theme: string, own: Own) => call<Look>("look", { theme, own });
export const save = ({ name, version }: Opened, own: Own) => call<Opened>("save", { theme: name, version, own });
export const create = (theme: string, own: Own, name: string) => call<Opened>("new", { theme, own, name });
