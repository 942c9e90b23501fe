// Files that are played to one leg, seen from the main thread.

import type { FilePlaying } from "../face.ts";
import type { Lane } from "../lane.ts";
import type { PlayHow, PlayNotice, SteerOrder } from "./messages.ts";

type End = Awaited<FilePlaying["ended"]>;
type Running = { readonly began: (ms: number | null) => void; readonly end: (how: End) => void };

export class FilesPlaying {
  readonly #lane: Lane;
  readonly #leg: number;
  readonly #running = new Map<number, Running>();
  /** A number means one file in all legs. */
  static #counted = 0;

  constructor(lane: Lane, leg: number) {
    this.#lane = lane;
    this.#leg = leg;
  }

  play(file: string, how: PlayHow): FilePlaying {
    FilesPlaying.#counted += 1;
    const [playing, leg] = [FilesPlaying.#counted, this.#leg];
    const { promise: began, resolve } = Promise.withResolvers<number | null>();
    const { promise: ended, resolve: end } = Promise.withResolvers<End>();
    this.#running.set(playing, { began: resolve, end });
    if (this.#lane.alive) this.#lane.post({ type: "play-file", leg, playing, file, ...how });
    else this.#over(playing, { failed: "the media worker has ended" });
    const steer = (act: SteerOrder["act"]): void => this.#lane.post({ type: "steer-file", leg, playing, act });
    return {
      began,
      ended,
      pause: () => steer({ paused: true }),
      resume: () => steer({ paused: false }),
      jump: (ms) => steer({ jumpMs: ms }),
      stop: () => {
        steer("stop");
        this.#over(playing, "stopped");
      },
    };
  }

  notice(notice: PlayNotice): void {
    if (notice.type === "file-began") this.#running.get(notice.playing)?.began(notice.ms);
    else this.#over(notice.playing, notice.how === "failed" ? { failed: notice.reason } : notice.how);
  }

  /** The leg is closed, or its worker has died. */
  close(): void {
    for (const playing of this.#running.keys()) this.#over(playing, "stopped");
  }

  #over(playing: number, how: End): void {
    const running = this.#running.get(playing);
    this.#running.delete(playing);
    running?.began(null);
    running?.end(how);
  }
}
