// The line to the service: how it comes, breaks, is followed by another one, and ends. Time is the test's.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { keepConnected, type ConnectionState, pause, type Reconnector } from "../src/connection/reconnect";
import { FakeClient } from "./fake-client";
import { countListeners } from "./leaks";

const second = 1000;
const minute = 60 * second;

/** A line, with what a test has to know of it. */
interface Line {
  stop: AbortController;
  reconnector: Reconnector;
  /** What was told, in order. */
  states: ConnectionState[];
  /** The clients that were made, and when they were asked for, in milliseconds since the line began. */
  clients: FakeClient[];
  tries: number[];
  connect: ReturnType<typeof vi.fn<(signal: AbortSignal) => Promise<unknown>>>;
  open: ReturnType<typeof vi.fn<() => Promise<void>>>;
  getToken: ReturnType<typeof vi.fn<() => Promise<string>>>;
  /** The newest client. */
  client(): FakeClient;
}

function begin(given: { connect?: () => Promise<unknown>; open?: () => Promise<void>; getToken?: () => Promise<string> } = {}): Line {
  const stop = new AbortController();
  const start = Date.now();
  const clients: FakeClient[] = [];
  const states: ConnectionState[] = [];
  const tries: number[] = [];
  const connect = vi.fn(async (_: AbortSignal): Promise<unknown> => {
    tries.push(Date.now() - start);
    if (given.connect) return given.connect();
    const client = new FakeClient();
    clients.push(client);
    return client;
  });
  const open = vi.fn(given.open ?? (async () => {}));
  const getToken = vi.fn(given.getToken ?? (async () => "new token"));
  const reconnector = keepConnected(stop.signal, { connect: connect as never, open, getToken, state: (now) => states.push(now) });
  lines.push(stop);
  return { stop, reconnector, states, clients, tries, connect, open, getToken, client: () => clients.at(-1)! };
}

/** A line that is on. */
async function beginOn(given: Parameters<typeof begin>[0] = {}): Promise<Line> {
  const line = begin(given);
  await passed(0);
  line.client().come();
  await passed(0);
  expect(line.states).toEqual(["connecting", "on"]);
  return line;
}

const passed = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const never = () => new Promise<never>(() => {});
const fails = (more: object = {}) => () => Promise.reject(Object.assign(Error("no"), more));

let lines: AbortController[] = [];
let warn: ReturnType<typeof vi.spyOn>;
beforeEach(() => {
  vi.useFakeTimers();
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  for (const stop of lines) stop.abort();
  lines = [];
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a line", () => {
  test.each<[what: string, events: ((client: FakeClient) => void)[], states: ConnectionState[]]>([
    ["is connecting until its client has come through", [], ["connecting"]],
    ["is not on for a client that is connected, but not ready", [(c) => c.is("connected")], ["connecting"]],
    ["is on with a client that is ready", [(c) => c.come()], ["connecting", "on"]],
    ["waits for a client that loses its connection while it gets ready", [(c) => c.emit("initialized")], ["connecting"]],
    ["is on when that is back", [(c) => c.emit("initialized"), (c) => c.is("connected")], ["connecting", "on"]],
    ["is connecting again during a break", [(c) => c.come(), (c) => c.is("connecting")], ["connecting", "on", "connecting"]],
    ["says so once, whatever the SDK tells of it", [(c) => c.come(), (c) => c.is("disconnecting"), (c) => c.is("connecting"), (c) => c.is("retrying")], ["connecting", "on", "connecting"]],
    ["is on after the break", [(c) => c.come(), (c) => c.is("connecting"), (c) => c.is("connected")], ["connecting", "on", "connecting", "on"]],
    ["says so once, too", [(c) => c.come(), (c) => c.is("connected")], ["connecting", "on"]],
    ["is on with a client whose first try has failed", [(c) => c.emit("initFailed", { error: { terminal: false } }), (c) => c.come()], ["connecting", "on"]],
  ])("%s", async (_, events, states) => {
    const line = begin();
    await passed(0);
    for (const event of events) {
      event(line.client());
      await passed(0);
    }
    expect(line.states).toEqual(states);
    expect(line.clients.length).toBe(1);
  });

  test("is not on before the client's conversation is open", async () => {
    let opened!: () => void;
    const line = begin({ open: () => new Promise((resolve) => (opened = resolve)) });
    await passed(0);
    line.client().come();
    await passed(minute - second);
    expect(line.open).toHaveBeenCalledExactlyOnceWith(line.client(), expect.anything());
    expect(line.states).not.toContain("on");
    opened();
    await passed(0);
    expect(line.states.at(-1)).toBe("on");
  });

  test("lets a client take its time once that is ready: a slow history is no reason for a new one", async () => {
    const line = begin({ open: never });
    await passed(0);
    line.client().come();
    await passed(10 * minute);
    expect(line.clients.length).toBe(1);
  });
});

