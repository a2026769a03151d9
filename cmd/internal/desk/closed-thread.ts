// The messages of a conversation that the service has closed. They can be read, and nothing else.

import { namesOf } from "../../../widget/src/shared/files";
import { createHolder, createStore } from "../../../widget/src/shared/store";
import type { ClosedConversation, ClosedMessage, Server } from "./server";
import type { Message, Team } from "./state";
import { pageAddress, record, senderOf } from "./summary";
import type { ReadableThread, ThreadState } from "./thread";

export interface ClosedThread extends ReadableThread {
  /** Reads the last messages, unless they are there. */
  open(team: Team): Promise<void>;
}

/** `told` hears what the server knows of the conversation itself. */
export function createClosedThread(sid: string, server: Pick<Server, "messages" | "fileAddress">, told: (conversation: ClosedConversation) => void): ClosedThread {
  const store = createStore<ThreadState>(createHolder({ messages: [], loaded: false, older: false, seen: -1 }));
  let view: ((state: Readonly<ThreadState>) => void) | undefined;
  let team: Team = { me: "", agents: [] };
  let uniqueName = "";
  let reading: Promise<void> | undefined;
  store.watch(["messages", "loaded", "older"], (state) => view?.(state));

  async function read(before?: number): Promise<void> {
    const page = await server.messages(sid, before);
    if (page.conversation) {
      uniqueName = page.conversation.uniqueName;
      told(page.conversation);
    }
    store.set({ messages: [...page.messages.map(take), ...store.state.messages], older: page.more, loaded: true });
  }

  function take({ sid: message, index, author, body, attributes, media, time }: ClosedMessage): Message {
    const from = senderOf({ uniqueName }, author, team);
    const { id, meta, page } = record(attributes);
    const files = (media ?? []).map(({ sid: file, content_type: contentType, ...known }) => ({
      ...known,
      sid: file,
      contentType,
      getContentTemporaryUrl: () => server.fileAddress(sid, message, file),
    }));
    return {
      id: message,
      index,
      body: body || namesOf(files),
      ...(files[0] && { files }),
      author,
      from,
      time: (time && Date.parse(time)) || 0,
      ...(from == "visitor" && { meta: record(meta), page: pageAddress(page), ...(typeof id == "string" && { given: id }) }),
    };
  }

  /** One page at a time. */
  function once(before?: number): Promise<void> {
    reading ??= read(before).finally(() => (reading = undefined));
    return reading;
  }

  return {
    store,
    async open(now) {
      team = now;
      if (!store.state.loaded) await once();
    },
    older: () => once(store.state.messages[0]?.index),
    markRead() {},
    resend() {},
    show(next) {
      view = next;
      view?.(store.state);
    },
  };
}
