import type { Holder } from "../shared/store";
import type { LauncherConfig, State } from "../shared/types";

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
    const url = new URL(config.connection.tokenUrl);
    url.searchParams.set("account", id);
    const { online } = await (await fetch(url, { signal })).json();
    store.set({ online: online === true });
  } catch {
    // Blocked, no network, or no JSON: nothing is known, as before.
  }
}
