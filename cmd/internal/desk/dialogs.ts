// The sheet of keys, and what the agent can set.

import type { Settings } from "./settings";
import { writeSettings } from "./settings";

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Opens a dialog with a button; a click beside it closes it. Returns what opens it. */
export function createDialog(id: string, button: HTMLElement): () => void {
  const dialog = find<HTMLDialogElement>(id);
  const open = () => dialog.open || dialog.showModal();
  button.addEventListener("click", open);
  dialog.addEventListener("click", (event) => event.target == dialog && dialog.close());
  return open;
}

const notes = {
  granted: "Of conversations that you aren’t looking at, while you are online.",
  default: "Your browser asks you whether it may.",
  denied: "Your browser blocks them for this page: allow them in its settings.",
  missing: "Your browser has none for pages. On an iPhone or iPad add the desk to the home screen first.",
};

/** The boxes show what is set, and set it. The browser is asked for leave when the agent wants notifications, and never before. */
export function showSettings(settings: Settings): void {
  const notify = find<HTMLInputElement>("notify");
  const note = find("notify-note");
  const may = () => (typeof Notification == "undefined" ? "missing" : Notification.permission);

  function update(): void {
    notify.disabled = may() == "missing" || may() == "denied";
    notify.checked = settings.notify && may() == "granted";
    note.textContent = notes[may()];
  }
  notify.addEventListener("change", async () => {
    if (notify.checked && may() == "default") await Notification.requestPermission();
    settings.notify = notify.checked && may() == "granted";
    writeSettings(settings);
    update();
  });
  update();

  for (const name of ["sound", "letters"] as const) {
    const box = find<HTMLInputElement>(name);
    box.checked = settings[name];
    box.addEventListener("change", () => {
      settings[name] = box.checked;
      writeSettings(settings);
    });
  }
}
