// Whether the agent is online: until they say otherwise, or nobody has touched any tab of the desk for a while.
//
// An agent who is away has no connection: Twilio takes everybody who has one for reachable, and so do chat and token server. So nothing
// arrives at a desk that is away, and nothing is announced there; what isn't read then, the server sends out by e-mail.

import { onRemembered, recall, remember } from "./remembered";
import type { Away } from "./state";

/** All tabs of a browser go by what these keys remember: that the agent has chosen to be away, and when they touched one last. */
const chosenKey = "offline";
const touchedKey = "touched";
/** A touch is remembered this often at most, in milliseconds. */
const touchPauseMilliseconds = 5000;
/** Beyond 2^31 milliseconds a timer is over at once. */
const longestMilliseconds = 864e5;
/** What somebody who sits at the desk does. */
const touches = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

export interface Availability {
  /** Away after so many seconds without a touch; 0: never. */
  limit(seconds: number): void;
  /** What the agent has chosen. */
  choose(online: boolean): void;
  /** Called when somebody touches this tab, every few seconds at most. */
  onTouch(told: () => void): void;
  /** Whether somebody has touched this tab or another one within that many milliseconds. */
  touchedWithin(milliseconds: number): boolean;
}

/** `changed` is called now and with each change. */
export function createAvailability(changed: (away: Away | undefined) => void): Availability {
  let limitMilliseconds = 0;
  let touched = Date.now();
  let told: Away | undefined | "nothing" = "nothing";
  let timer: ReturnType<typeof setTimeout> | undefined;
  let touchedHere = () => {};
  // Where nothing is remembered, this tab still knows what was chosen in it.
  let chosen = !!recall(chosenKey);

  function tell(): void {
    clearTimeout(timer);
    const left = touched + limitMilliseconds - Date.now();
    const idle = limitMilliseconds > 0 && left <= 0;
    if (limitMilliseconds && !idle) timer = setTimeout(tell, Math.min(left, longestMilliseconds));
    const now = chosen ? "chosen" : idle ? "idle" : undefined;
    if (now == told) return;
    told = now;
    changed(now);
  }

  function touch(): void {
    const now = Date.now();
    if (now - touched < touchPauseMilliseconds && told != "idle") return;
    touched = now;
    remember(touchedKey, "" + now);
    tell();
    touchedHere();
  }

  onRemembered((key) => {
    if (key == chosenKey) chosen = !!recall(chosenKey);
    else if (key == touchedKey) touched = Math.max(touched, Number(recall(touchedKey)) || 0);
    else return;
    tell();
  });
  for (const event of touches) addEventListener(event, touch, { capture: true, passive: true });
  // Of the window alone, as this event doesn't bubble: what comes in moves the focus about in the page, and nobody has touched that.
  addEventListener("focus", touch);
  remember(touchedKey, "" + touched);
  tell();

  return {
    limit(seconds) {
      limitMilliseconds = seconds * 1000;
      tell();
    },
    choose(online) {
      chosen = !online;
      remember(chosenKey, online ? "" : "1");
      touched = Date.now();
      remember(touchedKey, "" + touched);
      tell();
    },
    onTouch: (told) => (touchedHere = told),
    touchedWithin: (milliseconds) => Date.now() - touched < milliseconds,
  };
}
