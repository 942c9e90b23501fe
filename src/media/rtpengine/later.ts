// What is played to a leg that is still on its way to the plane begins when it is there: before, rtpengine would give it to nobody.

import type { FilePlaying, Playing } from "../face.ts";

export type Later<Begun> = {
  /** null: it was stopped before, or its leg has ended. Never rejects. */
  readonly begun: Promise<Begun | null>;
  /** At once, or as soon as it has begun. */
  steer(act: (begun: Begun) => void): void;
  /** Safe to repeat. */
  stop(): void;
};

/** `begin` runs once, when it is `there`, and not after `stop`; null: there is nobody any more to play to. */
export function playLater<Begun extends { stop(): void }>(
  there: Promise<void>,
  begin: () => Begun | null,
): Later<Begun> {
  const { promise: begun, resolve } = Promise.withResolvers<Begun | null>();
  let running: Begun | null = null;
  let isStopped = false;
  void there.then(() => {
    running = isStopped ? null : begin();
    resolve(running);
  });
  return {
    begun,
    steer(act) {
      if (running) act(running);
      else void begun.then((it) => it && act(it));
    },
    stop() {
      isStopped = true;
      if (running) running.stop();
      else resolve(null);
    },
  };
}

export const playingOf = ({ begun, stop }: Later<Playing>): Playing => ({
  ended: begun.then((playing) => playing?.ended ?? "stopped"),
  stop,
});

export const filePlayingOf = ({ begun, steer, stop }: Later<FilePlaying>): FilePlaying => ({
  began: begun.then((playing) => playing?.began ?? null),
  ended: begun.then((playing) => playing?.ended ?? "stopped"),
  pause: () => steer((playing) => playing.pause()),
  resume: () => steer((playing) => playing.resume()),
  jump: (ms) => steer((playing) => playing.jump(ms)),
  stop,
});
