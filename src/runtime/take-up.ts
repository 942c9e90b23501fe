// Legs of a process that was killed, in the next one: the dialog goes on, the media are opened at the same ports, and the peer gets
// a new offer, whose answer shows that it is still there. Who is reached by an address is asked at once; who had opened a
// connection to us is waited for, a browser as if its connection had been lost (phone-return.ts).

import type { Clock, Timer } from "../base/clock.ts";
import type { LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { MediaLeg } from "../media/face.ts";
import type { Dialog, DialogObserver, OfferReply, Peer, SipEndpoint } from "../sip/face.ts";
import { type Leg, newLeg, type PhoneImage, type PhoneLine, type Reporter } from "./leg.ts";
import type { LegImage, LegKeeper } from "./leg-image.ts";
import type { Target } from "./phone-call.ts";
import { samePeer } from "./phone-return.ts";

export type TakeUpOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly sip: Pick<SipEndpoint, "takeUp">;
  /** A dialog over this trunk. */
  readonly resume: (trunk: string, localTag: string, observer: DialogObserver) => Dialog | undefined;
  /** Where those that live go. */
  readonly legs: Map<LegId, Leg>;
  readonly observer: (leg: Leg) => DialogObserver;
  /** null: it does not come back over another connection. */
  readonly lineTo: (phone: PhoneImage) => PhoneLine | null;
  /** Where this number is registered now. */
  readonly phone: (number: string) => Target | undefined;
  /** Ends the leg when its work fails. */
  readonly guarded: (leg: Leg, work: Promise<void>) => void;
  /** Its peer is told that it is over. */
  readonly part: (leg: Leg) => void;
  readonly keeper: LegKeeper;
  /** So long a peer may take to answer the new offer. */
  readonly answerMs: number;
  /** So long a phone whose connection went with the process may stay away. */
  readonly graceMs: number;
  /** null: the leg has ended meanwhile. */
  readonly openMedia: (leg: Leg, image: LegImage) => Promise<MediaLeg | null>;
  /** The leg is there again: it hears what it is to hear, and is heard. */
  readonly listen: (leg: Leg) => void;
  /** A browser: it is waited for. */
  readonly lost: (leg: Leg) => void;
  /** The leg is over, and its machine hears of it. */
  readonly ended: (leg: Leg) => void;
};

export type TakeUps = {
  /** Those that live; see Legs. */
  takeUp(images: ReadonlyMap<LegId, LegImage>, report: (leg: LegId) => Reporter | null): ReadonlySet<LegId>;
  /** Runs `then` once the legs that are taken up have their media; at once when there is none to wait for. */
  opened(then: () => void): void;
  /** This number has registered over a connection that it was not known at. */
  bound(number: string, target: Target): void;
  /** The leg is over, and its phone, whose connection is waited for, cannot be told: `say` runs when it can be. false: it is not waited for. */
  parts(leg: Leg, say: () => void): boolean;
};

/** Q.850 §2.2.7: recovery on timer expiry; incompatible destination. */
const UNHEARD = { q850: 102, text: "Recovery on timer expiry" };
const UNFIT = { q850: 88, text: "Incompatible destination" };
const UNREACHED = 503;

type Refusal = Extract<OfferReply, { status: number }>;

