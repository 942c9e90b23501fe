// The timers of agents, calls and conferences: one of each name for each of them. A new one takes the place of the old. They stand in
// the journal with the time when they run out, by the steady clock.

import type { Clock, Timer } from "../base/clock.ts";
import type { AgentTimer } from "../core/agent/state.ts";
import type { CallTimer } from "../core/call/state.ts";
import type { ConferenceTimer } from "../core/conference/state.ts";
import { type Journal, noJournal } from "./journal/journal.ts";

export type TimerName = AgentTimer | CallTimer | ConferenceTimer;

/** `at`: steady ms. */
type TimerImage<Owner> = { readonly owner: Owner; readonly name: TimerName; readonly at: number };

/** `ranOut` is told which one it was, once. */
export function openTimers<Owner extends { readonly id: string }>(
  clock: Clock,
  ranOut: (owner: Owner, name: TimerName) => void,
  journal: Pick<Journal, "keep" | "found"> = noJournal,
) {
  const timers = new Map<string, Timer>();
  const keyOf = ({ id }: Owner, name: TimerName): string => `${id}:${name}`;
  const stop = (owner: Owner, name: TimerName): void => {
    const key = keyOf(owner, name);
    timers.get(key)?.cancel();
    if (timers.delete(key)) journal.keep("timer", key, null);
  };
  const arm = (owner: Owner, name: TimerName, ms: number): void => {
    const key = keyOf(owner, name);
    const timer = clock.after(ms, () => {
      if (timers.get(key) !== timer) return;
      timers.delete(key);
      journal.keep("timer", key, null);
      ranOut(owner, name);
    });
    timers.set(key, timer);
  };
  for (const { owner, name, at } of journal.found<TimerImage<Owner>>("timer").values())
    arm(owner, name, Math.max(0, at - clock.steady()));
  return {
    start(owner: Owner, name: TimerName, ms: number): void {
      stop(owner, name);
      arm(owner, name, ms);
      const image: TimerImage<Owner> = { owner, name, at: clock.steady() + ms };
      journal.keep("timer", keyOf(owner, name), image);
    },
    stop,
  };
}
