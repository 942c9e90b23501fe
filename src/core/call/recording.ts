// Which recordings a call has, as a pure function of who is in it: one for each agent who is recorded, with our agents on the left
// and the others on the right. As with hearing.ts, what has changed between two states is what goes out.

import { stay } from "../../base/step.ts";
import { type Take, takeChanges, voicesFor } from "../takes.ts";
import { agents, change, isPresent, type Next, tell } from "./seats.ts";
import type { AgentMember, Call, CallEffect, CallFact, Live, MemberEvent, RecordingEvent, Voices } from "./state.ts";

/** From the first talk until he leaves; who of them hears whom, the media know. */
function takes(call: Call): readonly Take[] {
  if (call.name === "ended" || call.answeredAt === null) return [];
  return agents(call).flatMap((seat) =>
    seat.recorded && isPresent(seat) ? [{ agent: seat.agent, ...seat.recorded, voices: voicesIn(call, seat) }] : [],
  );
}

function voicesIn(call: Live, own: AgentMember): Voices {
  const present = call.members.filter(isPresent);
  const agentOf = (member: Live["members"][number]) => (member.side === "agent" ? member.agent : null);
  const voices = voicesFor(
    own.agent,
    present.map((member) => ({ leg: member.leg, agent: agentOf(member) })),
  );
  // An inspector who has barged in talks with all; one who whispers is nobody's business but the agent's.
  const inserted = call.inspectors.flatMap(({ leg, mode }) => (mode === "insert" ? [leg] : []));
  return { ...voices, left: [...voices.left, ...inserted] };
}

export function recordingChanges(before: Call, after: Call): readonly CallEffect[] {
  const { id: call, caller, called, skill } = after.plan;
  return takeChanges({ call, caller, called, skill: skill.id }, { before: takes(before), after: takes(after) });
}

type RecordOrder = Extract<MemberEvent, { type: "record" | "record-pause" | "record-stop" }>;

/** What an agent asks of the recording of his own. */
export function record(call: Live, seat: AgentMember, event: RecordOrder): Next {
  switch (event.type) {
    case "record":
      return seat.recorded ? stay(call) : [change(call, seat, { recorded: { name: event.name, paused: false } }), []];
    case "record-pause":
      return seat.recorded
        ? [change(call, seat, { recorded: { ...seat.recorded, paused: event.paused } }), []]
        : stay(call);
    case "record-stop":
      return [change(call, seat, { recorded: null }), []];
  }
}

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
