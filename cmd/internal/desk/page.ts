// The team desk of the preview: the team's side of the chat, on Twilio's SDK like the visitor's. Connects what the other files make with
// each other and with page.html.tmpl.

import type { Conversation } from "@twilio/conversations";
import { createAgent, requestVouched } from "./agent";
import { showList } from "./list";
import type { State, Team } from "./state";
import { createConversations } from "./conversations";
import { createThread, type Thread } from "./thread";
import { showThread, type ThreadView } from "./thread-view";
import { createHolder, createStore } from "../../../widget/src/shared/store";

const find = (id: string) => document.getElementById(id)!;
const desk = find("desk");
/** Until a conversation that could not be read is read again. */
const retryPauseMilliseconds = 2000;
/** Storage key: set while the agent wants to be offline. */
const offlineKey = "missive-desk-offline";
const title = document.title;

const store = createStore<State>(createHolder({ connection: "off", loaded: false, conversations: [], names: {}, selected: "" }));
const threads = new Map<string, { thread: Thread; draft: { text: string } }>();
const isConnected = () => store.state.connection == "on";
let team: Team = { me: "", agents: [] };

function threadOf(sid: string) {
  let known = threads.get(sid);
  if (!known) threads.set(sid, (known = { thread: createThread(isConnected), draft: { text: "" } }));
  return known;
}

/** Reads a conversation that is shown, or where something is still to be sent, and goes on trying while the client that has it is there. */
function open(conversation: Conversation): void {
  const { sid } = conversation;
  if (conversations.find(sid) != conversation) return;
  const pending = threads.get(sid)?.thread.store.state.messages.some(({ state }) => state == "pending");
  if (sid != store.state.selected && !pending) return;
  threadOf(sid)
    .thread.open(conversation, team)
    .catch(() => setTimeout(open, retryPauseMilliseconds, conversation));
}

const conversations = createConversations(store, open, requestVouched);
const agent = createAgent({
  created(client, next) {
    team = next;
    conversations.listen(client, next);
  },
  state(connection) {
    store.set({ connection });
    for (const sid of threads.keys()) {
      const conversation = connection == "on" && conversations.find(sid);
      if (conversation) open(conversation);
    }
  },
});

// The address names the open conversation, so that back, reload and links work.
let shown: ThreadView | undefined;
function select(): void {
  const sid = location.hash.slice(1);
  const before = store.state.selected;
  if (sid == before && shown) return;
  shown?.destroy();
  shown = undefined;
  store.set({ selected: sid });
  desk.classList.toggle("reading", !!sid);
  showAbout(false);
  if (sid) {
    const { thread, draft } = threadOf(sid);
    shown = showThread({ heading: find("name"), place: find("place"), note: find("who"), contact: find("contact") }, store, conversations, thread, sid, draft);
    const conversation = conversations.find(sid);
    if (conversation) open(conversation);
    // On a phone the keyboard would cover what is to be read.
    if (matchMedia("(hover: hover)").matches) shown.focus();
    else find("name").focus({ preventScroll: true });
  } else if (before) document.querySelector<HTMLElement>(`#list a[href="#${CSS.escape(before)}"]`)?.focus();
}

const about = find("about");
function showAbout(on: boolean): void {
  about.setAttribute("aria-expanded", "" + on);
  desk.classList.toggle("about", on);
}
about.addEventListener("click", () => showAbout(about.getAttribute("aria-expanded") != "true"));
desk.addEventListener("keydown", (event) => {
  if (event.key != "Escape" || event.isComposing) return;
  if (about.getAttribute("aria-expanded") == "true") {
    showAbout(false);
    about.focus();
  } else if (store.state.selected) location.hash = "";
});

const online = find("online");
function setOnline(on: boolean): void {
  online.setAttribute("aria-checked", "" + on);
  if (on) agent.start();
  else agent.stop();
}
online.addEventListener("click", () => {
  const on = online.getAttribute("aria-checked") != "true";
  try {
    if (on) localStorage.removeItem(offlineKey);
    else localStorage.setItem(offlineKey, "1");
  } catch {
    // Storage is blocked: the next visit begins online.
  }
  setOnline(on);
});
// The switch is for all desks of a browser: one that stays connected keeps the team online.
addEventListener("storage", ({ key, newValue }) => key == offlineKey && setOnline(newValue === null));

const statusTexts = { off: "", connecting: "Connecting…", on: "", failed: "No connection. Trying again…" };
store.watch(["connection", "conversations", "names", "selected", "loaded"], (state) => {
  const { connection, conversations, selected, loaded } = state;
  shown?.update(state);
  find("status").textContent = statusTexts[connection];
  find("offline").hidden = connection != "off";
  const closed = !!selected && !conversations.some(({ sid }) => sid == selected);
  find("thread").hidden = !selected || closed;
  const blank = find("blank");
  blank.hidden = !!selected && !closed;
  if (!loaded) blank.textContent = connection == "off" ? "Go online to see the conversations." : "";
  else if (closed) blank.textContent = "This conversation is closed. If the visitor writes again, a new one begins.";
  else blank.textContent = conversations.length ? "Choose a conversation." : "";
  const unread = conversations.reduce((sum, { unread }) => sum + unread, 0);
  document.title = unread ? `(${unread}) ${title}` : title;
});
showList(find("list"), find("empty"), store);
addEventListener("hashchange", select);
select();
let wanted = true;
try {
  wanted = !localStorage.getItem(offlineKey);
} catch {
  // Storage is blocked.
}
setOnline(wanted);
