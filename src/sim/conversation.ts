// What calls to a simulated number (visit.ts) and calls by it (outing.ts) have in common.

import type { Heard, LegStatistics, PhoneLeg } from "../media/face.ts";
import type { Behaviour } from "./behaviour.ts";
import { seeded, talk, voiceOf } from "./speech.ts";

export type HeardNow = { readonly report: Heard; readonly statistics: LegStatistics };

/** One call of a simulated number. */
export type Conversation = {
  /** Resolves with the last figures once the call is over and its ports are free. */
  readonly over: Promise<HeardNow | null>;
  hangUp(): void;
  change(behaviour: Behaviour): void;
  /** Digits 0-9 * # A-D to the other side; false: not now. */
  dial(digits: string): boolean;
  /** null before the answer and after the call. */
  heard(frequencies: readonly number[]): Promise<HeardNow | null>;
};

/** Video packets per second that a phone sends once video is agreed: a trickle, enough to be counted. */
export const filmRate = 25;

/** The same voice and the same words at every machine. */
export const greeting = (ms: number): Float64Array => {
  const random = seeded(40_050);
  return talk(random, { ...voiceOf(random), dbfs: -18 }, { ms, pauseMs: [150, 350] });
};

export async function listen(leg: PhoneLeg, frequencies: readonly number[]): Promise<HeardNow> {
  const [report, statistics] = await Promise.all([leg.listen(frequencies), leg.statistics()]);
  return { report, statistics };
}

/** The last figures, then the ports back. null when there was never a leg. */
export async function leave(opening: Promise<PhoneLeg>): Promise<HeardNow | null> {
  try {
    const leg = await opening;
    const last = await listen(leg, []);
    leg.close();
    return last;
  } catch {
    return null;
  }
}
