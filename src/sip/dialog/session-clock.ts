// Runs the session timer machine (session-timer.ts) of one session on the clock.

import type { Clock, Timer } from "../../base/clock.ts";
import { type SessionTimer, type SessionTimerInput, type SessionTimerState, sessionTimer } from "./session-timer.ts";

/** What happens when time is up. */
export type SessionClockUser = { refreshSession(): void; sessionExpired(): void };

/** Costs nothing while no timer is agreed on. */
export class SessionClock {
  private readonly clock: Clock;
  private readonly user: SessionClockUser;
  private state: SessionTimerState = { name: "off" };
  private timers: Timer[] = [];

  constructor(clock: Clock, user: SessionClockUser) {
    this.clock = clock;
    this.user = user;
  }

  /** What is agreed on now; undefined without a timer. */
  get timer(): SessionTimer | undefined {
    return this.state.name === "running" ? this.state.timer : undefined;
  }

  /** A first answer or a refresh has been exchanged. */
  agree(timer: SessionTimer | undefined): void {
    if (timer || this.timer) this.input({ type: "agreed", timer });
  }

  /** A refresh of ours was refused: it is tried again while there is time. */
  refused(): void {
    this.input({ type: "refresh-refused" });
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) timer.cancel();
  }

  private input(input: SessionTimerInput): void {
    const [state, effects] = sessionTimer(this.state, input);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === "start")
        this.timers.push(this.clock.after(effect.ms, () => this.input({ type: effect.input })));
      else if (effect.type === "stop") this.stop();
      else if (effect.type === "refresh") this.user.refreshSession();
      else this.user.sessionExpired();
    }
  }
}
