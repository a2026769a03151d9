import type { App } from "./app";
import { bubbles } from "./bubbles";
import { createComposer } from "./composer";
import { el } from "./dom";
import type { Config } from "./generated";
import { type Answer, createIdentify } from "./identify";
import { createSending } from "./sending";
import type { Memory } from "./storage";
import { createThread } from "./thread";
import { createView } from "./view";
import { createWho, type Who } from "./who";

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
  const older = el("button", { type: "button", class: "older" }, messages.older);
  older.addEventListener("click", sending.older);
  thread.element.before(older);
  const view = createView(content, render, () => store.state.older && sending.older());
  const notice = el("p", { class: "notice", role: "status" });
  const composer = createComposer(config, {
    changed(draft) {
      memory.save({ draft });
      if (draft) sending.typing();
    },
    send(text) {
      memory.save({ draft: "" });
      sending.send(text);
      // Back to the end, wherever the visitor was reading.
      view.toEnd();
      render();
    },
  });
  let form: HTMLFormElement | undefined;
  /** What the form asks for. */
  let asks: Who["due"] | undefined;
  let answered = false;
  let visit: number | undefined;

  function render(): void {
    if (visit != who.visit) {
      // Somebody else sits there now, or it is the first time.
      visit = who.visit;
      answered = false;
      asks = undefined;
      composer.write(memory.now.draft ?? "");
    }
    if (asks != who.due) ask(who.due);
    const { state } = store;
    const part = view.part(state.messages);
    const whole = !state.older && part[0] == state.messages[0];
    older.hidden = !state.older;
    view.change(() => thread.render(bubbles(config, { ...state, messages: part, older: !whole }, who, answered, sending.again)));
  }

  /** Shows the form for what is due. The page may name its user while the form is there. */
  function ask(due: Who["due"]): void {
    const focused = form?.matches(":focus-within");
    asks = due;
    form?.remove();
    form = due ? createIdentify(config, due == "consent", take) : undefined;
    if (form) content.append(form);
    composer.element.hidden = !!form;
    if (focused) focus();
  }

  function take({ name, email, skipped }: Answer): void {
    answered = true;
    who.answer(name, email);
    render();
    composer.focus();
    if (!skipped) app.emit("onVisitorIdentified", { name: who.now.name, email: who.now.email });
  }

  const focus = () => (form ? form.querySelector("input")! : composer).focus();
  const network = () => {
    notice.textContent = navigator.onLine ? "" : messages.internet;
    composer.enable(navigator.onLine);
  };
  for (const type of ["online", "offline"]) addEventListener(type, network, { signal });
  network();
  store.watch(render);
  return {
    elements: [view.element, notice, composer.element],
    focus,
  };
}
