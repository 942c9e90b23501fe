// The walls against toll fraud around the running gateway: the day's count, and where a stopped call is written down.

import type { Clock } from "../base/clock.ts";
import { type Log, maskNumber } from "../base/log.ts";
import type { Site } from "../core/site.ts";
import { DEFAULT_TOLL_RULES, dayKey, type TollCall, tollBar } from "../core/toll/toll.ts";

export type TollDesk = {
  /** Why this call may not be made; said in the log and to `barred`. */
  bar(call: TollCall): string | undefined;
  /** A call has begun. */
  count(agent: string, skill: number): void;
};

type TollDeskOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "toll">;
  readonly barred?: (agent: string, why: string) => void;
};

const DAY_MS = 86_400_000;

/** The count starts anew with the process. */
export function openTollDesk({ clock, log, site, barred }: TollDeskOptions): TollDesk {
  const rules = site.toll ?? DEFAULT_TOLL_RULES;
  const calls = new Map<string, number>();
  let day = 0;
  const turnPage = (): void => {
    const now = Math.floor(clock.now() / DAY_MS);
    if (now !== day) calls.clear();
    day = now;
  };
  return {
    bar(call) {
      turnPage();
      const why = tollBar(call, rules, calls);
      if (why === undefined) return undefined;
      const called = maskNumber(call.called);
      log.warn({ agent: call.agent, skill: call.skill.id, called, reason: why }, "callout barred");
      barred?.(call.agent, `${called}: ${why}`);
      return why;
    },
    count(agent, skill) {
      turnPage();
      for (const key of [dayKey("agent", agent), dayKey("skill", skill)]) calls.set(key, (calls.get(key) ?? 0) + 1);
    },
  };
}
