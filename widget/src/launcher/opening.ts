import type { App, CreateWindow, ChatWindow } from "../shared/app";
import { doc } from "../shared/dom";
import { warn } from "../shared/warn";

/** Opens and closes the window, and loads it before. */
export interface Opening {
  /** Loads the window, so that it is there when it is wanted. Whoever doesn't wait for that need not care whether it comes. */
  prepare(): Promise<ChatWindow>;
  /** Quiet: as the visitor left it on the page before, so without motion, and the focus stays where it is. */
  set(open: boolean, quiet?: boolean): void;
}

/** Where the page is opened with the chat. */
export const hash = "#missive-chat";

export function createOpening(app: App): Opening {
  const { store, signal } = app;
  let loading: Promise<ChatWindow> | undefined;
  const prepare = () => {
    loading ??= app.need<CreateWindow>(WINDOW_FILE).then((create) => create(app));
    // The next try may do better.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const set: Opening["set"] = (open, quiet = false) => {
    // A page may hold on to the API of a chat that is gone.
    if (signal.aborted) return;
    app.attach();
    if (!(open || store.state.open)) return;
    store.set({ open, broken: false });
    prepare()
      .then((chatWindow) => {
        const { shown } = store.state;
        // It may have been closed, or opened again, while the file was on its way.
        if (signal.aborted || open != store.state.open || !(open || shown)) return;
        store.set({ shown: open });
        // Opened again, it comes to the front: the page may have put something above it.
        chatWindow.show(open, quiet);
        if (open != shown) app.emit(open ? "onOpen" : "onClose");
      })
      .catch((error) => {
        store.set({ open: false, broken: true });
        warn("can’t open: " + error.message);
      });
  };
  // Elements of the page that open the chat without a line of script. Before the page, which may keep the click to itself.
  doc.addEventListener(
    "click",
    (event) => {
      const here = location.href.replace(/#.*|$/, hash);
      if (!event.composedPath().some((target: any) => target.href == here || target.matches?.(`[data-missive-open],[href="${hash}"]`))) return;
      event.preventDefault();
      set(true);
    },
    { capture: true, signal },
  );
  return { prepare, set };
}
