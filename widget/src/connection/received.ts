import type { Message as Received } from "@twilio/conversations";
import type { Message } from "../shared/types";
import type { Participants } from "./participants";

/** Makes a message of one of the service, for the visitor of the identity. Past: it was there before this page was loaded. */
export function messageOf({ sid, index, author, body, attributes, dateCreated }: Received, past: boolean, identity: string, participants: Participants): Message {
  const own = author == identity;
  const { id } = (attributes ?? {}) as { id?: unknown };
  return {
    id: own && typeof id == "string" ? id : sid,
    index,
    body: body ?? "",
    own,
    time: dateCreated?.getTime() ?? Date.now(),
    past,
    ...(!own && { author: author ?? "", ...participants.of(author ?? "") }),
  };
}