const ends: [what: string, end: (client: FakeClient) => void][] = [
  ["denied", (client) => client.is("denied")],
  ["disconnected", (client) => client.is("disconnected")],
  ["told of an error that is final", (client) => client.emit("connectionError", { terminal: true })],
];

describe("a client that is", () => {
  test.each(ends)("%s is given up, and followed by a new one", async (_, end) => {
    const line = await beginOn();
    const old = line.client();
    end(old);
    await passed(0);
    expect(old.over).toBe(true);
    expect(line.states).toEqual(["connecting", "on", "connecting"]);
    // Had it come through, the first try comes soon.
    await passed(499);
    expect(line.clients.length).toBe(1);
    await passed(1);
    expect(line.clients.length).toBe(2);
    line.client().come();
    await passed(0);
    expect(line.states).toEqual(["connecting", "on", "connecting", "on"]);
    expect(line.open.mock.calls).toEqual([[old, expect.anything()], [line.client(), expect.anything()]]);
  });

  test.each(ends)("%s before it is ready is given up, too", async (_, end) => {
    const line = begin();
    await passed(0);
    const old = line.client();
    end(old);
    await passed(second);
    expect([old.over, line.clients.length, line.open.mock.calls.length]).toEqual([true, 2, 0]);
  });

  test.each<[what: string, event: (client: FakeClient) => void]>([
    ["connecting", (client) => client.is("connecting")],
    ["retrying", (client) => client.is("retrying")],
    ["disconnecting", (client) => client.is("disconnecting")],
    ["told of an error that is not final", (client) => client.emit("connectionError", { terminal: false })],
    ["told that its token has expired", (client) => client.emit("tokenExpired")],
  ])("%s is left to itself", async (_, event) => {
    const line = await beginOn();
    event(line.client());
    await passed(10 * minute);
    expect(line.clients.length).toBe(1);
    expect(line.client().over).toBe(false);
  });

  test("not ready after a minute is given up: a new one has the better chance", async () => {
    const line = begin();
    await passed(minute - 1);
    expect([line.clients.length, line.client().over]).toEqual([1, false]);
    await passed(2);
    expect(line.client().over).toBe(true);
    await passed(second);
    expect(line.clients.length).toBe(2);
  });

  test("not even to be had after a minute is not waited for, and put away should it come", async () => {
    const late: ((client: FakeClient) => void)[] = [];
    const line = begin({ connect: () => new Promise((resolve) => late.push(resolve)) });
    await passed(minute + second);
    expect(line.tries.length).toBe(2);
    expect(line.connect.mock.calls.map(([signal]) => signal.aborted)).toEqual([true, false]);
    const old = new FakeClient();
    late[0]!(old);
    await passed(0);
    expect(old.over).toBe(true);
    // Nor is it heard, whatever it says.
    old.come();
    await passed(0);
    expect(line.open).not.toHaveBeenCalled();
    const client = new FakeClient();
    late[1]!(client);
    await passed(0);
    client.come();
    await passed(0);
    expect(line.open).toHaveBeenCalledExactlyOnceWith(client, expect.anything());
    expect(line.states.at(-1)).toBe("on");
  });

  test("given up while its conversation opens never makes the line be on", async () => {
    let opened!: () => void;
    const line = begin({ open: () => new Promise((resolve) => (opened = resolve)) });
    await passed(0);
    line.client().come();
    await passed(0);
    const [[, signal]] = line.open.mock.calls as never as [[FakeClient, AbortSignal]];
    expect(signal.aborted).toBe(false);
    // It is connected as before: the visitor has logged in, say.
    line.reconnector.renew();
    expect(signal.aborted).toBe(true);
    opened();
    await passed(0);
    expect(line.states).toEqual(["connecting"]);
  });

  test("without its conversation is given up", async () => {
    const line = begin({ open: fails() });
    await passed(0);
    const old = line.client();
    old.come();
    await passed(0);
    expect([old.over, line.states]).toEqual([true, ["connecting"]]);
    await passed(second);
    expect(line.clients.length).toBe(2);
  });

  test("hard to shut down does no harm", async () => {
    const line = await beginOn();
    line.client().shutdown = () => Promise.reject(Error("it is down"));
    line.client().is("denied");
    await passed(500);
    expect(line.clients.length).toBe(2);
  });
});

