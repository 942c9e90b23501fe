// A call that waits in a queue has a limit: where it goes then (rules.ts).

import { stay } from "../../base/step.ts";
import { rulesOf, skillOf } from "./announcing.ts";
import { invitationFailed, invite } from "./invitation.ts";
import type { Way } from "./rules.ts";
import { isAsked, type Next, parties, without } from "./seats.ts";
import type { AgentMember, CallEffect, CallEvent, Live } from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

/** A call that is led from one place to the next without anybody's doing so often goes round in a circle. */
const MAX_HOPS = 5;

/** It has waited as long as it may. Who is being rung for it may still answer; if he does not, it goes on then. */
export function waitedLong(call: Live, at: number): Next {
  if (!call.invitation?.queued) return stay(call);
  if (!isAsked(call)) return overflow(call, 480, at);
  return [{ ...call, invitation: { ...call.invitation, overdue: true } }, []];
}

/** From a queue that will not have it, or not any longer. Who has asked for somebody is told that nobody comes. */
export function overflow(call: Live, status: number, at: number): Next {
  const { invitation, plan } = call;
  const skill = invitation && skillOf(invitation);
  if (!invitation || skill === null) return stay(call);
  const gone: CallEffect = { type: "tell-queues", event: { type: "call-gone", call: plan.id } };
  const alone = (invitation.purpose === "setup" || invitation.purpose === "blind") && parties(call).length > 0;
  const rules = rulesOf(call, skill);
  const [next, effects] =
    alone && rules
      ? lead(call, rules.overflow, { at, hop: true })
      : invitationFailed(call, { status, rung: false, ours: "unreachable" }, at);
  return [next, [gone, ...effects]];
}

/** Who was asked for has it go on elsewhere. */
export const forwarded = (call: Live, seat: AgentMember, { to, at }: Timed<"forwarded">): Next =>
  seat.stage === "expected" ? lead(without(call, seat), to, { at, hop: true }) : stay(call);

type Led = { readonly at: number /** By no choice of the caller's. */; readonly hop: boolean };

/** The call goes on there. */
export function lead(call: Live, way: Way, { at, hop }: Led): Next {
  const { invitation } = call;
  if (!invitation) return stay(call);
  const hops = invitation.hops + (hop ? 1 : 0);
  if (way.type === "release" || hops > MAX_HOPS) {
    const status = way.type === "release" ? way.status : 480;
    return invitationFailed(call, { status, rung: false, ours: "unreachable" }, at);
  }
  const target = way.type === "repeat" ? invitation.target : way;
  return invite(call, { ...invitation, target, hops, round: 1, queued: false, overdue: false }, at);
}
