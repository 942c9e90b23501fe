// Times as the viewer reads them: in his zone and language.

import { localeOf, timeOf } from "../clock.ts";

/** `31 Jan 2026, 08:15:30`. */
export const dateAndTime = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), { dateStyle: "medium", timeStyle: "medium" }).format(ms);

/** `08:15:30.123`. */
export const exactTime = (ms: number, language: string): string =>
  new Intl.DateTimeFormat(localeOf(language), {
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" },
  }).format(ms);

export const bytesText = (bytes: number, language: string): string =>
  new Intl.NumberFormat(localeOf(language), {
    ...{ style: "unit", unit: bytes < 1e6 ? "kilobyte" : "megabyte", maximumFractionDigits: 1 },
  }).format(bytes < 1e6 ? bytes / 1e3 : bytes / 1e6);

export { timeOf };