describe("a token that is about to expire", () => {
  test("is renewed on the client that has it, without a break", async () => {
    const line = await beginOn();
    line.client().emit("tokenAboutToExpire");
    await passed(0);
    expect(line.client().updateToken).toHaveBeenCalledExactlyOnceWith("new token");
    await passed(10 * minute);
    expect(line.states).toEqual(["connecting", "on"]);
    expect(line.clients.length).toBe(1);
  });

  test("is renewed each time", async () => {
    const line = await beginOn();
    for (let i = 0; i < 3; i++) line.client().emit("tokenAboutToExpire");
    await passed(0);
    expect(line.client().updateToken).toHaveBeenCalledTimes(3);
  });

  test.each<[what: string, getToken: () => Promise<string>, updateToken: (token: string) => Promise<void>]>([
    ["that can't be had", fails(), async () => {}],
    ["that the service does not take", async () => "new token", fails()],
    ["that nobody answers for", never, async () => {}],
    ["that the SDK does not settle", async () => "new token", never],
  ])("and a new one %s: the client goes on until it has expired, and is then followed by another", async (_, getToken, updateToken) => {
    const line = await beginOn({ getToken });
    const old = line.client();
    old.updateToken.mockImplementation(updateToken);
    old.emit("tokenAboutToExpire");
    await passed(3 * minute);
    expect([line.states, line.clients.length]).toEqual([["connecting", "on"], 1]);
    for (const state of ["disconnecting", "disconnected"]) old.is(state);
    await passed(500);
    expect(line.clients.length).toBe(2);
  });
});

