import type { App } from "./app";
import { bubbles } from "./bubbles";
import { createComposer } from "./composer";
import { el } from "./dom";
import type { Config } from "./generated";
import { type Answer, createIdentify } from "./identify";
import { createSending } from "./sending";
import type { Memory } from "./storage";
import { createThread } from "./thread";
import { createWho } from "./who";

/** What happens in the window: greeting, form, thread, message box. */
export interface Conversation {
  elements: HTMLElement[];
  /** Puts the focus where the visitor goes on. */
  focus(): void;
}

export function createConversation(app: App, config: Config, memory: Memory): Conversation {
  const { store, signal } = app;
  const { messages } = config;
  const who = createWho(app, config, memory);
  const sending = createSending(app, config, memory, who);
  const thread = createThread(messages.title);
  const content = el("div", { class: "content" }, thread.element);
  const scroller = el("div", { class: "scroller" }, content);
  const notice = el("p", { class: "notice", role: "status" });
  const composer = createComposer(config, {
    changed: (draft) => memory.save({ draft }),
    send(text) {
      memory.save({ draft: "" });
      sending.send(text);
      // Back to the end, wherever the visitor was reading.
      scroller.scrollTop = 0;
    },
  });
  let form: HTMLFormElement | undefined;
  let asked = false;
  let visit: number | undefined;

  function render(): void {
    if (visit != who.visit) {
      // Somebody else sits there now, or it is the first time.
      visit = who.visit;
      asked = false;
      form?.remove();
      form = undefined;
      composer.write(memory.now.draft ?? "");
    }
    const { due } = who;
    asked ||= !!due;
    thread.render(bubbles(config, store.state, who, asked, sending.again));
    composer.element.hidden = !!due;
    if (due && !form) content.append((form = createIdentify(config, due == "consent", answered)));
  }

  function answered({ name, email, skipped }: Answer): void {
    who.answer(name, email);
    form!.remove();
    form = undefined;
    render();
    composer.focus();
    if (!skipped) app.emit("onVisitorIdentified", { name: who.now.name, email: who.now.email });
  }

  const network = () => {
    notice.textContent = navigator.onLine ? "" : messages.internet;
    composer.enable(navigator.onLine);
  };
  for (const type of ["online", "offline"]) addEventListener(type, network, { signal });
  network();
  store.watch(render);
  return {
    elements: [scroller, notice, composer.element],
    focus: () => (form ? form.querySelector("input")!.focus() : composer.focus()),
  };
}
