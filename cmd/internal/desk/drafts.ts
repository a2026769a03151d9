// What the agent has begun to write, by conversation, and what is not sent yet. It survives a reload, and signing in again.

import { recall, recallKeys, remember } from "./remembered";
import { createPageLife, type PageLife } from "./tabs";

/** A message that the service has not accepted yet. */
export interface Unsent {
  id: string;
  body: string;
  /** When it was written, in milliseconds since 1970. */
  time: number;
}

export interface Drafts {
  /** Nothing until it is known whose they are. */
  read(sid: string): string;
  write(sid: string, text: string): void;
  /** What this page has still to send there. */
  keepUnsent(sid: string, messages: readonly Unsent[]): void;
  /** Takes over what pages had to send that are gone, by conversation. */
  adoptUnsent(): Promise<Map<string, Unsent[]>>;
  /** What was written belongs to this agent: what another one has left in this browser goes. */
  own(identity: string): void;
  /** All of them go, and no more are kept: the agent signs out. */
  end(): void;
}

export function createDrafts(page: PageLife = createPageLife()): Drafts {
  const key = (sid: string) => "draft:" + sid;
  const unsentKey = (sid: string) => `unsent:${sid}:${page.id}`;
  const clear = () => ["draft:", "unsent:"].flatMap(recallKeys).forEach((each) => remember(each, ""));
  let owned = false;
  let ended = false;
  return {
    read: (sid) => (owned && recall(key(sid))) || "",
    write: (sid, text) => ended || remember(key(sid), text),
    keepUnsent(sid, messages) {
      if (!ended) remember(unsentKey(sid), messages.length ? JSON.stringify(messages.map(({ id, body, time }) => ({ id, body, time }))) : "");
    },
    async adoptUnsent() {
      const alive = await page.alive();
      const found = new Map<string, Unsent[]>();
      for (const each of recallKeys("unsent:")) {
        const [, sid = "", of = ""] = each.split(":");
        if (alive.has(of)) continue;
        found.set(sid, [...(found.get(sid) ?? []), ...readUnsent(recall(each))]);
        remember(each, "");
      }
      return found;
    },
    own(identity) {
      const owner = recall("draft-owner");
      if (owner && owner != identity) clear();
      owned = true;
      remember("draft-owner", identity);
    },
    end() {
      ended = true;
      clear();
    },
  };
}

function readUnsent(kept: string | null): Unsent[] {
  try {
    const list: Unsent[] = JSON.parse(kept || "[]");
    return list.filter(({ id, body, time }) => typeof id == "string" && typeof body == "string" && typeof time == "number");
  } catch {
    return []; // somebody else has written there
  }
}
