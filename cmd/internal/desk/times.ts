// Times, as the list says them.

// 12 or 24 hours are customs of regions: those of the browser count, as in the thread.
const { hourCycle } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const clock = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit", hourCycle });
const weekday = new Intl.DateTimeFormat("en", { weekday: "short" });
const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** The time of today, the weekday of the last six days, the date of anything before. */
export function formatTime(time: number): string {
  // From noon to noon: days with a change of the clock have 23 or 25 hours.
  const daysAgo = (new Date().setHours(12, 0, 0, 0) - new Date(time).setHours(12, 0, 0, 0)) / 864e5;
  return (daysAgo < 0.5 ? clock : daysAgo < 6.5 ? weekday : date).format(time);
}

const units = (["day", "hour", "minute"] as const).map((unit) => ({
  milliseconds: { day: 864e5, hour: 36e5, minute: 6e4 }[unit],
  narrow: new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "narrow" }),
  long: new Intl.NumberFormat("en", { style: "unit", unit, unitDisplay: "long" }),
}));

/** For how long somebody has waited, in the largest unit that is full: short for the eye, and in words. */
export function formatWait(since: number, now = Date.now()): { short: string; long: string } {
  const waited = now - since;
  for (const { milliseconds, narrow, long } of units) {
    const count = Math.floor(waited / milliseconds);
    if (count >= 1) return { short: narrow.format(count), long: `waiting for ${long.format(count)}` };
  }
  return { short: "now", long: "waiting since just now" };
}
