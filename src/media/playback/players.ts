// The files that are played in one media worker, by the numbers that the main thread gives them.

import type { AudioStream } from "../audio-stream.ts";
import { samplesPerMs } from "../codec/tone.ts";
import type { PlayEnd, PlayNotice, PlayOrder, SteerOrder } from "./messages.ts";
import { PagedWav, reasonOf } from "./paged-wav.ts";
import { Player } from "./player.ts";

type Stage = { readonly audio: AudioStream; readonly isOpen: () => boolean; readonly beat: () => void };

export class Players {
  readonly #running = new Map<number, { player: Player | null; readonly audio: AudioStream }>();

  /** `isOpen`: the leg is still there when the file is. `beat`: it has something to say now. */
  play({ playing, file, ...how }: PlayOrder, { audio, isOpen, beat }: Stage, tell: (notice: PlayNotice) => void): void {
    const running = { player: null as Player | null, audio };
    this.#running.set(playing, running);
    const over = (end: PlayEnd): void => {
      this.#running.delete(playing);
      tell({ type: "file-ended", playing, ...end });
    };
    PagedWav.open(file).then(
      (wav) => {
        const player = new Player(wav, how, over);
        // Stopped, or the leg has gone, while the disk was asked.
        if (!this.#running.has(playing) || !isOpen()) return player.ended("stopped");
        running.player = player;
        tell({ type: "file-began", playing, ms: Math.floor(wav.length / samplesPerMs) });
        audio.announce(player);
        beat();
      },
      (fault: unknown) => over({ how: "failed", reason: reasonOf(fault) }),
    );
  }

  steer({ playing, act }: SteerOrder): void {
    const running = this.#running.get(playing);
    if (!running) return;
    const { player, audio } = running;
    if (act === "stop") {
      if (player) audio.announce(null);
      else this.#running.delete(playing);
    } else if (player && "jumpMs" in act) player.jump(act.jumpMs);
    else if (player && "paused" in act) player.paused = act.paused;
  }
}
