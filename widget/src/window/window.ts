// The window: what missive.js loads on the first hint of interest. It takes the configuration as a whole,
// says in the console what is wrong with it, and puts the parts together.

import type { App, ChatWindow } from "../shared/app";
import { askAvailability } from "../launcher/availability";
import { createBadge } from "./badge";
import { merge, readConfig } from "./configuration";
import { createContent } from "./content";
import { createFrame } from "./frame";
import { handOver } from "../launcher/scripts";
import css from "./window.css";
import { createMemory } from "./storage";

handOver((app: App): ChatWindow => {
  const { store } = app;
  const config = readConfig(app.defaults, ...app.given, app.source);
  const { variables, rememberOpenState } = config.chat;
  app.style(css);
  // The launcher has painted as given. Here what is wrong is told, and painted over with what was right.
  let given: object | undefined;
  store.watch((state) => {
    if (given == state.variables) return;
    given = state.variables;
    merge(variables, given, "chat.variables.");
    app.paint(variables);
  });

  createBadge(app, config);
  const memory = createMemory(app.id);
  const conversation = createContent(app, config, memory);
  const dialog = createFrame(app, config, conversation);

  /** Asks whether the team is there, as long as no connection tells. */
  async function ask(): Promise<void> {
    if (!config.connection.tokenUrl || store.state.connecting) return;
    if (store.state.online === undefined) store.set({ connecting: true });
    await askAvailability(app);
    if (!store.state.messages.some(({ state }) => state == "pending")) store.set({ connecting: false });
  }

  return {
    show(open, quiet) {
      if (open) {
        store.set({ unread: 0 });
        ask();
      }
      dialog.show(open, quiet);
      if (rememberOpenState && !quiet) memory.save({ open });
    },
  };
});
