// The themes that are edited, one of them at a time: choosing, undoing, saving, and what becomes of it when the files change.

import { ApiError, create, type Look, open, type Opened, readTable, save, type Table } from "./api";
import { createDrafts, type FieldFault } from "./drafts";
import type { Notice } from "./notice";
import { createSession, differingKeys, type Session } from "./session";

export interface Workspace {
  /** The theme that is edited. There is one once `select` has resolved for the first time. */
  readonly session: Session;
  /** What is wrong, by key. */
  readonly faults: Readonly<Record<string, FieldFault>>;
  status(): Status;
  /** Whether a theme has changes that would be lost, or all themes together. */
  isUnsaved(theme?: string): boolean;
  /** Edits another theme. Rejects when there is none yet and this one can't be opened; what goes wrong later is told by the notice. */
  select(theme: string): Promise<void>;
  change(key: string, text: string): void;
  /** The next change is another step of undo. */
  endStep(): void;
  undo(): Promise<void>;
  redo(): Promise<void>;
  save(): Promise<void>;
  /** Saves as a new theme, once `askName` has created it, and edits that. */
  saveAs(askName: (parent: string, create: (name: string) => Promise<Opened>) => Promise<Opened | undefined>): Promise<void>;
  /** Reads the file again. Who has changes that it doesn't have is asked what becomes of them. */
  refresh(): Promise<void>;
}

/** What the bar shows of the theme that is edited. */
export interface Status {
  text: string;
  /** How many values are not right, or "". */
  faults: string;
  canUndo: boolean;
  canRedo: boolean;
  canSave: boolean;
}

export interface WorkspaceEvents {
  /** The preview has looked at the theme. Pending are the keys with newer changes. */
  evaluated(look: Look, session: Session, pending: string[]): void;
  /** Status and faults may be others than before. */
  changed(): void;
  /** Another theme is edited. */
  opened(session: Session): void;
  /** A selection is done. If it has failed, the theme is the one before. */
  selected(session: Session): void;
  /** There may be other themes than before. */
  listed(table: Table): void;
  /** A value is not right, and the user must see it. */
  reveal(key: string): void;
}

const count = (n: number, what: string) => `${n} ${what}${n == 1 ? "" : "s"}`;

