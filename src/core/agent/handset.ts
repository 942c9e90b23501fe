// The handset itself: hanging up, giving up a ring, dropping it at sign-out. Which calls suffer is for others to say.

import { refuse } from "../../base/step.ts";
import type { Cause } from "../detect/cause.ts";
import { type AgentEffect, notify, type Outcome, type Phone, type Refused, type SignedIn } from "./state.ts";

export const onHook: Phone = { name: "on-hook" };
export const stopRinging: AgentEffect = { type: "stop-timer", name: "ring-agent" };
export const stopWaiting: AgentEffect = { type: "stop-timer", name: "phone-return" };

/** A phone that rings for a call that is not to be is given up; one that is off-hook for it goes down with the last call. */
export function dropUnanswered(agent: SignedIn, cause: Cause): Outcome {
  const { phone } = agent;
  if (phone.name === "ringing") {
    const byHand = cause.ours === undefined && (cause.status === 603 || cause.q850 === 21);
    return [
      { ...agent, phone: onHook },
      [
        stopRinging,
        { type: "hang-up", leg: phone.leg },
        notify("AgentOther_PhoneRelease", { phoneState: byHand ? 2 : 3 }),
      ],
    ];
  }
  const settled: SignedIn =
    phone.name === "adding-video" ? { ...agent, phone: { name: "off-hook", leg: phone.leg, video: false } } : agent;
  return settled.calls.length === 0 ? hangUpPhone(settled, 3) : [settled, []];
}

/** After the last call: the phone goes down unless it is kept off-hook (`releasephone=false`). */
export function hangUpPhone(agent: SignedIn, phoneState: 2 | 3): Outcome {
  if (!agent.profile.releasePhone || agent.phone.name === "on-hook") return [agent, []];
  return [
    { ...agent, phone: onHook },
    [
      ...(agent.phone.name === "lost" ? [stopWaiting] : []),
      { type: "hang-up", leg: agent.phone.leg },
      notify("AgentOther_PhoneRelease", { phoneState }),
    ],
  ];
}

/** Sign-out: the leg ends whatever its state. */
export function dropPhone(agent: SignedIn): readonly AgentEffect[] {
  if (agent.phone.name === "on-hook") return [];
  return [
    stopRinging,
    stopWaiting,
    { type: "hang-up", leg: agent.phone.leg },
    notify("AgentOther_PhoneRelease", { phoneState: 3 }),
  ];
}

/** The agent wants his phone down that is kept off-hook (`releasephone=false`): not in a call, which is released instead. */
export function releasePhone(agent: SignedIn): Outcome | Refused {
  if (agent.calls.length > 0) return refuse("100-007", "the phone is in a call");
  if (agent.phone.name === "on-hook") return refuse("100-007", "the phone is on-hook");
  return [{ ...agent, phone: onHook }, dropPhone(agent)];
}
