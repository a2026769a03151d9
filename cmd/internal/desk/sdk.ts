// Twilio's SDK, from the desk's own server, or from Twilio's host: as the server was told.

import { cdn, integrity } from "../../../widget/src/connection/sdk-source";

type Sdk = Pick<typeof import("@twilio/conversations"), "Client">;

let sdk: Promise<Sdk> | undefined;

/** Loads it once. What fails is tried again the next time. */
export function getSdk(): Promise<Sdk> {
  sdk ??= SDK_FILE ? loadOwn(SDK_FILE) : loadFromTwilio();
  sdk.catch(() => (sdk = undefined));
  return sdk;
}

/** Our own file gives itself to who has loaded it; see shared/from-launcher.ts. */
function loadOwn(file: string): Promise<Sdk> {
  return new Promise((resolve, reject) => {
    const hand = (give: (receivers: [(sdk: Sdk) => void]) => void) => give([resolve]);
    run({ src: file, hand: hand as unknown as HTMLScriptElement["hand"] }).then(() => reject(Error(file)), reject);
  });
}

async function loadFromTwilio(): Promise<Sdk> {
  await run({ src: cdn, integrity, crossOrigin: "anonymous" });
  return (window as unknown as { Twilio: { Conversations: Sdk } }).Twilio.Conversations;
}

/** Resolves when the script has run. */
function run(properties: Partial<HTMLScriptElement>): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), properties);
    script.onload = () => resolve();
    script.onerror = () => reject(Error(script.src));
    document.head.append(script);
  });
}
