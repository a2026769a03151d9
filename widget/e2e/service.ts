// Stands in for the connection's file: what arrives through it, the test decides. The launcher, the window
// and all that they do with it are the real ones, and so is what the connection makes of news.

import { tellNews } from "../src/connection/news";
import type { StartConnection } from "../src/shared/app";
import type { Message } from "../src/shared/types";

const start: StartConnection = (app, _, visitor) => {
  const { store } = app;
  const set = (messages: readonly Message[]) => store.set({ messages });
  let count = 0;
  tellNews(app, visitor, () => {});
  window.service = {
    /** A message from the team. */
    say(body, more) {
      set([...store.state.messages, { id: "team" + count++, body, own: false, time: Date.now(), ...more }]);
    },
    /** The service has accepted what was pending. */
    accept() {
      set(store.state.messages.map(({ state, ...message }, index) => ({ index, ...message })));
    },
    /** The service refuses what is pending. */
    refuse() {
      set(store.state.messages.map((message) => (message.state ? { ...message, state: "failed" } : message)));
    },
    set: store.set,
    get pending() {
      return store.state.messages.filter((message) => message.state == "pending") as typeof service.pending;
    },
  };
  return { retry: () => store.set({ connecting: false, failed: false }), typing() {}, older() {} };
};

(document.currentScript as HTMLScriptElement).hand!(([handOver]) => handOver(start));
