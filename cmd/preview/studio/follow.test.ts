// What the preview's events mean to the studio.

import { afterEach, beforeEach, expect, test, vi } from "../../../widget/unit/vitest.ts";
import { followPreview } from "./follow";

class FakeEventSource {
  static last: FakeEventSource;
  onerror!: () => void;
  onmessage!: (event: { data: string }) => void;
  constructor(readonly address: string) {
    FakeEventSource.last = this;
  }
}

beforeEach(() => void vi.stubGlobal("EventSource", FakeEventSource));
afterEach(() => void vi.unstubAllGlobals());

const lost = "lost";
test.each<[string, events: string[], told: string[]]>([
  ["the first event is told as a save: something may have changed since the page was loaded", ["a"], ["saved"]],
  ["a save that leaves the widget as it was", ["a", "a"], ["saved", "saved"]],
  ["a save that changes the widget", ["a", "b"], ["saved", "rebuilt", "saved"]],
  ["a save after that", ["a", "b", "b"], ["saved", "rebuilt", "saved", "saved"]],
  ["that the preview has stopped is told once, however often the browser tries", ["a", lost, lost, lost], ["saved", "stopped"]],
  ["when it is back the frames have lost their page, whatever the build", ["a", lost, "a"], ["saved", "stopped", "rebuilt", "back", "saved"]],
  ["it may stop and come back again", ["a", lost, "a", lost, "a"], ["saved", "stopped", "rebuilt", "back", "saved", "stopped", "rebuilt", "back", "saved"]],
  ["it may be stopped from the start", [lost, lost, "a"], ["stopped", "rebuilt", "back", "saved"]],
])("%s", (_, events, told) => {
  const seen: string[] = [];
  const tell = (what: string) => () => void seen.push(what);
  followPreview("/events", { stopped: tell("stopped"), back: tell("back"), rebuilt: tell("rebuilt"), saved: tell("saved") });
  for (const event of events) {
    if (event == lost) FakeEventSource.last.onerror();
    else FakeEventSource.last.onmessage({ data: event });
  }
  expect([FakeEventSource.last.address, seen]).toEqual(["/events", told]);
});
