import type { Holder } from "./store";
import type { LauncherConfig, State } from "./types";

/** What asking needs of the chat. */
interface Asker {
  id: string;
  config: LauncherConfig;
  signal: AbortSignal;
  store: Pick<Holder<State>, "set">;
}

/** Asks the token endpoint whether the team is online. Without an answer the store stays as it is. */
export async function askAvailability({ id, config, signal, store }: Asker): Promise<void> {
  try {
    const { tokenUrl } = config.connection;
    const { online } = await (await fetch(`${tokenUrl}${tokenUrl.includes("?") ? "&" : "?"}account=${id}`, { signal })).json();
    store.set({ online: online === true });
  } catch {
    // Blocked, no network, or no JSON: nothing is known, as before.
  }
}
