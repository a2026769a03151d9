// The team desk of the preview: the team's side of the chat, on Twilio's SDK like the visitor's. See templates/desk.html.tmpl.

import type { Conversation } from "@twilio/conversations";
import { createAgent } from "./agent";
import { showList } from "./list";
import { createRoom, type Room } from "./room";
import type { State } from "./state";
import { createTalks } from "./conversations";
import { type RoomView, showRoom } from "./room-view";
import { createHolder, createStore } from "../../../widget/src/shared/store";

const find = (id: string) => document.getElementById(id)!;
const desk = find("desk");
/** In this browser, whether the agent wants to be online. */
const memory = "missive-desk-offline";
const title = document.title;

const store = createStore<State>(createHolder({ line: "off", loaded: false, talks: [], names: {}, selected: "" }));
const rooms = new Map<string, { room: Room; draft: { text: string } }>();
const connected = () => store.state.line == "on";
let me = "";

function roomOf(sid: string) {
  let known = rooms.get(sid);
  if (!known) rooms.set(sid, (known = { room: createRoom(connected), draft: { text: "" } }));
  return known;
}

// What fails here has lost its connection, and is done again when that is back.
function open(conversation: Conversation): void {
  const { sid } = conversation;
  const waiting = rooms.get(sid)?.room.store.state.messages.some(({ state }) => state == "pending");
  if (sid == store.state.selected || waiting) roomOf(sid).room.open(conversation, me).catch(() => {});
}

const talks = createTalks(store, open);
const agent = createAgent({
  created(client, identity) {
    me = identity;
    talks.listen(client, identity);
  },
  state(line) {
    store.set({ line });
    for (const sid of rooms.keys()) {
      const conversation = line == "on" && talks.find(sid);
      if (conversation) open(conversation);
    }
  },
});

// The address says which conversation is open: back, reload and links work.
let shown: RoomView | undefined;
function select(): void {
  const sid = location.hash.slice(1);
  const before = store.state.selected;
  if (sid == before && shown) return;
  shown?.end();
  shown = undefined;
  store.set({ selected: sid });
  desk.classList.toggle("reading", !!sid);
  showAbout(false);
  if (sid) {
    const { room, draft } = roomOf(sid);
    shown = showRoom({ heading: find("name"), place: find("place"), note: find("who"), contact: find("contact") }, store, talks, room, sid, draft);
    const conversation = talks.find(sid);
    if (conversation) open(conversation);
    // On a phone the keyboard would cover what is to be read.
    if (matchMedia("(hover: hover)").matches) shown.focus();
    else find("name").focus({ preventScroll: true });
  } else if (before) document.querySelector<HTMLElement>(`#list a[href="#${CSS.escape(before)}"]`)?.focus();
}

const about = find("about");
function showAbout(on: boolean): void {
  about.ariaExpanded = "" + on;
  desk.classList.toggle("about", on);
}
about.addEventListener("click", () => showAbout(about.ariaExpanded != "true"));
desk.addEventListener("keydown", (event) => {
  if (event.key != "Escape" || event.isComposing) return;
  if (about.ariaExpanded == "true") {
    showAbout(false);
    about.focus();
  } else if (store.state.selected) location.hash = "";
});

const online = find("online");
function go(on: boolean): void {
  online.ariaChecked = "" + on;
  if (on) agent.start();
  else agent.stop();
}
online.addEventListener("click", () => {
  const on = online.ariaChecked != "true";
  try {
    if (on) localStorage.removeItem(memory);
    else localStorage.setItem(memory, "1");
  } catch {
    // Blocked: the next visit begins online.
  }
  go(on);
});
// Another desk in this browser was switched: the team is offline when all are.
addEventListener("storage", ({ key, newValue }) => key == memory && go(newValue === null));

const said = { off: "", connecting: "Connecting…", on: "", failed: "No connection. Trying again…" };
store.watch(["line", "talks", "names", "selected", "loaded"], (state) => {
  const { line, talks, selected, loaded } = state;
  shown?.update(state);
  find("status").textContent = said[line];
  find("offline").hidden = line != "off";
  const gone = !!selected && !talks.some(({ sid }) => sid == selected);
  find("room").hidden = !selected || gone;
  const blank = find("blank");
  blank.hidden = !!selected && !gone;
  if (!loaded) blank.textContent = line == "off" ? "Go online to see the conversations." : "";
  else if (gone) blank.textContent = "This conversation is closed. If the visitor writes again, a new one begins.";
  else blank.textContent = talks.length ? "Choose a conversation." : "";
  const unread = talks.reduce((sum, talk) => sum + talk.unread, 0);
  document.title = unread ? `(${unread}) ${title}` : title;
});
showList(find("list"), find("empty"), store);
addEventListener("hashchange", select);
select();
let wanted = true;
try {
  wanted = !localStorage.getItem(memory);
} catch {
  // Blocked.
}
go(wanted);
