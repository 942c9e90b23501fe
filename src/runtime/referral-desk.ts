// REFER of an agent's phone in mid-call (RFC 3515): a blind one is the release transfer of the interface, by the same rules; one that
// names another call of the phone's by Replaces joins the two (RFC 5589 §7.1). What becomes of it is told by NOTIFY.

import type { LegId } from "../base/ids.ts";
import { type Log, maskNumber } from "../base/log.ts";
import { isRefusal } from "../base/step.ts";
import type { AgentEvent } from "../contract/agent-event.ts";
import { reduceAgent } from "../core/agent/agent.ts";
import { currentCall, type SignedIn } from "../core/agent/state.ts";
import { parties } from "../core/call/seats.ts";
import type { Call, Live } from "../core/call/state.ts";
import type { Site } from "../core/site.ts";
import type { ReferProgress, Referral, Replaces } from "../sip/face.ts";
import type { CallDesk } from "./call-desk.ts";
import { numberOf } from "./call-rules.ts";
import type { Refused, Transfer } from "./face.ts";
import type { Legs } from "./legs-port.ts";
import type { Loop } from "./loop.ts";
import type { Trunks } from "./trunks.ts";

export type ReferralDeskOptions = {
  readonly log: Log;
  readonly site: Site;
  readonly loop: Pick<Loop, "agent" | "agents" | "calls" | "post">;
  readonly legs: Pick<Legs, "sipCallId">;
  readonly calls: Pick<CallDesk, "prepareTransfer">;
  readonly trunks: Pick<Trunks, "hasRoute">;
  readonly tellAgent: (agent: string, event: AgentEvent) => void;
};

export type ReferralDesk = {
  /** Takes it, rejects it, or leaves it to the SIP layer, which says 603: not an agent's phone. */
  referred(leg: LegId, referral: Referral): void;
  /** A call after each step of it. */
  look(call: Call): void;
};

/** What the interface refuses, as a status of SIP; the rest is forbidden. */
const statuses: Readonly<Partial<Record<Refused["refused"], number>>> = { "000-002": 404, "200-012": 481 };
const FORBIDDEN = 403;

