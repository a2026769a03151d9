// The entry of missive.js, the one file that every page loads: shows the button and offers the API.
// It asks for nothing and writes nothing until the visitor shows interest.

import type { App, FollowPage } from "../shared/app";
import { launcherDefaults } from "../shared/generated";
import { storagePrefix } from "../shared/storage-key";
import { createHolder } from "../shared/store";
import type { State } from "../shared/types";
import { warn } from "../shared/warn";
import { type Api, createApi, createQueue } from "./api";
import { askAvailability } from "./availability";
import { createButton } from "./button";
import { readLauncherConfig } from "./configuration";
import { createOpening } from "./opening";
import { currentScript, loadFile } from "./scripts";
import { createShell } from "./shell";

const page = window as { MissiveChat?: Api; MissiveChatConfig?: Record<string, any> };
const { id } = SETUP;
const script = currentScript();
// The script's own address, so that a copy of dist/ works wherever it is put.
const source = script?.src || `${SETUP.host}/${id}/missive.js`;

const there = page.MissiveChat;
if (script?.hand) script.hand(([handOver]) => handOver(boot));
else if (!there?.isOpen || there.q) boot();
else if (there.id != id) warn(`account ${there.id} is on this page already, ${id} is left out`);
else if (!document.querySelector("missive-chat")) {
  // A single-page app threw the first one away with the page that it was on.
  there.destroy();
  boot();
}

/** Past: the state of an older launcher, from which this one takes over. */
function boot(past?: State): void {
  const given = page.MissiveChatConfig;
  const config = readLauncherConfig(SETUP, given);
  const { chat } = config;
  const stop = new AbortController();
  const { signal } = stop;
  const shell = createShell(config);
  const store = createHolder(past || firstState(chat.hidden, given));

  /** Loads one of our files. When it is gone, this launcher is of an older build: a fresh one takes over, once. */
  async function need<T>(file: string): Promise<T> {
    try {
      return await loadFile<T>(new URL("../assets/" + file, source).href, shell.host);
    } catch (error) {
      // A pinned launcher is not replaced: its page allows this very file and no other.
      if (INTEGRITY || past || signal.aborted) throw error;
      const fresh = await loadFile<typeof boot>(source.replace(/[?#].*|$/, "?" + Date.now()), shell.host);
      const { open } = store.state;
      destroy();
      fresh({ ...store.state, open: false, shown: false });
      if (open) page.MissiveChat!.open();
      return new Promise(() => {});
    }
  }

  function emit(callback: string, argument?: unknown): void {
    try {
      if (typeof given?.[callback] == "function") given[callback](argument);
    } catch (error) {
      reportError(error);
    }
  }

  function destroy(): void {
    stop.abort();
    shell.host.remove();
    page.MissiveChat = createQueue(api);
  }

  const app: App = { ...shell, id, source, config, defaults: launcherDefaults, given: [SETUP, given], store, signal, emit, need, close: () => opening.set(false) };
  const opening = createOpening(app);
  const api = createApi(app, opening.set, destroy);
  shell.paint(chat.variables);
  shell.paint(store.state.variables);
  createButton(app, opening);
  // Until then it is hidden: it would be light on a dark page.
  if (chat.scheme == "host") need<FollowPage>(SCHEME_FILE).then((follow) => follow(app)).catch(() => {}).then(() => shell.root.classList.remove("host"));
  shell.attach();
  listenToPage(app, opening.set);
  const early = page.MissiveChat?.q || [];
  page.MissiveChat = api;
  if (past) return;
  const memories = recall();
  // Who has a conversation is connected again, so that the badge can count. The window's file does that. Who has only a secret
  // may have one: the answer to their first request was lost.
  if (memories.session || memories.secret) whenIdle(() => opening.prepare().catch(() => {}));
  else if (chat.hideWhenOffline) whenIdle(() => askAvailability(app));
  if (chat.rememberOpenState && innerWidth >= 600 && memories.open) opening.set(true, true);
  emit("onReady");
  for (const [name, given] of early) api[name]?.(...given);
}

function firstState(hidden: boolean, given: Record<string, any> | undefined): State {
  return {
    open: false,
    shown: false,
    button: !hidden,
    messages: [],
    unread: 0,
    seen: -1,
    user: given?.user !== undefined && [given!.user],
    meta: [SETUP.meta, given?.meta],
    variables: {},
  };
}

/** Elements of the page that open the chat without a line of script. */
function listenToPage({ signal }: Pick<App, "signal">, open: (open: boolean) => void): void {
  const opens = (target: EventTarget) => target instanceof Element && target.matches('[data-missive-open],[href="#missive-chat"]');
  const listener = (event: Event) => {
    if (!event.composedPath().some(opens)) return;
    event.preventDefault();
    open(true);
  };
  document.addEventListener("click", listener, { signal });
}

function whenIdle(work: () => void): void {
  (window.requestIdleCallback || setTimeout)(work);
}

/** What was stored on an earlier page. Storage may be blocked. */
function recall(): { open?: unknown; session?: unknown; secret?: unknown } {
  try {
    return JSON.parse(localStorage[storagePrefix + id]) || {};
  } catch {
    return {};
  }
}
