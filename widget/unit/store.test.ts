// A state that launcher, window and connection share: who is told of a change, with what, and in which order.

import { describe, expect, test, vi } from "vitest";
import { createHolder, createStore, type Store } from "../src/shared/store";

interface Numbers {
  a: number;
  b: number;
  c: number;
  list?: readonly number[];
}

const zero: Numbers = { a: 0, b: 0, c: 0 };
const create = (signal?: AbortSignal): Store<Numbers> => createStore(createHolder(zero), signal);

describe("a watcher", () => {
  test("is called at once, with the state", () => {
    const store = create();
    const listener = vi.fn();
    store.watch(["a"], listener);
    expect(listener.mock.calls).toEqual([[zero]]);
  });

  test("that fails keeps no other from hearing, nor the change from being made; the page's own handler of errors is told", () => {
    const store = create();
    const [told, other] = [vi.fn(), vi.fn()];
    vi.stubGlobal("reportError", told);
    store.watch(["a"], ({ a }) => {
      if (a) throw Error("broken");
    });
    store.watch(["a"], other);
    store.set({ a: 1 });
    vi.unstubAllGlobals();
    expect(other).toHaveBeenLastCalledWith({ ...zero, a: 1 });
    expect(told.mock.calls).toEqual([[Error("broken")]]);
  });

  const list = [1];
  test.each<[what: string, before: Partial<Numbers>, change: Partial<Numbers>]>([
    ["a new value of its key", {}, { a: 1 }],
    ["new values of two of its keys", {}, { a: 1, b: 1 }],
    ["new values of its key and of another", {}, { b: 1, c: 1 }],
    ["its key that comes to be there", {}, { list }],
    ["its key that is set to undefined", { list }, { list: undefined }],
    ["another list that has the same in it", { list }, { list: [1] }],
  ])("hears of %s, once", (_, before, change) => {
    const store = create();
    store.set(before);
    const listener = vi.fn();
    store.watch(["a", "b", "list"], listener);
    listener.mockClear();
    store.set(change);
    expect(listener.mock.calls).toEqual([[{ ...zero, ...before, ...change }]]);
  });

  test.each<[what: string, before: Partial<Numbers>, change: Partial<Numbers>]>([
    ["the value that its key has", { a: 1 }, { a: 1 }],
    ["the list that its key has", { list }, { list }],
    ["nothing at all", {}, {}],
    ["undefined where there is nothing", {}, { list: undefined }],
    ["a new value of a key that it doesn't name", {}, { c: 1 }],
  ])("does not hear of %s", (_, before, change) => {
    const store = create();
    store.set(before);
    const listener = vi.fn();
    store.watch(["a", "b", "list"], listener);
    listener.mockClear();
    store.set(change);
    expect(listener).not.toHaveBeenCalled();
  });

  test("that sets something has it told to all before it goes on", () => {
    const store = create();
    const seen: string[] = [];
    store.watch(["a"], ({ a }) => {
      if (!a) return;
      seen.push("sets");
      store.set({ b: a });
      seen.push("goes on");
    });
    store.watch(["b"], ({ b }) => b && seen.push("is told"));
    store.set({ a: 1 });
    expect(seen).toEqual(["sets", "is told", "goes on"]);
  });

  test("that sets what it watches is called again with that, and no more than that", () => {
    const store = create();
    const seen: number[] = [];
    store.watch(["a"], ({ a }) => {
      seen.push(a);
      store.set({ a: Math.min(3, a + 1) });
    });
    expect(seen).toEqual([0, 1, 2, 3]);
    store.set({ a: 2 });
    expect(seen.slice(4)).toEqual([2, 3]);
  });

  test("that comes while others are told hears of what is set from then on", () => {
    const store = create();
    const late = vi.fn();
    let came = false;
    store.watch(["a"], ({ a }) => {
      if (!a || came) return;
      came = true;
      store.watch(["a", "b"], late);
    });
    store.set({ a: 1 });
    expect(late.mock.calls).toEqual([[{ ...zero, a: 1 }]]);
    store.set({ b: 1 });
    expect(late).toHaveBeenCalledTimes(2);
  });

  test("is never told of a state that is over: what another one has set meanwhile is in it", () => {
    const store = create();
    store.watch(["a"], ({ a }) => store.set({ b: a * 2 }));
    const seen: string[] = [];
    store.watch(["a", "b"], ({ a, b }) => seen.push(`${a} ${b}`));
    store.set({ a: 1 });
    store.set({ a: 2 });
    expect(seen).toEqual(["0 0", "1 2", "2 4"]);
  });
});

