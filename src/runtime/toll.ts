// The walls against toll fraud around the running gateway: the day's count, and where a stopped call is written down.

import type { Clock } from "../base/clock.ts";
import { type Log, maskNumber } from "../base/log.ts";
import type { Site } from "../core/site.ts";
import { DEFAULT_TOLL_RULES, dayKey, type TollBar, type TollCall, tollBar } from "../core/toll/toll.ts";
import type { Store } from "../store/ports.ts";

export type TollDesk = {
  /** Why this call may not be made; said in the log and to `barred`. */
  bar(call: TollCall): string | undefined;
  /** A call has begun. `agent` "": it counts for the skill alone. */
  count(agent: string, skill: number): void;
  /** What was counted is on disk when this resolves, if the disk takes it. */
  close(): Promise<void>;
};

/** A call that was stopped. `called` is masked. */
export type Barred = TollBar & { readonly agent: string; readonly called: string };

export type TollDeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "toll">;
  readonly store: Pick<Store, "keepDailyCalls">;
  /** What the store has of today: a restart is no way around the limits. */
  readonly begun: ReadonlyMap<string, number>;
  readonly barred?: (barred: Barred) => void;
};

const DAY_MS = 86_400_000;
/** Counts of so long go to disk together: what a killed process forgets. */
const KEEP_MS = 1_000;
/** A disk that refuses is asked again after this. */
const RETRY_MS = 10_000;

/** The day that limits are counted for: days since the epoch, UTC. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

export function openTollDesk({ clock, log, site, store, begun, barred }: TollDeskOptions): TollDesk {
  const calls = new Map(begun);
  const keeper = openKeeper({ clock, log, store });
  let day = dayOf(clock.now());
  const turnPage = (): void => {
    const now = dayOf(clock.now());
    // A clock that was set back does not give the calls back.
    if (now <= day) return;
    calls.clear();
    keeper.forget();
    day = now;
  };
  return {
    bar(call) {
      turnPage();
      const bar = tollBar(call, site.toll ?? DEFAULT_TOLL_RULES, calls);
      if (bar === undefined) return undefined;
      const called = maskNumber(call.called);
      const { agent, skill } = call;
      log.warn({ agent, skill: skill.id, called, reason: bar.why }, "callout barred");
      barred?.({ ...bar, agent, called });
      return bar.why;
    },
    count(agent, skill) {
      turnPage();
      for (const key of [...(agent === "" ? [] : [dayKey("agent", agent)]), dayKey("skill", skill)]) {
        const sum = (calls.get(key) ?? 0) + 1;
        calls.set(key, sum);
        keeper.note(day, key, sum);
      }
    },
    close: keeper.close,
  };
}

/** Writes counts behind the calls, so that no call waits for the disk. */
function openKeeper({ clock, log, store }: Pick<TollDeskOptions, "clock" | "log" | "store">) {
  let unkept = new Map<string, number>();
  let day = 0;
  let waiting = false;
  let failing = false;
  const keep = async (): Promise<void> => {
    const taken = unkept;
    const takenDay = day;
    unkept = new Map();
    if (taken.size === 0) return;
    try {
      await store.keepDailyCalls(takenDay, taken);
      failing = false;
    } catch (fault) {
      if (!failing) log.error({ fault: String(fault) }, "the day's calls are not stored");
      failing = true;
      // What was counted meanwhile is newer.
      if (takenDay === day) unkept = new Map([...taken, ...unkept]);
    }
  };
  const later = (ms: number): void => {
    waiting = true;
    clock.after(ms, () => {
      void keep().then(() => {
        waiting = false;
        if (unkept.size > 0) later(failing ? RETRY_MS : KEEP_MS);
      });
    });
  };
  return {
    note(today: number, key: string, sum: number): void {
      day = today;
      unkept.set(key, sum);
      if (!waiting) later(KEEP_MS);
    },
    forget: (): void => unkept.clear(),
    close: keep,
  };
}
