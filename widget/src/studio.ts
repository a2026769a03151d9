// The theme studio of the preview: designers change themes on it, and see them in all states. See templates/studio.html.tmpl.

import { askName } from "./studio/ask";
import { create, open, type Opened, readTable, Refusal, save, type Table } from "./studio/api";
import { type Controls, createControls } from "./studio/controls";
import { createNotice } from "./studio/notice";
import { createSession, differing, type Session } from "./studio/session";
import { createStages, type Stages, type View } from "./studio/stages";
import { createWork } from "./studio/work";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const picker = find<HTMLSelectElement>("theme");
const button = (id: string) => find<HTMLButtonElement>(id);
const notice = createNotice(find("notice"));
const count = (n: number, what: string) => `${n} ${what}${n == 1 ? "" : "s"}`;

/** Themes keep their changes while another one is worked on. */
const sessions = new Map<string, Session>();
let session: Session;
let said = "";
/** Counts what a person has done: what they wrote in one go is one step. */
let deeds = 0;
// What the preview says of its variables and states comes first: see begin.
let folder = "";
let controls: Controls;
let stages: Stages;

const work = createWork({
  looks(look) {
    controls.show(look, session.changed());
    stages.paint(look.variables);
  },
  changed: tell,
  failed: complain,
});

/** Shows how things stand, but for the values themselves. */
function tell(): void {
  const { file, extends: parent } = session.opened;
  const changed = session.changed().length;
  controls.blame(work.faults);
  button("undo").disabled = !session.canUndo() && !Object.keys(work.faults).length;
  button("redo").disabled = !session.canRedo();
  button("save").disabled = !changed || !file;
  find("status").textContent = changed ? count(changed, "unsaved change") : said;
  find("about").textContent = [parent && "extends " + parent, file || "shipped: save it as your own"].filter(Boolean).join(" · ");
  for (const option of picker.options) option.text = option.value + (sessions.get(option.value)?.changed().length ? " *" : "");
}

/** Says that something went wrong. What was changed stays. */
function complain(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  notice.fault(error.fault);
}

async function choose(name: string): Promise<void> {
  try {
    if (!sessions.has(name)) sessions.set(name, createSession(await open(name)));
    await work.done();
    session = sessions.get(name)!;
    said = "";
    notice.problems(session.opened.problems);
    history.replaceState(null, "", "?" + new URLSearchParams({ theme: name }));
    await work.look(session);
    await refresh();
  } catch (error) {
    complain(error);
  }
  picker.value = session.opened.name;
}

/** Looks at what is on the disk now. Who has changes of their own decides what becomes of them. */
async function refresh(): Promise<void> {
  const now = await open(session.opened.name);
  await work.done();
  if (now.name != session.opened.name) return; // another theme was chosen meanwhile
  const theirs = differing(session.opened.own, now.own);
  if (now.version == session.opened.version && now.extends == session.opened.extends) {
    // What it inherits may be new.
    await work.look(session);
  } else if (!session.changed().length || !theirs.length) {
    await adopt(now, true);
    said = theirs.length ? "Changed on disk" : "";
  } else {
    const both = theirs.filter((key) => session.changed().includes(key));
    notice.conflict(now.file, session.changed().length, both, (keep) => adopt(now, keep));
  }
  tell();
}

async function adopt(now: Opened, keep: boolean): Promise<void> {
  await work.done();
  session.rebase(now, keep);
  notice.problems(now.problems);
  await work.look(session);
  tell();
}

async function store(): Promise<void> {
  await work.done();
  const [wrong] = Object.keys(work.faults);
  if (wrong) {
    notice.fault({ message: "Not saved: a value is not right", hint: "mend the one that is marked, or undo" });
    controls.lead(wrong);
    return;
  }
  try {
    const { own } = session;
    session.rebase(await save(session.opened, own), true);
    said = "Saved";
    notice.clear();
    tell();
    await work.look(session);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status != 409) return complain(error);
    await refresh();
    notice.focus();
  }
}

async function fork(): Promise<void> {
  await work.done();
  const made = await askName(session.opened.name, folder, (name) => create(session.opened.name, session.own, name));
  if (!made) return;
  // The changes have a home now: the old theme is as on disk again, and undo brings them back.
  session.rebase(session.opened, false);
  list(await readTable());
  sessions.set(made.name, createSession(made));
  await choose(made.name);
  said = "Saved as " + made.name;
  tell();
}

function list({ themes }: Table): void {
  picker.replaceChildren(...themes.map(({ name }) => new Option(name, name)));
  if (session) picker.value = session.opened.name;
}

async function undo(again: boolean): Promise<void> {
  await work.done();
  if (Object.keys(work.faults).length) return work.drop();
  if (again) session.redo();
  else session.undo();
  work.look(session);
}

function view(): void {
  const form = new FormData(find<HTMLFormElement>("view"));
  const { scheme, device, size } = Object.fromEntries(form) as unknown as View;
  stages.show({ scheme, device, size, rtl: form.has("rtl"), long: form.has("long") }, session.opened.name);
}

function listen(): void {
  picker.addEventListener("change", () => choose(picker.value));
  button("undo").addEventListener("click", () => undo(false));
  button("redo").addEventListener("click", () => undo(true));
  button("save").addEventListener("click", store);
  button("new").addEventListener("click", fork);
  find("view").addEventListener("change", view);
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || find<HTMLDialogElement>("create").open) return;
    const key = event.key.toLowerCase();
    const action = { z: () => undo(event.shiftKey), y: () => undo(true), s: () => !button("save").disabled && store() }[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  addEventListener("beforeunload", (event) => {
    if ([...sessions.values()].some((s) => s.changed().length)) event.preventDefault();
  });
}

async function begin(): Promise<void> {
  const table = await readTable();
  folder = table.folder;
  controls = createControls(table.groups, {
    change: (key, text) => work.change(key, text, key + deeds),
    settle: () => deeds++,
  });
  stages = createStages(find("stages"), table.states);
  list(table);
  const wanted = new URLSearchParams(location.search).get("theme");
  await choose([...picker.options].some(({ value }) => value == wanted) ? wanted! : table.theme);
  view();
  listen();
  follow();
}

/** Hears of saves. The first event comes at once, then one for each. */
function follow(): void {
  let build: string;
  new EventSource("/preview.studio/events").onmessage = ({ data }) => {
    if (build && build != data) stages.reload();
    build = data;
    readTable()
      .then(list)
      .then(refresh)
      .catch(complain);
  };
}

begin().catch(complain);
