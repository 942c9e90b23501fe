// Our offers on a leg: the first one, and later ones by a re-INVITE (RFC 3261 §14.1): video is added or taken away, other ports.

import type { Log } from "../base/log.ts";
import type { CallPlan } from "../core/call/state.ts";
import type { MediaLeg } from "../media/face.ts";
import { type Leg, type Offer, showsVideo } from "./leg.ts";

type Wanted = { readonly video: boolean; readonly videoDirection: CallPlan["videoDirection"] };

/** To a party: audio, and video when wanted, in the codecs of the leg that it will hear. */
export const partyOffer = ({ video, videoDirection }: Wanted, like: MediaLeg | null): Offer => ({
  ...{ video, optional: true },
  ...(video && videoDirection ? { videoDirection } : {}),
  ...(like ? { audioLike: like } : {}),
  ...(video && like ? { videoLike: like } : {}),
});

export function reoffers(log: Log) {
  /** Without a free port for it there is no video; that is no reason to lose the leg and its calls. */
  const laterOffer = (leg: Leg, wanted: Offer): string | undefined => {
    try {
      return leg.media?.offer(wanted);
    } catch (fault) {
      log.error({ leg: leg.id, error: String(fault) }, "no video for a leg");
      return undefined;
    }
  };

  return {
    /** Video that the call can do without is left out when no port is free for it. */
    offerOn(opened: MediaLeg, wanted: Offer): string {
      if (!wanted.video || !wanted.optional) return opened.offer(wanted);
      try {
        return opened.offer(wanted);
      } catch (fault) {
        log.error({ leg: opened.id, error: String(fault) }, "no video for a leg");
        return opened.offer({ video: false, ...(wanted.profile && { profile: wanted.profile }) });
      }
    },

    /** Asks the peer, and reports whether there is video now; a refusal leaves what was agreed on. */
    async reoffer(leg: Leg, wanted: Offer): Promise<void> {
      const offer = laterOffer(leg, wanted);
      const reply = offer === undefined ? undefined : await leg.dialog?.reoffer(offer);
      if (leg.over) return;
      if (reply && "sdp" in reply) leg.media?.acceptAnswer(reply.sdp);
      const agreed = leg.media?.agreed;
      leg.report({ type: "leg-reoffered", leg: leg.id, video: agreed ? showsVideo(agreed) : false });
    },

    /** The ports of a leg are other ones: its peer is told. */
    async offerAnew(leg: Leg, opened: MediaLeg): Promise<void> {
      const reply = await leg.dialog?.reoffer(opened.offer({ video: Boolean(opened.agreed?.video) }));
      if (leg.over) return;
      if (!reply || !("sdp" in reply) || "refused" in opened.acceptAnswer(reply.sdp))
        throw new Error("the peer does not follow to other ports");
    },
  };
}
