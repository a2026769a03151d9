// Twilio's SDK, from the desk's own server, or from Twilio's host: as the server was told.

import { loadSdk, type Sdk } from "../../../widget/src/connection/load-sdk";
import { folders, loadFile } from "../../../widget/src/launcher/scripts";

let sdk: Promise<Sdk> | undefined;

/** Loads it once. What fails is tried again the next time. */
export function getSdk(): Promise<Sdk> {
  sdk ??= load();
  sdk.catch(() => (sdk = undefined));
  return sdk;
}

/** The widget's loader takes files alone that are in folders which it knows. */
function load(): Promise<Sdk> {
  const { head } = document;
  folders.push(new URL(".", location.href).href.slice(0, -1));
  const need = <T>(file: string) => loadFile<T>(new URL(file, location.href).href, head);
  return loadSdk({ host: head, need }, { connection: { sdk: SDK_FILE ? "bundled" : "cdn" } });
}
