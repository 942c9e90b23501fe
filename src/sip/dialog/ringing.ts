// Runs the machine of reliable provisional responses (reliable-ringing.ts) for one incoming call.

import type { Clock, Timer } from "../../base/clock.ts";
import { type Ring, type RingingInput, type RingingState, reliableRinging, startRinging } from "./reliable-ringing.ts";

export type RingingUser = {
  sendReliable(ring: Ring, rseq: number): void;
  repeatRing(): void;
  /** 64*T1 without a PRACK. */
  ringUnheard(): void;
};

/** RSeq numbers only grow; this leaves them room below 2^31. */
const FIRST_BELOW = 2 ** 30;

export class Ringing {
  private readonly clock: Clock;
  private readonly user: RingingUser;
  private state: RingingState = startRinging(1 + Math.floor(Math.random() * FIRST_BELOW));
  private timer: Timer | undefined = undefined;
  private matched = false;

  constructor(clock: Clock, user: RingingUser) {
    this.clock = clock;
    this.user = user;
  }

  ring(ring: Ring): void {
    this.input({ type: "ring", ring });
  }

  /** False when it acknowledges nothing that waits. */
  prack(rseq: number): boolean {
    this.matched = false;
    this.input({ type: "prack", rseq });
    return this.matched;
  }

  /** The number that still misses its PRACK. */
  get unacknowledged(): number | undefined {
    return this.state.name === "waiting" ? this.state.rseq : undefined;
  }

  /** A session description waits for its PRACK. */
  get describes(): boolean {
    return (
      this.state.name === "waiting" && (this.state.describes || this.state.queue.some(({ sdp }) => sdp !== undefined))
    );
  }

  /** A final response is out. */
  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private input(input: RingingInput): void {
    const [state, effects] = reliableRinging(this.state, input);
    this.state = state;
    for (const effect of effects) {
      if (effect.type === "send") this.user.sendReliable(effect.ring, effect.rseq);
      else if (effect.type === "repeat") this.user.repeatRing();
      else if (effect.type === "start") this.timer = this.clock.after(effect.ms, () => this.input({ type: "timer" }));
      else if (effect.type === "stop") this.stop();
      else if (effect.type === "acknowledged") this.matched = true;
      else this.user.ringUnheard();
    }
  }
}
