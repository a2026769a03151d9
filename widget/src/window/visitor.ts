import type { Store } from "../shared/store";
import type { State, User } from "../shared/types";
import { merge } from "./configuration";
import { warn } from "../shared/config";
import { type Config, defaults } from "../shared/generated";
import type { Memory } from "./storage";

/** Who writes: what the page says of its user, else what the visitor said in the form. */
export interface Visitor {
  readonly now: { name: string; email: string; avatarUrl: string };
  /** What of the form is due: nothing, the consent alone, or all of it. */
  readonly due: "" | "consent" | "all";
  /** The user whom the page has named; without an e-mail address it has named none. */
  readonly user: User;
  /** Goes up when somebody else has become the visitor. */
  readonly visit: number;
  /** Keeps the answers of the form; empty ones when it was skipped. */
  answer(name: string, email: string): void;
}

export function createVisitor({ store }: { store: Store<State> }, config: Config, memory: Memory): Visitor {
  let seen: unknown;
  let visit = 0;
  let user: User = defaults.user;
  store.watch((state) => {
    if (!state.user || state.user == seen) return;
    seen = state.user;
    const [given] = state.user;
    const before = user.email || memory.now.owner || (given ? memory.now.visitor?.email : "");
    user = merge({ ...defaults.user }, given ?? {}, "user.");
    if (given && !user.email) warn("user.email is missing");
    memory.owner = user.email;
    if (before && before.toLowerCase() != user.email.toLowerCase()) {
      // What one visitor wrote is not for the next one to see.
      memory.forget();
      visit++;
      store.set({ messages: [], unread: 0, failed: false });
    }
  });
  return {
    get now() {
      return user.email
        ? { name: user.name, email: user.email, avatarUrl: user.avatarUrl }
        : { name: "", email: "", ...memory.now.visitor, avatarUrl: "" };
    },
    get user() {
      return user;
    },
    get visit() {
      return visit;
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
      const said = this.due == "consent" ? memory.now.visitor : undefined;
      memory.save({ visitor: { name: said?.name ?? name, email: said?.email ?? email, consent: config.visitor.requireConsent } });
    },
  };
}
