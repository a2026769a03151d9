// What the desk asks its own server: everything that takes more than the right to talk, and who is signed in.

import type { Agent } from "./state";
import { record, text } from "./summary";
import type { Claim } from "./vouching";

/** What an agent needs to connect. */
export interface Access {
  token: string;
  /** Who is signed in. */
  identity: string;
  agents: Agent[];
  /** Where the web socket is, when it isn't Twilio's. */
  socket?: string;
  /** After so long without being touched a desk is away; 0: never. */
  awaySeconds: number;
}

/** A conversation that the service has closed. */
export interface ClosedConversation {
  sid: string;
  /** It isn't closed: the agent isn't in it. */
  open?: boolean;
  account: string;
  name: string;
  email: string;
  verification: string;
  vouched: boolean;
  /** Begins with the visitor's identity. */
  uniqueName: string;
  /** The text of the last message, and who wrote it. */
  last: string;
  author: string;
  /** Of the last message, else of the conversation, in ISO 8601. */
  time: string;
}

export interface ClosedPage {
  conversations: ClosedConversation[];
  /** Where the next page begins; absent on the last one. */
  next?: string;
}

/** A file that came with such a message, as Twilio's REST API has it. */
interface ClosedFile {
  sid: string;
  filename: string | null;
  content_type: string;
  /** In bytes. */
  size: number;
}

/** A message of a closed conversation. */
export interface ClosedMessage {
  index: number;
  sid: string;
  author: string;
  body: string;
  attributes: unknown;
  /** Its files. */
  media?: readonly ClosedFile[] | null;
  /** In ISO 8601; null if that isn't known. */
  time: string | null;
}

export interface MessagePage {
  /** What is known of the conversation; with the last page alone. */
  conversation?: ClosedConversation;
  /** The oldest first. */
  messages: ClosedMessage[];
  /** There are older ones. */
  more: boolean;
}

export interface Server {
  access(signal?: AbortSignal): Promise<Access>;
  /** Which of the claims it vouches for. */
  vouched(conversations: Claim[]): Promise<boolean[]>;
  /** Says that a conversation is done, as far as the message with the index: one that came meanwhile keeps it open, and this fails. */
  setDone(conversation: string, index: number): Promise<void>;
  reopen(conversation: string): Promise<void>;
  /** A page of the closed conversations, the newest first. */
  closed(before?: string): Promise<ClosedPage>;
  /** The last messages of a conversation before an index. */
  messages(conversation: string, before?: number): Promise<MessagePage>;
  /** The address of a file, which is good for some minutes. */
  fileAddress(conversation: string, message: string, file: string): Promise<string>;
}

/** Why the server doesn't do what it was asked for; the message is for people. */
export class Refusal extends Error {}

/** `signedOut` is called when the server doesn't know any more who is there. What was asked for doesn't come then. */
export function createServer(signedOut: () => void): Server {
  async function ask<T>(name: string, body: object = {}, signal?: AbortSignal): Promise<T> {
    const answer = await fetch(name, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal }).catch(() => {
      signal?.throwIfAborted();
      throw new Refusal("The desk’s server can’t be reached. Try again.");
    });
    if (answer.status == 401) {
      signedOut();
      return new Promise(() => {});
    }
    if (!answer.ok) throw await refusal(answer);
    return answer.status == 204 ? (undefined as T) : answer.json();
  }

  return {
    access: (signal) => ask<Access>("token", {}, signal),
    vouched: async (conversations) => (await ask<{ vouched: boolean[] }>("vouched", { conversations })).vouched,
    setDone: (conversation, index) => ask("done", { conversation, index }),
    reopen: (conversation) => ask("reopen", { conversation }),
    closed: (before) => ask("closed", { before }),
    messages: (conversation, before) => ask("messages", { conversation, before }),
    fileAddress: async (conversation, message, file) => (await ask<{ address: string }>("file", { conversation, message, file })).address,
  };
}

async function refusal(answer: Response): Promise<Refusal> {
  const body = await answer.json().catch(() => undefined);
  return new Refusal(text(record(body).message) || "The desk’s server answers " + answer.status + ".");
}
