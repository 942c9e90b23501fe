// Overload: calls that run come first. While the event loop is late, the store does not answer or as many calls stand as the site
// allows, a new callout is refused at once and told when to come again; what runs goes on.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { refuse } from "../base/step.ts";
import type { Refused } from "./face.ts";

const PROBE_MS = 100;
/** Later than a pause of the garbage collector. */
const LATE_MS = 60;
/** So much lateness in a row is overload, one pause is not, when nothing else is said; the SIP layer has the same (sip/transaction/overload.ts). */
const LATE_SUM_MS = 500;
/** After the last lateness. */
const CALM_MS = 2_000;

export type LoopWatch = {
  /** Too much waits for the event loop. */
  late(): boolean;
  close(): void;
};

/** Measures all the time: a short timer, and what it is late by. */
type LoopWatchOptions = {
  readonly clock: Clock;
  readonly log: Log /** Lateness in a row from which it is overload, ms. */;
  readonly limitMs?: number;
};

export function openLoopWatch({ clock, log, limitMs = LATE_SUM_MS }: LoopWatchOptions): LoopWatch {
  /** What the probes since the last prompt one were late by. */
  let lateness = 0;
  let lateUntil = Number.NEGATIVE_INFINITY;
  let due = clock.monotonic() + PROBE_MS;
  let timer: Timer = clock.after(PROBE_MS, probe);

  function probe(): void {
    const now = clock.monotonic();
    lateness = now - due > LATE_MS ? lateness + now - due : 0;
    if (lateness >= limitMs) {
      if (lateUntil < now) log.warn({}, "overload: new callouts are refused");
      lateUntil = now + CALM_MS;
    }
    due = now + PROBE_MS;
    timer = clock.after(PROBE_MS, probe);
  }

  return {
    late() {
      const now = clock.monotonic();
      // The probe itself may wait behind this request.
      return now < lateUntil || lateness + now - due >= limitMs;
    },
    close: () => timer.cancel(),
  };
}

export type PressureOptions = {
  readonly late: () => boolean;
  /** What happens now cannot be kept. */
  readonly away: () => boolean;
  /** Calls that may stand at a time; 0 = any number. */
  readonly mostCalls: number;
  readonly calls: () => number;
  /** Told of each call that could not begin. */
  readonly crowded?: () => void;
};

const AGAIN_S = 3;

/** Why no new call may begin now; null: one may. */
export type Pressure = () => Refused | null;

export const pressureOf =
  ({ late, away, mostCalls, calls, crowded }: PressureOptions): Pressure =>
  () => {
    const hindered = late() ? "the gateway is overloaded" : away() ? "the store does not answer" : null;
    const why = hindered ?? (mostCalls > 0 && calls() >= mostCalls ? `${mostCalls} calls stand` : null);
    if (why === null) return null;
    crowded?.();
    return { ...refuse("100-007", `${why}: new calls again in ${AGAIN_S} s`), retryAfterS: AGAIN_S };
  };