/** All orders of a list. */
function orders<T>(list: readonly T[]): T[][] {
  return list.length < 2 ? [[...list]] : list.flatMap((first, i) => orders(list.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}

/** Watchers as the widget has them: some make something of what they hear, some only look. */
const watchers: Record<string, (store: Store<Numbers>) => void> = {
  "b is twice a": (store) => store.watch(["a"], ({ a }) => store.set({ b: a * 2 })),
  "c is a and b": (store) => store.watch(["a", "b"], ({ a, b }) => store.set({ c: a + b })),
  "a is at most 3": (store) => store.watch(["a"], ({ a }) => a > 3 && store.set({ a: 3 })),
};

test("whatever the order of the watchers, all see the same in the end", () => {
  const end = (a: number): Numbers => ({ a, b: 2 * a, c: 3 * a });
  for (const order of orders([...Object.keys(watchers), "all", "c alone"])) {
    const store = create();
    const seen: Record<string, unknown> = {};
    for (const name of order) {
      if (name == "all") store.watch(["a", "b", "c"], (state) => (seen.all = state));
      else if (name == "c alone") store.watch(["c"], ({ c }) => (seen.c = c));
      else watchers[name]!(store);
    }
    store.set({ a: 1 });
    expect({ ...seen, state: store.state }, order.join(", ")).toEqual({ all: end(1), c: 3, state: end(1) });
    store.set({ a: 9 });
    expect({ ...seen, state: store.state }, order.join(", ")).toEqual({ all: end(3), c: 9, state: end(3) });
  }
});

describe("a watcher that throws", () => {
  const fails = (store: Store<Numbers>) =>
    store.watch(["a"], ({ a }) => {
      if (a == 1) throw Error("no");
    });

  test.each([
    ["before", true],
    ["after", false],
  ])("silences nobody who came %s it for good", (_, before) => {
    const store = create();
    const seen: number[] = [];
    const other = () => store.watch(["a"], ({ a }) => seen.push(a));
    if (before) other();
    fails(store);
    if (!before) other();
    expect(() => store.set({ a: 1 })).toThrow("no");
    expect(store.state.a).toBe(1);
    store.set({ a: 2 });
    expect(seen.at(-1)).toBe(2);
  });

  test("leaves to the next change, of whatever key, those who have not heard yet", () => {
    const store = create();
    fails(store);
    const seen: number[] = [];
    store.watch(["a"], ({ a }) => seen.push(a));
    expect(() => store.set({ a: 1 })).toThrow("no");
    store.set({ c: 1 });
    expect(seen).toEqual([0, 1]);
  });

  test("hears of the next change itself", () => {
    const store = create();
    const listener = vi.fn(({ a }: Numbers) => {
      if (a == 1) throw Error("no");
    });
    store.watch(["a"], listener);
    expect(() => store.set({ a: 1 })).toThrow("no");
    store.set({ a: 2 });
    expect(listener).toHaveBeenLastCalledWith({ ...zero, a: 2 });
  });
});

describe("when the signal aborts", () => {
  test("nobody is called any more, and what is set is still there", () => {
    const stop = new AbortController();
    const store = create(stop.signal);
    const listener = vi.fn();
    store.watch(["a"], listener);
    listener.mockClear();
    stop.abort();
    store.set({ a: 1 });
    expect(listener).not.toHaveBeenCalled();
    expect(store.state.a).toBe(1);
  });

  test("while watchers are told, those whose turn has not come are not called", () => {
    const stop = new AbortController();
    const store = create(stop.signal);
    store.watch(["a"], ({ a }) => a && stop.abort());
    const listener = vi.fn();
    store.watch(["a"], listener);
    listener.mockClear();
    store.set({ a: 1 });
    expect(listener).not.toHaveBeenCalled();
  });
});

describe("a holder", () => {
  test("tells its one listener of each change, with the state before it", () => {
    const holder = createHolder(zero);
    const changed = vi.fn();
    holder.changed = changed;
    holder.set({ a: 1 });
    holder.set({ a: 1 });
    expect(changed.mock.calls).toEqual([[zero], [{ ...zero, a: 1 }]]);
    expect(holder.state).toEqual({ ...zero, a: 1 });
  });

  test("that nobody listens to keeps what is set", () => {
    const holder = createHolder(zero);
    holder.set({ a: 1 });
    expect(holder.state).toEqual({ ...zero, a: 1 });
  });

  test("never changes a state that it has given away", () => {
    const holder = createHolder(zero);
    const before = holder.state;
    holder.set({ a: 1 });
    expect(before).toEqual({ a: 0, b: 0, c: 0 });
  });

  test("is the store that is made of it: what is set through either, both have, and the watchers hear of", () => {
    const holder = createHolder(zero);
    holder.set({ a: 1 });
    const store = createStore(holder);
    expect(store).toBe(holder);
    const listener = vi.fn();
    store.watch(["a"], listener);
    holder.set({ a: 2 });
    store.set({ a: 3 });
    expect(listener.mock.calls.map(([{ a }]) => a)).toEqual([1, 2, 3]);
  });

  test("has its listener kept by who makes a store of it, as one watcher among others", () => {
    const holder = createHolder(zero);
    const changed = vi.fn();
    holder.changed = changed;
    const listener = holder.changed as unknown as () => void;
    const store = createStore(holder);
    store.set({ a: 1 });
    expect(changed).not.toHaveBeenCalled();
    store.watch(["a"], listener);
    changed.mockClear();
    store.set({ a: 2 });
    store.set({ b: 2 });
    expect(changed).toHaveBeenCalledTimes(1);
  });
});
