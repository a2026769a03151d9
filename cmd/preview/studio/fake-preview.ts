// Stands in for the preview in unit tests: answers the studio's calls from themes in memory.

import { vi } from "../../../widget/unit/vitest.ts";
import type { Fault, Look, Opened, OwnValues, Table } from "./api";

export const brand: Opened = {
  name: "brand",
  extends: "paper",
  file: "themes/brand.toml",
  version: "1",
  own: { "main-color": "#0a6847", width: "380px" },
  problems: null,
};

/** A theme that is shipped, or another one of the user. */
export const theme = (name: string, more: Partial<Opened> = {}): Opened => ({ name, extends: "default", file: "", version: "1", own: {}, problems: null, ...more });

/** What the preview says of a value without a unit. */
export const noUnit = (text: string): Fault => ({ message: `"${text}" has no unit`, hint: `use "${text}px"` });
export const circle: Fault = { message: "refers to itself in a circle", hint: "give one of them a color" };

export class FakePreview {
  readonly themes = new Map([brand, theme("paper"), theme("harbor"), theme("ink")].map((theme) => [theme.name, theme]));
  /** Each call in the order of asking: "look brand width=400px". */
  readonly calls: string[] = [];
  stopped = false;
  private readonly held = new Map<string, { times: number; released: Promise<void> }>();

  constructor() {
    vi.stubGlobal("fetch", (address: string, init?: { body: string }) => this.answer(address.replace("/preview.studio/", ""), init && JSON.parse(init.body)));
  }

  /** Keeps calls without an answer, as many as told, until the function that it returns is called. */
  hold(call: string, times = Infinity): () => Promise<void> {
    let release = () => {};
    this.held.set(call, { times, released: new Promise((resolve) => (release = resolve)) });
    return async () => {
      this.held.delete(call);
      release();
      await settled();
    };
  }

  /** What was called, without the ways to it. */
  looks(): string[] {
    return this.calls.filter((call) => call.startsWith("look")).map((call) => call.replace(/^look \S+ ?/, ""));
  }

  /** Writes a theme's file as an editor would. */
  write(name: string, change: Partial<Opened>): void {
    const before = this.themes.get(name)!;
    this.themes.set(name, { ...before, version: before.version + "+", ...change });
  }

  private async answer(path: string, body?: { theme: string; own: OwnValues; version?: string; name?: string }): Promise<unknown> {
    if (this.stopped) throw new TypeError("Failed to fetch");
    const [call] = path.split("?");
    this.calls.push([path, body?.theme, ...Object.entries(body?.own ?? {}).map(([key, value]) => `${key}=${value}`)].filter(Boolean).join(" "));
    // Each answer is of the time when it was asked for.
    const answer = this.decide(call!, new URLSearchParams(path.slice(call!.length)), body);
    const held = this.held.get(path) ?? this.held.get(call!);
    if (held && held.times-- > 0) await held.released;
    if (this.stopped) throw new TypeError("Failed to fetch");
    return answer;
  }

  private decide(call: string, query: URLSearchParams, body?: { theme: string; own: OwnValues; version?: string; name?: string }): unknown {
    const found = this.themes.get(query.get("name") ?? body?.theme ?? "");
    if (call == "table") return ok(this.table());
    if (!found) return refusal(404, { message: "there is no such theme any more", hint: "put its file back" });
    if (call == "theme") return ok(found);
    if (call == "look") return ok(lookAt(found, body!.own));
    if (call == "save") {
      if (body!.version != found.version) return refusal(409, { message: found.file + " was changed by somebody else", hint: "see what it says now" });
      this.write(found.name, { own: body!.own });
      return ok(this.themes.get(found.name));
    }
    if (this.themes.has(body!.name!)) return refusal(422, { message: `there is a theme "${body!.name}" already`, hint: "use another name" });
    const created = theme(body!.name!, { extends: found.name, file: `themes/${body!.name}.toml`, own: body!.own });
    this.themes.set(created.name, created);
    return ok(created);
  }

  private table(): Table {
    return { theme: "brand", missing: "", themes: [...this.themes.keys()].map((name) => ({ name, description: "" })), states: [], groups: [], folder: "themes" };
  }
}

/** Finds lengths wrong that have no unit, and two colours that refer to each other. */
function lookAt(theme: Opened, own: OwnValues): Look {
  const faults: Record<string, Fault> = {};
  for (const [key, text] of Object.entries(own)) if (/^\d+$/.test(text)) faults[key] = noUnit(text);
  if (own["main-color"] == "var(--bubble-dark-color)" && own["bubble-dark-color"] == "var(--main-color)") faults["bubble-dark-color"] = circle;
  const values = Object.fromEntries(Object.entries(own).map(([key, text]) => [key, { text, own: true, from: "" }]));
  return { variables: { theme: { light: theme.name, dark: theme.name } }, values, contrast: { light: null, dark: null }, faults };
}

const ok = (value: unknown) => ({ ok: true, status: 200, json: async () => structuredClone(value) });
const refusal = (status: number, fault: Fault) => ({ ok: false, status, text: async () => JSON.stringify(fault) });

/** Lets everything happen that waits for nothing but answers. With fake timers only. */
export const settled = () => vi.advanceTimersByTimeAsync(1);
