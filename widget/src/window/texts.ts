import type { Thread } from "../shared/app";
import type { Loader } from "../shared/types";
import { warn } from "../shared/warn";

/** Texts of bubbles and labels, with their links. */
export interface Texts {
  /** Shows a text in an element. Trusted: configured, so it may have links with a text of their own. */
  show(element: Element, text: string, trusted?: boolean): void;
  /** Loads the file that finds links, which has more that a thread needs. */
  load(): Promise<Thread>;
}

/** Arrived: is called when the file has. */
export function createTexts(app: Loader, arrived: (thread: Thread) => void): Texts {
  let thread: Promise<Thread> | undefined;
  const load = () => {
    thread ??= app.need<Thread>(THREAD_FILE).then((it) => {
      try {
        arrived(it);
      } catch (error) {
        // It may find links all the same.
        warn("" + error);
      }
      return it;
    });
    // The next try may do better.
    thread.catch(() => (thread = undefined));
    return thread;
  };
  return {
    show(element, text, trusted) {
      // Until its links are found, it is without their addresses.
      const plain = (element.textContent = trusted ? text.replace(/{{\s*link:\s*\S+|}}/gi, "") : text);
      if (!/[@:]/.test(text)) return;
      load()
        .then(({ linked }) => element.textContent == plain && element.replaceChildren(...linked(text, trusted)))
        .catch(() => {});
    },
    load,
  };
}
