// The theme studio of the preview: designers change themes on it, and see them in all states. See templates/studio.html.tmpl.

import { askName } from "./ask";
import { create, open, type Opened, readTable, Refusal, save, stopped, type Table } from "./api";
import { type Controls, createControls } from "./controls";
import { createNotice } from "./notice";
import { createSession, differing, type Session } from "./session";
import { createStages, type Stages, type View } from "./stages";
import { createWork } from "./work";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const picker = find<HTMLSelectElement>("theme");
const button = (id: string) => find<HTMLButtonElement>(id);
const notice = createNotice(find("notice"), () => picker.focus());
const count = (n: number, what: string) => `${n} ${what}${n == 1 ? "" : "s"}`;

/** Themes keep their changes while another one is worked on. */
const sessions = new Map<string, Session>();
let session: Session;
/** The theme that was asked for last. */
let chosen = "";
let said = "";
/** Counts what a person has done: what they wrote in one go is one step. */
let steps = 0;
/** Counts what was learned of the disk: what was asked for earlier, but comes later, is old. */
let turns = 0;
// What the preview says of its variables and states comes first: see begin.
let folder = "";
let descriptions = new Map<string, string>();
let controls: Controls;
let stages: Stages;

const work = createWork({
  looks(look) {
    controls.show(look, session, work.waiting(session));
    stages.paint(look.variables);
  },
  changed: tell,
  failed: complain,
});

/** The keys of changes, also of those that the preview has not seen. */
const unsaved = (of: Session) => [...new Set([...of.changed(), ...work.waiting(of)])];
/** Whether something would be lost. */
const touched = (of: Session) => unsaved(of).length > 0 || work.refused(of);

/** Shows how things stand, but for the values themselves. */
function tell(): void {
  const { name, file, extends: parent } = session.opened;
  const changes = unsaved(session).length;
  const wrong = Object.keys(work.faults).length;
  controls.blame(work.faults);
  button("undo").disabled = !session.canUndo() && !work.refused(session);
  button("redo").disabled = !session.canRedo();
  button("save").disabled = !touched(session) || !file;
  find("status").textContent = changes ? count(changes, "unsaved change") : wrong ? "" : said;
  find("wrong").textContent = wrong ? count(wrong, "value") + " not right" : "";
  find("about").textContent = [descriptions.get(name), parent && "extends " + parent, file || "shipped: save it as your own"].filter(Boolean).join(" · ");
  for (const option of picker.options) {
    const other = sessions.get(option.value);
    option.text = option.value + (other && touched(other) ? " *" : "");
  }
}

/** Says that something went wrong. What was changed stays. */
function complain(error: unknown): void {
  if (!(error instanceof Refusal)) throw error;
  notice.fault(error.fault);
  if (session) tell();
}

async function choose(name: string): Promise<void> {
  chosen = name;
  try {
    const now = await open(name);
    // Changes that can't be looked at now wait until their theme is chosen again.
    await work.done().catch(() => undefined);
    if (chosen != name) return;
    const known = sessions.has(name);
    if (!known) sessions.set(name, createSession(now));
    session = sessions.get(name)!;
    said = "";
    notice.problems(session.opened.problems);
    history.replaceState(null, "", "?" + new URLSearchParams({ theme: name }));
    await work.look(session);
    if (known) await refresh();
  } catch (error) {
    if (!session) throw error;
    complain(error);
  }
  picker.value = session.opened.name;
}

/** What is on the disk now, once nothing is under way. Undefined when it was overtaken: by a later answer, or another theme. */
async function read(mine: Session): Promise<Opened | undefined> {
  const turn = ++turns;
  const now = await open(mine.opened.name);
  await work.done();
  return turn == turns && mine == session ? now : undefined;
}

/** Looks at what is on the disk now. Who has changes of their own decides what becomes of them. */
async function refresh(): Promise<void> {
  const mine = session;
  const now = await read(mine);
  if (!now) return;
  const theirs = differing(mine.opened.own, now.own);
  if (now.version == mine.opened.version && now.extends == mine.opened.extends) {
    notice.settle();
    // What it inherits may be new.
    await work.look(mine);
  } else if (!mine.changed().length || !theirs.length) {
    await adopt(mine, now, true);
    said = theirs.length ? "Changed on disk" : "";
  } else {
    const both = theirs.filter((key) => mine.changed().includes(key));
    notice.conflict(now.file, mine.changed().length, both, (keep) => decide(mine, keep).catch(complain));
  }
  tell();
}

