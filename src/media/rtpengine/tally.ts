// What passed between two peers at rtpengine without coming to the plane, added up over all the times that a leg was joined so;
// and whether its peer has fallen silent there. Pure.

import type { LegStatistics, StreamStatistics } from "../face.ts";
import { type Silence, SilenceWatch } from "../silence-watch.ts";
import { type Count, type Counts, none, plus } from "./counts.ts";

type Pair = { readonly own: Counts; readonly partner: Counts };

export class Tally {
  #watch: SilenceWatch;
  #received = none;
  #sent = none;
  /** How much of it was received before the plane last took over again: to the plane, packets that are lost. */
  #missed = none;
  /** The counters when this time began. */
  #base: Pair | null = null;
  #last: Pair | null = null;

  constructor(silenceMs: number) {
    this.#watch = new SilenceWatch(silenceMs);
  }

  /** Silence is told after so long from now on. */
  expect(silenceMs: number): void {
    this.#watch = new SilenceWatch(silenceMs);
  }

  /** A look at the counters while the leg is joined with a partner. */
  look(now: Pair): void {
    this.#base ??= now;
    this.#last = now;
  }

  /** Whether the peer still sends; asked at each look. */
  listen(own: Counts, at: number): Silence | null {
    return this.#watch.look(own.audio.packets, true, at);
  }

  /** The plane has taken over. */
  end(): void {
    this.#received = this.#now("own", this.#received);
    this.#sent = this.#now("partner", this.#sent);
    this.#missed = this.#received;
    this.#base = null;
    this.#last = null;
  }

  /** The plane's own figures, and these. Loss and jitter are the plane's: rtpengine tells none. */
  added(plane: LegStatistics): LegStatistics {
    const [received, sent] = [this.#now("own", this.#received), this.#now("partner", this.#sent)];
    const sum = (kind: "audio" | "video"): StreamStatistics =>
      total(plane[kind], { received: received[kind], sent: sent[kind], missed: this.#missed[kind] });
    return { audio: sum("audio"), video: sum("video") };
  }

  #now(side: keyof Pair, before: Counts): Counts {
    return this.#base && this.#last ? plus(before, plus(this.#last[side], this.#base[side], -1)) : before;
  }
}

type Relayed = { readonly received: Count; readonly sent: Count; readonly missed: Count };

const total = (plane: StreamStatistics, { received, sent, missed }: Relayed): StreamStatistics => ({
  ...plane,
  packetsIn: plane.packetsIn + received.packets,
  octetsIn: plane.octetsIn + received.octets,
  packetsOut: plane.packetsOut + sent.packets,
  octetsOut: plane.octetsOut + sent.octets,
  lost: Math.max(0, plane.lost - missed.packets),
  // To the plane what was relayed is a gap, and nobody has measured it.
  mos: received.packets > 0 ? null : plane.mos,
});
