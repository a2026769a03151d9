import type { Dates, Scroller, WindowApp } from "../shared/app";
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
  let view: { dates: Dates; scroller: Scroller } | undefined;
  const texts = createTexts(app, ({ createBadge, createDates, createScroller }) => {
    view = { dates: createDates(render, signal), scroller: createScroller(scroller, render, () => store.state.older && outbox.older()) };
    render();
    createBadge(app, config);
  });
  const bubbleList = createBubbleList(messages.title, messages.you, texts.show);
  const content = el("div", { class: "content" }, bubbleList.element);
  const older = el("button", { type: "button", class: "older" }, messages.older);
  older.onclick = outbox.older;
  bubbleList.element.before(older);
  const scroller = el("div", { class: "scroller" }, content);
  const notice = el("p", { class: "notice", role: "status" });
  const composer = createComposer(config, {
    changed(draft) {
      memory.save({ draft });
      if (draft) outbox.typing();
    },
    send(text) {
      memory.save({ draft: "" });
      // Back to the end, wherever the visitor was reading.
      withView(({ scroller }) => scroller.toEnd());
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
    older.hidden = !state.older;
    withView(({ scroller }) => scroller.change(draw));
    if (!view) draw();
    // Where there are no messages, none is unread, nor has a time.
    if (state.messages.length) texts.load();
  }

  /** Does something with what the thread's file has brought. Should that fail, all goes on without it. */
  function withView(work: (brought: NonNullable<typeof view>) => void): void {
    try {
      if (view) work(view);
    } catch (error) {
      view = undefined;
      warn("" + error);
    }
  }

  function draw(): void {
    const { state } = store;
    const part = view ? view.scroller.part(state.messages) : state.messages;
    const whole = !state.older && part[0] == state.messages[0];
    bubbleList.render(bubbles(config, { ...state, messages: part, older: !whole }, visitor, answered, outbox.again), view?.dates);
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
