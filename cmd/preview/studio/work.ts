import { type Fault, type Look, look as askLook, type Own } from "./api";
import { differing, type Session, without } from "./session";

/** What is wrong with a value. One that was refused has its text, which is for its author to mend. */
export interface Wrong extends Fault {
  text?: string;
}

/** Makes changes to the session that is worked on, once the preview has found them right. */
export interface Work {
  /** What the preview finds wrong, by key: values that were refused, of which the session has the last good ones, and its own. */
  readonly faults: Readonly<Record<string, Wrong>>;
  /** The keys with changes that the preview has not answered for: they wait when it can't be asked. */
  waiting(session: Session): string[];
  /** Whether values of a session were refused, and not changed since. */
  refused(session: Session): boolean;
  /** The step is the name of what is undone together. */
  change(key: string, text: string, step: string): void;
  /** Forgets what was refused, and says whether there was something. */
  drop(): boolean;
  /** Looks at the session again, or at another one. What is under way for the one before is to be done, or to have failed. Rejects as done. */
  look(session: Session): Promise<void>;
  /** Resolves when nothing is under way: then the session has all changes. Rejects when the preview can't be asked. */
  done(): Promise<void>;
}

interface WorkEvents {
  looks(look: Look): void;
  changed(): void;
  failed(error: unknown): void;
}

/** A session's values with changes that are not yet known to be right; without a step, as they are. */
interface Draft {
  own: Own;
  step?: string;
}

export function createWork(events: WorkEvents): Work {
  let session: Session;
  /** What is wrong with the session itself: values that are right alone may be in a circle, also by a change of what it extends. */
  let standing: Record<string, Fault> = {};
  const refused = new Map<Session, Record<string, Wrong>>();
  /** What is to be looked at, step by step: each draft has the changes of those before. */
  const wanted = new Map<Session, Draft[]>();
  const drafts = (of: Session) => wanted.get(of) ?? [];
  const isRefused = (of: Session) => Object.keys(refused.get(of) ?? {}).length > 0;
  let running: Promise<void> | undefined;

  /** One after the other, and of many changes in one step only the last. */
  async function run(): Promise<void> {
    for (let asked; (asked = drafts(session)[0]); ) {
      const mine = session;
      const look = await askLook(mine.opened.name, asked.own);
      const wrong = differing(asked.own, without(asked.own, Object.keys(look.faults), mine.own));
      if (wrong.length) {
        refuse(mine, asked.own, wrong, look.faults);
      } else {
        wanted.set(mine, drafts(mine).filter((draft) => draft != asked));
        if (asked.step) mine.commit(asked.own, asked.step);
        if (mine == session) {
          standing = look.faults;
          events.looks(look);
        }
      }
      events.changed();
    }
  }

  /** Takes wrong values out of all drafts. Of what was changed again meanwhile the next look tells. */
  function refuse(mine: Session, asked: Own, wrong: string[], faults: Record<string, Fault>): void {
    const same = ({ own }: Draft) => wrong.filter((key) => own[key] === asked[key]);
    const all = drafts(mine);
    for (const key of same(all.at(-1)!)) refused.set(mine, { ...refused.get(mine), [key]: { ...faults[key]!, text: asked[key] ?? "" } });
    for (const draft of all) draft.own = without(draft.own, same(draft), mine.own);
  }

  function start(): Promise<void> {
    running ??= run()
      .catch((error) => {
        // Changes wait; whoever wanted but a look will ask again.
        wanted.set(session, drafts(session).filter(({ step }) => step));
        throw error;
      })
      .finally(() => (running = undefined));
    return running;
  }

  return {
    get faults() {
      return { ...standing, ...refused.get(session) };
    },
    waiting: (of) => differing(of.own, drafts(of).at(-1)?.own ?? of.own),
    refused: isRefused,
    change(key, text, step) {
      refused.set(session, without(refused.get(session) ?? {}, [key], {}));
      const before = drafts(session);
      const last = before.at(-1);
      const own = without(last?.own ?? session.own, [key], text ? { [key]: text } : {});
      wanted.set(session, [...before.filter((draft) => draft != last || draft.step != step), { own, step }]);
      start().catch(events.failed);
    },
    drop() {
      const some = isRefused(session);
      refused.delete(session);
      events.changed();
      return some;
    },
    look(next) {
      if (next != session) standing = {};
      session = next;
      // A look that is under way may be at what was undone since.
      if (!drafts(next).some(({ step }) => step)) wanted.set(next, [{ own: next.own }]);
      return start();
    },
    done: start,
  };
}
