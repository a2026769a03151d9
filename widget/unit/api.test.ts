// window.MissiveChat: what its methods change, and what stands in for them while there is no chat.

import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Api, createApi, createQueue } from "../src/launcher/api";

const store = { state: {} as any, set: (change: object) => void (store.state = { ...store.state, ...change }) };
const open = vi.fn((wanted: boolean) => store.set({ open: wanted }));
const paint = vi.fn();
const destroy = vi.fn();
let api: Api;

beforeEach(() => {
  vi.clearAllMocks();
  store.state = { open: false, button: true, user: false, meta: [{ plan: "baked" }, { seats: 3 }], variables: { width: "1px" } };
  api = createApi({ id: "acme", store, paint } as never, open, destroy);
});

const jane = { email: "jane@example.com" };

test.each([
  ["open", [], { open: true }],
  ["close", [], { open: false }],
  ["toggle", [], { open: true }],
  ["showButton", [], { button: true }],
  ["hideButton", [], { button: false }],
  ["setUser", [jane], { user: [jane] }],
  ["setUser", [null], { user: [null] }],
  ["setMeta", [{ trial: true }], { meta: [{ trial: true }] }],
  ["addMeta", [{ plan: "added" }], { meta: [{ plan: "added" }, { plan: "baked" }, { seats: 3 }] }],
  ["setVariables", [{ height: "2px" }], { variables: { width: "1px", height: "2px" } }],
])("%s(…%j) changes nothing but %j", (method, given, change) => {
  const before = store.state;
  api[method](...given);
  expect(store.state).toEqual({ ...before, ...change });
});

test("toggle closes what is open, and isOpen follows at once", () => {
  expect(api.isOpen()).toBe(false);
  api.toggle();
  expect(api.isOpen()).toBe(true);
  api.toggle();
  expect(api.isOpen()).toBe(false);
  expect(open.mock.calls).toEqual([[true], [false]]);
});

test("the same user given again, but changed, is another value", () => {
  api.setUser(jane);
  const { user } = store.state;
  api.setUser(jane);
  expect(store.state.user).not.toBe(user);
});

test("variables are painted as they are given, without waiting for the window", () => {
  api.setVariables({ height: "2px" });
  expect(paint.mock.calls).toEqual([[{ height: "2px" }]]);
});

describe("the queue in place of the API", () => {
  test("has each method, and no id", () => {
    const { q, ...methods } = createQueue(api);
    const { id, ...wanted } = api;
    expect(q).toEqual([]);
    expect(Object.keys(methods).sort()).toEqual(Object.keys(wanted).sort());
  });

  test("keeps calls in their order with all that was given, and carries none out", () => {
    const queue = createQueue(api);
    queue.open();
    queue.setUser(jane, "more");
    expect(queue.destroy()).toBeUndefined();
    expect(queue.q).toEqual([
      ["open", []],
      ["setUser", [jane, "more"]],
      ["destroy", []],
    ]);
    expect([open, destroy].flatMap((f) => f.mock.calls)).toEqual([]);
  });

  test("says at once that nothing is open, and keeps no such question", () => {
    const queue = createQueue(api);
    store.set({ open: true });
    expect(queue.isOpen()).toBe(false);
    expect(queue.q).toEqual([]);
  });
});
