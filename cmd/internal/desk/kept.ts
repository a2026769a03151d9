// What the agent had begun to write in a conversation that was closed meanwhile: it can't be sent there any more, and must not be lost.

import { el } from "../../../widget/src/shared/dom";

/** Shows the draft, with buttons to copy and to remove it; nothing where there is none. `read` is asked with each update. */
export function createKept({ read, write }: { read(): string; write(text: string): void }): { element: HTMLElement; update(): void } {
  const text = el("p", { class: "kept-text", dir: "auto", tabindex: "0" });
  const copy = el("button", { type: "button", class: "pill" }, "Copy");
  const remove = el("button", { type: "button", class: "pill" }, "Remove");
  const element = el("div", { class: "kept", role: "group", "aria-label": "Not sent" }, el("p", {}, "You wrote this, and it was not sent:"), text, el("p", {}, copy, remove));
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent!);
      copy.textContent = "Copied";
    } catch {
      // Not allowed here: then it is ready to be copied by hand.
      getSelection()?.selectAllChildren(text);
    }
  });
  remove.addEventListener("click", () => {
    write("");
    update();
    element.parentElement?.querySelector<HTMLElement>("[role=log]")?.focus({ preventScroll: true });
  });
  function update(): void {
    const draft = read();
    element.hidden = !draft;
    if (text.textContent != draft) text.textContent = draft;
  }
  update();
  return { element, update };
}
