// The calls of the studio to the preview, and the JSON that they carry. studio.go says what answers, and each type here has its like in
// a Go file beside it.

/** What a theme's file sets itself, by key: "main-color", "dark-main-color". */
export type OwnValues = Readonly<Record<string, string>>;

export interface Variable {
  name: string;
  kind: "color" | "length" | "border" | "shadow" | "font" | "duration" | "easing" | "integer";
  doc: string;
  /** Whether it may have a value for the dark palette alone. */
  dark: boolean;
  /** Its values in other themes. */
  examples: string[];
}

/** The themes, variables and states that there are. */
export interface Table {
  /** The theme to begin with. */
  theme: string;
  /** The theme of chat.yaml if it has no file any more, or "". */
  missing: string;
  themes: { name: string; description: string }[];
  states: string[];
  groups: { title: string; variables: Variable[] }[];
  /** The folder of the user's themes. */
  folder: string;
}

/** A theme as it is in its file. */
export interface Opened {
  name: string;
  /** The theme that it extends; "" for the base theme. */
  extends: string;
  /** "" for a shipped theme, which can only be saved as another one. */
  file: string;
  /** A hash of the file: saving over another version is refused. */
  version: string;
  own: OwnValues;
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
  /** #rrggbbaa, for a colour and for what refers to one. */
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

/** Messages and hints begin with a small letter and end without a full stop; here each stands alone. */
export const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1) + ".";

/** The preview has refused a call, or could not be reached: then the status is 0. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.message);
  }
}

export const previewStopped: Fault = { message: "The preview has stopped", hint: "start it again: what you have changed is still here" };

async function call<T>(path: string, body?: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch("/preview.studio/" + path, body && { method: "POST", body: JSON.stringify(body) });
  } catch {
    throw new ApiError(0, previewStopped);
  }
  if (response.ok) return response.json();
  const text = await response.text();
  let fault: Fault = { message: text, hint: "" };
  try {
    fault = JSON.parse(text);
  } catch {
    // What the server itself refuses comes as plain text.
  }
  throw new ApiError(response.status, fault);
}

export const readTable = () => call<Table>("table");
export const open = (name: string) => call<Opened>("theme?" + new URLSearchParams({ name }));
export const look = (theme: string, own: OwnValues) => call<Look>("look", { theme, own });
export const save = ({ name, version }: Opened, own: OwnValues) => call<Opened>("save", { theme: name, version, own });
export const create = (theme: string, own: OwnValues, name: string) => call<Opened>("new", { theme, own, name });
