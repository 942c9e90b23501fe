// Announcements to a leg, one after the other. A later order takes the place of an earlier one.

import type { Log } from "../base/log.ts";
import type { Playing } from "../media/face.ts";
import type { Leg } from "./leg.ts";

export type Announcer = {
  /** `done` comes once, unless another order or `stop` comes before, or the leg ends. */
  play(leg: Leg, names: readonly string[], done: () => void): void;
  stop(leg: Leg): void;
};

export function openAnnouncer(log: Log): Announcer {
  const playing = new WeakMap<Leg, { current: Playing | null }>();

  const run = async (leg: Leg, names: readonly string[], turn: { current: Playing | null }): Promise<boolean> => {
    for (const name of names) {
      const { media } = leg;
      if (!media || playing.get(leg) !== turn) return false;
      turn.current = media.play(name);
      if ((await turn.current.ended) === "stopped") break;
    }
    return !leg.over && playing.get(leg) === turn;
  };

  const stop = (leg: Leg): void => {
    const turn = playing.get(leg);
    playing.delete(leg);
    turn?.current?.stop();
  };

  return {
    stop,
    play(leg, names, done) {
      stop(leg);
      const turn = { current: null };
      playing.set(leg, turn);
      run(leg, names, turn).then(
        (finished) => finished && done(),
        (fault: unknown) => {
          log.error({ leg: leg.id, error: String(fault) }, "an announcement cannot be played");
          if (!leg.over && playing.get(leg) === turn) done();
        },
      );
    },
  };
}
