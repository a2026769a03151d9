// Going online and offline. What a connection goes through in between is for the tests of the widget's connection.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createAgent } from "./agent";
import type { Access } from "./server";

const access = vi.fn<(signal?: AbortSignal) => Promise<Access>>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("SDK_FILE", "");
  vi.spyOn(console, "warn").mockReturnValue();
  // The SDK never comes: its script is not run.
  vi.spyOn(document.head, "append").mockReturnValue();
  access.mockReset().mockReturnValue(new Promise(() => {}));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function begin() {
  const states: string[] = [];
  const agent = createAgent({ access, created() {}, state: (now) => states.push(now) });
  const signals = () => access.mock.calls.map(([signal]) => signal!.aborted);
  return { agent, states, signals };
}

test.each<[string, ("start" | "stop")[], states: string[], aborted: boolean[]]>([
  ["started, it connects", ["start"], ["connecting"], [false]],
  ["started twice, it connects once", ["start", "start"], ["connecting"], [false]],
  ["stopped, it is off at once, and gives up what is under way", ["start", "stop"], ["connecting", "off"], [true]],
  ["stopped from the start, it is off", ["stop"], ["off"], []],
  ["it can be started again", ["start", "stop", "start"], ["connecting", "off", "connecting"], [true, false]],
])("%s", async (_, acts, states, aborted) => {
  const { agent, states: seen, signals } = begin();
  for (const act of acts) agent[act]();
  await vi.advanceTimersByTimeAsync(1);
  expect([seen, signals()]).toEqual([states, aborted]);
});

test("asks for a token, and again when there is none, until it is stopped", async () => {
  access.mockRejectedValue(Error("The desk’s server answers 503."));
  const { agent, states } = begin();
  agent.start();
  await vi.advanceTimersByTimeAsync(1);
  expect(access).toHaveBeenCalledTimes(1);
  expect(console.warn).toHaveBeenCalledWith(expect.stringContaining("answers 503"));
  await vi.advanceTimersByTimeAsync(600_000);
  expect(states).toEqual(["connecting", "failed"]);
  agent.stop();
  const tried = access.mock.calls.length;
  expect(tried).toBeGreaterThan(3);
  await vi.advanceTimersByTimeAsync(600_000);
  expect([access.mock.calls.length, states]).toEqual([tried, ["connecting", "failed", "off"]]);
});
