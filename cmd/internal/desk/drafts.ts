// What the agent has begun to write, by conversation. It survives a reload, and signing in again.

import { recall, recallKeys, remember } from "./remembered";

export interface Drafts {
  read(sid: string): string;
  write(sid: string, text: string): void;
  /** What was written belongs to this agent: what another one has left in this browser goes. */
  own(identity: string): void;
  /** All of them go. */
  clear(): void;
}

export function createDrafts(): Drafts {
  const key = (sid: string) => "draft:" + sid;
  const clear = () => recallKeys(key("")).forEach((each) => remember(each, ""));
  return {
    read: (sid) => recall(key(sid)) ?? "",
    write: (sid, text) => remember(key(sid), text),
    own(identity) {
      const owner = recall("draft-owner");
      if (owner && owner != identity) clear();
      remember("draft-owner", identity);
    },
    clear,
  };
}
