import type { Dates } from "../shared/app";
import { knownLanguage, pageLanguage } from "../shared/language";
import { noon } from "../shared/noon";

/** Days and times as the language of the page writes them. */
export function createDates(): Dates {
  const language = pageLanguage();
  // Each takes long to make, and most visitors need none before they write.
  let days: Intl.DateTimeFormat, near: Intl.RelativeTimeFormat, times: Intl.DateTimeFormat;
  return {
    day(time) {
      const ago = Math.round((noon(Date.now()) - time) / 864e5);
      if (ago == 0 || ago == 1) return (near ??= new Intl.RelativeTimeFormat(language, { numeric: "auto" })).format(-ago, "day");
      return (days ??= new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" })).format(time);
    },
    time: (time) => (times ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", hourCycle: hourCycle(language) })).format(time),
  };
}

/** 12 or 24 hours are customs of regions: where the page's language names none, the browser's counts. */
function hourCycle(language: string | undefined): Intl.DateTimeFormatOptions["hourCycle"] {
  if (language && new Intl.Locale(language).region) return;
  // Which may be no language: "C" on a Linux that has none set.
  return new Intl.DateTimeFormat(knownLanguage(navigator.language), { hour: "numeric" }).resolvedOptions().hourCycle;
}
