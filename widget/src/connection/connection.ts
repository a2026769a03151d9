// The connection: what the window loads with the first message, and for a visitor who has a conversation.
// Only this folder and the team's desk know Twilio.

import { handOver } from "../launcher/scripts";
import type { Connection, CreateAttention, StartConnection } from "../shared/app";
import { tellNews } from "./news";
import { createSession } from "./session";

const start: StartConnection = (app, config, visitor, memory) => {
  const { store } = app;
  const session = createSession(app, config, visitor, memory);
  let { visit } = store.state;
  store.watch(["visit"], (state) => {
    if (visit == state.visit) return;
    ({ visit } = state);
    session.end();
    session.send();
  });
  let login = JSON.stringify(store.state.named);
  store.watch(["named"], ({ named }) => {
    const before = login;
    login = JSON.stringify(named);
    // Who has logged in may have another conversation.
    if (login != before) session.renew();
  });
  store.watch(["messages", "open"], session.send);
  const { sound, flashTitle } = config.chat;
  // Without it, messages come all the same.
  const attention = (sound || flashTitle) && app.need<CreateAttention>(ATTENTION_FILE).then((create) => create(app, config), () => () => {});
  tellNews(app, visitor, () => attention && attention.then((call) => call()));

  const connection: Connection = {
    retry() {
      if (!session.hurry()) store.set({ connecting: false, failed: !config.connection.tokenUrl });
    },
    typing: session.typing,
    older: session.older,
  };
  return connection;
};

handOver(start);
