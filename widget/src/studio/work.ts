import { type Fault, type Look, look as askLook, type Own } from "./api";
import type { Session } from "./session";

/** Makes changes to the session that is worked on, once the preview has found them right. */
export interface Work {
  /** What the preview has refused, by key. The session has the last good values. */
  readonly faults: Readonly<Record<string, Fault>>;
  /** The step is the name of what is undone together. */
  change(key: string, text: string, step: string): void;
  /** Forgets what was refused. */
  drop(): void;
  /** Looks at the session again, or at another one. What is under way for the one before is to be done. */
  look(session: Session): Promise<void>;
  /** Resolves when nothing is under way: then the session has all changes. */
  done(): Promise<void>;
}

interface WorkEvents {
  looks(look: Look): void;
  changed(): void;
  failed(error: unknown): void;
}

export function createWork(events: WorkEvents): Work {
  let session: Session;
  let faults: Record<string, Fault> = {};
  /** What is to be looked at next: the session's values with changes that are not yet known to be right. */
  let wanted: { session: Session; own: Own; step?: string } | undefined;
  let running: Promise<void> | undefined;

  /** One after the other, and of many changes meanwhile only the last. */
  async function run(): Promise<void> {
    while (wanted) {
      const asked = wanted;
      const look = await askLook(asked.session.opened.name, asked.own);
      const wrong = Object.keys(look.faults);
      if (wrong.length) {
        // Of what was changed again meanwhile the next look tells.
        for (const key of wrong) if (wanted.own[key] === asked.own[key]) faults = { ...faults, [key]: look.faults[key]! };
        if (wanted == asked) wanted = { ...asked, own: without(asked.own, wrong, session.own) };
      } else {
        if (wanted == asked) wanted = undefined;
        session.commit(asked.own, asked.step);
        events.looks(look);
      }
      events.changed();
    }
  }

  function start(): Promise<void> {
    running ??= run()
      .catch((error) => {
        wanted = undefined;
        events.failed(error);
      })
      .finally(() => (running = undefined));
    return running;
  }

  return {
    get faults() {
      return faults;
    },
    change(key, text, step) {
      const { [key]: _, ...others } = faults;
      faults = others;
      const { [key]: __, ...own } = wanted?.own ?? session.own;
      wanted = { session, own: text ? { ...own, [key]: text } : own, step };
      start();
    },
    drop() {
      faults = {};
      events.changed();
    },
    look(next) {
      if (next != session) faults = {};
      session = next;
      wanted ??= { session, own: session.own };
      return start();
    },
    done: async () => running,
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
