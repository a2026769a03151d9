"use client";

// Functions can't come from a server component: this one is the browser's.
import { MissiveChat } from "../../src/MissiveChat";

export function Chat() {
  return <MissiveChat config={{ onReady() { document.title = "Ready"; } }} />;
}
