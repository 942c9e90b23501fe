// Which recordings a call has, as a pure function of who is in it: one for each agent who is recorded, with our agents on the left
// and the others on the right. As with hearing.ts, what has changed between two states is what goes out.

import { stay } from "../../base/step.ts";
import { type RecordOrder, recordedAfter, type Take, takeChanges, voicesFor } from "../takes.ts";
import { agents, change, isPresent, type Next, tell } from "./seats.ts";
import type { AgentMember, Call, CallEffect, CallFact, Live, RecordingEvent, Voices } from "./state.ts";

/** From the first talk until he leaves; who of them hears whom, the media know. */
function takes(call: Call): readonly Take[] {
  if (call.name === "ended" || call.answeredAt === null) return [];
  return agents(call).flatMap((seat) =>
    seat.recorded && isPresent(seat) ? [{ agent: seat.agent, ...seat.recorded, voices: voicesIn(call, seat) }] : [],
  );
}

function voicesIn({ members, inspectors }: Live, own: AgentMember): Voices {
  const present = members.filter(isPresent);
  const voices = present.map((member) => ({ leg: member.leg, agent: member.side === "agent" ? member.agent : null }));
  return voicesFor(own.agent, voices, inspectors);
}

export function recordingChanges(before: Call, after: Call): readonly CallEffect[] {
  const { id: call, caller, called, skill } = after.plan;
  return takeChanges({ call, caller, called, skill: skill.id }, { before: takes(before), after: takes(after) });
}

export const record = (call: Live, seat: AgentMember, order: RecordOrder): Next => [
  change(call, seat, { recorded: recordedAfter(seat.recorded, order) }),
  [],
];

/** What has become of the file. One that failed is wanted no more: he may begin another. */
export function recordingReported(call: Live, event: RecordingEvent): Next {
  const seat = agents(call).find(({ agent }) => agent === event.agent);
  if (!seat?.recorded) return stay(call);
  const fact = recordingFact(call, event);
  if (event.type === "recording-began") return [call, [tell(seat.agent, fact)]];
  return [change(call, seat, { recorded: null }), [tell(seat.agent, fact)]];
}

const recordingFact = ({ plan }: Live, { type, recording }: RecordingEvent): CallFact => ({
  type: type === "recording-began" ? "call-recorded" : "call-not-recorded",
  call: plan.id,
  caller: plan.caller,
  called: plan.called,
  recording,
});
