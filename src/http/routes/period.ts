// The fields of contract/period.ts, read.

import { isoTime, timeOfIso } from "../../base/clock.ts";
import { refuse } from "../../base/step.ts";
import type { Refused } from "../../runtime/face.ts";

export type PeriodFields = {
  readonly startdate: string;
  readonly enddate: string;
  readonly startposition: number;
  readonly endposition: number;
};

/** Times in ms since the epoch, null = open; the part from `first` to `last`, counted from 1. */
export type Period = {
  readonly from: number | null;
  readonly before: number | null;
  readonly first: number;
  readonly last: number;
};

const positionsShown = 100;

/** null = absent; NaN = a day that no calendar has: the 31st of February would pass for the 3rd of March. */
function timeOf(text: string): number | null {
  if (text === "") return null;
  if (/^\d{10,15}$/.test(text)) return Number(text);
  const iso = `${text.replace(" ", "T")}${text.includes(" ") ? "" : "T00:00:00"}`;
  const time = timeOfIso(`${iso}Z`);
  return !Number.isNaN(time) && isoTime(time).startsWith(iso) ? time : Number.NaN;
}

export function periodOf({ startdate, enddate, startposition: first, endposition }: PeriodFields): Period | Refused {
  const [from, before] = [timeOf(startdate), timeOf(enddate)];
  if (Number.isNaN(from)) return refuse("000-002", "startdate: no such day or time");
  if (Number.isNaN(before)) return refuse("000-002", "enddate: no such day or time");
  const last = endposition === 0 ? first + positionsShown - 1 : endposition;
  if (last < first) return refuse("000-002", "endposition: not before startposition");
  return { from, before, first, last };
}
