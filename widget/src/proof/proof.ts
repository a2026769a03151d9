// The proof of work that the token endpoint wants of newcomers while they come fast: loaded when it asks for one.

import type { Challenge, Solve } from "../connection/token";
import { handOver } from "../launcher/scripts";

/** Numbers that are tried at a time; between two such lots the page does its own work. */
const lot = 1000;
/** More than an endpoint of ours asks for: the visitor's machine is not for others to keep busy. */
const mostNumbers = 1e7;

/** Finds the number for which the SHA-256 of the salt with it behind is the challenge, and returns ALTCHA's payload: Base64 of JSON. */
const solve: Solve = async ({ algorithm, challenge, maxNumber, salt, signature }: Challenge, signal: AbortSignal) => {
  // Pages on plain http have none.
  const { subtle } = crypto;
  if (!subtle) throw Error("the token endpoint wants a proof of work, which only pages with https can make");
  const encoder = new TextEncoder();
  const hash = async (number: number) => {
    const digest = new Uint8Array(await subtle.digest("SHA-256", encoder.encode(salt + number)));
    return digest.every((byte, i) => byte == parseInt(challenge.slice(2 * i, 2 * i + 2), 16));
  };
  for (let first = 0; algorithm == "SHA-256" && first <= Math.min(maxNumber, mostNumbers) && !signal.aborted; first += lot) {
    const found = (await Promise.all(Array.from({ length: lot }, (_, i) => hash(first + i)))).indexOf(true);
    if (found >= 0) return btoa(JSON.stringify({ algorithm, challenge, number: first + found, salt, signature }));
    await pause();
  }
  throw Error("the token endpoint wants a proof of work that can't be made");
};

/** Lets the page do its own work. Not by a timer: in a tab that nobody looks at, those take a second each. */
function pause(): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  }).finally(() => port1.close());
}

handOver(solve);
