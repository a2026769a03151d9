// Which conversation is open. The address names it, so that back, reload and links work.

import type { Conversation } from "@twilio/conversations";
import type { Store } from "../../../widget/src/shared/store";
import { createClosedThread } from "./closed-thread";
import { summarizeClosed } from "./closed";
import type { Conversations } from "./conversations";
import type { Drafts } from "./drafts";
import type { People } from "./people";
import { lookEveryMilliseconds } from "./presence";
import type { Server } from "./server";
import type { State } from "./state";
import { createThread, type Thread } from "./thread";
import { showThread, type ThreadParts, type ThreadView } from "./thread-view";

export interface OpeningOptions {
  parts: ThreadParts;
  store: Store<State>;
  people: People;
  server: Server;
  drafts: Drafts;
  find: Conversations["find"];
  /** Whether the agent sits there: what is shown then is read. */
  isHere(): boolean;
}

export interface Opening {
  /** Shows the conversation that the address names. Returns the one that was open before. */
  select(): string;
  /** Reads a conversation that is shown, or where something is still to be sent. */
  read(conversation: Conversation): void;
  /** There is a connection again: what waits for one goes on. */
  resume(): void;
  /** Tells colleagues that the agent has the open conversation in view, if so it is. */
  look(): void;
  /** The agent sits there again. */
  returned(): void;
  focusReply(): void;
  /** Drafts can be read now. */
  restoreDraft(): void;
  /** Takes over what an earlier page had still to send. */
  adopt(): Promise<void>;
}

/** Until a conversation that could not be read is read again. */
const retryPauseMilliseconds = 2000;

export function createOpening({ parts, store, people, server, drafts, find, isHere }: OpeningOptions): Opening {
  const threads = new Map<string, Thread>();
  let shown: { view: ThreadView; closed: boolean } | undefined;
  /** Where the agent was last told to look, and when. */
  let looked = { sid: "", at: 0 };
  const isConnected = () => store.state.connection == "on";

  function threadOf(sid: string): Thread {
    let thread = threads.get(sid);
    if (!thread) threads.set(sid, (thread = begin(sid)));
    return thread;
  }

  /** What it has still to send outlives the page. */
  function begin(sid: string): Thread {
    const thread = createThread(isConnected);
    thread.store.watch(["messages"], ({ messages }) => {
      drafts.keepUnsent(sid, messages.filter(({ state }) => state));
      const { failed } = store.state;
      const fails = messages.some(({ state }) => state == "failed");
      if (failed.includes(sid) != fails) store.set({ failed: fails ? [...failed, sid] : failed.filter((other) => other != sid) });
    });
    return thread;
  }

  /** Goes on trying while the client that has it is there. */
  function read(conversation: Conversation): void {
    const { sid } = conversation;
    if (find(sid) != conversation) return;
    const pending = threads.get(sid)?.store.state.messages.some(({ state }) => state == "pending");
    if (sid != store.state.selected && !pending) return;
    threadOf(sid)
      .open(conversation, store.state.team)
      .then(() => look(), () => setTimeout(read, retryPauseMilliseconds, conversation));
  }

  function look(again = false): void {
    const { selected } = store.state;
    if (!isConnected() || !isHere() || !find(selected)) return;
    // Who moves about in it has just told.
    if (!again && looked.sid == selected && Date.now() - looked.at < lookEveryMilliseconds / 2) return;
    looked = { sid: selected, at: Date.now() };
    threads.get(selected)?.look();
  }

  /** Who comes learns at once who is there, and not with the next time that is told: by then they might have answered. */
  function welcome({ selected, conversations }: Readonly<State>): void {
    const here = conversations.find(({ sid }) => sid == selected)?.present.map(({ identity }) => identity) ?? [];
    const somebodyCame = met.sid == selected && here.some((identity) => !met.here.includes(identity));
    met = { sid: selected, here };
    if (somebodyCame) look(true);
  }
  /** Who was there the last time. */
  let met: { sid: string; here: string[] } = { sid: "", here: [] };

  /** Once all are known that can be answered, another one can only be read; so can each of somebody who is away from the start. */
  const isClosed = ({ selected, loaded, away, team }: Readonly<State>) => (loaded || (!!away && !!team.me)) && !store.state.conversations.some(({ sid }) => sid == selected);

  function show(closed: boolean): void {
    shown?.view.destroy();
    shown = undefined;
    const { selected: sid, team } = store.state;
    if (!sid) return;
    if (closed && !store.state.away) takeBack(sid);
    const options = { parts, store, people, sid, isHere, draft: { read: () => drafts.read(sid), write: (text: string) => drafts.write(sid, text) } };
    if (closed) {
      const thread = createClosedThread(sid, server, (conversation) => store.set({ linked: summarizeClosed(conversation, team) }));
      shown = { view: showThread({ ...options, thread }), closed };
      openClosed(sid, () => thread.open(team));
    } else {
      shown = { view: showThread({ ...options, thread: threadOf(sid) }), closed };
      const conversation = find(sid);
      if (conversation) read(conversation);
    }
  }

  /** What was not sent before the conversation was closed goes to the draft. */
  function takeBack(sid: string): void {
    const unsent = threads.get(sid)?.takeBack() ?? [];
    if (unsent.length) drafts.write(sid, [...unsent, drafts.read(sid)].filter(Boolean).join("\n\n"));
  }

  function openClosed(sid: string, open: () => Promise<void>): void {
    store.set({ missing: "" });
    open().catch((error: Error) => {
      if (store.state.selected == sid && shown?.closed) store.set({ missing: error.message });
    });
  }

  store.watch(["conversations", "connection", "names", "team", "selected", "loaded", "away", "closed", "linked"], (state) => {
    // The service may close a conversation while it is open here.
    if (shown && shown.closed != isClosed(state)) show(!shown.closed);
    shown?.view.update(state);
    welcome(state);
  });

  return {
    select() {
      const sid = location.hash.slice(1);
      const before = store.state.selected;
      if (sid == before && shown) return before;
      shown?.view.destroy();
      shown = undefined;
      store.set({ selected: sid });
      show(isClosed(store.state));
      return before;
    },
    read,
    look: () => look(),
    resume() {
      for (const sid of threads.keys()) {
        const conversation = find(sid);
        if (conversation) read(conversation);
      }
    },
    returned() {
      shown?.view.update(store.state);
      look();
    },
    focusReply: () => shown?.view.focus(),
    restoreDraft: () => shown?.view.restore(),
    async adopt() {
      for (const [sid, unsent] of await drafts.adoptUnsent()) threadOf(sid).restore(unsent);
    },
  };
}
