// The theme studio of the preview, where designers change a theme and see it in all states: connects what the other files make
// with each other and with page.html.tmpl.

import { ApiError, previewStopped, readTable, type Table } from "./api";
import { type Controls, createControls } from "./controls";
import { followPreview } from "./follow";
import { askName } from "./name-dialog";
import { createNotice } from "./notice";
import { createStages, type Stages, type View } from "./stages";
import { createWorkspace } from "./workspace";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const button = (id: string) => find<HTMLButtonElement>(id);
const picker = find<HTMLSelectElement>("theme");
const notice = createNotice(find("notice"), () => picker.focus());

// Made by start, once the table is there.
let controls: Controls;
let stages: Stages;
let descriptions = new Map<string, string>();

const workspace = createWorkspace(notice, {
  evaluated(look, session, pending) {
    controls.show(look, session, pending);
    stages.paint(look.variables);
  },
  changed: render,
  opened: ({ opened }) => history.replaceState(null, "", "?" + new URLSearchParams({ theme: opened.name })),
  selected: ({ opened }) => (picker.value = opened.name),
  listed: list,
  reveal: (key) => controls.reveal(key),
});

/** Shows how things stand, but for the values themselves. */
function render(): void {
  const { name, file, extends: parent } = workspace.session.opened;
  const { text, faults, canUndo, canRedo, canSave } = workspace.status();
  controls.setFaults(workspace.faults);
  button("undo").disabled = !canUndo;
  button("redo").disabled = !canRedo;
  button("save").disabled = !canSave;
  find("status").textContent = text;
  find("wrong").textContent = faults;
  find("about").textContent = [descriptions.get(name), parent && "extends " + parent, file || "shipped: save it as your own"].filter(Boolean).join(" · ");
  for (const option of picker.options) option.text = option.value + (workspace.isUnsaved(option.value) ? " *" : "");
}

function report(error: unknown): void {
  if (!(error instanceof ApiError)) throw error;
  notice.showFault(error.fault);
  if (workspace.session) render();
}

function list({ themes }: Table): void {
  descriptions = new Map(themes.map(({ name, description }) => [name, description]));
  picker.replaceChildren(...themes.map(({ name }) => new Option(name, name)));
  if (workspace.session) picker.value = workspace.session.opened.name;
}

function showStages(): void {
  const form = new FormData(find<HTMLFormElement>("view"));
  const { scheme, device, size } = Object.fromEntries(form) as unknown as View;
  stages.show({ scheme, device, size, rtl: form.has("rtl"), long: form.has("long") }, workspace.session.opened.name);
}

function listen(folder: string): void {
  const saveAs = () => workspace.saveAs((parent, create) => askName(parent, folder, create));
  const actions = { undo: workspace.undo, redo: workspace.redo, save: workspace.save, new: saveAs };
  for (const [id, action] of Object.entries(actions)) button(id).addEventListener("click", () => action());
  picker.addEventListener("change", () => workspace.select(picker.value));
  find("view").addEventListener("change", showStages);
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || find<HTMLDialogElement>("create").open) return;
    const key = event.key.toLowerCase();
    // The search is no part of the theme: its field has an undo of its own.
    if (event.target == find("search") && key != "s") return;
    const action = { z: event.shiftKey ? actions.redo : actions.undo, y: actions.redo, s: () => !button("save").disabled && actions.save() }[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  addEventListener("beforeunload", (event) => {
    if (workspace.isUnsaved()) event.preventDefault();
  });
}

async function start(): Promise<void> {
  const table = await readTable();
  controls = createControls(table.groups, workspace);
  stages = createStages(find("stages"), table.states);
  list(table);
  const wanted = new URLSearchParams(location.search).get("theme") ?? (table.missing || table.theme);
  const exists = table.themes.some(({ name }) => name == wanted);
  await workspace.select(exists ? wanted : table.theme);
  if (!exists) notice.showFault({ message: `there is no theme "${wanted}" any more`, hint: `this is "${workspace.session.opened.name}"; choose another one, or put the file back` });
  showStages();
  listen(table.folder);
  followPreview("/preview.studio/events", {
    stopped: () => report(new ApiError(0, previewStopped)),
    back: () => notice.showProblems(workspace.session.opened.problems),
    rebuilt: stages.reload,
    saved: () => readTable().then(list).then(workspace.refresh).catch(report),
  });
}

start().catch(report);
