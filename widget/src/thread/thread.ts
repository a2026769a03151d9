// What a thread needs once there are messages: links in their texts, and the badge that counts those that are unread. Configured texts
// with links load it before.

import { handOver } from "../launcher/scripts";
import type { Thread } from "../shared/app";
import { createBadge } from "./badge";
import { linked } from "./links";

const thread: Thread = { linked, createBadge };
handOver(thread);
