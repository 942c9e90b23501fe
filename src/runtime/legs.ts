// Legs: the core's effects <-> SIP and media. Each leg completes its own offer and answer with us (RFC 3264), so SDP passes
// from one to the other only here. What happens to a leg goes back to the machine that asked for it.

import type { Clock } from "../base/clock.ts";
import type { LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { MediaLeg, MediaPlane, Silence } from "../media/face.ts";
import type { Dialog, DialogObserver, IncomingInvite, Referral } from "../sip/face.ts";
import { openAnnouncer } from "./announcer.ts";
import { openDialler } from "./dial.ts";
import { hearing } from "./hearing.ts";
import type { Journal } from "./journal/journal.ts";
import {
  answeredReport,
  type Leg,
  type LegReport,
  newLeg,
  type Offer,
  type PartyLine,
  type PhoneImage,
  type PhoneLine,
  phoneLine,
  phoneOffer,
  type Reporter,
  type SendInvite,
} from "./leg.ts";
import { openDialogEar } from "./leg-dialog.ts";
import { CLEARED, signOf } from "./leg-events.ts";
import { logFigures, type TellFigures } from "./leg-figures.ts";
import { bare, keysIn, legKeeper } from "./leg-image.ts";
import { partyOffer, reoffers } from "./leg-offers.ts";
import type { Legs } from "./legs-port.ts";
import type { Target } from "./phone-call.ts";
import { answerAtOnce, type PhoneInviteOptions, phoneInvite } from "./phone-invite.ts";
import { openPhoneReturn, type PhoneReturn } from "./phone-return.ts";
import type { Playbacks } from "./playbacks.ts";
import type { RecordingsPort } from "./recordings.ts";
import { openTakeUps } from "./take-up.ts";

export type LegsOptions = PhoneInviteOptions & {
  readonly clock: Clock;
  readonly log: Log;
  readonly media: Pick<MediaPlane, "open" | "reopen">;
  readonly journal: Pick<Journal, "keep" | "seal" | "unseal">;
  readonly recordings: RecordingsPort;
  readonly playbacks: Playbacks;
  /** Where a phone is registered now; undefined = nowhere. */
  readonly phone: (number: string) => Target | undefined;
  /** The way to a number now; undefined = every matching trunk is down. */
  readonly line: (number: string) => PartyLine | undefined;
  /** A peer asks to pass its call on; absent, it is answered 603. */
  readonly referred?: (leg: LegId, referral: Referral) => void;
  /** How long a phone whose connection is lost in mid-call may stay away. */
  readonly graceMs: number;
  /** How long the peer of a leg that is taken up may take to answer. */
  readonly takeUpMs: number;
  /** A dialog of the process before over this trunk. */
  readonly resume: (trunk: string, localTag: string, observer: DialogObserver) => Dialog | undefined;
  readonly figures?: TellFigures;
};

type Invitation = {
  readonly send: SendInvite;
  /** Asked for once the media are there. */
  readonly offer: () => Offer;
  /** The leg that it will hear: both live in one media worker. */
  readonly beside?: MediaLeg;
};

export function openLegs(options: LegsOptions): Legs & Pick<PhoneReturn, "flowClosed" | "bound"> {
  const { clock, log, media, domain } = options;
  const legs = new Map<LegId, Leg>();
  const dialTo = openDialler();
  const announcer = openAnnouncer(log);
  const keeper = legKeeper(options.journal);

  const add = (id: LegId, report: Reporter): Leg => {
    const leg = newLeg(id, report);
    legs.set(id, leg);
    return leg;
  };

  /** The leg is over for us; its machine hears `report`, unless it was the one who ended it. */
  const finish = (leg: Leg, report: LegReport | null): void => {
    if (leg.over) return;
    // Who ends it himself waits for the peer to know.
    if (report) keeper.forget(leg.id);
    leg.over = true;
    legs.delete(leg.id);
    leg.line?.probation?.cancel();
    if (leg.media) {
      leg.media.close();
      logFigures(leg.media, log, options.figures);
    }
    if (report) leg.report(report);
  };

  const unreachable = (leg: Leg, status: number): void => {
    const cause = { status, rung: false, ours: "unreachable" } as const;
    // Later, so that the reply to the request that made this leg goes out first.
    clock.after(0, () => finish(leg, { type: "leg-failed", leg: leg.id, cause }));
  };

  const { offerOn, offerAnew, reoffer } = reoffers(log);
  const { hear, listenersOf, relisten, likeListener } = hearing(legs);

  const { observer, mediaRefused, digitPressed } = openDialogEar({
    ...{ log, keeper, finish, hear, listenersOf, dialTo, returns: () => returns },
    ...(options.referred && { referred: options.referred }),
  });

  const silenceOf = (leg: Leg, silence: Silence): void => {
    const ms = silence.type === "silent" ? silence.ms : 0;
    log.warn({ leg: leg.id, ms }, silence.type === "silent" ? "no RTP from a leg" : "RTP is back");
    leg.report(
      silence.type === "silent" ? { type: "leg-silent", leg: leg.id, ms } : { type: "leg-heard", leg: leg.id },
    );
  };

  const watchSilence = (leg: Leg): void => leg.media?.silence((silence) => silenceOf(leg, silence));

  /** Media first, then the INVITE with our offer; whatever fails on the way fails the leg. */
  const invite = async (leg: Leg, { send, offer, beside }: Invitation): Promise<void> => {
    let opened: MediaLeg | null;
    try {
      opened = await openMedia(leg, media.open(leg.id, beside));
    } catch (fault) {
      log.error({ leg: leg.id, error: String(fault) }, "no media for a leg");
      return unreachable(leg, 503);
    }
    if (!opened) return;
    const place = opened;
    const wanted = offer();
    leg.dialog = send((profile) => offerOn(place, { ...wanted, profile }), observer(leg));
    if (leg.hears) hear(leg, leg.hears);
  };

  const mediaOf = (id: LegId | null): MediaLeg | null => (id === null ? null : (legs.get(id)?.media ?? null));

  const openMedia = async (leg: Leg, opening: Promise<MediaLeg>): Promise<MediaLeg | null> => {
    const opened = await opening;
    if (leg.over) {
      opened.close();
      return null;
    }
    leg.media = opened;
    watchSilence(leg);
    opened.digits(({ digit, by }) => digitPressed(leg, digit, by));
    opened.moved(() => guarded(leg, offerAnew(leg, opened)));
    opened.lost(() => {
      leg.dialog?.hangUp();
      finish(leg, { type: "leg-failed", leg: leg.id, cause: { status: 500, rung: leg.rung } });
    });
    return opened;
  };

  /** A party that has called is answered: its offer, or ours when it made none (RFC 3261 §13.2.1). */
  const answer = async (
    leg: Leg,
    incoming: IncomingInvite,
    how: { like: LegId | null; video: boolean },
  ): Promise<void> => {
    const opened = await openMedia(leg, media.open(leg.id, mediaOf(how.like) ?? undefined));
    if (!opened) return;
    if (incoming.sdp === undefined) return incoming.answer(opened.offer({ video: how.video }));
    const made = opened.answer(incoming.sdp);
    if ("refused" in made) {
      log.info({ leg: leg.id, reason: made.refused }, "offer refused");
      incoming.reject(488);
      return finish(leg, { type: "leg-failed", leg: leg.id, cause: { status: 488, rung: leg.rung, ours: "media" } });
    }
    if (!made.agreed.audio) return mediaRefused(leg, "no audio in common");
    incoming.answer(made.sdp);
    leg.incoming = null;
    leg.answered = true;
    keeper.keep(leg);
    if (leg.hears) hear(leg, leg.hears);
    leg.report(answeredReport(leg, made.agreed));
  };

  const guarded = (leg: Leg, work: Promise<void>): void => {
    const kept = work.then(() => keeper.keep(leg));
    kept.catch((fault: unknown) => {
      log.error({ leg: leg.id, error: String(fault) }, "a leg broke");
      leg.dialog?.hangUp();
      finish(leg, { type: "leg-failed", leg: leg.id, cause: { status: 500, rung: leg.rung } });
    });
  };

  const returns = openPhoneReturn({
    ...{ clock, log, graceMs: options.graceMs, legs: () => legs.values(), observer, watchSilence },
    offerOn: (leg, wanted) =>
      leg.media ? offerOn(leg.media, { ...wanted, ...likeListener(leg), optional: true }) : "",
    relisten,
    ended: (leg, remote) => finish(leg, { type: "leg-ended", leg: leg.id, remote }),
    keep: keeper.keep,
  });

  const lineTo = ({ number, order, target, autoAnswer }: PhoneImage): PhoneLine | null => {
    const call = phoneInvite(options, number, order);
    const anew = autoAnswer ? answerAtOnce(domain) : [];
    return phoneLine(target, { number, offer: phoneOffer(order), inviteTo: (page) => call(page, anew) });
  };

  /** Its peer is told that it is over, as soon as that can be. */
  const part = (leg: Leg): void => {
    const say = (): void => leg.dialog?.hangUp(CLEARED, () => keeper.forget(leg.id));
    if (!takeUps.parts(leg, say)) returns.sayGoodbye(leg, say);
  };

  const takeUps = openTakeUps({
    ...{ ...options, answerMs: options.takeUpMs, legs, observer, lineTo, guarded, part, keeper },
    openMedia: (leg, image) => openMedia(leg, media.reopen(leg.id, image.media, keysIn(image, options.journal))),
    listen(leg) {
      if (leg.hears) hear(leg, leg.hears);
      relisten(leg);
    },
    lost: returns.lost,
    ended: (leg) => finish(leg, { type: "leg-ended", leg: leg.id, remote: false }),
  });

  return {
    flowClosed: returns.flowClosed,
    bound(number, target) {
      returns.bound(number, target);
      takeUps.bound(number, target);
    },
    invitePhone({ leg: id, number, order, autoAnswer }, report) {
      const leg = add(id, report);
      const target = options.phone(number);
      if (!target) return unreachable(leg, 480);
      const call = phoneInvite(options, number, order);
      leg.phone = { number, order, autoAnswer, target: bare(target) };
      leg.line = lineTo(leg.phone);
      leg.call = order.call;
      const beside = mediaOf(order.beside ?? null) ?? undefined;
      guarded(leg, invite(leg, { send: call(target), offer: () => phoneOffer(order), ...(beside && { beside }) }));
    },
    inviteParty({ leg: id, call, caller, called, video, needsVideo, videoDirection, like }, report) {
      const leg = add(id, report);
      const line = options.line(called);
      if (!line) return unreachable(leg, 503);
      const offer = (): Offer => ({ ...partyOffer({ video, videoDirection }, mediaOf(like)), optional: !needsVideo });
      const beside = mediaOf(like) ?? undefined;
      leg.call = call;
      const sent = (sipCallId: string, trunk = ""): void => {
        if (trunk !== "") leg.trunk = trunk;
        options.sent?.(call, sipCallId, trunk);
      };
      // A phone that is off-hook from an earlier call belongs to this one too.
      const phoneCall = like === null ? undefined : legs.get(like)?.dialog?.sipCallId;
      if (phoneCall !== undefined) sent(phoneCall);
      const send: SendInvite = (offered, observer) => line({ caller, called, offer: offered, sent }, observer);
      guarded(leg, invite(leg, { send, offer, ...(beside && { beside }) }));
    },
    take(id, call, incoming, report) {
      const leg = add(id, report);
      leg.call = call;
      leg.incoming = incoming;
      leg.dialog = incoming;
      options.sent?.(call, incoming.sipCallId, "");
      incoming.observe(observer(leg));
    },
    ringParty(id) {
      legs.get(id)?.incoming?.ring(180);
    },
    answerParty({ leg: id, like, video }) {
      const leg = legs.get(id);
      if (leg?.incoming) guarded(leg, answer(leg, leg.incoming, { like, video }));
    },
    reofferPhone(id, order) {
      const leg = legs.get(id);
      if (!leg) return;
      if (leg.line) leg.line.offer = phoneOffer(order);
      guarded(leg, reoffer(leg, phoneOffer(order)));
    },
    reofferParty({ leg: id, like, ...wanted }) {
      const leg = legs.get(id);
      if (leg) guarded(leg, reoffer(leg, partyOffer(wanted, mediaOf(like))));
    },
    hangUp(id, status) {
      const leg = legs.get(id);
      if (!leg) return;
      if (leg.incoming && status !== undefined) leg.incoming.reject(status);
      else part(leg);
      finish(leg, null);
    },
    talk: (id) => legs.get(id)?.dialog?.notify?.("talk") ?? Promise.resolve(481),
    hear(listener, source) {
      const leg = legs.get(listener);
      if (leg) hear(leg, source);
    },
    play({ leg: id, names }, done) {
      const leg = legs.get(id);
      if (leg) takeUps.opened(() => announcer.play(leg, names, done));
    },
    stopPlaying(id) {
      const leg = legs.get(id);
      if (leg) announcer.stop(leg);
    },
    dial(id, digits) {
      const leg = legs.get(id);
      if (leg) dialTo(leg, digits);
    },
    detect(id, watch) {
      const leg = legs.get(id);
      leg?.media?.detect(watch, (finding) => {
        log.info({ leg: id, ...finding }, "heard on a leg");
        const sign = signOf(finding);
        if (sign) leg.report({ type: "leg-sign", leg: id, sign });
      });
    },
    sipCallId: (id) => legs.get(id)?.dialog?.sipCallId,
    record: (order, report) => takeUps.opened(() => options.recordings.obey(order, mediaOf, report)),
    playFile: (order, report) => options.playbacks.obey(order, mediaOf, report),
    takeUp: takeUps.takeUp,
    census: () => legs.size,
    alive: () => legs.keys(),
  };
}
