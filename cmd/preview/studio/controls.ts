// The fields of all style variables, in groups, with a search and a filter.

import { el } from "../../../widget/src/shared/dom";
import type { Look, Table, Variable } from "./api";
import type { FieldFault } from "./drafts";
import { createField, type Field, type FieldEvents } from "./field";
import type { Session } from "./session";

export interface Controls {
  /** Shows how a theme looks. The texts of pending keys stay: what the user wrote there has not been answered yet. */
  show(look: Look, session: Session, pending: string[]): void;
  setFaults(faults: Readonly<Record<string, FieldFault>>): void;
  /** Gives the focus to the field of a key, also when search or filter hide it. */
  reveal(key: string): void;
}

interface Row {
  element: HTMLElement;
  variable: Variable;
  fields: Field[];
  /** What the search looks through. */
  words: string;
}

type Filter = "all" | "own" | "faint";

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
  let faulty: string[] = [];

  function filter(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const which = new FormData(form).get("filter") as Filter;
    for (const row of rows) row.element.hidden = !passes(row, which, shown) || !words.every((word) => row.words.includes(word));
    for (const section of sections) section.hidden = !section.querySelector(".row:not([hidden])");
    find("none").hidden = rows.some(({ element }) => !element.hidden);
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
    show(look, session, pending) {
      shown = look;
      const { values, contrast } = look;
      const changed = session.changed();
      const inherits = !!session.opened.extends;
      for (const { variable, fields } of rows)
        for (const field of fields) {
          const dark = field.key != variable.name;
          const state = { changed: changed.includes(field.key), pending: pending.includes(field.key), inherits };
          field.show(values[field.key]!, state, (dark ? contrast.dark : contrast.light) ?? []);
        }
      const faint = faintPairs(look).length;
      find("faint").textContent = faint ? "" + faint : "";
      filter();
    },
    setFaults(faults) {
      for (const key of faulty) if (!faults[key]) field(key)?.setFault();
      for (const key in faults) field(key)?.setFault(faults[key]);
      faulty = Object.keys(faults);
    },
    reveal(key) {
      form.reset();
      filter();
      field(key)?.focus();
    },
  };
}

function passes({ fields, variable: { name } }: Row, filter: Filter, look: Look | undefined): boolean {
  if (filter == "own") return fields.some(({ key }) => look?.values[key]?.own);
  if (filter == "faint") return faintPairs(look).some(({ text, background }) => text == name || background == name);
  return true;
}

/** The pairs whose contrast is too low, in both palettes. */
function faintPairs(look: Look | undefined) {
  return [...(look?.contrast.light ?? []), ...(look?.contrast.dark ?? [])].filter(({ passes }) => !passes);
}

function createRow(variable: Variable, group: string, events: FieldEvents): Row {
  const { name, doc, dark, kind } = variable;
  const id = "row-" + name;
  const fields = [createField(name, variable, dark ? "light" : "", events)];
  if (dark) fields.push(createField("dark-" + name, variable, "dark", events));
  const text = doc.replaceAll("`", "");
  const element = el(
    "div",
    { class: `row ${kind}`, role: "group", "aria-labelledby": id },
    el("h3", { id }, name),
    el("p", { class: "doc" }, text),
    el("div", { class: "fields" }, ...fields.map(({ element }) => element)),
  );
  return { element, variable, fields, words: `${name} ${name.replaceAll("-", " ")} ${text} ${group} ${kind}`.toLowerCase() };
}
