import type { App } from "../shared/app";

/** window.MissiveChat: the methods, or until the script has arrived the snippet's queue of calls. */
export interface Api {
  [method: string]: any;
  /** The account. */
  id?: string;
  /** Calls that came too early: name and arguments. */
  q?: [string, Iterable<unknown>][];
}

interface Named {
  email?: unknown;
}

export function createApi({ id, store, paint }: Pick<App, "id" | "store" | "paint">, open: (open: boolean) => void, destroy: () => void): Api {
  return {
    id,
    open: () => open(true),
    close: () => open(false),
    toggle: () => open(!store.state.open),
    isOpen: () => store.state.open,
    showButton: () => store.set({ button: true }),
    hideButton: () => store.set({ button: false }),
    setUser(user: unknown, again?: boolean) {
      // The snippet that runs again names a user where none was named before.
      const [before] = store.state.user || [{}];
      if (!again || ((user as Named)?.email && before && !(before as Named).email)) store.set({ user: [user] });
    },
    setMeta: (meta: unknown) => store.set({ meta: [meta] }),
    // Below what is there: what is set already stays.
    addMeta: (meta: unknown) => store.set({ meta: [meta, ...store.state.meta] }),
    setVariables(variables: object) {
      // First as given: the window, if it is there, paints over what is wrong.
      paint(variables);
      store.set({ variables: { ...store.state.variables, ...variables } });
    },
    destroy,
  };
}

/** What stands in for the API while there is none: it keeps the calls for the next launcher, as the snippet does. */
export function createQueue(api: Api): Api {
  const queue: Api = { q: [] };
  for (const name in api) if (name != "id") queue[name] = (...given: unknown[]) => void queue.q!.push([name, given]);
  queue.isOpen = () => false;
  return queue;
}
