// What colleagues are called, and what they look like.

import type { Client, User } from "@twilio/conversations";
import type { Store } from "../../../widget/src/shared/store";
import type { State } from "./state";

export interface People {
  /** From now on this client is asked. */
  listen(client: Client): void;
  /** What a colleague is called. Until that is known it is the identity; the store tells when it is. */
  nameOf(identity: string): string;
  /** The address of a picture, or "". */
  pictureOf(identity: string): string;
}

/** The configuration says who is who; whom it gives no name, the service may know. */
export function createPeople(store: Store<State>): People {
  let client: Client | undefined;
  /** For whom this client was asked. */
  const requested = new Set<string>();
  const configured = (identity: string) => store.state.team.agents.find((agent) => agent.identity == identity);

  function setName({ identity, friendlyName }: User): void {
    if (requested.has(identity)) store.set({ names: { ...store.state.names, [identity]: friendlyName ?? "" } });
  }

  return {
    listen(next) {
      client = next;
      requested.clear();
      next.on("userUpdated", ({ user }) => setName(user));
    },
    nameOf(identity) {
      const name = configured(identity)?.name;
      if (name) return name;
      if (client && !requested.has(identity)) {
        requested.add(identity);
        client.getUser(identity).then(setName, () => {});
      }
      return store.state.names[identity] || identity;
    },
    pictureOf: (identity) => configured(identity)?.picture ?? "",
  };
}
