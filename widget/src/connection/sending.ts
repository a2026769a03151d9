import type { Conversation, Message as Received } from "@twilio/conversations";
import type { Store } from "../shared/store";
import { warn } from "../shared/warn";
import { pageSize } from "./history";
import { cut, type Entry, type MessageList } from "./message-list";
import { isLong } from "./parts";
import { pause } from "./reconnect";
import { silence, unlessSilent } from "./silence";

/** How often the client may try to send a message. */
const mostTries = 5;
/** Between two tries, in milliseconds: twice as long each time. */
const retryPauseMilliseconds = 1000;
/** How long the client has for a message, in milliseconds. */
const patienceMilliseconds = 20_000;
/** How many messages are looked at for one of which nothing is known but its id. */
const lookBack = 100;
/** What Twilio says of a message that it doesn't take. */
const refusals = [400, 413, 415, 422];

export interface SendingOptions<M extends Entry> {
  /** The conversation to send to, while there is one and the service can be reached. What fails while it can't is not given up. */
  reachable(): Conversation | undefined;
  /** Makes a message of one of the service. Past: it was there before this page was. An own one has the id that it was sent with. */
  take(received: Received, past: boolean): M;
  /** What is sent along with a message; the id is one of them. */
  attributes(message: M): { id: string };
  /** Does the work while nobody else, in another tab, sends what this one may send. */
  alone(work: () => Promise<void>): Promise<void>;
  /** Gives the client up for a new one, as this one can't send the message, and it may be taken another way. Without that, it counts as not sent. */
  detour?(): void;
}

/** A message as it is sent. */
export interface Outgoing {
  id: string;
  body: string;
  attributes: { id: string };
}

/** Sends the pending messages of the list, in order, each exactly once. */
export interface Sending {
  send(): void;
  /**
   * Sends what waits although its writer has gone, and the store doesn't have it any more, to the conversation that was theirs, once its
   * client is connected. Carried: the first goes along with a request.
   * Settles when that has its receipts or is given up, what is on its way too.
   */
  flush(carried: boolean, now?: Conversation): Promise<void>;
  /** The first that waits, for who can carry it without a client. From then on it may be stored. */
  next(): Outgoing | undefined;
  /** It is stored there. */
  stored(id: string, index: number): void;
  /** It will not be taken. */
  refused(id: string): void;
}

