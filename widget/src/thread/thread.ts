// What a thread needs once there are messages: links in their texts, days and times, the place that the visitor has scrolled to, and
// the badge that counts what is unread.
// Configured texts with links load it before.

import { handOver } from "../launcher/scripts";
import type { Thread } from "../shared/app";
import { createBadge } from "./badge";
import { createDates } from "./dates";
import { linked } from "./links";
import { followLanguage } from "./page-language";
import { createScroller } from "./scroller";

const thread: Thread = {
  linked,
  createView(app, config, scroller, redraw, more) {
    const view = { ...createScroller(scroller, config.messages.older, redraw, more), dates: createDates() };
    followLanguage(app.signal, redraw);
    createBadge(app, config);
    return view;
  },
};
handOver(thread);