export function openReferralDesk(options: ReferralDeskOptions): ReferralDesk {
  const { log, site, loop, legs, calls } = options;
  /** Calls that are on their way to whom a phone has named. */
  const followed = new Map<string, { readonly progress: ReferProgress; rung: boolean }>();

  const signedIn = (): readonly SignedIn[] => [...loop.agents()].filter((agent) => agent.name === "signed-in");

  /** As a number of this site's is understood: a phone of an agent, his work number, an access code; else somebody outside. */
  const target = (user: string): Pick<Transfer, "device" | "address"> => {
    const agent = signedIn().find(({ profile }) => profile.phoneNumber === user)?.id;
    if (agent !== undefined) return { device: "agent", address: agent };
    if (site.agents.some(({ id }) => id === user)) return { device: "agent", address: user };
    return { device: numberOf(site, user) ? "access-code" : "number", address: user };
  };

  const statusOf = ({ refused }: Refused, { device, address }: Pick<Transfer, "device" | "address">): number => {
    const absent = device === "agent" && signedIn().every(({ id }) => id !== address);
    if (refused === "100-007" && absent) return 480;
    if (refused === "200-001" && !options.trunks.hasRoute(address)) return 404;
    return statuses[refused] ?? FORBIDDEN;
  };

  const refuse = (agent: SignedIn, referral: Referral, status: number, reason: string): void => {
    log.info({ agent: agent.id, status, reason }, "transfer by the phone refused");
    referral.reject(status);
  };

  /** events.json, AgentEvent_linkagePhoneTransferOut. */
  const tellLinked = ({ id, profile }: SignedIn, { device, address }: Pick<Transfer, "device" | "address">): void => {
    if (!profile.phoneLinkage) return;
    const addrOut = { address, addressType: device === "agent" ? 9 : 6 } as const;
    const addrSelf = { address: profile.phoneNumber, addressType: 6 } as const;
    options.tellAgent(id, { eventType: "AgentEvent_linkagePhoneTransferOut", content: { addrOut, addrSelf } });
  };

  const blind = (agent: SignedIn, referral: Referral): void => {
    const user = userOf(referral.target);
    if (user === null) return refuse(agent, referral, 404, "no number");
    const to = target(user);
    const how = { mode: "blind", appData: null, caller: "", mediaAbility: 0, hold: false, skillId: 0 } as const;
    const act = calls.prepareTransfer(agent.id, { ...to, ...how });
    if (isRefusal(act)) return refuse(agent, referral, statusOf(act as Refused, to), (act as Refused).message);
    const call = currentCall(agent)?.id ?? "";
    log.info({ agent: agent.id, callId: call, to: maskNumber(user) }, "transfer by the phone");
    // 202 first: with the transfer the phone's leg may end.
    followed.set(call, { progress: referral.accept(), rung: false });
    tellLinked(agent, to);
    act();
  };

  /** Another call, which this phone has placed by itself and which has been answered. */
  const placedBy = (agent: SignedIn, { sipCallId }: Replaces) => {
    const own = [...loop.calls()].flatMap((call) =>
      call.name === "live" ? phoneSeats(call, agent.profile.phoneNumber) : [],
    );
    const current = currentCall(agent)?.id;
    return own.find(({ into, leg }) => into !== current && legs.sipCallId(leg) === sipCallId);
  };

  const attended = (agent: SignedIn, referral: Referral, replaces: Replaces): void => {
    const other = placedBy(agent, replaces);
    if (!other) return refuse(agent, referral, 481, "no such call of this phone");
    // RFC 3891 §3: it is answered.
    if (replaces.earlyOnly) return refuse(agent, referral, 486, "the call is answered");
    const input = { type: "replace-call", ...other } as const;
    const refusal = reduceAgent(agent, input);
    if (isRefusal(refusal)) {
      const refused = refusal as Refused;
      return refuse(agent, referral, statuses[refused.refused] ?? FORBIDDEN, refused.message);
    }
    log.info({ agent: agent.id, callId: other.into }, "calls joined by the phone");
    const progress = referral.accept();
    loop.post({ to: "agent", id: agent.id, input });
    progress.progress(200);
  };

  return {
    referred(leg, referral) {
      const agent = signedIn().find(({ phone }) => phone.name === "off-hook" && phone.leg === leg);
      if (!agent) return;
      if (referral.replaces) attended(agent, referral, referral.replaces);
      else blind(agent, referral);
    },
    look(call) {
      const following = followed.get(call.plan.id);
      if (!following) return;
      const status = progressOf(call);
      if (status === 180 && !following.rung) following.progress.progress(status);
      following.rung ||= status === 180;
      if (status < 200) return;
      followed.delete(call.plan.id);
      following.progress.progress(status);
    },
  };
}

/** Where this phone sits in a call as whoever has placed it, and is answered. */
const phoneSeats = (call: Live, phone: string) =>
  parties(call).flatMap(({ stage, number, leg }) =>
    stage === "in" && number === phone ? [{ into: call.plan.id, leg }] : [],
  );

/** Of whom it is passed on to. 487: the caller has not waited for him. */
function progressOf(call: Call): number {
  if (call.name === "ended") return call.unreached ?? 487;
  if (call.invitation?.purpose !== "blind") return call.invitation ? 100 : 200;
  return call.members.some(({ stage, rung }) => rung && (stage === "expected" || stage === "calling")) ? 180 : 100;
}

/** The number in a SIP URI; null: there is none. Whatever its host: we know numbers, and they are our own to understand. */
function userOf(uri: string): string | null {
  const [, user = ""] = /^sips?:([^@:;?]+)(?:[:;?][^@]*)?@/i.exec(uri) ?? [];
  const number = user.replaceAll(/%23/g, "#").replace(/^\+/, "");
  return /^[0-9A-Ea-e*#]{1,24}$/.test(number) ? number : null;
}
