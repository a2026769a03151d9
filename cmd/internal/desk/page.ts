// The team desk: the team's side of the chat, on Twilio's SDK like the visitor's. Connects what the other files make with each other and
// with page.html.tmpl.

import { createHolder, createStore } from "../../../widget/src/shared/store";
import { createAgent } from "./agent";
import { createAlerts } from "./alerts";
import { createAvailability } from "./availability";
import { createChime } from "./chime";
import { createClosed } from "./closed";
import { createConversations } from "./conversations";
import { createDialog, showSettings } from "./dialogs";
import { createDrafts } from "./drafts";
import { showFilters } from "./filters";
import { listenToKeys, listKeys, type Shortcuts } from "./keys";
import { showList } from "./list";
import { createNotices } from "./notices";
import { createOpening } from "./opening";
import { createPeople } from "./people";
import { lookEveryMilliseconds } from "./presence";
import { onRemembered } from "./remembered";
import { type Access, createServer } from "./server";
import { readSettings } from "./settings";
import { initialState, type State, type View } from "./state";
import { showStatus } from "./status";
import { createLookedAt, once } from "./tabs";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const desk = find("desk");
/** Who has touched nothing for longer may have gone: what is shown then counts as read when they are back. */
const hereMilliseconds = 60_000;

const store = createStore<State>(createHolder(initialState));
const settings = readSettings();
const drafts = createDrafts();
const people = createPeople(store);
const server = createServer(leave);
const closed = createClosed(store, server);

/** Goes to where the agent signs in, and comes back from there to the conversation that is open. */
function leave(): void {
  agent.stop();
  location.assign("sign-in" + location.hash);
}

const conversations = createConversations(store, (conversation) => opening.read(conversation), server.vouched);
const isHere = () => document.visibilityState == "visible" && availability.touchedWithin(hereMilliseconds);
const opening = createOpening({
  parts: { heading: find("name"), place: find("place"), note: find("who"), contact: find("contact"), done: find("done") },
  store,
  people,
  server,
  drafts,
  find: conversations.find,
  isHere,
});

/** Asks who is signed in, with what they need to connect. */
async function access(signal?: AbortSignal): Promise<Access> {
  const access = await server.access(signal);
  const { identity, agents, awaySeconds } = access;
  drafts.own(identity);
  await opening.adopt();
  store.set({ team: { me: identity, agents } });
  opening.restoreDraft();
  availability.limit(awaySeconds);
  return access;
}

const agent = createAgent({
  access,
  created(client) {
    people.listen(client);
    conversations.listen(client, store.state.team);
  },
  state(connection) {
    store.set({ connection });
    if (connection == "on") opening.resume();
  },
});

const status = showStatus(store);
/** When the agent came back by touching the desk. */
let backAt = 0;
const availability = createAvailability((away) => {
  if (store.state.away == "idle" && !away) backAt = Date.now();
  store.set({ away });
  if (!away) return agent.start();
  agent.stop();
  // A link has led here: what it names can be read all the same.
  if (!store.state.team.me) access().catch(() => {});
});
function toggleAway(): void {
  // The touch has brought them back already: the same click must not send them away again.
  if (Date.now() - backAt > 1000) availability.choose(!!store.state.away);
}
find("online").addEventListener("click", toggleAway);
find("go-online").addEventListener("click", () => availability.choose(true));
availability.onTouch(() => opening.returned());
setInterval(opening.look, lookEveryMilliseconds);

const list = showList({ scroller: find("scroller"), list: find("list") }, store, people, conversations.see);
const search = find<HTMLInputElement>("search");
showFilters({ views: find("views"), search, empty: find("empty"), more: find("more"), found: find("found") }, store, closed, conversations.seeAll);

const about = find("about");
function showAbout(on: boolean): void {
  about.setAttribute("aria-expanded", "" + on);
  desk.classList.toggle("about", on);
}
const isAbout = () => about.getAttribute("aria-expanded") == "true";
about.addEventListener("click", () => showAbout(!isAbout()));

