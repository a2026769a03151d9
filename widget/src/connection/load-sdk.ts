import { runScript } from "../launcher/scripts";
import type { App } from "../shared/app";
import type { Config } from "../shared/generated";

export type Sdk = Pick<typeof import("@twilio/conversations"), "Client">;

const cdn = "https://sdk.twilio.com/js/conversations/releases/3.0.0/twilio-conversations.min.js";
/** As Twilio publishes it for this version. */
const integrity = "sha256-IJF0NPIwIoqgcZfa94Je9Dhga6UI9gt8m6lBFlWsXjg=";

/** Loads Twilio's SDK, from where the account has chosen. It leaves no global: a page may have a Twilio of its own. */
export async function loadSdk({ host, need }: Pick<App, "host" | "need">, { connection }: { connection: Pick<Config["connection"], "sdk"> }): Promise<Sdk> {
  if (connection.sdk == "bundled") return need<Sdk>(SDK_FILE);
  const page = window as { Twilio?: { Conversations?: Sdk } };
  const own = page.Twilio;
  const ownSdk = own?.Conversations;
  await runScript(cdn, host, { integrity, crossOrigin: "anonymous" });
  // It has put itself into the page's Twilio, which may have come meanwhile, or has made one.
  const twilio = page.Twilio!;
  const sdk = twilio.Conversations!;
  if (ownSdk) twilio.Conversations = ownSdk;
  else delete twilio.Conversations;
  if (!own && !Object.keys(twilio).length) delete page.Twilio;
  return sdk;
}
