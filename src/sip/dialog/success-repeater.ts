// A 2xx to an INVITE is sent again by the dialog, on every transport, until its ACK comes (RFC 3261 §13.3.1.4).

import type { Clock, Timer } from "../../base/clock.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { SIXTY_FOUR_T1, T1, T2 } from "../transaction/timer-values.ts";

/** Runs from its construction on. */
export class SuccessRepeater {
  private transaction: ServerTransaction | undefined;
  private readonly clock: Clock;
  private readonly givenUp: () => void;
  private readonly startedAt: number;
  private timer: Timer;

  /** `givenUp` runs once when 64*T1 have passed without `acknowledged`. */
  constructor(clock: Clock, transaction: ServerTransaction, givenUp: () => void) {
    this.clock = clock;
    this.transaction = transaction;
    this.givenUp = givenUp;
    this.startedAt = clock.monotonic();
    this.timer = this.wait(T1);
  }

  /** The ACK is here, or the dialog is over. */
  stop(): void {
    this.timer.cancel();
    this.transaction?.settle();
    this.transaction = undefined;
  }

  private wait(ms: number): Timer {
    return this.clock.after(ms, () => {
      const { transaction } = this;
      if (!transaction) return;
      const left = SIXTY_FOUR_T1 - (this.clock.monotonic() - this.startedAt);
      if (left <= 0) {
        this.stop();
        this.givenUp();
        return;
      }
      transaction.repeatSuccess();
      this.timer = this.wait(Math.min(2 * ms, T2, left));
    });
  }
}
