import type { Message as Received } from "@twilio/conversations";
import { namesOf } from "../shared/files";
import type { Message } from "../shared/types";
import type { Participants } from "./participants";

/** What a message says, and its files. Without a text it says the names of those. */
export function contentOf({ body, attachedMedia }: Pick<Received, "body" | "attachedMedia">): Pick<Message, "body" | "files"> {
  const files = attachedMedia ?? [];
  return { body: body || namesOf(files), ...(files[0] && { files }) };
}

/** Makes a message of one of the service, for the visitor of the identity. Past: it was there before this page was loaded. */
export function messageOf(received: Received, past: boolean, identity: string, participants: Participants): Message {
  const { sid, index, author, attributes, dateCreated } = received;
  const own = author == identity;
  const { id } = (attributes ?? {}) as { id?: unknown };
  return {
    id: own && typeof id == "string" ? id : sid,
    index,
    ...contentOf(received),
    own,
    time: dateCreated?.getTime() ?? Date.now(),
    past,
    ...(!own && { author: author ?? "", ...participants.of(author ?? "") }),
  };
}
