// When the sound of news is heard.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { createChime } from "./chime";

/** Not allowed to be heard before somebody has clicked. */
class FakeAudio {
  state = "suspended";
  currentTime = 0;
  private readonly waiting: (() => void)[] = [];
  readonly start = vi.fn();
  constructor() {
    audio = this;
  }
  resume = () => (this.state == "running" ? Promise.resolve() : new Promise<void>((resolve) => this.waiting.push(resolve)));
  allow(): void {
    this.state = "running";
    this.waiting.forEach((resolve) => resolve());
  }
  createOscillator = () => ({ frequency: {}, connect: (to: object) => to, start: this.start, stop() {} });
  createGain = () => ({ gain: { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to: object) => to });
}
let audio: FakeAudio;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("AudioContext", FakeAudio);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("two notes, also where the browser takes a moment to begin", async () => {
  const chime = createChime();
  chime();
  audio.allow();
  await vi.advanceTimersByTimeAsync(1);
  expect(audio.start).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(3000);
  chime();
  expect(audio.start).toHaveBeenCalledTimes(4);
});

test("many lines at once sound once", async () => {
  const chime = createChime();
  chime();
  audio.allow();
  await vi.advanceTimersByTimeAsync(1);
  for (let i = 0; i < 15; i++) {
    chime();
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(audio.start).toHaveBeenCalledTimes(2);
});

test("what came while the page could not be heard is not played later, all at once", async () => {
  const chime = createChime();
  for (let i = 0; i < 5; i++) {
    chime();
    await vi.advanceTimersByTimeAsync(10_000);
  }
  audio.allow();
  await vi.advanceTimersByTimeAsync(1);
  expect(audio.start).not.toHaveBeenCalled();
});
