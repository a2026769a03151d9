// Stands in for the connection's file: what arrives through it, the test decides. The launcher, the window
// and all that they do with it are the real ones.
document.currentScript.hand(([handOver]) => handOver((app) => {
  const set = (messages) => app.store.set({ messages });
  let count = 0;
  window.service = {
    /** A message from the team. */
    say(body, more) {
      set([...app.store.state.messages, { id: "team" + count++, body, own: false, time: Date.now(), ...more }]);
    },
    /** The service has accepted what was pending. */
    accept() {
      set(app.store.state.messages.map(({ state, ...message }) => message));
    },
    /** The service refuses what is pending. */
    refuse() {
      set(app.store.state.messages.map((message) => (message.state ? { ...message, state: "failed" } : message)));
    },
    set: app.store.set,
    get pending() {
      return app.store.state.messages.filter((message) => message.state == "pending");
    },
  };
  return { retry: () => app.store.set({ connecting: false, failed: false }), typing() {}, older() {} };
}));
