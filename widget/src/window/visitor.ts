import { type Config, defaults } from "../shared/generated";
import type { Store } from "../shared/store";
import type { Loader, State, User } from "../shared/types";
import { mergeChecked, tell } from "./configuration";
import type { Memory } from "./storage";

/** Who writes: what the page says of its user, else what the visitor said in the form. */
export interface Visitor {
  readonly now: { name: string; email: string; avatarUrl: string };
  /** Name and e-mail address, as they are told to the page and sent along with messages. */
  readonly told: { name: string; email: string };
  /** What of the form is due: nothing, the consent alone, or all of it. */
  readonly due: "" | "consent" | "all";
  /** Keeps the answers of the form; empty ones when it was skipped. */
  answer(name: string, email: string): void;
}

export function createVisitor(app: Loader & { store: Store<State> }, config: Config, memory: Memory): Visitor {
  const { store } = app;
  let visit = 0;
  let user: User = defaults.user;
  store.watch(["user"], (state) => {
    if (!state.user) return;
    const [given] = state.user;
    const named = mergeChecked(app, { ...defaults.user }, given ?? {}, "user.");
    // Without an address it has named nobody, whatever a template left empty: that is for null to say.
    if (!named.email && given !== null) {
      if (named.name || named.digest || named.avatarUrl) tell(app, named, "user.", "email", "");
      return;
    }
    user = named;
    const change = memory.name(user.email, given ? memory.now.visitor?.email : "");
    // The next visitor must not see what this one wrote. But what is about to be sent goes along to the user's conversation.
    const messages = store.state.messages.filter(({ state }) => change < 2 && state);
    store.set({ named: user, ...(change && { visit: ++visit, messages, unread: 0, failed: false }) });
  });
  return {
    get now() {
      return user.email ? user : { name: "", email: "", ...memory.now.visitor, avatarUrl: "" };
    },
    get told() {
      const { name, email } = this.now;
      return { name, email };
    },
    get due() {
      const { askName, requireName, askEmail, requireEmail, requireConsent } = config.visitor;
      const known = memory.now.visitor;
      const missing = !known || (requireName && askName && !known.name) || (requireEmail && askEmail && !known.email);
      if (!user.email && (askName || askEmail) && missing) return "all";
      return requireConsent && !known?.consent ? "consent" : "";
    },
    answer(name, email) {
      // Who was asked for the consent alone has said the rest before.
      memory.save({ visitor: { name, email, ...(this.due == "consent" && memory.now.visitor), consent: config.visitor.requireConsent } });
    },
  };
}
