// How notifications are shown and taken away, with a service worker and without.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createNotices } from "./notices";

interface Shown {
  title: string;
  tag: string;
  data: string;
  close(): void;
}

/** What the system shows: of the worker it stays when the page goes. */
let system: Shown[] = [];
const put = (title: string, { tag }: { tag: string }): Shown => {
  const shown = { title, tag, data: tag, close: () => (system = system.filter((other) => other != shown)) };
  system = [...system.filter((other) => other.tag != tag), shown];
  return shown;
};
const titles = () => system.map(({ title }) => title);

class OwnNotification {
  onclick = () => {};
  readonly close: () => void;
  constructor(title: string, options: { tag: string }) {
    const shown = put("own " + title, options);
    this.close = shown.close;
    last = this;
  }
}
let last: OwnNotification | undefined;

const registration = { showNotification: vi.fn(async (title: string, options: { tag: string }) => void put(title, options)), getNotifications: async () => system };
class Container extends EventTarget {
  register = vi.fn(async (_: string) => registration);
  ready = Promise.resolve(registration);
  getRegistration = async () => registration;
}

function begin(container?: Container) {
  Object.defineProperty(navigator, "serviceWorker", { configurable: true, value: container });
  if (!container) delete (navigator as { serviceWorker?: unknown }).serviceWorker;
  const open = vi.fn();
  return { notices: createNotices(open), open };
}

beforeEach(() => {
  system = [];
  vi.stubGlobal("Notification", OwnNotification);
  vi.stubGlobal("focus", () => {});
  registration.showNotification.mockClear();
});
afterEach(() => {
  delete (navigator as { serviceWorker?: unknown }).serviceWorker;
  vi.unstubAllGlobals();
});

test("the worker shows them, and is fetched with the first one", async () => {
  const container = new Container();
  const { notices } = begin(container);
  expect(container.register).not.toHaveBeenCalled();
  notices.show("CH1", "Jane", "Hello");
  notices.show("CH1", "Jane", "Hello?");
  notices.show("CH2", "Sam", "Hello");
  await vi.waitFor(() => expect(titles()).toEqual(["Jane", "Sam"]));
  expect(container.register.mock.calls).toEqual([["worker.js"]]);
});

test("those that are not wanted any more go, also what an earlier page has left, and one that is still on its way", async () => {
  const container = new Container();
  const { notices } = begin(container);
  put("Left", { tag: "CH0" });
  notices.show("CH1", "Jane", "Hello");
  notices.show("CH2", "Sam", "Hello");
  notices.keep((tag) => tag == "CH2");
  await vi.waitFor(() => expect(titles()).toEqual(["Sam"]));
});

test("a click on one is told by the worker", () => {
  const container = new Container();
  const { open } = begin(container);
  container.dispatchEvent(new MessageEvent("message", { data: { open: "CH1" } }));
  expect(open.mock.calls).toEqual([["CH1"]]);
});

test.each<[string, () => Container | undefined]>([
  ["there is no worker", () => undefined],
  ["it can't be fetched", () => Object.assign(new Container(), { register: () => Promise.reject(Error("private window")) })],
  ["it may not show them", () => (registration.showNotification.mockRejectedValueOnce(new TypeError("denied")), new Container())],
])("where %s, the page shows them itself", async (_, make) => {
  const { notices, open } = begin(make());
  notices.show("CH1", "Jane", "Hello");
  await vi.waitFor(() => expect(titles()).toEqual(["own Jane"]));
  last!.onclick();
  expect([open.mock.calls, titles()]).toEqual([[["CH1"]], []]);
  notices.show("CH2", "Sam", "Hello");
  notices.keep(() => false);
  await vi.waitFor(() => expect(titles()).toEqual([]));
});
