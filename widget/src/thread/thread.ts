// What a thread needs once there are messages: links in their texts and to their files, days and times, the place that the visitor has
// scrolled to, and the badge that counts what is unread.
// Configured texts with links load it before.

import { handOver } from "../launcher/scripts";
import type { Thread, View } from "../shared/app";
import { createBadge } from "./badge";
import { createDates } from "./dates";
import { showFiles } from "./files";
import { linked } from "./links";
import { followLanguage } from "./page-language";
import { createScroller } from "./scroller";

const thread: Thread = {
  linked,
  createView(app, config, scroller, redraw, more) {
    const { older, error } = config.messages;
    const { change, ...rest } = createScroller(scroller, older, redraw, more);
    const dates = createDates();
    /** Those of the rows, in their order. */
    let bubbles: Parameters<View["dates"]>[0] = [];
    const drawFiles = () => {
      const files = new Map(app.store.state.messages.map(({ id, files }) => [id, files]));
      showFiles(scroller, bubbles.map(({ key, text }) => ({ text, files: files.get(key) })), () => linked([error].flat().join("\n"), true));
    };
    followLanguage(app.signal, redraw);
    createBadge(app, config);
    return {
      ...rest,
      change(work) {
        change(() => {
          work();
          drawFiles();
        });
      },
      dates: (shown) => dates((bubbles = shown)),
    };
  },
};
handOver(thread);
