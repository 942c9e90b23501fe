// A browser's phone in mid-call whose connection is lost: the page reloads, or the network changes. When its voice stays out,
// too, the agent's machine is told, and whoever heard the phone hears music. When the number registers over another WebSocket,
// the call is taken up again under the same leg:
//
//   up --connection closed--> away --no RTP--> lost --registered again--> resuming --answered--> up
//
// The same contact is the same page, which still has its dialog: that follows to the new connection, and ICE starts anew. Any
// other is a page that knows nothing: it is invited anew, and its media take the place of those before.

import type { Clock, Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Agreed } from "../media/face.ts";
import type { Dialog, DialogEvent, DialogObserver, Peer } from "../sip/face.ts";
import { isLost, type Leg, type Offer, type PhoneLine, reachedByFlow, showsVideo } from "./leg.ts";
import type { Target } from "./phone-call.ts";

/** Who looks after the legs. */
export type PhoneReturnOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** 0: nobody is waited for. */
  readonly graceMs: number;
  readonly legs: () => Iterable<Leg>;
  /** An offer for this leg, where video is left out when there is no port for it. */
  readonly offerOn: (leg: Leg, wanted: Offer) => string;
  /** The observer of the leg's next INVITE. */
  readonly observer: (leg: Leg) => DialogObserver;
  /** Whoever hears this leg: anew, as it is now. */
  readonly relisten: (leg: Leg) => void;
  /** A silence of the peer is reported, and nothing else. */
  readonly watchSilence: (leg: Leg) => void;
  /** The leg is over, and its machine hears of it. */
  readonly ended: (leg: Leg, remote: boolean) => void;
  /** Its dialog or its media are other ones. */
  readonly keep: (leg: Leg) => void;
};

export type PhoneReturn = {
  /** A connection that phones may have registered over is gone. */
  flowClosed(peer: Peer): void;
  /** This number has registered over a connection that it was not known at. */
  bound(number: string, target: Target): void;
  /** Whether an event of the leg's dialog belongs to its loss and return. */
  takes(leg: Leg, event: DialogEvent): boolean;
  /** Its connection went with the process before this one. */
  lost(leg: Leg): void;
  /** The peer has made an offer in the dialog, and this was agreed on. */
  spoke(leg: Leg, agreed: Agreed): void;
  /** The leg ends: when its page cannot be told now, it is as soon as it is back. */
  sayGoodbye(leg: Pick<Leg, "line" | "dialog">, goodbye: (dialog: Dialog) => void): void;
};

/** Twelve packets in a row: no network of a call that works loses so many. */
const VOICE_OUT_MS = 250;
/** Another page has registered while the connection stands: of a network that has changed, or a second window. */
const NEWCOMER_MS = 1000;
const PROBATION_MS = 2500;
/** Refusals that say that there is no such dialog (RFC 5057 §5.1). */
const NO_DIALOG: readonly number[] = [404, 410, 416, 481, 485, 604];
/** The user does not want it, by hand. */
const DECLINED: readonly number[] = [486, 600, 603];

export const samePeer = (one: Peer, other: Peer): boolean =>
  one.transport === other.transport && one.port === other.port && one.address === other.address;

