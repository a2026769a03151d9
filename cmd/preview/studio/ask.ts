import { attribute } from "../../../widget/src/shared/dom";
import { type Opened, Refusal, sentence } from "./api";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Asks for the name of a new theme until it could be made. Undefined when the user leaves it. */
export function askName(parent: string, folder: string, make: (name: string) => Promise<Opened>): Promise<Opened | undefined> {
  const dialog = find<HTMLDialogElement>("create");
  const name = find<HTMLInputElement>("name");
  const stop = new AbortController();
  const { signal } = stop;
  const blame = (text: string) => {
    find("name-fault").textContent = text;
    attribute(name, "aria-invalid", !!text && "true");
  };
  const file = () => (find("file").textContent = `${folder}/${name.value || "…"}.toml`);
  find("parent").textContent = parent;
  name.value = "";
  blame("");
  file();
  dialog.showModal();

  return new Promise((resolve) => {
    let made: Opened | undefined;
    const listen = (target: EventTarget, type: string, listener: (event: Event) => void) => target.addEventListener(type, listener, { signal });
    listen(name, "input", () => {
      blame("");
      file();
    });
    listen(find("cancel"), "click", () => dialog.close());
    listen(dialog, "close", () => {
      stop.abort();
      resolve(made);
    });
    listen(dialog.querySelector("form")!, "submit", async (event) => {
      event.preventDefault();
      try {
        made = await make(name.value.trim());
        dialog.close();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        blame(`${sentence(error.fault.message)} ${sentence(error.fault.hint)}`);
        name.focus();
      }
    });
  });
}
