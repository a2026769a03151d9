// Stands in for Twilio's SDK in unit tests of the desk: as much of clients and conversations as it uses.

import type { Client, Conversation, Message } from "@twilio/conversations";
import { vi } from "../../../widget/unit/vitest.ts";

type Listener = (value: any) => void;

class Emitter {
  private readonly listeners = new Map<string, Listener[]>();

  on(event: string, listener: Listener): this {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener]);
    return this;
  }

  emit(event: string, value?: unknown): void {
    for (const listener of this.listeners.get(event) ?? []) listener(value);
  }
}

export interface FakeMessage {
  body: string;
  author?: string;
  participantSid?: string;
  attributes?: object;
  /** Milliseconds since 1970. */
  time?: number;
  attachedMedia?: Message["attachedMedia"];
}

export class FakeConversation extends Emitter {
  status = "joined";
  attributes: unknown = {};
  uniqueName: string | null = "visitor-1";
  dateCreated: Date | null = new Date(1000);
  lastReadMessageIndex: number | null = null;
  participants: { identity: string; lastReadMessageIndex: number | null }[] = [];
  readonly messages: Message[] = [];
  readonly typing = vi.fn(async () => {});
  readonly sent: { body: string; attributes: unknown }[] = [];
  readonly advanced: number[] = [];
  /** What the next calls fail with. */
  error: Error | undefined;

  constructor(readonly sid: string) {
    super();
  }

  /** A message of somebody, without telling anyone. */
  add({ body, author = "visitor", attributes = {}, participantSid, time = 2000, attachedMedia = [] }: FakeMessage): Message {
    const index = this.messages.length;
    const message = { sid: `IM${this.sid}-${index}`, index, body, author, participantSid, attributes, attachedMedia, dateCreated: new Date(time), conversation: this } as unknown as Message;
    this.messages.push(message);
    return message;
  }

  get lastMessage(): { index: number; dateCreated: Date } | undefined {
    const last = this.messages.at(-1);
    return last && { index: last.index, dateCreated: last.dateCreated! };
  }

  async getMessages(count: number, end = this.messages.length): Promise<object> {
    if (this.error) throw this.error;
    const start = Math.max(0, end - count);
    return { items: this.messages.slice(start, end), hasPrevPage: start > 0, hasNextPage: false, prevPage: () => this.getMessages(count, start) };
  }

  async getParticipants(): Promise<object[]> {
    return this.participants;
  }

  async sendMessage(body: string, attributes: unknown): Promise<number> {
    if (this.error) throw this.error;
    this.sent.push({ body, attributes });
    return this.add({ body, author: "me", attributes: attributes as object }).index;
  }

  async advanceLastReadMessageIndex(index: number): Promise<void> {
    if (this.error) throw this.error;
    this.advanced.push(index);
  }
}

export class FakeClient extends Emitter {
  pages: FakeConversation[][] = [[]];
  names: Record<string, string> = {};
  readonly askedFor: string[] = [];
  lost = false;

  async getSubscribedConversations(page = 0): Promise<object> {
    if (this.lost) throw Error("no connection");
    return { items: this.pages[page], hasNextPage: page + 1 < this.pages.length, nextPage: () => this.getSubscribedConversations(page + 1) };
  }

  async getUser(identity: string): Promise<object> {
    this.askedFor.push(identity);
    if (!(identity in this.names)) throw Error("no such user");
    return { identity, friendlyName: this.names[identity] };
  }
}

export const asClient = (client: FakeClient) => client as unknown as Client;
export const asConversation = (conversation: FakeConversation) => conversation as unknown as Conversation;

/** Lets everything happen that waits for nothing but answers. With fake timers only. */
export const settled = () => vi.advanceTimersByTimeAsync(1);
