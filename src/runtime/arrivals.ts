// Calls from outside: an INVITE becomes a plan and a party's leg, or is refused with the status that says why.

import type { Clock } from "../base/clock.ts";
import type { CallId } from "../base/ids.ts";
import { type Log, maskNumber } from "../base/log.ts";
import type { CallPlan } from "../core/call/state.ts";
import { partyLegId } from "../core/party-leg.ts";
import type { Site, SiteNumber } from "../core/site.ts";
import type { IncomingInvite } from "../sip/face.ts";
import type { CallIds } from "./call-ids.ts";
import { callRules, numberOf, targetOf } from "./call-rules.ts";
import { callerOf } from "./door.ts";
import type { LegReport } from "./leg.ts";
import type { Legs } from "./legs-port.ts";
import type { Registrar } from "./registrar.ts";

export type ArrivalsOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Site;
  readonly legs: Pick<Legs, "take">;
  readonly callIds: CallIds;
  readonly registrar: Pick<Registrar, "knows">;
  readonly arrive: (plan: CallPlan) => void;
  /** The gateway is going down: seconds until it is worth another try; null: it is not. */
  readonly retryAfterS: () => number | null;
  /** A phone of the site has placed this call. */
  readonly dialled: (phone: string, plan: CallPlan) => void;
  /** What the party's leg says. */
  readonly report: (call: CallId, report: LegReport) => void;
};

/** Takes a call from outside, or refuses it. */
export function openArrivals(options: ArrivalsOptions): (incoming: IncomingInvite) => void {
  const { clock, log, site, legs } = options;
  return (incoming) => {
    const retryAfterS = options.retryAfterS();
    if (retryAfterS !== null) return incoming.reject(503, { retryAfterS });
    // Nobody takes the place of one of our legs unless its call knows it (RFC 3891 §3: 603).
    if (incoming.replaces !== undefined) return incoming.reject(603);
    const called = calledNumber(incoming);
    const number = numberOf(site, called);
    if (!number) return incoming.reject(404);
    const id = options.callIds.next();
    if (!id) return incoming.reject(503);
    const caller = callerOf(incoming, options.registrar.knows);
    const plan = planArrival({ caller, called, video: offersVideo(incoming) }, number, { site, id, now: clock.now() });
    log.info({ callId: id, caller: maskNumber(caller), called: maskNumber(called) }, "call arrived");
    legs.take(partyLegId(id, 1), id, incoming, (report) => options.report(id, report));
    if (incoming.account !== undefined) options.dialled(incoming.account, plan);
    options.arrive(plan);
  };
}

type Arriving = { readonly site: Site; readonly id: CallId; readonly now: number };

/** As the site's patterns have it: carriers write the same number with and without the + of E.164. */
const calledNumber = ({ user }: Pick<IncomingInvite, "user">): string => user.replace(/^\+/, "");

type Asked = {
  readonly caller: string;
  readonly called: string;
  /** See `offersVideo`. */
  readonly video: boolean;
};

/** An INVITE without an offer is a call by voice: ours is audio (RFC 3261 §13.2.1). Port 0 offers nothing (RFC 3264 §6). */
const offersVideo = ({ sdp = "" }: Pick<IncomingInvite, "sdp">): boolean => /^m=video [1-9]/m.test(sdp);

function planArrival(
  { caller, called, video }: Asked,
  { to, priority = 0 }: SiteNumber,
  { site, id, now }: Arriving,
): CallPlan {
  const skillId = "skill" in to ? to.skill : site.defaultSkill;
  const skill = site.skills.find((one) => one.id === skillId);
  return {
    id,
    kind: "incoming",
    agent: null,
    target: targetOf(to, site),
    rules: callRules(site),
    caller,
    called,
    skill: { id: skillId, name: skill?.name ?? "" },
    record: skill?.record === true,
    detect: [],
    appData: "",
    mediaAbility: video ? 2 : 0,
    videoDirection: null,
    ringMs: site.ring.agentMs,
    priority,
    createdAt: now,
  };
}
