import type { Dates } from "../shared/app";
import { knownLanguage, pageLanguage } from "../shared/language";
import { noon } from "../shared/noon";

/** Days and times as the language of the page writes them, which may change. */
export function createDates(): Dates {
  let language: string | undefined;
  // Each takes long to make, and most visitors need none before they write.
  let days: Intl.DateTimeFormat | undefined, near: Intl.RelativeTimeFormat | undefined, times: Intl.DateTimeFormat | undefined;
  const look = () => {
    if (language != (language = pageLanguage())) days = near = times = undefined;
  };
  return {
    day(time) {
      look();
      const ago = Math.round((noon(Date.now()) - time) / 864e5);
      if (ago == 0 || ago == 1) return (near ??= new Intl.RelativeTimeFormat(language, { numeric: "auto" })).format(-ago, "day");
      return (days ??= new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" })).format(time);
    },
    time(time) {
      look();
      times ??= new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", hourCycle: hourCycle(language) });
      return times.format(time);
    },
  };
}

/** 12 or 24 hours are customs of regions: where the page's language names none, the browser's counts. */
function hourCycle(language: string | undefined): Intl.DateTimeFormatOptions["hourCycle"] {
  if (language && new Intl.Locale(language).region) return;
  // Which may be no language: "C" on a Linux that has none set.
  return new Intl.DateTimeFormat(knownLanguage(navigator.language), { hour: "numeric" }).resolvedOptions().hourCycle;
}
