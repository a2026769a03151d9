// What a few pages need before a visitor shows interest: those with chat.scheme: host or chat.hideWhenOffline load this.

import { handOver } from "../launcher/scripts";
import type { Early } from "../shared/app";
import { askAvailability } from "../shared/availability";
import { followPage } from "./scheme";

const early: Early = (app) => {
  const { scheme, hideWhenOffline } = app.config.chat;
  if (scheme == "host") followPage(app);
  if (hideWhenOffline) (window.requestIdleCallback || setTimeout)(() => askAvailability(app));
};

handOver(early);
