import type { View } from "../shared/app";
import { knownLanguage, pageLanguage } from "../shared/language";

/** Days and times as the language of the page writes them, which may change. */
export function createDates(): View["dates"] {
  let language: string | undefined;
  // Each takes long to make, and most visitors need none before they write.
  let days: Intl.DateTimeFormat | undefined, near: Intl.RelativeTimeFormat | undefined, times: Intl.DateTimeFormat | undefined;
  const look = () => {
    if (language != (language = pageLanguage())) days = near = times = undefined;
  };
  const say = (day: number, today: number) => {
    const ago = Math.round((today - day) / 864e5);
    if (ago == 0 || ago == 1) return (near ??= new Intl.RelativeTimeFormat(language, { numeric: "auto" })).format(-ago, "day");
    return (days ??= new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" })).format(day);
  };
  return (bubbles) => {
    look();
    const today = noon(Date.now());
    // The first day is said only if it isn't today.
    let before = today;
    return bubbles.map(({ time }) => {
      if (!time) return { day: "", time: "" };
      const day = noon(time);
      const said = day == before ? "" : say(day, today);
      before = day;
      times ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", hourCycle: hourCycle(language) });
      return { day: said, time: times.format(time) };
    });
  };
}

/** The noon of the day, which all its times have in common. */
function noon(time: number): number {
  return new Date(time).setHours(12, 0, 0, 0);
}

/** 12 or 24 hours are customs of regions: where the page's language names none, the browser's counts. */
function hourCycle(language: string | undefined): Intl.DateTimeFormatOptions["hourCycle"] {
  if (language && new Intl.Locale(language).region) return;
  // Which may be no language: "C" on a Linux that has none set.
  return new Intl.DateTimeFormat(knownLanguage(navigator.language), { hour: "numeric" }).resolvedOptions().hourCycle;
}