/** Marks the open conversation as done, or that of the row that has the focus; one that is done is opened again. */
async function toggleDone(): Promise<void> {
  const sid = store.state.selected || list.focused();
  const conversation = store.state.conversations.find((other) => other.sid == sid);
  if (!conversation) return;
  const { state, lastIndex } = conversation;
  try {
    await (state == "done" ? server.reopen(conversation.sid) : server.setDone(conversation.sid, lastIndex));
    status.say(state == "done" ? "Open again." : "Marked as done.");
  } catch (error) {
    status.say((error as Error).message);
  }
}
// The second click of a double one means the same as the first, and not the opposite.
find("done").addEventListener("click", ({ detail }) => detail > 1 || toggleDone());

const lookedAt = createLookedAt(() => store.state.selected);
/** The entry of the browser's history before this one is the list. */
let fromList = false;
function select(event?: Event): void {
  const before = opening.select();
  fromList = !!event && !before;
  lookedAt.changed();
  const { selected } = store.state;
  document.body.classList.toggle("reading", !!selected);
  if (before != selected) showAbout(false);
  if (!selected) return before ? list.focus(before) : undefined;
  // On a phone the keyboard would cover what is to be read.
  if (matchMedia("(hover: hover)").matches) opening.focusReply();
  else find("name").focus({ preventScroll: true });
}

/** Back to the list, as the browser's own button leads there: that doesn't lead to the conversation again then. */
function toList(): void {
  if (fromList) history.back();
  else location.replace("#");
}
document.querySelector(".back")!.addEventListener("click", (event) => {
  event.preventDefault();
  toList();
});

desk.addEventListener("keydown", (event) => {
  if (event.key != "Escape" || event.isComposing) return;
  if (event.target == search && search.value) {
    search.value = "";
    store.set({ query: "" });
  } else if (isAbout()) {
    showAbout(false);
    about.focus();
  } else if (store.state.selected) toList();
});

const openKeys = createDialog("keys", find("open-keys"));
createDialog("settings", find("open-settings"));
showSettings(settings);
const view = (view: View) => () => {
  search.value = "";
  store.set({ view, query: "" });
  list.focus();
};
const shortcuts: Shortcuts = {
  shortcuts: [
    { keys: ["j"], shown: "j or k", does: "Next or previous conversation", repeats: true, run: () => list.step(1) },
    { keys: ["k"], repeats: true, run: () => list.step(-1) },
    { keys: ["ArrowDown"], alt: true, shown: "Alt ↓ or Alt ↑", does: "The same, also while writing", repeats: true, run: () => list.step(1) },
    { keys: ["ArrowUp"], alt: true, repeats: true, run: () => list.step(-1) },
    { keys: ["r"], does: "Write a reply", run: opening.focusReply },
    { keys: ["e"], does: "Mark as done, or reopen", run: toggleDone },
    { keys: ["c"], does: "Contact", run: () => store.state.selected && showAbout(!isAbout()) },
    { keys: ["/"], does: "Search", run: () => search.focus() },
    { keys: ["1"], does: "Open conversations", run: view("open") },
    { keys: ["2"], does: "Those that wait for us longest", run: view("waiting") },
    { keys: ["3"], does: "Those that are done", run: view("done") },
    { keys: ["4"], does: "Closed ones", run: view("closed") },
    { keys: ["a"], does: "Away, or back online", run: toggleAway },
    { keys: ["?"], does: "This sheet", run: () => openKeys() },
  ],
  listed: [
    ["↑ or ↓", "Through the list"],
    ["Enter", "Open a conversation; send a reply"],
    ["Shift Enter", "New line"],
    ["Esc", "Back to the list"],
  ],
  letters: () => settings.letters,
};
listenToKeys(shortcuts);
listKeys(find("keys-list"), shortcuts);

const notices = createNotices((sid) => sid && (location.hash = sid));
createAlerts(store, {
  settings,
  looksAt: (sid) => lookedAt.is(sid) && availability.touchedWithin(hereMilliseconds),
  once,
  notices,
  chime: createChime(),
});
document.getElementById("sign-out")?.addEventListener("submit", () => {
  drafts.end();
  notices.keep(() => false);
});
// Somebody has signed out in another tab, at the page to sign in at.
onRemembered((key) => key == "signed-out" && void server.access().catch(() => {}));
addEventListener("hashchange", select);
// A page that the browser has kept has lost its connection for good.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
select();
