import type { Message as Received } from "@twilio/conversations";
import type { Message } from "../shared/types";
import type { Participants } from "./participants";

/**
 * What a message is known by here: the id that its author gave it, or else its SID. Ids of two authors never meet, and an own
 * message has the id that it was sent with.
 */
export function idOf({ sid, author, attributes }: Pick<Received, "sid" | "author" | "attributes">, identity: string): string {
  const { id } = (attributes ?? {}) as { id?: unknown };
  if (typeof id != "string") return sid;
  return author == identity ? id : author + " " + id;
}

/** Makes a message of one of the service, for the visitor of the identity. Past: it was there before this page was loaded. */
export function messageOf({ sid, index, author, body, attributes, dateCreated }: Received, past: boolean, identity: string, participants: Participants): Message {
  const own = author == identity;
  return {
    id: idOf({ sid, author, attributes }, identity),
    index,
    body: body ?? "",
    own,
    time: dateCreated?.getTime() ?? Date.now(),
    past,
    ...(!own && participants.of(author ?? "")),
  };
}
