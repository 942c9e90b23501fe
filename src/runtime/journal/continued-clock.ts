// Steady time goes on where the process before left it: its journal has a mark, which is one moment by three clocks. What has passed since
// is told by the machine's own clock; when the machine was started anew, or is another one, by the wall clock.

import type { Clock, Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Journal } from "./journal.ts";

/** One moment, ms: steady time, wall time, time since the machine was started. */
type Mark = { readonly steady: number; readonly wall: number; readonly machine: number };

export type ContinuedOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Pick<Journal, "found" | "keep">;
};

export type ContinuedClock = Clock & { close(): void };

/** How often one looks whether the wall clock was set, and by how much it has to differ. */
const LOOK_MS = 10_000;
const SET_MS = 1000;

/** The shorter one: nothing that the outside still counts on may end too soon because a clock was set. */
function passed(mark: Mark, wall: number, machine: number): number {
  const [byWall, byMachine] = [wall - mark.wall, machine - mark.machine];
  if (byMachine < 0) return Math.max(0, byWall);
  return byWall < 0 ? byMachine : Math.min(byWall, byMachine);
}

export function continuedClock({ clock, log, journal }: ContinuedOptions): ContinuedClock {
  const mark = journal.found<Mark>("clock").get("mark");
  const [wall, machine] = [clock.now(), clock.monotonic()];
  const begun = mark ? mark.steady + passed(mark, wall, machine) : wall;
  const steady = (): number => begun + clock.monotonic() - machine;
  let ahead = 0;
  let timer: Timer;

  const keep = (): void => {
    ahead = clock.now() - steady();
    const now: Mark = { steady: steady(), wall: clock.now(), machine: clock.monotonic() };
    journal.keep("clock", "mark", now);
  };

  const look = (): void => {
    const byMs = Math.round(clock.now() - steady() - ahead);
    if (Math.abs(byMs) >= SET_MS) {
      log.warn({ byMs }, "the wall clock was set: what runs goes on by the time that has passed");
      keep();
    }
    timer = clock.after(LOOK_MS, look);
  };

  keep();
  timer = clock.after(LOOK_MS, look);
  return { ...clock, steady, close: () => timer.cancel() };
}