export function createWorkspace(notice: Notice, events: WorkspaceEvents): Workspace {
  /** A theme keeps its changes while another one is edited. */
  const sessions = new Map<string, Session>();
  let session: Session;
  /** The theme that was selected last. Of what was selected before, the answer may still come. */
  let selection = "";
  /** What the last action came to, as long as nothing is changed. */
  let outcome = "";
  let step = 0;
  /** Counts what was learned of the file: an answer to an earlier question that comes later is outdated. */
  let reads = 0;

  const drafts = createDrafts({
    evaluated: (look) => events.evaluated(look, session, drafts.pending(session)),
    changed: events.changed,
    failed: report,
  });

  const unsavedKeys = (of: Session) => [...new Set([...of.changed(), ...drafts.pending(of)])];
  const hasUnsaved = (of: Session) => unsavedKeys(of).length > 0 || drafts.hasRefused(of);

  function status(): Status {
    const changes = unsavedKeys(session).length;
    const faults = Object.keys(drafts.faults).length;
    return {
      text: changes ? count(changes, "unsaved change") : faults ? "" : outcome,
      faults: faults ? count(faults, "value") + " not right" : "",
      canUndo: session.canUndo() || drafts.hasRefused(session),
      canRedo: session.canRedo(),
      canSave: hasUnsaved(session) && !!session.opened.file,
    };
  }

  /** Says what the preview refuses. Nothing is lost by it. Other errors are mistakes of the studio. */
  function report(error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    notice.showFault(error.fault);
    if (session) events.changed();
  }

  async function select(theme: string): Promise<void> {
    selection = theme;
    try {
      const now = await open(theme);
      // Where the preview can't look at changes, they wait in their theme.
      await drafts.idle().catch(() => undefined);
      if (selection != theme) return;
      const known = sessions.get(theme);
      session = known ?? createSession(now);
      sessions.set(theme, session);
      outcome = "";
      notice.showProblems(session.opened.problems);
      events.opened(session);
      await drafts.evaluate(session);
      if (known) await refresh();
    } catch (error) {
      if (!session) throw error;
      report(error);
    }
    events.selected(session);
  }

  /** What the file says, once nothing is under way. Undefined when a later answer, or another theme, was faster. */
  async function read(mine: Session): Promise<Opened | undefined> {
    const turn = ++reads;
    const now = await open(mine.opened.name);
    await drafts.idle();
    return turn == reads && mine == session ? now : undefined;
  }

  async function refresh(): Promise<void> {
    const mine = session;
    const now = await read(mine);
    if (!now) return;
    const theirs = differingKeys(mine.opened.own, now.own);
    if (now.version == mine.opened.version && now.extends == mine.opened.extends) {
      notice.withdrawConflict();
      // The theme that it extends may have changed.
      await drafts.evaluate(mine);
    } else if (!mine.changed().length || !theirs.length) {
      await rebase(mine, now, true);
      outcome = theirs.length ? "Changed on disk" : "";
    } else {
      const both = theirs.filter((key) => mine.changed().includes(key));
      notice.askConflict(now.file, mine.changed().length, both, (keep) => resolveConflict(mine, keep).catch(report));
    }
    events.changed();
  }

  /** The file may have changed once more since the user was asked. */
  async function resolveConflict(mine: Session, keep: boolean): Promise<void> {
    const now = await read(mine);
    if (now) await rebase(mine, now, keep);
  }

  async function rebase(mine: Session, now: Opened, keep: boolean): Promise<void> {
    mine.rebase(now, keep ? mine.opened.own : mine.own);
    notice.showProblems(now.problems);
    await drafts.evaluate(mine);
    events.changed();
  }

  /** Whether a value is not right. Then nothing is saved, and the user is led to it. */
  function isBlocked(): boolean {
    const [wrong] = Object.keys(drafts.faults);
    if (!wrong) return false;
    notice.showFault({ message: "Not saved: a value is not right", hint: "mend the one that is marked, or undo" });
    events.reveal(wrong);
    return true;
  }

  async function saveSession(): Promise<void> {
    await drafts.idle();
    if (isBlocked()) return;
    const mine = session;
    try {
      // Changes that are made until the answer comes are not in the file.
      const sent = mine.own;
      mine.rebase(await save(mine.opened, sent), sent);
      reads++;
      if (mine == session) {
        outcome = "Saved";
        notice.clear();
      }
      events.changed();
      await drafts.evaluate(session);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status != 409) throw error;
      await refresh();
      notice.focus();
    }
  }

  async function saveAs(askName: Parameters<Workspace["saveAs"]>[0]): Promise<void> {
    await drafts.idle();
    if (isBlocked()) return;
    const mine = session;
    const created = await askName(mine.opened.name, (name) => create(mine.opened.name, mine.own, name));
    if (!created) return;
    // The changes are in the new theme: the old one is as on disk again, and undo brings them back.
    mine.rebase(mine.opened, mine.own);
    events.listed(await readTable());
    sessions.set(created.name, createSession(created));
    await select(created.name);
    outcome = "Saved as " + created.name;
    events.changed();
  }

  /** A refused value is in no step: it goes first. */
  async function undo(): Promise<void> {
    await drafts.idle();
    if (drafts.discardRefused()) return;
    session.undo();
    await drafts.evaluate(session);
  }

  async function redo(): Promise<void> {
    await drafts.idle();
    session.redo();
    await drafts.evaluate(session);
  }

  const reported =
    <A extends unknown[]>(action: (...args: A) => Promise<void>) =>
    (...args: A) =>
      action(...args).catch(report);

  return {
    get session() {
      return session;
    },
    get faults() {
      return drafts.faults;
    },
    status,
    isUnsaved: (theme) => [...sessions].some(([name, of]) => (theme === undefined || name == theme) && hasUnsaved(of)),
    select,
    change: (key, text) => drafts.change(key, text, key + step),
    endStep: () => step++,
    undo: reported(undo),
    redo: reported(redo),
    save: reported(saveSession),
    saveAs: reported(saveAs),
    refresh: reported(refresh),
  };
}
