// Stands in for Twilio: a conversation as the service keeps it, and as clients of the SDK have it. What the SDK was seen to do, it
// does: a client that was away answers from what it knew before, but for what comes after that, until it has heard what it missed; a call that
// is lost rejects without a status, also when the message is stored; the service refuses with one.

import { EventEmitter } from "node:events";
import type { Conversation, Message as Received, Paginator } from "@twilio/conversations";
import { vi } from "vitest";

/** A message as the service keeps it. */
export interface Kept {
  sid: string;
  index: number;
  author: string;
  body: string;
  attributes: object;
  dateCreated: Date;
  attachedMedia: Received["attachedMedia"];
}

export class KeptConversation {
  /** Without those that were removed. */
  messages: readonly Kept[] = [];
  private readonly clients: FakeConversation[] = [];
  private count = 0;

  constructor(readonly sid = "CH1") {}

  /** The conversation as one more client has it. */
  client(identity = "visitor"): FakeConversation {
    const client = new FakeConversation(this, identity);
    this.clients.push(client);
    return client;
  }

  say(body: string, { author = "team", attributes = {}, time = Date.now(), attachedMedia = [] }: Partial<Kept> & { time?: number } = {}): Kept {
    const message = { sid: `IM ${this.sid} ${this.count}`, index: this.count++, author, body, attributes, attachedMedia, dateCreated: new Date(time) };
    this.messages = [...this.messages, message];
    this.tell("messageAdded", message);
    return message;
  }

  /** The team says so many things: "Line 0", "Line 1" … by their places. */
  fill(count: number, time?: number): void {
    for (let i = 0; i < count; i++) this.say("Line " + this.count, { time });
  }

  edit(index: number, body: string): void {
    this.messages = this.messages.map((message) => (message.index == index ? { ...message, body } : message));
    this.tell("messageUpdated", { message: this.messages.find((message) => message.index == index) });
  }

  remove(index: number): void {
    const removed = this.messages.find((message) => message.index == index);
    this.messages = this.messages.filter((message) => message != removed);
    this.tell("messageRemoved", removed);
  }

  get bodies(): string[] {
    return this.messages.map(({ body }) => body);
  }

  private tell(event: string, value: unknown): void {
    for (const client of this.clients) client.hear(event, value);
  }
}

/** What becomes of a message that is sent: whether it is stored, and what its sender hears. */
export type Fate = (store: () => number, conversation: FakeConversation) => Promise<number>;

export const arrives: Fate = async (store) => store();

/** The client hears of its message only after the reply. */
export const repliedFirst: Fate = async (store, conversation) => {
  conversation.leave();
  setTimeout(() => conversation.hearAll());
  return store();
};

export const refused =
  (status: number): Fate =>
  async () => {
    throw Object.assign(Error("refused"), { status });
  };

export const lost: Fate = async () => {
  throw Error("disconnected");
};

/** It is stored, and its sender hears neither the reply nor, for now, that it is there. */
export const replyLost: Fate = async (store, conversation) => {
  conversation.leave();
  store();
  throw Error("disconnected");
};

/** It is stored, and its sender hears of that, but then that it went wrong. */
export const failedAfterwards: Fate = async (store) => {
  store();
  throw Object.assign(Error("gateway timeout"), { status: 504 });
};

/** It is on its way until the test says what becomes of it. */
export function onItsWay(): { fate: Fate; settle(fate: Fate): Promise<void> } {
  let settle!: (fate: Fate) => void;
  const decided = new Promise<Fate>((resolve) => (settle = resolve));
  return {
    fate: async (...given) => (await decided)(...given),
    settle: async (fate) => settle(fate),
  };
}

export class FakeConversation extends EventEmitter {
  status = "joined";
  state = { current: "active" };
  lastReadMessageIndex: number | null = null;
  readonly typing = vi.fn(async () => {});
  /** What becomes of the next messages that are sent. After them, all arrive. */
  readonly fates: Fate[] = [];
  /** Ids of all that were sent, whatever became of them. */
  readonly sent: string[] = [];
  /** The questions about messages that were asked of the service. */
  readonly asked: string[] = [];
  /** What answers wait for. */
  held: Promise<void> | undefined;
  /** Since it is away: what it knows, and what it will hear. */
  private away: { known: readonly Kept[]; missed: (() => void)[] } | undefined;

  constructor(
    private readonly kept: KeptConversation,
    private readonly identity: string,
  ) {
    super();
  }

  get sid(): string {
    return this.kept.sid;
  }

  get real(): Conversation {
    return this as unknown as Conversation;
  }

  /** The connection breaks: from now on it hears nothing. It may well be back before it hears again. */
  leave(): void {
    this.away ??= { known: this.kept.messages, missed: [] };
  }

  /** It hears what it has missed. */
  hearAll(): void {
    const { missed } = this.away ?? { missed: [] };
    this.away = undefined;
    for (const tell of missed) tell();
  }

  hear(event: string, value: unknown): void {
    if (this.away) this.away.missed.push(() => this.emit(event, value));
    else this.emit(event, value);
  }

  /** Holds back all answers until the function that it returns is called: with an error, they are none. */
  hold(): (error?: Error) => void {
    let release!: (error?: Error) => void;
    this.held = new Promise((resolve, reject) => (release = (error) => (error ? reject(error) : resolve())));
    this.held.catch(() => {});
    return (error) => {
      this.held = undefined;
      release(error);
    };
  }

  async getMessages(size: number, anchor?: number, direction?: string): Promise<Paginator<Received>> {
    this.asked.push(anchor === undefined ? "last page" : `from ${anchor} ${direction}`);
    const known = this.away?.known;
    await this.held;
    if (anchor === undefined) return this.before(known ?? this.kept.messages, Infinity, size);
    return this.from(anchor, size, known && anchor <= (known.at(-1)?.index ?? -1) ? known : undefined);
  }

  async getMessagesCount(): Promise<number> {
    this.asked.push("count");
    await this.held;
    return this.kept.messages.length;
  }

  private before(all: readonly Kept[], index: number, size: number): Paginator<Received> {
    const earlier = all.filter((message) => message.index < index);
    const items = earlier.slice(-size);
    return {
      items,
      hasPrevPage: earlier.length > size,
      hasNextPage: index < Infinity,
      prevPage: async () => {
        this.asked.push("page before " + items[0]!.index);
        await this.held;
        return this.before(this.kept.messages, items[0]!.index, size);
      },
    } as unknown as Paginator<Received>;
  }

  private from(index: number, size: number, all = this.kept.messages): Paginator<Received> {
    const later = all.filter((message) => message.index >= index);
    const items = later.slice(0, size);
    return {
      items,
      hasPrevPage: index > 0,
      hasNextPage: later.length > size,
      nextPage: async () => {
        this.asked.push("page after " + items.at(-1)!.index);
        await this.held;
        return this.from(items.at(-1)!.index + 1, size);
      },
    } as unknown as Paginator<Received>;
  }

  async getParticipants(): Promise<[]> {
    return [];
  }

  async advanceLastReadMessageIndex(index: number): Promise<number> {
    this.lastReadMessageIndex = index;
    return 0;
  }

  async sendMessage(body: string, attributes: { id: string }): Promise<number> {
    this.sent.push(attributes.id);
    const fate = this.fates.shift() ?? arrives;
    return fate(() => this.kept.say(body, { author: this.identity, attributes }).index, this);
  }
}