export function openTakeUps(options: TakeUpOptions): TakeUps {
  const { clock, log, answerMs, graceMs, legs, keeper } = options;
  /** Phones that are reached by the connection that they open; `say`: the leg is over, and they do not know it. */
  const awaited = new Map<Leg, { readonly image: LegImage; readonly timer: Timer; say?: () => void }>();

  let opening: Promise<void> | null = null;

  const end = (leg: Leg, why: string, cause: typeof UNHEARD): void => {
    log.info({ leg: leg.id, why }, "a leg could not be taken up");
    leg.dialog?.hangUp(cause);
    options.ended(leg);
  };

  /** null: nobody has answered in time. */
  const answerOf = (leg: Leg, sdp: string): Promise<OfferReply | null> => {
    const { promise, resolve } = Promise.withResolvers<OfferReply | null>();
    const timer = clock.after(answerMs, () => resolve(null));
    void leg.dialog?.reoffer(sdp).then(resolve);
    return promise.finally(() => timer.cancel());
  };

  /** `heard`: packets of its audio that have come so far. */
  const wait = (leg: Leg, image: LegImage, heard = 0): void => {
    const timer = clock.after(graceMs, () => options.guarded(leg, staysAway(leg, image, heard)));
    awaited.set(leg, { image, timer });
  };

  /** Its phone can be told now, or never. */
  const tellAll = (leg: Leg): void => {
    const say = awaited.get(leg)?.say;
    awaited.delete(leg);
    say?.();
  };

  /** Whose voice comes is in the call, though nothing can be told to him: he is waited for as long as it does. */
  const staysAway = async (leg: Leg, image: LegImage, heard: number): Promise<void> => {
    if (leg.over) return tellAll(leg);
    const figures = await leg.media?.statistics().catch(() => null);
    if (leg.over || !awaited.has(leg)) return;
    if (figures && figures.audio.packetsIn > heard) return wait(leg, image, figures.audio.packetsIn);
    awaited.delete(leg);
    end(leg, "its phone stays away", UNHEARD);
  };

  /** Its phone has opened another connection before it was waited for, as the first thing that came to this process, say. */
  const backAlready = ({ phone, dialog }: Leg): Peer | undefined => {
    const peer = phone ? options.phone(phone.number)?.peer : undefined;
    const tried = dialog?.image?.()?.flow;
    return peer?.accepted && tried && !samePeer(peer, tried) ? peer : undefined;
  };

  const offer = async (leg: Leg, media: MediaLeg, image: LegImage): Promise<void> => {
    const reply = await answerOf(leg, media.offer({ video: Boolean(media.agreed?.video) }));
    if (leg.over) return;
    if (reply && "sdp" in reply) {
      const agreed = media.acceptAnswer(reply.sdp);
      if ("refused" in agreed || !agreed.audio) return end(leg, "no audio is agreed on", UNFIT);
    } else if (isAway(reply, image)) return offerOnceBack(leg, media, image);
    else if (!stands(reply, media, image))
      return end(leg, `its peer has answered ${reply?.status ?? "nothing"}`, UNHEARD);
    log.info({ leg: leg.id }, "a leg is taken up");
    keeper.keep(leg);
  };

  const offerOnceBack = async (leg: Leg, media: MediaLeg, image: LegImage): Promise<void> => {
    const back = backAlready(leg);
    if (back) {
      leg.dialog?.follow?.(back);
      return offer(leg, media, image);
    }
    log.info({ leg: leg.id, graceMs }, "the phone's connection is waited for");
    wait(leg, image);
  };

  const goOn = async (leg: Leg, image: LegImage, opened: Promise<MediaLeg | null>): Promise<void> => {
    const media = await opened;
    if (!media) return;
    options.listen(leg);
    if (leg.line) options.lost(leg);
    else await offer(leg, media, image);
  };

  /** As it was, but for its media; `over` when there is no such dialog (any more). */
  const restored = (id: LegId, image: LegImage, report: Reporter): Leg => {
    const { call, trunk, phone, dialog: shown } = image;
    const leg = { ...newLeg(id, report), answered: true, call, trunk, phone, line: phone && options.lineTo(phone) };
    if (leg.line && image.media.engine) leg.line = { ...leg.line, anew: true };
    const observer = options.observer(leg);
    const watched = phone ? { watched: phone.number } : {};
    leg.dialog =
      (trunk === "" ? undefined : options.resume(trunk, shown.localTag, observer)) ??
      options.sip.takeUp(shown.localTag, { observer, ...watched }) ??
      null;
    leg.over = !leg.dialog?.image?.();
    return leg;
  };

  return {
    takeUp(images, reporter) {
      const taken: Leg[] = [];
      for (const [id, image] of images) {
        const report = reporter(id);
        const leg = restored(id, image, report ?? (() => {}));
        if (leg.over) keeper.forget(id);
        else if (report) taken.push(leg);
        else options.part(Object.assign(leg, { over: true, line: leg.line && { ...leg.line, state: "lost" } }));
      }
      // All of them first: one may hear the other.
      for (const leg of taken) legs.set(leg.id, leg);
      const openings = taken.map((leg) => {
        const image = images.get(leg.id) as LegImage;
        const media = options.openMedia(leg, image);
        options.guarded(leg, goOn(leg, image, media));
        return media;
      });
      opening = Promise.allSettled(openings).then(() => {
        opening = null;
      });
      return new Set(taken.map(({ id }) => id));
    },
    opened(then) {
      if (opening !== null) void opening.then(then);
      else then();
    },
    bound(number, { peer }) {
      for (const [leg, { image, timer }] of [...awaited]) {
        if (leg.phone?.number !== number || !peer) continue;
        timer.cancel();
        leg.dialog?.follow?.(peer);
        if (leg.over || !leg.media) tellAll(leg);
        else {
          awaited.delete(leg);
          options.guarded(leg, offer(leg, leg.media, image));
        }
      }
    },
    parts(leg, say) {
      const known = awaited.get(leg);
      if (known) known.say = say;
      return known !== undefined;
    },
  };
}

/** Nobody takes a connection at its Contact, or nothing comes over it. */
const isAway = (refusal: Refusal | null, { dialog, phone }: LegImage): boolean =>
  phone !== null && dialog.flow?.accepted === true && (!refusal || refusal.status === UNREACHED);

/** A refused offer leaves all as it was (RFC 3261 §14.1), which is of use where it needs no new ports and keys. */
const stands = (refusal: Refusal | null, media: MediaLeg, { media: before }: LegImage): boolean =>
  refusal !== null &&
  (before.session.profile === "RTP/AVP" || media.keys() !== null) &&
  !before.engine &&
  media.image()?.port === before.port;
