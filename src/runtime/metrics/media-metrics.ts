// How calls sound: what the network did to the audio of each leg, told once the leg has closed, and the legs that are open now.

import type { StreamStatistics } from "../../media/face.ts";
import type { Legs } from "../legs-port.ts";
import type { MetricsRegistry } from "./registry.ts";

export type MediaMetrics = {
  /** The last figures of a leg's audio. */
  readonly closed: (audio: StreamStatistics) => void;
  watch(legs: Pick<Legs, "census">): void;
};

/** Share of the packets: E-model and ear agree that 1 % is heard and 5 % disturbs. */
const LOSS_BOUNDS = [0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25];
/** Seconds. */
const JITTER_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16];
const ROUND_TRIP_BOUNDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8];
/** ITU-T G.107 annex B: 4.34 very satisfied, 4.03 satisfied, 3.6 some are not, 3.1 many are not, 2.58 nearly all are not. */
const MOS_BOUNDS = [1, 2, 2.58, 3.1, 3.6, 4.03, 4.34, 4.5];

const labels = ["direction"];
const both = [["in"], ["out"]] as const;

export function mediaMetrics({ counter, gauge, histogram }: MetricsRegistry): MediaMetrics {
  const packets = counter(
    {
      name: "seatway_rtp_packets_total",
      help: "RTP packets of audio on legs that have closed; direction: in (from the peer), out",
      labels,
    },
    both,
  );
  const lost = counter(
    {
      name: "seatway_rtp_lost_total",
      help: "Packets of them that did not arrive: here (in, by their sequence numbers), or at the peer as it has told (out)",
      labels,
    },
    both,
  );
  const loss = histogram(
    { name: "seatway_rtp_loss_ratio", help: "Share of the packets of a leg that did not arrive, 0 to 1", labels },
    LOSS_BOUNDS,
    both,
  );
  const jitter = histogram(
    { name: "seatway_rtp_jitter_seconds", help: "Jitter of a leg at its end (RFC 3550 section 6.4.1)", labels },
    JITTER_BOUNDS,
    both,
  );
  const mos = histogram(
    { name: "seatway_rtp_mos", help: "How a leg sounded, 1 to 4.5: an estimate by the E-model (ITU-T G.107)", labels },
    MOS_BOUNDS,
    both,
  );
  const roundTrip = histogram(
    { name: "seatway_rtp_round_trip_seconds", help: "There and back on a leg, by sender and receiver reports" },
    ROUND_TRIP_BOUNDS,
  );

  /** `null`: nobody has told. */
  const stream = (direction: "in" | "out", sound: Sound): void => {
    const all = sound.received + (sound.lost ?? 0);
    if (sound.lost !== null && all > 0) loss(sound.lost / all, direction);
    if (sound.lost !== null) lost.add(sound.lost, direction);
    if (sound.jitterMs !== null) jitter(sound.jitterMs / 1000, direction);
    if (sound.mos !== null) mos(sound.mos, direction);
  };

  return {
    closed(audio) {
      const { packetsIn, packetsOut, lostAtPeer } = audio;
      if (packetsIn + packetsOut === 0) return;
      packets.add(packetsIn, "in");
      packets.add(packetsOut, "out");
      if (packetsIn > 0)
        stream("in", { received: packetsIn, lost: audio.lost, jitterMs: audio.jitterMs, mos: audio.mos });
      const received = Math.max(0, packetsOut - (lostAtPeer ?? 0));
      stream("out", { received, lost: lostAtPeer, jitterMs: audio.jitterAtPeerMs, mos: audio.mosAtPeer });
      if (audio.rttMs !== null) roundTrip(audio.rttMs / 1000);
    },
    watch(legs) {
      gauge({ name: "seatway_legs", help: "Legs of calls that are open: SIP and media of a phone or a party" }, () => [
        [legs.census()],
      ]);
    },
  };
}

type Sound = {
  readonly received: number;
  readonly lost: number | null;
  readonly jitterMs: number | null;
  readonly mos: number | null;
};
