// Recordings in a conference: the rule of core/takes.ts, one for each agent who is recorded.

import { stay } from "../../base/step.ts";
import type { RecordingEvent } from "../call/state.ts";
import { type RecordOrder, recordedAfter, type Take, takeChanges, voicesFor } from "../takes.ts";
import { agentOf, agentSeat, change, isIn } from "./seats.ts";
import type { Conference, ConferenceEffect, Live, Next, Seat } from "./state.ts";

function takes(conference: Conference): readonly Take[] {
  if (conference.name === "ended") return [];
  const present = conference.seats.filter(isIn).map((seat) => ({ leg: seat.leg, agent: agentOf(seat) }));
  return conference.seats.flatMap((seat) => {
    const agent = agentOf(seat);
    return agent !== null && seat.recorded && isIn(seat)
      ? [{ agent, ...seat.recorded, voices: voicesFor(agent, present, conference.inspectors) }]
      : [];
  });
}

/** Shown with the number of the conference; it belongs to no skill. */
const shown = ({ plan }: Conference) => ({ call: plan.id, caller: plan.caller, called: String(plan.number) });

export const recordingChanges = (before: Live, after: Conference): readonly ConferenceEffect[] =>
  takeChanges({ ...shown(after), skill: 0 }, { before: takes(before), after: takes(after) });

export const record = (conference: Live, seat: Seat, order: RecordOrder): Next => [
  change(conference, seat, { recorded: recordedAfter(seat.recorded, order) }),
  [],
];

/** What has become of the file. One that failed is wanted no more. */
export function recordingReported(conference: Live, { type, agent, recording }: RecordingEvent): Next {
  const seat = agentSeat(conference, agent);
  if (!seat?.recorded) return stay(conference);
  const began = type === "recording-began";
  const fact = { type: began ? "call-recorded" : "call-not-recorded", ...shown(conference), recording } as const;
  const next = began ? conference : change(conference, seat, { recorded: null });
  return [next, [{ type: "tell-agent", agent, fact }]];
}
