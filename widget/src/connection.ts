import { handOver } from "./load"; handOver(0);