/** Until the signal aborts. */
export function createSending<M extends Entry>(
  store: Store<{ messages: readonly M[] }>,
  list: MessageList<M>,
  signal: AbortSignal,
  { reachable, take, attributes, alone, detour }: SendingOptions<M>,
): Sending {
  let sending = false;
  let underway: Promise<void> | undefined;
  /** What waits, the one that is on its way first. */
  let waiting: M[] = [];
  // Messages that may be stored although nobody said so, those of an earlier page and those whose reply was lost, each with the place
  // of the last one that was here before, if that is known.
  const tried = new Map<string, number | undefined>(store.state.messages.filter(({ state }) => state).map(({ id }) => [id, undefined]));

  const remember = ({ id }: M) => tried.has(id) || tried.set(id, list.newest());
  /** For which the client was given up. */
  const detoured = new Set<string>();

  /** The next one. Of one that is too long, only a part is sent at a time. */
  function pending(): M | undefined {
    const message = store.state.messages.find(({ state }) => state == "pending");
    if (message && isLong(message.body)) list.cut(message.id);
    return message && store.state.messages.find(({ id }) => id == message.id);
  }
  const refused = (id: string) => list.update(id, { state: "failed" });
  function stored(id: string, index: number): void {
    tried.delete(id);
    list.update(id, { state: undefined, index });
  }

  /**
   * Whether the message is in the conversation already: then it is behind the last one that was here before it. What came since the
   * connection broke must be asked for by its place, as the SDK answers other questions from what it knew before. What came earlier, of an
   * earlier page, may not be here.
   */
  async function isThere(now: Conversation, { id, after = tried.get(id) }: M): Promise<boolean> {
    const newest = list.newest();
    const before = after ?? Math.max(-1, newest - lookBack);
    if (await look(now, id, newest, newest)) return true;
    return before < newest && !store.state.messages.some(({ index }) => index == before + 1) && look(now, id, before, newest);
  }

  /** Looks behind a place. */
  async function look(now: Conversation, id: string, behind: number, newest: number): Promise<boolean> {
    for await (const items of pagesBehind(now, behind)) {
      if (reachable() != now) throw Error("there is a new client");
      // The rest of what was here before is for when the visitor comes by.
      const found = items.filter((received) => received.index > newest || idOf(received) == id);
      list.add(found.map((message) => take(message, message.index <= newest)));
      if (!store.state.messages.some((message) => message.id == id && message.state)) return true;
    }
    return false;
  }

  async function sendNow(now: Conversation, message: M): Promise<void> {
    const { id, body } = message;
    if (tried.has(id) && (await isThere(now, message))) return;
    remember(message);
    stored(id, await now.sendMessage(body, attributes(message)));
  }

  async function sendPending(): Promise<void> {
    for (let tries = 0; !signal.aborted; ) {
      const message = pending();
      const now = reachable();
      if (!message || !now) return;
      const { id } = message;
      try {
        await (underway = unlessSilent(sendNow(now, message), patienceMilliseconds, signal));
        tries = 0;
      } catch (error) {
        // The news that it is there may have come first.
        if (pending()?.id != id) continue;
        const { status } = error as { status?: unknown };
        const refusal = refusals.includes(status as number);
        if (!refusal && error != silence && !isFinal(status) && ++tries < mostTries) await pause(retryPauseMilliseconds * 2 ** (tries - 1), signal);
        else if (!refusal && detour && !detoured.has(id)) {
          detoured.add(id);
          return detour();
        } else {
          refused(id);
          tries = 0;
        }
      } finally {
        underway = undefined;
      }
    }
  }

  /** Sends what isn't in the store any more, if it is not there. */
  async function sendGone(now: Conversation, message: M): Promise<void> {
    const { id, after = tried.get(id) ?? -1 } = message;
    if (tried.has(id)) for await (const items of pagesBehind(now, after)) if (items.some((received) => idOf(received) == id)) return;
    remember(message);
    await now.sendMessage(message.body, attributes(message));
  }

  async function flush(carried: boolean, now?: Conversation): Promise<void> {
    // What is in the store still goes along to the next conversation.
    const gone = waiting.filter((message) => !store.state.messages.some(({ id }) => id == message.id));
    const outcome: unknown = carried || (await underway?.then(() => true, (error) => error));
    // Without the first one, where that has arrived.
    for (const message of gone.slice(+(outcome === true)).flatMap(cut)) {
      // Once more, should the connection be lost meanwhile.
      const once = () => unlessSilent(sendGone(now!, message), patienceMilliseconds, signal);
      try {
        // It may be on its way still.
        if (outcome == silence) throw silence;
        await once().catch(once);
      } catch (error) {
        warn("a user has logged out before all that they wrote was sent");
        if (!refusals.includes((error as { status?: number }).status!)) return;
      }
    }
  }

  function send(): void {
    waiting = store.state.messages.filter(({ state }) => state == "pending");
    if (sending || signal.aborted || !pending()) return;
    sending = true;
    alone(sendPending)
      .catch(() => {})
      .finally(() => {
        sending = false;
        // One may have come in the last moment.
        if (reachable()) send();
      });
  }

  return {
    send,
    flush,
    next() {
      const message = pending();
      if (!message) return;
      const { id, body } = message;
      remember(message);
      return { id, body, attributes: attributes(message) };
    },
    stored,
    refused,
  };
}

const idOf = ({ attributes }: Received) => (attributes as { id?: unknown } | null)?.id;

/** The pages of what is behind a place. */
async function* pagesBehind(now: Conversation, place: number): AsyncGenerator<Received[]> {
  for (let page = await now.getMessages(pageSize, place + 1, "forward"); ; page = await page.nextPage()) {
    yield page.items;
    if (!page.hasNextPage) return;
  }
}

/** Whether trying again is no use: the visitor is not in the conversation any more, or not let in. Without a status, or with 0, the connection is lost. */
function isFinal(status: unknown): boolean {
  return typeof status == "number" && status >= 400 && status < 500 && status != 408 && status != 429;
}
