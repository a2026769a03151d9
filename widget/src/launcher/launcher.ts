// The entry of missive.js, the one file that every page loads: shows the button and offers the API.
// It asks for nothing and writes nothing until the visitor shows interest.

import type { App, Early } from "../shared/app";
import { doc } from "../shared/dom";
import { launcherDefaults } from "../shared/generated";
import { storagePrefix } from "../shared/storage-key";
import { createHolder } from "../shared/store";
import type { State } from "../shared/types";
import { warn } from "../shared/warn";
import { type Api, createApi, createQueue } from "./api";
import { createButton } from "./button";
import { readLauncherConfig } from "./configuration";
import { createOpening, hash } from "./opening";
import { folders, loadFile, script } from "./scripts";
import { createShell } from "./shell";

const page = window as { MissiveChat?: Api; MissiveChatConfig?: Record<string, any> };
const { id } = SETUP;
const [folder, name] = (script?.src.split(`/${id}/missive.`) ?? []) as [string, string?];
// Where the script comes from, so that a copy of dist/ works wherever it is put. Under another name it is in somebody else's file,
// which must not run again.
const base = /^(\w+\.)?js([?#]|$)/.test(name!) && !folder.includes("?") ? folder : SETUP.host;
folders.push(`${base}/${id}`, `${base}/assets`, `${SETUP.host}/assets`);
// A frame of that name is not ours, and one of another site must not even be asked.
if (page.MissiveChat?.window) page.MissiveChat = undefined;
if (page.MissiveChatConfig?.window) page.MissiveChatConfig = undefined;

const there = page.MissiveChat;
if (script?.hand) script.hand(([handOver]) => handOver(boot));
// What has no function there is an element of the page that carries our name.
else if (!there?.isOpen?.call || there.q) boot();
else if (there.id != id) warn(`account ${there.id} is here already, ${id} is left out`);
else if (doc.body && !doc.querySelector("missive-chat")) {
  // A single-page app threw the first one away with the page that it was on.
  there.destroy();
  boot();
} else there.setUser(page.MissiveChatConfig?.user, true);

/** Past: the state of an older launcher, from which this one takes over. */
function boot(past?: State): void {
  const given = page.MissiveChatConfig;
  const config = readLauncherConfig(SETUP, given);
  const { chat } = config;
  const stop = new AbortController();
  const { signal } = stop;
  const shell = createShell(config, signal, () => restart(boot));
  const store = createHolder<State>(
    past || {
      open: false,
      shown: false,
      button: !chat.hidden,
      messages: [],
      user: given?.user !== undefined && [given!.user],
      meta: [SETUP.meta, given?.meta],
      variables: given?.chat?.variables ?? {},
    },
  );

  /** Loads one of our files. When it is gone, this launcher is of an older build: a fresh one takes over, once. */
  async function need<T>(file: string): Promise<T> {
    const load = (from: string) => loadFile<T>(`${from}/assets/${file}`, shell.host);
    try {
      // Somebody may have copied missive.js alone.
      return await load(base).catch(() => load(SETUP.host));
    } catch (error) {
      // A pinned launcher is not replaced: its page allows this very file and no other.
      if (INTEGRITY || past || signal.aborted) throw error;
      const fresh = await loadFile<typeof boot>(`${base}/${id}/missive.js?${Date.now()}`, shell.host);
      return new Promise(() => restart(fresh));
    }
  }

  /** Has another launcher take over. */
  function restart(start: typeof boot): void {
    const { open } = store.state;
    destroy();
    start({ ...store.state, open: false, shown: false });
    if (open) page.MissiveChat!.open();
  }

  function emit(callback: string, argument?: unknown): void {
    try {
      given?.[callback]?.call?.(given, argument);
    } catch (error) {
      reportError(error);
    }
  }

  function destroy(): void {
    stop.abort();
    shell.host.remove();
    page.MissiveChat = createQueue(api);
  }

  const app: App = { ...shell, id, base, config, defaults: launcherDefaults, given: [SETUP, given], store, signal, emit, need, close: () => opening.set(false) };
  const opening = createOpening(app);
  const api = createApi(app, opening.set, destroy);
  shell.paint({ ...chat.variables, ...store.state.variables });
  createButton(app, opening);
  /** What is stored, as JSON: in a text the quotes of these keys would have a backslash before them. */
  let memories = "";
  let known = false;
  // Who has a conversation is connected again, so that the badge can count. The window's file does that. Who has only a secret
  // may have one: the answer to their first request was lost.
  const recall = () => {
    try {
      memories = localStorage[storagePrefix + id];
      if (!known && (known = /"(session|secret)":/.test(memories))) (window.requestIdleCallback || setTimeout)(opening.prepare);
    } catch {
      // Storage may be blocked.
    }
  };
  recall();
  // Another tab may begin one, and in this one the page that is left for another, until it is come back to.
  addEventListener("storage", recall, { signal });
  addEventListener("pageshow", recall, { signal });
  // Until then what follows the page is hidden: it would be light on a dark one.
  if (chat.scheme == "host" || (chat.hideWhenOffline && !known))
    need<Early>(EARLY_FILE).then((early) => early(app)).catch(() => {}).then(() => shell.root.classList.remove("host"));
  page.MissiveChat = api;
  if (past) return;
  if (chat.rememberOpenState && innerWidth >= 600 && /"open":true/.test(memories)) opening.set(true, true);
  emit("onReady");
  if (location.hash == hash) opening.set(true);
  there?.q?.map?.(([name, given]) => api[name]?.(...given));
}
