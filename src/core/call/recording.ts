// Which recordings a call has, as a pure function of who is in it: one for each agent who is recorded, with our agents on the left
// and the others on the right. As with hearing.ts, what has changed between two states is what goes out.

import { stay } from "../../base/step.ts";
import { agents, change, isPresent, type Next, tell } from "./seats.ts";
import type { AgentMember, Call, CallEffect, CallFact, Live, MemberEvent, RecordingEvent, Voices } from "./state.ts";

type Take = { readonly seat: AgentMember; readonly voices: Voices };

/** From the first talk until he leaves; who of them hears whom, the media know. */
function takes(call: Call): readonly Take[] {
  if (call.name === "ended" || call.answeredAt === null) return [];
  return agents(call).flatMap((seat) =>
    seat.recorded && isPresent(seat) ? [{ seat, voices: voicesFor(call, seat) }] : [],
  );
}

/** Without anybody from outside it is his own voice against the other agents'. */
function voicesFor(call: Live, own: AgentMember): Voices {
  const present = call.members.filter(isPresent);
  const outside = present.some(({ side }) => side === "party");
  const isLeft = (member: Live["members"][number]): boolean => (outside ? member.side === "agent" : member === own);
  const legs = (left: boolean) =>
    present.flatMap((member) => (member.leg !== null && isLeft(member) === left ? [member.leg] : []));
  // An inspector who has barged in talks with all; one who whispers is nobody's business but the agent's.
  const inserted = call.inspectors.flatMap(({ leg, mode }) => (mode === "insert" ? [leg] : []));
  return { left: [...legs(true), ...inserted], right: legs(false) };
}

const same = (one: Voices, other: Voices): boolean => JSON.stringify(one) === JSON.stringify(other);

export function recordingChanges(before: Call, after: Call): readonly CallEffect[] {
  const [old, now] = [takes(before), takes(after)];
  if (old.length === 0 && now.length === 0) return [];
  const { id: call } = after.plan;
  const gone = old.filter(({ seat }) => !now.some((take) => take.seat.agent === seat.agent));
  return [
    ...gone.map(({ seat }): CallEffect => ({ type: "record-stop", call, agent: seat.agent })),
    ...now.flatMap((take) =>
      changed(
        after,
        take,
        old.find(({ seat }) => seat.agent === take.seat.agent),
      ),
    ),
  ];
}

function changed({ plan }: Call, { seat, voices }: Take, before: Take | undefined): readonly CallEffect[] {
  const { agent, recorded } = seat;
  const { id: call, caller, called, skill } = plan;
  const name = recorded?.name ?? "";
  if (!before) return [{ type: "record", call, agent, caller, called, skill: skill.id, name, voices }];
  const paused = recorded?.paused === true;
  return [
    ...(same(before.voices, voices) ? [] : [{ type: "record-voices", call, agent, voices } as const]),
    ...(before.seat.recorded?.paused === paused ? [] : [{ type: "record-pause", call, agent, paused } as const]),
  ];
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
