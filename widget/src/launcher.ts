// The entry of missive.js, the one file that every page loads: shows the button and offers the API.
// It asks for nothing and writes nothing until the visitor shows interest.

import { type Api, createApi, createQueue } from "./api";
import type { App, State } from "./app";
import { createButton } from "./button";
import { layer, warn } from "./config";
import { launcherDefaults } from "./generated";
import { currentScript, load } from "./load";
import { createOpening } from "./opening";
import { createShell } from "./shell";
import { createStore } from "./store";

const page = window as { MissiveChat?: Api; MissiveChatConfig?: Record<string, any> };
const { id } = SETUP;
const script = currentScript();
// The script's own address, so that a copy of dist/ works wherever it is put.
const source = script?.src || `${SETUP.host}/${id}/missive.js`;

const there = page.MissiveChat;
if (script?.hand) script.hand(boot);
else if (!there?.isOpen || there.q) boot();
else if (there.id != id) warn(`account ${there.id} is on this page already, ${id} is left out`);
else if (!document.querySelector("missive-chat")) {
  // A single-page app threw the first one away with the page that it was on.
  there.destroy();
  boot();
}

/** Past: what an older launcher leaves to this one. */
function boot(past?: State): void {
  const given = page.MissiveChatConfig;
  const config = layer(layer(structuredClone(launcherDefaults), SETUP), given);
  const { chat } = config;
  const stop = new AbortController();
  const { signal } = stop;
  const shell = createShell(config);
  const store = createStore<State>({
    open: false,
    shown: false,
    broken: false,
    button: !chat.hidden,
    connecting: false,
    failed: false,
    messages: [],
    unread: 0,
    user: given?.user,
    meta: { ...SETUP.meta, ...given?.meta },
    variables: {},
    ...past,
  });
  const app: App = {
    ...shell,
    id,
    source,
    config,
    given: [SETUP, given],
    store,
    signal,
    emit(callback, argument) {
      try {
        given?.[callback]?.(argument);
      } catch (error) {
        reportError(error);
      }
    },
    async need<T>(file: string): Promise<T> {
      try {
        return await load<T>(new URL("../assets/" + file, source).href, shell.host);
      } catch (error) {
        if (past || signal.aborted) throw error;
        // Gone: this launcher is of an older build. A fresh one takes over, once.
        const fresh = await load<typeof boot>(source.replace(/[?#].*|$/, "?" + Date.now()), shell.host);
        const { open } = store.state;
        destroy();
        fresh({ ...store.state, open: false });
        if (open) page.MissiveChat!.open();
        return new Promise(() => {});
      }
    },
    async askAvailability() {
      const url = new URL(config.connection.tokenUrl);
      url.searchParams.set("account", id);
      const { online } = await (await fetch(url, { signal })).json();
      store.set({ online: online === true });
    },
    close: () => opening.set(false),
  };
  const opening = createOpening(app);
  const destroy = () => {
    stop.abort();
    store.clear();
    shell.host.remove();
    page.MissiveChat = createQueue(api);
  };
  const api = createApi(app, opening.set, destroy);

  shell.paint(chat.variables);
  shell.paint(store.state.variables);
  createButton(app, opening);
  shell.attach();
  listenToPage(app, opening.set);
  const { q = [] } = page.MissiveChat || {};
  page.MissiveChat = api;
  if (past) return;
  if (chat.hideWhenOffline) (window.requestIdleCallback || setTimeout)(() => app.askAvailability().catch(() => {}));
  if (chat.rememberOpenState && innerWidth >= 600 && wasOpen()) opening.set(true, true);
  app.emit("onReady");
  for (const [name, given] of q) api[name]?.(...Array.from(given));
}

/** Elements of the page that open the chat without a line of script. */
function listenToPage({ signal }: App, open: (open: boolean) => void): void {
  const opens = (target: EventTarget) => target instanceof Element && target.matches('[data-missive-open],[href="#missive-chat"]');
  const listener = (event: Event) => {
    if (!event.composedPath().some(opens)) return;
    event.preventDefault();
    open(true);
  };
  document.addEventListener("click", listener, { signal });
}

/** Whether the window was open when the visitor left the page. Storage may be blocked. */
function wasOpen(): unknown {
  try {
    return JSON.parse(localStorage["missive-chat:" + id]).open;
  } catch {
    return false;
  }
}