export function openPhoneReturn(options: PhoneReturnOptions): PhoneReturn {
  const { clock, log, graceMs } = options;
  /** Dialogs that are over for us, and whose page does not know it. */
  const goodbyes = new Set<{ readonly line: PhoneLine; readonly say: () => void; readonly timer: Timer }>();

  const lines = function* (number?: string): Generator<{ leg: Leg; line: PhoneLine }> {
    for (const leg of [...options.legs()]) {
      const { line } = leg;
      if (line && leg.answered && (number === undefined || line.number === number)) yield { leg, line };
    }
  };

  const settle = (line: PhoneLine, state: "up" | "away"): void => {
    line.state = state;
    line.newcomer = null;
    line.probation?.cancel();
    line.probation = null;
  };

  const lose = (leg: Leg, line: PhoneLine): void => {
    if (leg.over || isLost(leg)) return;
    line.probation?.cancel();
    line.probation = null;
    line.state = "lost";
    log.info({ leg: leg.id, graceMs }, "the phone's connection is lost");
    options.relisten(leg);
    leg.report({ type: "leg-lost", leg: leg.id, graceMs });
    if (line.newcomer && !leg.over) resume(leg, line, line.newcomer);
  };

  /** Lost as soon as its audio stays out; a page that sends none is not heard of. */
  const listen = (leg: Leg, line: PhoneLine, limitMs: number): void => {
    leg.media?.silence(({ type }) => {
      if (type === "silent") lose(leg, line);
    }, limitMs);
  };

  const back = (leg: Leg, line: PhoneLine, agreed: Agreed): void => {
    settle(line, "up");
    log.info({ leg: leg.id }, "the phone is back");
    options.keep(leg);
    options.watchSilence(leg);
    options.relisten(leg);
    leg.report({ type: "leg-returned", leg: leg.id, video: showsVideo(agreed) });
  };

  /** What was agreed on with the page that is back; else it is waited for again. */
  const agree = (leg: Leg, line: PhoneLine, sdp: string): void => {
    const agreed = leg.media?.acceptAnswer(sdp);
    if (agreed && !("refused" in agreed) && agreed.audio) return back(leg, line, agreed);
    log.info({ leg: leg.id, reason: agreed && "refused" in agreed ? agreed.refused : "no audio" }, "answer refused");
    leg.dialog?.hangUp();
    waitAgain(leg, line);
  };

  const waitAgain = (leg: Leg, line: PhoneLine): void => {
    line.state = "lost";
    if (line.newcomer) resume(leg, line, line.newcomer);
  };

  const inviteAnew = (leg: Leg, line: PhoneLine): void => {
    const before = leg.dialog;
    const observer = options.observer(leg);
    before?.hangUp();
    leg.media?.renew();
    leg.dialog = line.inviteTo(line.target)((profile) => options.offerOn(leg, { ...line.offer, profile }), observer);
  };

  /** RFC 5626 §5.3, RFC 8445 §9. */
  const restart = async (leg: Leg, line: PhoneLine): Promise<void> => {
    const wanted = { ...line.offer, video: Boolean(leg.media?.agreed?.video), restart: true } as const;
    leg.dialog?.follow?.(line.target.peer);
    const reply = await leg.dialog?.reoffer(options.offerOn(leg, wanted));
    if (leg.over || line.state !== "resuming") return;
    if (reply && "sdp" in reply) agree(leg, line, reply.sdp);
    else if (!reply || NO_DIALOG.includes(reply.status)) inviteAnew(leg, line);
    else waitAgain(leg, line);
  };

  const resume = (leg: Leg, line: PhoneLine, target: PhoneLine["target"]): void => {
    const samePage = target.uri === line.target.uri && !line.anew;
    line.state = "resuming";
    line.target = target;
    line.newcomer = null;
    if (!samePage) return inviteAnew(leg, line);
    restart(leg, line).catch((fault: unknown) => {
      log.error({ leg: leg.id, error: String(fault) }, "a phone could not be taken up again");
      waitAgain(leg, line);
    });
  };

  const arrived = (leg: Leg, line: PhoneLine, target: PhoneLine["target"]): void => {
    if (samePeer(target.peer, line.target.peer)) return;
    if (line.state === "lost") return resume(leg, line, target);
    if (line.state === "resuming") {
      line.newcomer = target;
      return;
    }
    if (target.uri === line.target.uri) {
      // Its voice may never have been away: then that is all.
      settle(line, "up");
      line.target = target;
      leg.dialog?.follow?.(target.peer);
    }
    line.newcomer = target;
    if (line.state === "away") return;
    listen(leg, line, NEWCOMER_MS);
    line.probation?.cancel();
    line.probation = clock.after(PROBATION_MS, () => {
      if (leg.over || line.state !== "up") return;
      settle(line, "up");
      options.watchSilence(leg);
    });
  };

  const closed = (leg: Leg, line: PhoneLine): void => {
    if (graceMs === 0) {
      leg.dialog?.hangUp();
      return options.ended(leg, false);
    }
    // The INVITE or re-INVITE that went there fails by itself.
    if (isLost(leg)) return;
    const { newcomer } = line;
    settle(line, "away");
    line.newcomer = newcomer;
    const way = leg.media?.agreed?.audio?.direction;
    if (way === "sendrecv" || way === "recvonly") listen(leg, line, VOICE_OUT_MS);
    else lose(leg, line);
  };

  return {
    flowClosed(peer) {
      for (const { leg, line } of lines()) if (samePeer(line.target.peer, peer)) closed(leg, line);
    },
    bound(number, target) {
      if (!reachedByFlow(target)) return;
      for (const goodbye of goodbyes) {
        if (goodbye.line.target.uri !== target.uri) continue;
        goodbye.line.target = target;
        goodbye.say();
      }
      for (const { leg, line } of lines(number)) arrived(leg, line, target);
    },
    lost(leg) {
      if (leg.line && graceMs > 0) return lose(leg, leg.line);
      leg.dialog?.hangUp();
      options.ended(leg, false);
    },
    takes(leg, event) {
      const { line } = leg;
      if (!line || !isLost(leg)) return false;
      switch (event.type) {
        case "provisional":
          return true;
        case "answered":
          agree(leg, line, event.sdp);
          return true;
        case "failed":
          if (DECLINED.includes(event.status)) options.ended(leg, true);
          else waitAgain(leg, line);
          return true;
        case "ended":
          return event.by !== "remote";
        default:
          return false;
      }
    },
    spoke(leg, agreed) {
      if (leg.line?.state === "lost") back(leg, leg.line, agreed);
    },
    sayGoodbye({ line, dialog }, goodbye) {
      if (!dialog) return;
      if (!line || (line.state !== "away" && line.state !== "lost")) return goodbye(dialog);
      const parting = {
        line,
        say: () => {
          goodbyes.delete(parting);
          parting.timer.cancel();
          dialog.follow?.(line.target.peer);
          goodbye(dialog);
        },
        timer: clock.after(graceMs, () => parting.say()),
      };
      goodbyes.add(parting);
    },
  };
}
