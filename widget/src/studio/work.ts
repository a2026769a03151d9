import { type Fault, type Look, look as askLook, type Own } from "./api";
import { differing, type Session } from "./session";

/** Makes changes to the session that is worked on, once the preview has found them right. */
export interface Work {
  /** What the preview finds wrong, by key: values that were refused, of which the session has the last good ones, and its own. */
  readonly faults: Readonly<Record<string, Fault>>;
  /** The keys with changes that the preview has not answered for: they wait when it can't be asked. */
  waiting(session: Session): string[];
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

export function createWork(events: WorkEvents): Work {
  let session: Session;
  let refused: Record<string, Fault> = {};
  /** What is wrong with the session itself: values that are right alone may be in a circle, also by a change of what it extends. */
  let standing: Record<string, Fault> = {};
  /** What is to be looked at next: a session's values with changes that are not yet known to be right. */
  const wanted = new Map<Session, { own: Own; step?: string }>();
  let running: Promise<void> | undefined;

  /** One after the other, and of many changes meanwhile only the last. */
  async function run(): Promise<void> {
    for (let asked; (asked = wanted.get(session)); ) {
      const mine = session;
      const look = await askLook(mine.opened.name, asked.own);
      const latest = wanted.get(mine)!;
      const good = without(asked.own, Object.keys(look.faults), mine.own);
      const wrong = differing(asked.own, good);
      if (wrong.length) {
        // Of what was changed again meanwhile the next look tells.
        for (const key of wrong) if (latest.own[key] === asked.own[key]) refused = { ...refused, [key]: look.faults[key]! };
        if (latest == asked) wanted.set(mine, { ...asked, own: good });
      } else {
        standing = look.faults;
        if (latest == asked) wanted.delete(mine);
        if (asked.step) mine.commit(asked.own, asked.step);
        if (mine == session) events.looks(look);
      }
      events.changed();
    }
  }

  function start(): Promise<void> {
    running ??= run()
      .catch((error) => {
        // Changes wait; whoever wanted but a look will ask again.
        if (!wanted.get(session)?.step) wanted.delete(session);
        throw error;
      })
      .finally(() => (running = undefined));
    return running;
  }

  return {
    get faults() {
      return { ...standing, ...refused };
    },
    waiting: (of) => differing(of.own, wanted.get(of)?.own ?? of.own),
    change(key, text, step) {
      const { [key]: _, ...others } = refused;
      refused = others;
      const { [key]: __, ...own } = wanted.get(session)?.own ?? session.own;
      wanted.set(session, { own: text ? { ...own, [key]: text } : own, step });
      start().catch(events.failed);
    },
    drop() {
      const some = Object.keys(refused).length > 0;
      refused = {};
      events.changed();
      return some;
    },
    look(next) {
      if (next != session) refused = standing = {};
      session = next;
      // A look that is under way may be at what was undone since.
      if (!wanted.get(next)?.step) wanted.set(next, { own: next.own });
      return start();
    },
    done: start,
  };
}

/** The values, but for some keys those of others. */
function without(own: Own, keys: string[], others: Own): Own {
  const mended: Record<string, string> = { ...own };
  for (const key of keys)
    if (key in others) mended[key] = others[key]!;
    else delete mended[key];
  return mended;
}
