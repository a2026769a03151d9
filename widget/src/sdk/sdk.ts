// Twilio's SDK as a file of ours, for connection.sdk: bundled. The build installs the package, see cmd/internal/bundle.

import { Client } from "@twilio/conversations";
import { handOver } from "../launcher/scripts";

handOver({ Client });
