// What a thread needs once there are messages: links in their texts and to their files, days and times, the place that the visitor has
// scrolled to, and the badge that counts what is unread.
// Configured texts with links load it before.

import { handOver } from "../launcher/scripts";
import type { Thread } from "../shared/app";
import { createBadge } from "./badge";
import { createDates } from "./dates";
import { showFiles } from "./files";
import { linked } from "./links";
import { followLanguage } from "./page-language";
import { createScroller } from "./scroller";

/** What is said where a file can't be opened. */
let failure: string[] = [];

const thread: Thread = {
  linked,
  createBadge(app, config) {
    failure = [config.messages.error].flat();
    createBadge(app, config);
  },
  createScroller(element, redraw, more) {
    return createScroller(element, redraw, more, (messages) => showFiles(element, messages, () => linked(failure.join("\n"), true)));
  },
  createDates(changed, signal) {
    followLanguage(signal, changed);
    return createDates();
  },
};
handOver(thread);
