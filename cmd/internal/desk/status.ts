// What the desk says of itself: whether it is connected, whether the agent is away, and how what was asked for went.

import type { Store } from "../../../widget/src/shared/store";
import { write } from "../../../widget/src/window/bubble-list";
import type { State } from "./state";
import { findSummary } from "./thread-view";

export interface Status {
  /** Says something for a while. */
  say(text: string): void;
}

const sayMilliseconds = 4000;
const connectionTexts: Record<State["connection"], string> = { off: "", connecting: "Connecting…", on: "", failed: "No connection. Trying again…" };
const awayTexts = {
  chosen: "You are away; visitors see that. Nothing new is shown until you are back online.",
  idle: "You are away, as nobody has touched the desk for a while; visitors see that.",
};

export function showStatus(store: Store<State>): Status {
  const find = (id: string) => document.getElementById(id)!;
  let said = "";
  let saying: ReturnType<typeof setTimeout> | undefined;
  const update = () => write(find("status"), said || connectionTexts[store.state.connection]);

  store.watch(["connection"], update);
  store.watch(["away", "team"], ({ away, team }) => {
    const online = find("online");
    online.setAttribute("aria-checked", "" + !away);
    find("away").hidden = !away;
    write(find("away-text"), away ? awayTexts[away] : "");
    const me = team.agents.find(({ identity }) => identity == team.me);
    write(find("me"), team.me ? "Signed in as " + (me?.name || team.me) : "");
  });
  store.watch(["selected", "loaded", "connection", "missing", "conversations", "closed", "linked"], (state) => {
    const { selected, loaded, missing, connection, conversations } = state;
    const isThere = !!selected && !missing && (!loaded || !!findSummary(state, selected));
    find("thread").hidden = !isThere;
    find("blank").hidden = isThere;
    const texts = selected ? missing : loaded ? (conversations.length ? "Choose a conversation." : "") : connection == "off" ? "Go online to see the conversations." : "";
    write(find("blank"), texts);
  });

  return {
    say(text) {
      clearTimeout(saying);
      said = text;
      update();
      saying = setTimeout(() => {
        said = "";
        update();
      }, sayMilliseconds);
    },
  };
}
