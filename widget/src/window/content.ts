import type { View, WindowApp } from "../shared/app";
import { el } from "../shared/dom";
import type { Config } from "../shared/generated";
import { warn } from "../shared/warn";
import { createBubbleList } from "./bubble-list";
import { bubbles } from "./bubbles";
import { createComposer } from "./composer";
import { type Answer, createIdentifyForm } from "./identify-form";
import { createOutbox } from "./outbox";
import type { Memory } from "./storage";
import { createTexts } from "./texts";
import { createVisitor, type Visitor } from "./visitor";

/** What happens in the window: greeting, form, thread, message box. */
export interface Content {
  elements: HTMLElement[];
  /** Puts the focus where the visitor goes on. */
  focus(): void;
}

export function createContent(app: WindowApp, config: Config, memory: Memory): Content {
  const { store, signal } = app;
  const { messages } = config;
  const visitor = createVisitor(app, config, memory);
  const outbox = createOutbox(app, config, memory, visitor);
  /** Of the thread's file, once it is there. */
  let view: View | undefined;
  const texts = createTexts(app, (thread) => {
    view = thread.createView(app, config, scroller, render, outbox.older);
    render();
  });
  const bubbleList = createBubbleList(messages.title, messages.you, texts.show);
  const content = el("div", { class: "content" }, bubbleList.element);
  const scroller = el("div", { class: "scroller" }, content);
  const notice = el("p", { class: "notice", role: "status" });
  const composer = createComposer(config, {
    changed(draft) {
      memory.save({ draft });
      if (!draft) return;
      outbox.typing();
      texts.load();
    },
    send(text) {
      memory.save({ draft: "" });
      // Back to the end, wherever the visitor was reading.
      view?.toEnd();
      scroller.scrollTop = 0;
      outbox.send(text);
    },
  });
  let form: HTMLFormElement | undefined;
  /** What the form asks for. */
  let asks: Visitor["due"] | undefined;
  let answered = false;
  let visit: number | undefined = -1;

  function render(): void {
    const { state } = store;
    if (visit != state.visit) {
      // Another visitor than before, or the first one.
      visit = state.visit;
      answered = false;
      asks = undefined;
      composer.write(memory.now.draft ?? "");
    }
    if (asks != visitor.due) ask(visitor.due);
    try {
      view?.change(draw);
    } catch (error) {
      // All goes on without it.
      view = undefined;
      warn("" + error);
    }
    if (!view) draw();
    // Where there are no messages, none is unread, nor has a time.
    if (state.messages.length) texts.load();
  }

  function draw(): void {
    const { state } = store;
    const part = view ? view.part(state.messages, state.older) : state.messages;
    const whole = !state.older && part[0] == state.messages[0];
    const all = bubbles(config, { ...state, messages: part, older: !whole }, visitor, answered, outbox.again);
    bubbleList.render(all, view?.dates(all));
  }

  /** Shows the form for what is due. The page may name its user while the form is there. */
  function ask(due: Visitor["due"]): void {
    const focused = form?.matches(":focus-within");
    asks = due;
    form?.remove();
    form = due ? createIdentifyForm(config, due == "consent", texts.show, take) : undefined;
    if (form) content.append(form);
    composer.element.hidden = !!form;
    if (focused) focus();
  }

  function take({ name, email, skipped }: Answer): void {
    answered = true;
    visitor.answer(name, email);
    render();
    composer.focus();
    if (!skipped) app.emit("onVisitorIdentified", visitor.told);
  }

  const focus = () => (form ? form.querySelector("input")! : composer).focus();
  const network = () => {
    notice.textContent = navigator.onLine ? "" : messages.internet;
    composer.enable(navigator.onLine);
  };
  for (const type of ["online", "offline"]) addEventListener(type, network, { signal });
  network();
  store.watch(["messages", "failed", "oneWay", "older", "seen", "typing", "named", "visit"], render);
  return {
    elements: [scroller, notice, composer.element],
    focus,
  };
}
