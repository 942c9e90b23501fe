// The timers of agents, calls and conferences: one of each name for each of them. A new one takes the place of the old.

import type { Clock, Timer } from "../base/clock.ts";
import type { AgentTimer } from "../core/agent/state.ts";
import type { CallTimer } from "../core/call/state.ts";
import type { ConferenceTimer } from "../core/conference/state.ts";

export type TimerName = AgentTimer | CallTimer | ConferenceTimer;

/** `ranOut` is told which one it was, once. */
export function openTimers<Owner extends { readonly id: string }>(
  clock: Clock,
  ranOut: (owner: Owner, name: TimerName) => void,
) {
  const timers = new Map<string, Timer>();
  const stop = ({ id }: Owner, name: TimerName): void => {
    const key = `${id}:${name}`;
    timers.get(key)?.cancel();
    timers.delete(key);
  };
  return {
    start(owner: Owner, name: TimerName, ms: number): void {
      const key = `${owner.id}:${name}`;
      stop(owner, name);
      const timer = clock.after(ms, () => {
        if (timers.get(key) !== timer) return;
        timers.delete(key);
        ranOut(owner, name);
      });
      timers.set(key, timer);
    },
    stop,
  };
}
