// Stands in for Twilio's service and the token endpoint: its clients are those of the SDK, as far as the widget knows that.

import { vi } from "vitest";
import type { Outgoing } from "../src/connection/sending";
import { FakeClient } from "./fake-client";
import { type FakeConversation, KeptConversation } from "./fake-conversation";

/** An answer of the token endpoint: what is asked of a Response, at once. No JSON: a page. */
export function answer(body: unknown, status = 200): Response {
  const json = async () => {
    if (typeof body == "string") throw SyntaxError(body);
    return body;
  };
  return { ok: status < 300, status, headers: new Headers(), json } as Response;
}

/** A client of the SDK, with the conversations that the service has. */
export class PageClient extends FakeClient {
  /** The conversation as this client has it. */
  conversation!: FakeConversation;

  constructor(
    readonly token: string,
    readonly options: object,
  ) {
    super();
  }
}

/** Twilio's service and the token endpoint. */
export class Service {
  /** The newest is the visitor's. */
  readonly conversations = [new KeptConversation("CH1")];
  readonly clients: PageClient[] = [];
  /** What the token endpoint was asked. */
  readonly asked: { session?: string; message?: Outgoing }[] = [];
  /** Who the visitor is, as of the last request. */
  identity = "visitor";
  /** How far the visitor has read, as new clients have it. */
  readUpTo: number | null = null;
  /** How the token endpoint answers instead. */
  instead: (() => Promise<Response>) | undefined;

  readonly fetch = vi.fn(async (_: string, init: RequestInit) => {
    // Whether the team is there.
    if (init.method != "POST") return answer({ online: true });
    const asked = JSON.parse(init.body as string);
    this.asked.push(asked);
    if (this.instead) return this.instead();
    this.identity = asked.user ? "user" : "visitor";
    // A closed conversation is followed by a new one.
    return answer({ token: "token " + this.asked.length, identity: this.identity, conversation: this.conversation.sid, session: "s1", message: this.store(asked.message) });
  });

  /** Stores a message that came with a request, once. */
  store(message: Outgoing | undefined): object | undefined {
    if (!message) return;
    const { index, sid } = this.conversation.messages.find(({ attributes }) => (attributes as { id?: string }).id == message.id) ?? this.conversation.say(message.body, { author: this.identity, ...message });
    return { index, sid };
  }

  /** The SDK, as the launcher loads it. */
  get sdk(): object {
    const service = this;
    return {
      Client: class extends PageClient {
        constructor(token: string, options: object) {
          super(token, options);
          service.clients.push(this);
          this.getConversationBySid.mockImplementation(async (sid) => {
            this.conversation = service.conversations.find((conversation) => conversation.sid == sid)!.client(service.identity);
            this.conversation.lastReadMessageIndex = service.readUpTo;
            return this.conversation;
          });
        }
      },
    };
  }

  get conversation(): KeptConversation {
    return this.conversations.at(-1)!;
  }

  /** The newest client. */
  get client(): PageClient {
    return this.clients.at(-1)!;
  }
}
