// How many calls begin, and how they end: in each of the last 60 seconds, and within the last hour by cause. Counters in rings of a
// fixed size, so that a busy day costs no more than a quiet one.

import type { Clock } from "../../base/clock.ts";
import type { BoardFailure, BoardFigures } from "../../contract/board.ts";
import type { Ended } from "../../core/call/state.ts";
import { detect } from "../../core/detect/table.ts";
import type { Site } from "../../core/site.ts";

export type Tally = {
  begun(): void;
  ended(call: Ended): void;
  figures(): Pick<BoardFigures, "begun" | "ended" | "failures">;
};

type Outcome = keyof BoardFigures["ended"];
type Failure = Omit<BoardFailure, "count">;
type Minute = {
  minute: number;
  readonly ended: Record<Outcome, number>;
  readonly failures: Map<string, Failure & { count: number }>;
};

const SECONDS = 60;
const MINUTES = 60;
/** Causes come from tables of ours and from statuses of peers: three digits, so there are never many. */
const MOST_CAUSES = 200;

const none = (): Record<Outcome, number> => ({ answered: 0, abandoned: 0, released: 0, failed: 0 });

const outcomeOf = ({ failure, abandoned, answeredAt }: Ended): Outcome => {
  if (failure) return "failed";
  if (abandoned) return "abandoned";
  return answeredAt === null ? "released" : "answered";
};

export function openTally(clock: Clock, site: Pick<Site, "detect">): Tally {
  const seconds = Array.from({ length: SECONDS }, () => ({ second: -1, calls: 0 }));
  const minutes: Minute[] = Array.from({ length: MINUTES }, () => ({ minute: -1, ended: none(), failures: new Map() }));

  const second = (): number => Math.floor(clock.monotonic() / 1000);

  const minuteNow = (): Minute => {
    const minute = Math.floor(clock.monotonic() / 60_000);
    const cell = minutes[minute % MINUTES] as Minute;
    if (cell.minute !== minute) {
      Object.assign(cell.ended, none());
      cell.failures.clear();
      cell.minute = minute;
    }
    return cell;
  };

  const count = (cell: Minute, { phase, cause }: NonNullable<Ended["failure"]>): void => {
    const said = cause.ours ?? (cause.heard ? `heard ${cause.heard}` : `${cause.status}`);
    const { detect: number, desc: text } = detect(phase, cause, site.detect);
    const key = `${phase} ${said} ${number}`;
    const known = cell.failures.get(key);
    if (known) known.count += 1;
    else if (cell.failures.size < MOST_CAUSES)
      cell.failures.set(key, { phase, cause: said, detect: number, text, count: 1 });
  };

  const lastHour = (): readonly Minute[] => {
    const now = Math.floor(clock.monotonic() / 60_000);
    return minutes.filter(({ minute }) => minute >= 0 && minute > now - MINUTES);
  };

  return {
    begun() {
      const now = second();
      const cell = seconds[now % SECONDS] as (typeof seconds)[number];
      cell.calls = cell.second === now ? cell.calls + 1 : 1;
      cell.second = now;
    },
    ended(call) {
      const cell = minuteNow();
      cell.ended[outcomeOf(call)] += 1;
      if (call.failure) count(cell, call.failure);
    },
    figures() {
      const now = second();
      const begun = Array.from({ length: SECONDS }, (_, index) => {
        const wanted = now - SECONDS + 1 + index;
        const cell = wanted < 0 ? undefined : seconds[wanted % SECONDS];
        return cell?.second === wanted ? cell.calls : 0;
      });
      const ended = none();
      const failures = new Map<string, Failure & { count: number }>();
      for (const cell of lastHour()) {
        for (const outcome of Object.keys(ended) as Outcome[]) ended[outcome] += cell.ended[outcome];
        for (const [key, failure] of cell.failures)
          failures.set(key, { ...failure, count: failure.count + (failures.get(key)?.count ?? 0) });
      }
      return { begun, ended, failures: [...failures.values()].sort((one, other) => other.count - one.count) };
    },
  };
}
