// Overload (RFC 3261 §21.5.4): is the event loop late? While messages arrive, a short timer is measured again and again; what
// it is late by is what every message waits. Above the limit new work is refused, until it has been prompt for a while. So it is while
// more datagrams come than are read: what waits in the system's buffer is late, too.

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";

const PROBE_MS = 20;
/** Later than a pause of the garbage collector. */
const LATE_MS = 60;
/** So much lateness in a row is overload, one pause is not, when nothing else is said. It is T1: from there on peers send everything again. */
const LATE_SUM_MS = 500;
/** So many prompt probes in a row end the refusals. */
const CALM_PROBES = 10;
const PROMPT_MS = 15;

export type OverloadOptions = {
  /** Called when overload begins and when it ends. */
  readonly told?: ((began: boolean) => void) | undefined;
  /** Lateness in a row from which it is overload, ms. */
  readonly limitMs?: number | undefined;
  /** So long more datagrams have come than were read, ms. */
  readonly crowdedMs?: (() => number) | undefined;
};

export class Overload {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly told: (began: boolean) => void;
  private readonly limitMs: number;
  private readonly crowdedMs: () => number;
  private due: number | undefined = undefined;
  private calm = CALM_PROBES;
  /** What the probes since the last prompt one were late by. */
  private lateness = 0;

  constructor(
    clock: Clock,
    log: Log,
    { told = () => {}, limitMs = LATE_SUM_MS, crowdedMs = () => 0 }: OverloadOptions = {},
  ) {
    this.clock = clock;
    this.log = log;
    this.told = told;
    this.limitMs = limitMs;
    this.crowdedMs = crowdedMs;
  }

  /** New work is to be refused. */
  get late(): boolean {
    return this.calm < CALM_PROBES;
  }

  /** A message has arrived: keeps the measuring going. An idle endpoint measures nothing. */
  arrived(): void {
    if (this.due !== undefined) {
      // The timer itself may wait behind this message.
      if (this.lateness + this.clock.monotonic() - this.due >= this.limitMs) this.noteOverload();
      return;
    }
    this.due = this.clock.monotonic() + PROBE_MS;
    this.clock.after(PROBE_MS, this.probed);
  }

  private readonly probed = (): void => {
    const late = this.clock.monotonic() - (this.due ?? 0);
    this.due = undefined;
    this.lateness = late > LATE_MS ? this.lateness + late : 0;
    if (this.lateness >= this.limitMs || this.crowdedMs() >= this.limitMs) this.noteOverload();
    else if (this.late && late <= PROMPT_MS) this.notePrompt();
    // While work is refused the measuring goes on by itself, so that the refusals end.
    if (this.late) this.arrived();
  };

  private noteOverload(): void {
    const began = !this.late;
    this.calm = 0;
    if (!began) return;
    this.log.warn({}, "overload: new calls and registrations are refused");
    this.told(true);
  }

  private notePrompt(): void {
    this.calm += 1;
    if (this.late) return;
    this.log.warn({}, "overload is over");
    this.told(false);
  }
}