describe("tries in vain", () => {
  test("come less and less often, but at least once a minute", async () => {
    const line = begin({ connect: fails() });
    await passed(5 * minute);
    const pauses = line.tries.slice(1).map((time, i) => time - line.tries[i]!);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * second));
  });

  test("count as failed after three", async () => {
    const line = begin({ connect: fails() });
    await passed(second);
    expect([line.tries.length, line.states]).toEqual([2, ["connecting"]]);
    await passed(2 * second);
    expect([line.tries.length, line.states]).toEqual([3, ["connecting", "failed"]]);
  });

  test("count as failed after a quarter of a minute, however few", async () => {
    const line = begin({ connect: never });
    await passed(15 * second - 1);
    expect(line.states).toEqual(["connecting"]);
    await passed(1);
    expect([line.tries.length, line.states]).toEqual([1, ["connecting", "failed"]]);
  });

  test("after that are no news, until one comes through", async () => {
    let connect: () => Promise<unknown> = fails();
    const line = begin({ connect: () => connect() });
    await passed(10 * minute);
    expect(line.states).toEqual(["connecting", "failed"]);
    const client = new FakeClient();
    connect = async () => client;
    await passed(minute);
    client.come();
    await passed(0);
    expect(line.states).toEqual(["connecting", "failed", "on"]);
  });

  test("begin anew after one that came through: it has all the patience again", async () => {
    const [first, then] = [new FakeClient(), new FakeClient()];
    const clients = [first, undefined, undefined, then];
    const line = begin({ connect: async () => clients.shift() ?? Promise.reject(Error("no")) });
    await passed(0);
    first.come();
    await passed(0);
    first.is("denied");
    await passed(500 + 1000 + 2000);
    then.come();
    await passed(minute);
    then.is("denied");
    await passed(500 + 1000);
    expect(line.tries.length).toBe(6);
    expect(line.states).toEqual(["connecting", "on", "connecting", "on", "connecting"]);
  });

  test("are less and less frequent also where each comes through, but is over at once; one that lasts ends that", async () => {
    const line = begin();
    const pauses: number[] = [];
    for (const last of [0, 0, 0, 0, minute, 0]) {
      await passed(0);
      line.client().come();
      await passed(last);
      const over = Date.now();
      const { length } = line.tries;
      line.client().is("denied");
      while (line.tries.length == length) await passed(500);
      pauses.push(Date.now() - over);
    }
    expect(pauses).toEqual([500, 1000, 2000, 4000, 500, 1000]);
  });

  test.each<[what: string, error: object, pauses: number[]]>([
    ["as long as the endpoint asks for", { wait: 30 * second }, [30, 30, 30, 30, 30, 32]],
    ["not shorter because the endpoint asks for less", { wait: second }, [1, 2, 4]],
  ])("pause %s", async (_, error, pauses) => {
    const line = begin({ connect: fails(error) });
    await passed(4 * minute);
    const found = line.tries.slice(1, pauses.length + 1).map((time, i) => (time - line.tries[i]!) / second);
    expect(found).toEqual(pauses);
  });

  test("pause for a day at most: to a timer, more than it can count is no time at all", async () => {
    const line = begin({ connect: fails({ wait: 2 ** 32 }) });
    await passed(24 * 60 * minute - 1);
    expect(line.tries.length).toBe(1);
    await passed(1);
    expect(line.tries.length).toBe(2);
  });

  test("are told in the console with their reason, but for those that were given up", async () => {
    const failed = begin({ connect: () => Promise.reject(Error("out of order")) });
    await passed(0);
    expect(warn.mock.calls).toEqual([["MissiveChat: out of order"]]);
    failed.stop.abort();
    begin({ connect: () => Promise.reject(Object.assign(Error("aborted"), { name: "AbortError" })) });
    await passed(0);
    expect(warn).toHaveBeenCalledTimes(1);
  });
});

describe("a pause ends early", () => {
  test.each<[when: string, wake: (line: Line) => void]>([
    ["when the browser has a network again", () => dispatchEvent(new Event("online"))],
    ["when somebody is in a hurry", ({ reconnector }) => reconnector.hurry()],
    ["when a new client is wanted", ({ reconnector }) => reconnector.renew()],
  ])("%s, and then there is no other one", async (_, wake) => {
    const line = begin({ connect: fails() });
    await passed(10 * minute);
    const before = line.tries.length;
    wake(line);
    await passed(0);
    expect(line.tries.length).toBe(before + 1);
    await passed(999);
    expect(line.tries.length).toBe(before + 1);
  });
});

describe("somebody in a hurry", () => {
  test("sees that it is tried again, with all the patience there is", async () => {
    const line = begin({ connect: fails() });
    await passed(10 * minute);
    line.reconnector.hurry();
    expect(line.states).toEqual(["connecting", "failed", "connecting"]);
    await passed(second);
    expect(line.states).toEqual(["connecting", "failed", "connecting"]);
    await passed(2 * second);
    expect(line.states).toEqual(["connecting", "failed", "connecting", "failed"]);
  });

  test("does not disturb a try that is under way", async () => {
    const line = begin();
    await passed(20 * second);
    line.reconnector.hurry();
    await passed(0);
    expect([line.clients.length, line.client().over, line.states]).toEqual([1, false, ["connecting", "failed", "connecting"]]);
    await passed(15 * second);
    expect(line.states.at(-1)).toBe("failed");
  });

  test("finds a line that is on as it was", async () => {
    const line = await beginOn();
    line.reconnector.hurry();
    await passed(minute);
    expect([line.clients.length, line.states]).toEqual([1, ["connecting", "on"]]);
  });
});

