// The dialog of "Save as…", which asks for the name of a new theme.

import { attribute } from "../../../widget/src/shared/dom";
import { ApiError, type Opened, sentence } from "./api";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Asks for a name until `create` accepts one. Resolves with undefined when the user cancels. */
export function askName(parent: string, folder: string, create: (name: string) => Promise<Opened>): Promise<Opened | undefined> {
  const dialog = find<HTMLDialogElement>("create");
  const name = find<HTMLInputElement>("name");
  const listeners = new AbortController();
  const { signal } = listeners;
  const showFault = (text: string) => {
    find("name-fault").textContent = text;
    attribute(name, "aria-invalid", !!text && "true");
  };
  const showFile = () => (find("file").textContent = `${folder}/${name.value || "…"}.toml`);
  find("parent").textContent = parent;
  name.value = "";
  showFault("");
  showFile();
  dialog.showModal();

  return new Promise((resolve) => {
    let created: Opened | undefined;
    const listen = (target: EventTarget, type: string, listener: (event: Event) => void) => target.addEventListener(type, listener, { signal });
    listen(name, "input", () => {
      showFault("");
      showFile();
    });
    listen(find("cancel"), "click", () => dialog.close());
    listen(dialog, "close", () => {
      listeners.abort();
      resolve(created);
    });
    listen(dialog.querySelector("form")!, "submit", async (event) => {
      event.preventDefault();
      try {
        created = await create(name.value.trim());
        dialog.close();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        showFault(`${sentence(error.fault.message)} ${sentence(error.fault.hint)}`);
        name.focus();
      }
    });
  });
}
