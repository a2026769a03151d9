import type { Message as Received } from "@twilio/conversations";
import { namesOf } from "../shared/files";
import type { Message } from "../shared/types";
import type { Participants } from "./participants";

/** Makes a message of one of the service, for the visitor of the identity. Past: it was there before this page was loaded. */
export function messageOf({ sid, index, author, body, attributes, attachedMedia, dateCreated }: Received, past: boolean, identity: string, participants: Participants): Message {
  const own = author == identity;
  const files = attachedMedia ?? [];
  const { id } = (attributes ?? {}) as { id?: unknown };
  return {
    id: own && typeof id == "string" ? id : sid,
    index,
    body: body || namesOf(files),
    own,
    time: dateCreated?.getTime() ?? Date.now(),
    past,
    ...(files[0] && { files }),
    ...(!own && { author: author ?? "", ...participants.of(author ?? "") }),
  };
}
