// What unit tests of the desk begin with: a team, a conversation, a state.

import { createHolder, createStore, type Store } from "../../../widget/src/shared/store";
import type { People } from "./people";
import { type Agent, type ConversationSummary, initialState, type State, type Team } from "./state";

const agent = (identity: string, name = "", picture = ""): Agent => ({ identity, name, picture });

export const team: Team = { me: "me", agents: [agent("me"), agent("jo")] };

export const jane: ConversationSummary = {
  sid: "CH1",
  state: "active",
  account: "acme",
  title: "Jane Doe",
  name: "Jane Doe",
  email: "",
  verification: "unverified",
  vouched: true,
  time: 0,
  lastIndex: -1,
  unread: 0,
  typing: false,
  present: [],
};

/** A desk that is connected. */
export const createDeskStore = (change: Partial<State> = {}): Store<State> => createStore<State>(createHolder({ ...initialState, connection: "on", ...change }));

export const nobody: People = { listen() {}, nameOf: (identity) => identity, pictureOf: () => "" };