describe("a new client, when one is wanted,", () => {
  test("follows at once", async () => {
    const line = await beginOn();
    const old = line.client();
    line.reconnector.renew();
    await passed(0);
    expect([old.over, line.clients.length, line.states]).toEqual([true, 2, ["connecting", "on", "connecting"]]);
    line.client().come();
    await passed(0);
    expect(line.states).toEqual(["connecting", "on", "connecting", "on"]);
  });

  test("replaces one that was on its way", async () => {
    const line = begin({ connect: never });
    await passed(0);
    line.reconnector.renew();
    await passed(0);
    expect(line.connect.mock.calls.map(([signal]) => signal.aborted)).toEqual([true, false]);
  });

  test("is one, however often it is wanted at a time", async () => {
    const line = await beginOn();
    for (let i = 0; i < 3; i++) line.reconnector.renew();
    await passed(10 * second);
    expect(line.clients.length).toBe(2);
  });
});

describe("when the line is ended", () => {
  test.each<[when: string, until: (line: Line) => Promise<unknown> | void, given?: Parameters<typeof begin>[0]]>([
    ["at once", () => {}],
    ["while a client is made", () => passed(5 * second), { connect: never }],
    ["while the client gets ready", () => passed(5 * second)],
    ["while the conversation opens", (line) => passed(0).then(() => (line.client().come(), passed(5 * second))), { open: never }],
    ["while it is on", (line) => passed(0).then(() => (line.client().come(), passed(5 * second)))],
    ["during a break", (line) => passed(0).then(() => (line.client().come(), passed(0))).then(() => (line.client().is("connecting"), passed(5 * second)))],
    ["while a token is renewed", (line) => passed(0).then(() => (line.client().come(), line.client().emit("tokenAboutToExpire"), passed(5 * second))), { getToken: never }],
    ["during a pause", () => passed(1500), { connect: fails() }],
    ["when it has failed", () => passed(minute), { connect: fails() }],
    ["after many tries", () => passed(60 * minute), { connect: fails() }],
    ["after many clients", async (line) => {
      for (let i = 0; i < 20; i++) {
        await passed(second);
        line.client().come();
        await passed(0);
        line.client().is("denied");
        await passed(0);
      }
    }],
  ])("%s, nothing is left of it", async (_, until, given) => {
    const online = countListeners(window, "online");
    const line = begin(given);
    await until(line);
    const before = { states: line.states.length, tries: line.tries.length };
    line.stop.abort();
    await passed(0);
    expect({ timers: vi.getTimerCount(), online: online() }).toEqual({ timers: 0, online: 0 });
    expect(line.clients.map(({ over }) => over)).toEqual(line.clients.map(() => true));
    await passed(60 * minute);
    expect({ states: line.states.length, tries: line.tries.length }).toEqual(before);
  });

  test("the signal of what is on its way aborts", async () => {
    const line = begin({ connect: never });
    await passed(0);
    line.stop.abort();
    expect(line.connect.mock.calls[0]![0].aborted).toBe(true);
  });
});

test("however many tries there were, they listen to the end of the line no more than the first", async () => {
  const stop = new AbortController();
  const count = countListeners(stop.signal, "abort");
  keepConnected(stop.signal, { connect: fails(), open: async () => {}, getToken: never, state() {} });
  await passed(0);
  const first = count();
  await passed(60 * minute);
  expect(first).toBeGreaterThan(0);
  expect(count()).toBe(first);
  stop.abort();
});

describe("a pause", () => {
  test("lasts as long as it should, and leaves no listener", async () => {
    const stop = new AbortController();
    const count = countListeners(stop.signal, "abort");
    const over = vi.fn();
    pause(second, stop.signal).then(over);
    await passed(999);
    expect(over).not.toHaveBeenCalled();
    await passed(1);
    expect(over).toHaveBeenCalled();
    expect(count()).toBe(0);
  });

  test("ends with the signal, and leaves no timer", async () => {
    const stop = new AbortController();
    const over = vi.fn();
    pause(second, stop.signal).then(over);
    stop.abort();
    await passed(0);
    expect(over).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is none when the signal has aborted before", async () => {
    const over = vi.fn();
    pause(second, AbortSignal.abort()).then(over);
    await passed(0);
    expect(over).toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
