// The window: what missive.js loads on the first hint of interest. It takes the configuration as a whole,
// says in the console what is wrong with it, and puts the parts together.

import { askAvailability } from "../shared/availability";
import { buttonKeys } from "../launcher/button";
import { handOver } from "../launcher/scripts";
import type { App, ChatWindow, WindowApp } from "../shared/app";
import { createStore } from "../shared/store";
import { mergeChecked, readConfig } from "./configuration";
import { createContent } from "./content";
import { createFrame } from "./frame";
import { createMemory } from "./storage";
import css from "./window.css";

handOver((launcher: App): ChatWindow => {
  const showButton = launcher.store.changed as () => void;
  const store = createStore(launcher.store, launcher.signal);
  store.watch(buttonKeys, showButton);
  const app = launcher as WindowApp;
  const config = readConfig(app);
  const { variables, rememberOpenState } = config.chat;
  app.style(css);
  // At once as the page gives them. What is wrong of them is told, and painted over with what was right.
  store.watch(["variables"], (state) => {
    app.paint({ ...variables, ...state.variables });
    mergeChecked(app, variables, state.variables, "chat.variables.");
  });

  app.ask = async () => {
    if (!config.connection.tokenUrl || store.state.connecting) return;
    if (store.state.online === undefined) store.set({ connecting: true });
    await askAvailability(app);
    if (!store.state.messages.some(({ state }) => state == "pending")) store.set({ connecting: false });
  };
  const memory = createMemory(app.id);
  const frame = createFrame(app, config, createContent(app, config, memory));

  return {
    show(open, quiet) {
      if (open) {
        store.set({ unread: 0 });
        app.ask();
      }
      frame.show(open, quiet);
      if (rememberOpenState && !quiet) memory.keepOpen(open);
    },
  };
});
