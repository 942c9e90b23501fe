// The call: legs together, and who may hear whom (RFC 3725 in spirit; each leg is anchored at the media plane).
//
//   live: somebody is brought in (invitation) <--> talking, held, conference (members) --fewer than two are left--> ended
//
// A callout: the agent's phone, then the party. An incoming call: the party, then an agent from the queues. Internal calls and
// consults: an agent, then another. What differs is the plan; who joins, leaves, holds and hears is the same for all.

import { stay, unreachable } from "../../base/step.ts";
import { partyLegId } from "../party-leg.ts";
import { announceAgain, placeTold, playToOthers, waitingChanges } from "./announcing.ts";
import { played, pressed, waitOver } from "./guide.ts";
import { hearingChanges } from "./hearing.ts";
import { forceDropped, inspected, intercepted, uninspected } from "./inspection.ts";
import { alerting, assigned, invite, offerDeclined, phoneAnswered, pickedUp, queued } from "./invitation.ts";
import { keepMedia, switchMedia } from "./media-switch.ts";
import { adopt, agentLeaves, confer, dial, hold, mergeInto, retrieve } from "./members.ts";
import { reduceLeg, ringTimeOver } from "./parties.ts";
import { record, recordingChanges, recordingReported } from "./recording.ts";
import { agentSeat, change, type Next, newAgentSeat, newInvitation, newPartySeat } from "./seats.ts";
import type { AgentMember, Call, CallEvent, CallPlan, Live } from "./state.ts";
import { bringIn, dropMember, takeBack } from "./transfer.ts";
import { forwarded, overflow } from "./waiting.ts";

/** The agent who placed it, or the party that has arrived, has the first seat. */
export function newCall(plan: CallPlan): Live {
  const { id, agent, target, caller } = plan;
  const first = agent === null ? newPartySeat(partyLegId(id, 1), caller, "arrived") : newAgentSeat(agent);
  return {
    name: "live",
    plan,
    members: [first],
    inspectors: [],
    invitation: newInvitation({ purpose: "setup", by: agent, target }),
    answeredAt: null,
    legs: agent === null ? 1 : 0,
    past: [],
    appData: plan.appData,
  };
}

export function reduceCall(call: Call, event: CallEvent): Next {
  if (call.name === "ended") return stay(call);
  const [next, effects] = step(call, event);
  return [
    next,
    [...waitingChanges(call, next), ...hearingChanges(call, next), ...effects, ...recordingChanges(call, next)],
  ];
}

function step(call: Live, event: CallEvent): Next {
  if ("member" in event) {
    const seat = agentSeat(call, event.member);
    return seat ? agentStep(call, seat, event) : stay(call);
  }
  switch (event.type) {
    case "leg-ringing":
    case "leg-answered":
    case "leg-failed":
    case "leg-ended":
    case "leg-sign":
    case "leg-reoffered":
      return reduceLeg(call, event);
    case "leg-digit":
      return pressed(call, event);
    case "leg-held":
    case "leg-silent":
    case "leg-heard":
      return stay(call);
    case "recording-began":
    case "recording-failed":
      return recordingReported(call, event);
    case "arrived":
      return arrived(call, event.at);
    case "timer":
      return timeOver(call, event);
    case "assigned":
      return assigned(call, event);
    case "picked-up":
      return pickedUp(call, event);
    case "queued":
      return queued(call);
    case "queue-refused":
      return overflow(call, 480, event.at);
    case "place":
      return placeTold(call, event.position);
    case "played":
      return played(call, event);
    case "inspect":
      return [inspected(call, event.inspector), []];
    case "inspector-left":
      return [uninspected(call, event.agent), []];
    case "intercepted":
      return intercepted(call, event.by);
    case "force-drop":
      return forceDropped(call, event.at);
    case "adopt":
      return adopt(call, event);
    default:
      return unreachable(event);
  }
}

function agentStep(call: Live, seat: AgentMember, event: Extract<CallEvent, { member: unknown }>): Next {
  switch (event.type) {
    case "phone-answered":
      return seat.stage === "expected" ? phoneAnswered(call, seat, event) : stay(call);
    case "phone-alerting":
      return seat.rung ? stay(call) : [change(call, seat, { rung: true }), alerting(call, seat)];
    case "offer-declined":
      // From one who has answered it crosses the answer to the party.
      return call.invitation
        ? offerDeclined(call, seat, event.why, event.at)
        : agentLeaves(call, seat, { type: "release", failure: null, member: event.member, at: event.at });
    case "forwarded":
      return forwarded(call, seat, event);
    case "release":
      return agentLeaves(call, seat, event);
    case "hold":
      return hold(call, seat, event.at);
    case "retrieve":
      return retrieve(call, seat);
    case "mute":
      return [change(call, seat, { muted: event.muted }), []];
    case "mute-video":
      return [change(call, seat, { videoMuted: event.muted }), []];
    case "switch-media":
      return switchMedia(call, seat, event);
    case "keep-media":
      return keepMedia(call, seat);
    case "dial":
      return dial(call, event.digits);
    case "announce":
      return [call, playToOthers(call, seat, event.names)];
    case "bring-in":
      return bringIn(call, seat, event);
    case "take-back":
      return takeBack(call, seat);
    case "drop-member":
      return dropMember(call, event);
    case "set-data":
      return [{ ...call, appData: event.appData }, []];
    case "record":
    case "record-pause":
    case "record-stop":
      return record(call, seat, event);
    case "merge-into":
      return mergeInto(call, seat, event);
    case "confer":
      return confer(call, seat, event);
    default:
      return unreachable(event);
  }
}

function timeOver(call: Live, { name, at }: Extract<CallEvent, { type: "timer" }>): Next {
  if (name === "ring-party") return ringTimeOver(call, at);
  return name === "wait" ? waitOver(call, at) : announceAgain(call);
}

/** A call from outside: it rings while somebody is found for it. */
function arrived(call: Live, at: number): Next {
  const [first] = call.members;
  if (first?.side !== "party" || !call.invitation) return stay(call);
  const [next, effects] = invite(call, call.invitation, at);
  return [next, [{ type: "ring-party", leg: first.leg }, ...effects]];
}
