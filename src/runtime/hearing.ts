// Who hears whom among the legs, said in their media. A leg may be told before its media are there, and a phone may be lost.

import type { LegId } from "../base/ids.ts";
import type { Heard } from "../core/call/state.ts";
import { isLost, type Leg, type Offer } from "./leg.ts";

export function hearing(legs: ReadonlyMap<LegId, Leg>) {
  const hear = (leg: Leg, source: Heard): void => {
    leg.hears = source;
    if (!leg.media) return;
    if (source === null || "sound" in source) return leg.media.hear(source);
    if ("mix" in source) {
      const speakers = source.mix.flatMap((id) => legs.get(id)?.media ?? []);
      return leg.media.hear({ mix: speakers.map((speaker) => ({ leg: speaker, gain: 1 })) });
    }
    const speaker = legs.get(source.leg);
    if (speaker && isLost(speaker)) return leg.media.hear({ sound: "music" });
    leg.media.hear(speaker?.media ? { leg: speaker.media } : { sound: "silence" });
  };
  /** Those who hear this leg, alone or among others. */
  const listenersOf = ({ id }: Leg): readonly Leg[] => [...legs.values()].filter(({ hears }) => hearsLeg(hears, id));
  return {
    hear,
    listenersOf,
    /** A page that comes back speaks the codecs that are spoken in its call. */
    likeListener(leg: Leg): Pick<Offer, "audioLike" | "videoLike"> {
      const medias = listenersOf(leg).flatMap(({ media }) => media ?? []);
      const [audioLike, videoLike] = [medias[0], medias.find(({ agreed }) => agreed?.video)];
      return { ...(audioLike && { audioLike }), ...(videoLike && { videoLike }) };
    },
    /** Whoever hears this leg: anew, as it is now. */
    relisten(leg: Leg): void {
      for (const listener of listenersOf(leg)) hear(listener, listener.hears);
    },
  };
}

const hearsLeg = (hears: Heard, leg: LegId): boolean =>
  hears !== null && (("leg" in hears && hears.leg === leg) || ("mix" in hears && hears.mix.includes(leg)));