/** What was decided is about what is on the disk by then. */
async function decide(mine: Session, keep: boolean): Promise<void> {
  const now = await read(mine);
  if (now) await adopt(mine, now, keep);
}

async function adopt(mine: Session, now: Opened, keep: boolean): Promise<void> {
  mine.rebase(now, keep ? mine.opened.own : mine.own);
  notice.problems(now.problems);
  await work.look(mine);
  tell();
}

/** Whether a value is not right. It says so and leads there: nothing is saved without it. */
function blocked(): boolean {
  const [wrong] = Object.keys(work.faults);
  if (!wrong) return false;
  notice.fault({ message: "Not saved: a value is not right", hint: "mend the one that is marked, or undo" });
  controls.lead(wrong);
  return true;
}

async function store(): Promise<void> {
  await work.done();
  if (blocked()) return;
  const mine = session;
  try {
    const sent = mine.own;
    mine.rebase(await save(mine.opened, sent), sent);
    turns++;
    if (mine == session) {
      said = "Saved";
      notice.clear();
    }
    tell();
    await work.look(session);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status != 409) throw error;
    await refresh();
    notice.focus();
  }
}

async function fork(): Promise<void> {
  await work.done();
  if (blocked()) return;
  const mine = session;
  const made = await askName(mine.opened.name, folder, (name) => create(mine.opened.name, mine.own, name));
  if (!made) return;
  // The changes have a home now: the old theme is as on disk again, and undo brings them back.
  mine.rebase(mine.opened, mine.own);
  list(await readTable());
  sessions.set(made.name, createSession(made));
  await choose(made.name);
  said = "Saved as " + made.name;
  tell();
}

function list({ themes }: Table): void {
  descriptions = new Map(themes.map(({ name, description }) => [name, description]));
  picker.replaceChildren(...themes.map(({ name }) => new Option(name, name)));
  if (session) picker.value = session.opened.name;
}

async function undo(again: boolean): Promise<void> {
  await work.done();
  if (!again && work.drop()) return;
  if (again) session.redo();
  else session.undo();
  await work.look(session);
}

function view(): void {
  const form = new FormData(find<HTMLFormElement>("view"));
  const { scheme, device, size } = Object.fromEntries(form) as unknown as View;
  stages.show({ scheme, device, size, rtl: form.has("rtl"), long: form.has("long") }, session.opened.name);
}

function listen(): void {
  const attempt = (deed: () => Promise<void>) => () => deed().catch(complain);
  const deeds = { undo: attempt(() => undo(false)), redo: attempt(() => undo(true)), save: attempt(store), new: attempt(fork) };
  for (const [id, deed] of Object.entries(deeds)) button(id).addEventListener("click", deed);
  picker.addEventListener("change", () => choose(picker.value));
  find("view").addEventListener("change", view);
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || find<HTMLDialogElement>("create").open) return;
    const key = event.key.toLowerCase();
    // What is searched for is no part of the theme: the field has an undo of its own.
    if (event.target == find("search") && key != "s") return;
    const action = { z: event.shiftKey ? deeds.redo : deeds.undo, y: deeds.redo, s: () => !button("save").disabled && deeds.save() }[key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  addEventListener("beforeunload", (event) => {
    if ([...sessions.values()].some(touched)) event.preventDefault();
  });
}

async function begin(): Promise<void> {
  const table = await readTable();
  folder = table.folder;
  controls = createControls(table.groups, {
    change: (key, text) => work.change(key, text, key + steps),
    settle: () => steps++,
  });
  stages = createStages(find("stages"), table.states);
  list(table);
  const wanted = new URLSearchParams(location.search).get("theme") ?? (table.missing || table.theme);
  const there = table.themes.some(({ name }) => name == wanted);
  await choose(there ? wanted : table.theme);
  if (!there) notice.fault({ message: `there is no theme "${wanted}" any more`, hint: `this is "${session.opened.name}"; choose another one, or put the file back` });
  view();
  listen();
  follow();
}

/** Hears of saves. The first event comes at once, then one for each. When the preview has stopped, the browser asks until it is back. */
function follow(): void {
  let build: string;
  let lost = false;
  const events = new EventSource("/preview.studio/events");
  events.onerror = () => {
    if (lost) return;
    lost = true;
    complain(new Refusal(0, stopped));
  };
  events.onmessage = ({ data }) => {
    if (lost || (build && build != data)) stages.reload();
    if (lost) notice.problems(session.opened.problems);
    lost = false;
    build = data;
    readTable()
      .then(list)
      .then(refresh)
      .catch(complain);
  };
}

begin().catch(complain);
