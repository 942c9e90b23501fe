// The conference: an agent in the chair, members whom he invites, and who may hear whom.
//
//   asked for --the chair's phone off-hook--> live: members come and go, one has the chair --released, its time over,
//       '---- his phone does not answer --------------------------------> ended <---'          the chair gone
//
//   a member: coming (his phone rings, or waits for his answer) --answers--> in <--hold, unhold--> held

import { stay, unreachable } from "../../base/step.ts";
import { over } from "./ending.ts";
import { hearingChanges } from "./hearing.ts";
import { agentJoins, declined, leaves, partyGone, partyJoins, ringTimeOver, seatAll, wantsToLeave } from "./members.ts";
import { ordered } from "./orders.ts";
import { record, recordingChanges, recordingReported } from "./recording.ts";
import { agentSeat, change, legSeat, newSeat, tell } from "./seats.ts";
import {
  type Conference,
  type ConferenceEvent,
  type ConferencePlan,
  type Live,
  type Next,
  REASON,
  type Refused,
  type Seat,
} from "./state.ts";
import { voiceChanges } from "./voices.ts";

/** The chair has the first seat; his phone is being rung, or he is in a call that it is made of. */
export const newConference = (plan: ConferencePlan): Live => ({
  name: "live",
  plan,
  chair: plan.chair,
  granted: false,
  limit: plan.members,
  seats: [newSeat({ type: "agent", number: plan.chair }, { welcome: plan.welcome })],
  inspectors: [],
  legs: 0,
});

export function reduceConference(conference: Conference, event: ConferenceEvent): Next | Refused {
  if (conference.name === "ended") return stay(conference);
  const outcome = step(conference, event);
  if ("refused" in outcome) return outcome;
  const [next, effects] = outcome;
  const media = [...voiceChanges(conference, next), ...hearingChanges(conference, next)];
  return [next, [...media, ...effects, ...recordingChanges(conference, next)]];
}

function step(conference: Live, event: ConferenceEvent): Next | Refused {
  if ("member" in event) {
    const seat = agentSeat(conference, event.member);
    return seat ? memberStep(conference, seat, event) : stay(conference);
  }
  switch (event.type) {
    case "order":
      return ordered(conference, event.by, event.order);
    case "leave":
      return wantsToLeave(conference, event.by);
    case "seat":
      return seatAll(conference, event.members);
    case "leg-answered":
      return partyJoins(conference, event.leg);
    case "leg-failed":
    case "leg-ended":
      return partyGone(conference, event);
    case "leg-ringing":
    case "leg-reoffered":
    case "leg-digit":
    case "leg-sign":
    case "leg-held":
    case "leg-silent":
    case "leg-heard":
      return stay(conference);
    case "recording-began":
    case "recording-failed":
      return recordingReported(conference, event);
    case "played": {
      const seat = legSeat(conference, event.leg);
      return seat ? [change(conference, seat, { playing: null }), []] : stay(conference);
    }
    case "inspect": {
      const { inspector } = event;
      const others = conference.inspectors.filter(({ agent }) => agent !== inspector.agent);
      return [{ ...conference, inspectors: [...others, inspector] }, []];
    }
    case "inspector-left":
      return [{ ...conference, inspectors: conference.inspectors.filter(({ agent }) => agent !== event.agent) }, []];
    case "timer":
      return timeOver(conference, event.name);
    default:
      return unreachable(event);
  }
}

/** Hold, transfer and the like are for calls. */
function memberStep(conference: Live, seat: Seat, event: Extract<ConferenceEvent, { member: unknown }>): Next {
  switch (event.type) {
    case "phone-answered":
      return agentJoins(conference, seat, event);
    case "offer-declined":
      return declined(conference, seat);
    case "release":
      return leaves(conference, seat, event.why ?? null);
    case "mute":
      return [change(conference, seat, { muted: event.muted }), []];
    case "mute-video":
      return [change(conference, seat, { videoMuted: event.muted }), []];
    case "record":
    case "record-pause":
    case "record-stop":
      return record(conference, seat, event);
    default:
      return stay(conference);
  }
}

function timeOver(conference: Live, name: Extract<ConferenceEvent, { type: "timer" }>["name"]): Next {
  if (name === "time-short") return [conference, [tell(conference, conference.chair, { type: "conference-short" })]];
  if (name === "time-over") return over(conference, REASON.ended);
  return ringTimeOver(conference, name);
}
