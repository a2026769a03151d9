// A connection may be half open: a proxy swallows all that is sent, and the client takes itself for connected. Only that it doesn't answer tells.

import type { Conversation } from "@twilio/conversations";
import { pause } from "./reconnect";

/** What unlessSilent rejects with. */
export const silence = Error("the client says nothing");

/** How long a client that is asked whether it is there may take, in milliseconds. */
const answerMilliseconds = 10_000;

/** Rejects with silence when the work takes too long, in milliseconds. */
export async function unlessSilent(work: Promise<unknown>, milliseconds: number, signal: AbortSignal): Promise<void> {
  const done = new AbortController();
  const end = () => done.abort();
  signal.addEventListener("abort", end, { signal: done.signal });
  try {
    await Promise.race([
      work,
      pause(milliseconds, done.signal).then(() => {
        throw silence;
      }),
    ]);
  } finally {
    end();
  }
}

/** Returns what asks the service something, as somebody looks, and gives the client up when there is no answer. */
export function createProbe(reachable: () => Conversation | undefined, giveUp: () => void, signal: AbortSignal): () => Promise<void> {
  let asked: Conversation | undefined;
  return async () => {
    const conversation = reachable();
    if (!conversation || asked == conversation) return;
    asked = conversation;
    // The client answers questions for messages from what it knows, but not this one.
    await unlessSilent(conversation.getMessagesCount(), answerMilliseconds, signal).catch((error) => error == silence && reachable() == conversation && giveUp());
    asked = undefined;
  };
}
