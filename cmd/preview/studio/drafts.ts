// Changes on their way into a theme: each is a draft until the preview has looked at it. What it finds wrong never gets
// into the session.

import { type Fault, type Look, look as fetchLook, type OwnValues } from "./api";
import { differingKeys, replaceKeys, type Session } from "./session";

/** What is wrong with a value. A text that was refused is kept, so that its author can correct it. */
export interface FieldFault extends Fault {
  text?: string;
}

export interface Drafts {
  /** What is wrong, by key: with values that were refused, of which the session has the last good ones, and with the session itself. */
  readonly faults: Readonly<Record<string, FieldFault>>;
  /** The keys with changes that the preview has not answered yet. While it is stopped they wait. */
  pending(session: Session): string[];
  /** Whether values of a session were refused and not changed since. */
  hasRefused(session: Session): boolean;
  /** Changes one value; "" takes it out. Changes in a row with the same step are undone together. */
  change(key: string, text: string, step: string): void;
  /** Forgets the values that were refused, and returns whether there were any. */
  discardRefused(): boolean;
  /**
   * Has the preview look at the session again, or at another one from now on: before that, await idle, whatever its outcome.
   * Rejects as idle does.
   */
  evaluate(session: Session): Promise<void>;
  /** Resolves when nothing is under way: the session has all changes. Rejects when the preview can't be asked. */
  idle(): Promise<void>;
}

export interface DraftsEvents {
  /** The preview has looked at the session as it is now. */
  evaluated(look: Look): void;
  /** The session, its faults or what is pending may be others than before. */
  changed(): void;
  /** The preview can't be asked. */
  failed(error: unknown): void;
}

/** Values that the preview has not looked at yet. Without a step they are those of the session. */
interface Draft {
  own: OwnValues;
  step?: string;
}

export function createDrafts(events: DraftsEvents): Drafts {
  let session: Session;
  /** What is wrong with the session itself: values that are right alone may refer to each other in a circle, also after a change of the theme that it extends. */
  let sessionFaults: Record<string, Fault> = {};
  const refused = new Map<Session, Record<string, FieldFault>>();
  /** In the order of their steps. Each draft has the changes of those before it. */
  const queues = new Map<Session, Draft[]>();
  const queueOf = (of: Session) => queues.get(of) ?? [];
  const hasRefused = (of: Session) => Object.keys(refused.get(of) ?? {}).length > 0;
  let running: Promise<void> | undefined;

  /** Sends one draft at a time: answers that overtake each other would be shown in the wrong order. */
  async function run(): Promise<void> {
    for (let draft; (draft = queueOf(session)[0]); ) {
      // Meanwhile the user may change more values, and choose another theme.
      const { own } = draft;
      const mine = session;
      const look = await fetchLook(mine.opened.name, own);
      const wrong = differingKeys(own, replaceKeys(own, Object.keys(look.faults), mine.own));
      if (wrong.length) refuse(mine, own, wrong, look.faults);
      else accept(mine, draft, own, look);
      events.changed();
    }
  }

  function accept(mine: Session, draft: Draft, own: OwnValues, look: Look): void {
    queues.set(mine, queueOf(mine).filter((other) => other != draft));
    if (draft.step) mine.commit(own, draft.step);
    if (mine != session) return;
    sessionFaults = look.faults;
    events.evaluated(look);
  }

  /** Takes wrong values out of all drafts; the first draft is then sent again without them. */
  function refuse(mine: Session, own: OwnValues, wrong: string[], faults: Record<string, Fault>): void {
    // What the user has changed since is another value, which its own draft tells of.
    const unchanged = (draft: Draft) => wrong.filter((key) => draft.own[key] === own[key]);
    const queue = queueOf(mine);
    for (const key of unchanged(queue.at(-1)!)) refused.set(mine, { ...refused.get(mine), [key]: { ...faults[key]!, text: own[key] ?? "" } });
    for (const draft of queue) draft.own = replaceKeys(draft.own, unchanged(draft), mine.own);
  }

  function start(): Promise<void> {
    running ??= run()
      .catch((error) => {
        // Changes wait for the preview. A look without changes is asked for again when it is back.
        queues.set(session, queueOf(session).filter(({ step }) => step));
        throw error;
      })
      .finally(() => (running = undefined));
    return running;
  }

  return {
    get faults() {
      return { ...sessionFaults, ...refused.get(session) };
    },
    pending: (of) => differingKeys(of.own, queueOf(of).at(-1)?.own ?? of.own),
    hasRefused,
    change(key, text, step) {
      refused.set(session, replaceKeys(refused.get(session) ?? {}, [key], {}));
      const queue = queueOf(session);
      const last = queue.at(-1);
      const own = replaceKeys(last?.own ?? session.own, [key], text ? { [key]: text } : {});
      // Of many changes in one step, as while typing, only the last is sent.
      queues.set(session, [...queue.filter((draft) => draft != last || draft.step != step), { own, step }]);
      start().catch(events.failed);
    },
    discardRefused() {
      const some = hasRefused(session);
      refused.delete(session);
      events.changed();
      return some;
    },
    evaluate(next) {
      if (next != session) sessionFaults = {};
      session = next;
      // A look without changes that is under way may be at values that were undone since.
      if (!queueOf(next).some(({ step }) => step)) queues.set(next, [{ own: next.own }]);
      return start();
    },
    idle: start,
  };
}
