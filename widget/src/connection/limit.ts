import { builtinMeta } from "../shared/generated";
import { warn } from "../shared/warn";

/** Twilio takes 4 KB of attributes a message. What the page attached last goes first: it must not keep the message from going. */
export function withinLimit<T extends { meta: Record<string, string> }>(attributes: T): T {
  const { meta } = attributes;
  const keys = Object.keys(meta).filter((key) => !builtinMeta.includes(key));
  while (new TextEncoder().encode(JSON.stringify(attributes)).length > 4096 && keys.length) {
    const key = keys.pop()!;
    warn(`meta.${key} is left out: a message takes 4 KB of data`);
    delete meta[key];
  }
  return attributes;
}
