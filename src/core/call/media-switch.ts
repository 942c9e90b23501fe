// Video comes into a call of two that talk, or goes out of it: the agent's phone has agreed already, now the party is asked.

import { stay } from "../../base/step.ts";
import { agentSeat, change, isPresent, type Next, parties, tell } from "./seats.ts";
import type { AgentMember, CallEffect, CallEvent, CallFact, Live, PartyMember } from "./state.ts";

type Timed<Type extends CallEvent["type"]> = Extract<CallEvent, { type: Type }>;

export function switchMedia(call: Live, seat: AgentMember, event: Timed<"switch-media">): Next {
  const { video, videoDirection } = event;
  const other = partner(call, seat);
  if (!other) return [call, [tell(seat.agent, switched(call, seat.video, false))]];
  const effect: CallEffect = { type: "reoffer-party", leg: other.leg, video, videoDirection, like: seat.leg };
  const asking = change(call, other, { asked: { by: seat.agent, video } });
  return [change(asking, seat, { video }), [effect]];
}

export const keepMedia = (call: Live, seat: AgentMember): Next => [
  call,
  [tell(seat.agent, switched(call, seat.video, false))],
];

/** The one with whom he talks; undefined: somebody else is there too, or on his way. */
export function partner(call: Live, seat: AgentMember): PartyMember | undefined {
  const [other, ...more] = parties(call);
  const apart = call.invitation === null && call.members.filter(isPresent).length === 2;
  return apart && more.length === 0 && other?.stage === "in" && seat.stage === "in" ? other : undefined;
}

/** The party's answer. Who asked may have left: then nobody is told. */
export function reoffered(call: Live, seat: PartyMember, { video }: Timed<"leg-reoffered">): Next {
  const { asked } = seat;
  if (!asked) return stay(call);
  const next = change(call, seat, { video, asked: null });
  const by = agentSeat(next, asked.by);
  const done = video === asked.video;
  // Without video there is no mute of it.
  const seen = video ? { video } : { video, videoMuted: false };
  return [by ? change(next, by, seen) : next, [tell(asked.by, switched(call, video, done))]];
}

const switched = ({ plan }: Live, video: boolean, done: boolean): CallFact => ({
  type: "media-switched",
  ...{ call: plan.id, caller: plan.caller, called: plan.called, video, done },
});
