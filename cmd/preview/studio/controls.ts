import { el } from "../../../widget/src/shared/dom";
import type { Look, Table, Variable } from "./api";
import { createField, type Field, type FieldEvents } from "./field";
import type { Session } from "./session";
import type { Wrong } from "./work";

export interface Controls {
  /** Shows how a session looks, but for the texts of the keys that wait for a newer look. */
  show(look: Look, session: Session, waiting: string[]): void;
  blame(faults: Readonly<Record<string, Wrong>>): void;
  /** Leads to the control of a key, also when the search hides it. */
  lead(key: string): void;
}

interface Row {
  element: HTMLElement;
  variable: Variable;
  fields: Field[];
  /** What is found by. */
  words: string;
}

/** Shows a control for each style variable, in groups, with a search and a filter. */
export function createControls(groups: Table["groups"], events: FieldEvents): Controls {
  const find = (id: string) => document.getElementById(id)!;
  const form = find("find") as HTMLFormElement;
  const search = find("search") as HTMLInputElement;
  const rows: Row[] = [];
  const sections = groups.map(({ title, variables }) => {
    const made = variables.map((variable) => createRow(variable, title, events));
    rows.push(...made);
    return el("section", { "aria-label": title }, el("h2", {}, title), ...made.map(({ element }) => element));
  });
  find("groups").replaceChildren(...sections);
  const field = (key: string) => rows.flatMap(({ fields }) => fields).find((f) => f.key == key);
  let shown: Look | undefined;
  let blamed: string[] = [];

  function filter(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const which = new FormData(form).get("filter");
    let count = 0;
    for (const { element, variable, fields, words: all } of rows) {
      const own = fields.some(({ key }) => shown?.values[key]?.own);
      const fits = which == "own" ? own : which == "faint" ? isFaint(variable.name, shown) : true;
      element.hidden = !fits || !words.every((word) => all.includes(word));
      if (!element.hidden) count++;
    }
    for (const section of sections) section.hidden = !section.querySelector(".row:not([hidden])");
    find("none").hidden = count > 0;
    find("none").textContent = words.length ? "No variable is found by these words." : which == "own" ? "This theme sets nothing of its own yet." : "All text can be read well.";
  }

  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("keydown", ({ key }) => {
    if (key != "Escape") return;
    search.value = "";
    filter();
  });

  return {
    show(look, session, waiting) {
      shown = look;
      const { values, contrast } = look;
      const changed = session.changed();
      const inherits = !!session.opened.extends;
      for (const { variable, fields } of rows)
        for (const field of fields) {
          const dark = field.key != variable.name;
          const is = { changed: changed.includes(field.key), waiting: waiting.includes(field.key), inherits };
          field.show(values[field.key]!, is, (dark ? contrast.dark : contrast.light) ?? []);
        }
      const faint = [...(contrast.light ?? []), ...(contrast.dark ?? [])].filter(({ passes }) => !passes).length;
      find("faint").textContent = faint ? "" + faint : "";
      filter();
    },
    blame(faults) {
      for (const key of blamed) if (!faults[key]) field(key)?.blame();
      for (const key in faults) field(key)?.blame(faults[key]);
      blamed = Object.keys(faults);
    },
    lead(key) {
      form.reset();
      filter();
      field(key)?.focus();
    },
  };
}

function isFaint(name: string, look: Look | undefined): boolean {
  const all = [...(look?.contrast.light ?? []), ...(look?.contrast.dark ?? [])];
  return all.some(({ text, background, passes }) => !passes && (text == name || background == name));
}

function createRow(variable: Variable, group: string, events: FieldEvents): Row {
  const { name, doc, dark, kind } = variable;
  const id = "row-" + name;
  const fields = [createField(name, variable, dark ? "light" : "", events)];
  if (dark) fields.push(createField("dark-" + name, variable, "dark", events));
  const said = doc.replaceAll("`", "");
  const element = el(
    "div",
    { class: `row ${kind}`, role: "group", "aria-labelledby": id },
    el("h3", { id }, name),
    el("p", { class: "doc" }, said),
    el("div", { class: "fields" }, ...fields.map(({ element }) => element)),
  );
  return { element, variable, fields, words: `${name} ${name.replaceAll("-", " ")} ${said} ${group} ${kind}`.toLowerCase() };
}
