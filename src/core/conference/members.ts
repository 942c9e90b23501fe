// How members come and go: an agent by his phone and his answer, a party by its leg.

import type { LegId } from "../../base/ids.ts";
import { refuse, stay } from "../../base/step.ts";
import type { Member } from "../call/state.ts";
import { dismissed, hungUp, over } from "./ending.ts";
import { agentOf, agentSeat, change, isIn, legSeat, newSeat, tell, tellChange, without } from "./seats.ts";
import {
  CHANGE,
  type ConferenceEffect,
  type ConferenceEvent,
  type ConferenceTimer,
  type Live,
  type Next,
  REASON,
  type Reason,
  type Refused,
  type Seat,
} from "./state.ts";

type Timed<Type extends ConferenceEvent["type"]> = Extract<ConferenceEvent, { type: Type }>;

export function agentJoins(conference: Live, seat: Seat, { phone, record }: Timed<"phone-answered">): Next {
  if (isIn(seat)) return stay(conference);
  const recorded = record ? { name: "", paused: false } : null;
  return enter(conference, seat, { leg: phone, recorded });
}

export function partyJoins(conference: Live, leg: LegId): Next {
  const seat = legSeat(conference, leg);
  if (seat?.type !== "party" || isIn(seat)) return stay(conference);
  const [next, effects] = enter(conference, seat, {});
  return [next, [{ type: "stop-timer", name: `ring ${leg}` }, ...effects]];
}

function enter(conference: Live, seat: Seat, part: Partial<Seat>): Next {
  const playing = seat.welcome === null ? null : "welcome";
  const next = change(conference, seat, { ...part, stage: "in", playing });
  const leg = part.leg ?? seat.leg;
  const welcome: readonly ConferenceEffect[] =
    seat.welcome === null || leg === null
      ? []
      : [{ type: "play", leg, call: conference.plan.id, names: [seat.welcome] }];
  const told = tellChange(next, seat, { changeType: CHANGE.join }, seat);
  if (agentOf(seat) !== conference.chair || conference.granted) {
    return [next, [...joined(next, seat), ...told, ...welcome]];
  }
  // The chair himself: now the conference exists, and its time runs.
  return [{ ...next, granted: true }, [...joined(next, seat, true), ...told, ...welcome, ...timers(conference)]];
}

function joined(conference: Live, seat: Seat, granted = false): readonly ConferenceEffect[] {
  const agent = agentOf(seat);
  return agent === null ? [] : [tell(conference, agent, { type: "conference-joined", granted })];
}

function timers({ plan: { ms, promptMs } }: Live): readonly ConferenceEffect[] {
  const over: ConferenceEffect = { type: "start-timer", name: "time-over", ms };
  const prompted = promptMs !== null && promptMs < ms;
  return prompted ? [{ type: "start-timer", name: "time-short", ms: ms - promptMs }, over] : [over];
}

/** A call that becomes a conference: all who talk in it are members at once. */
export function seatAll(conference: Live, members: readonly Member[]): Next {
  const effects: ConferenceEffect[] = [{ type: "own", legs: members.flatMap((one) => partyLeg(one)) }];
  let next = conference;
  // The chair first: before him there is no conference to be a member of.
  for (const member of [...members].sort((one) => (isChair(conference, one) ? -1 : 0))) {
    const seat = seatOf(member);
    const known = agentSeat(next, conference.chair);
    const vacant = isChair(conference, member) && known ? known : seat;
    if (vacant === seat) next = { ...next, seats: [...next.seats, seat] };
    const { leg, muted, videoMuted, recorded } = seat;
    const [seated, told] = enter(next, vacant, { leg, muted, videoMuted, recorded });
    if (seated.name === "ended") continue;
    next = seated;
    effects.push(...told);
  }
  return [next, effects];
}

const partyLeg = (member: Member): readonly LegId[] => (member.side === "party" ? [member.leg] : []);

const isChair = ({ chair }: Live, member: Member): boolean => member.side === "agent" && member.agent === chair;

function seatOf(member: Member): Seat {
  if (member.side === "party") return newSeat({ type: "party", number: member.number }, { leg: member.leg });
  const { agent, leg, muted, videoMuted, recorded } = member;
  return newSeat({ type: "agent", number: agent }, { leg, muted, videoMuted, recorded });
}

/** Whom the chair has invited does not come. From one who has answered it crosses his answer. */
export function declined(conference: Live, seat: Seat): Next {
  if (isIn(seat)) return leaves(conference, seat, "hung-up");
  return notComing(conference, seat);
}

function notComing(conference: Live, seat: Seat): Next {
  const next = without(conference, seat);
  return [next, tellChange(next, seat, { result: 1, changeType: CHANGE.join })];
}

const reasons = { "hung-up": REASON.hungUp, "signed-out": REASON.signedOut } as const;

/** By himself, and he knows it: without the chair it is over for all. */
export function leaves(conference: Live, seat: Seat, why: keyof typeof reasons | null): Next {
  const agent = agentOf(seat);
  if (agent === conference.chair) return over(conference, why ? reasons[why] : REASON.ended, agent);
  if (!isIn(seat)) return notComing(conference, seat);
  const next = without(conference, seat);
  return [next, left(next, seat, why ? reasons[why] : REASON.left)];
}

const left = (conference: Live, seat: Seat, changeReason: Reason): readonly ConferenceEffect[] =>
  tellChange(conference, seat, { changeType: CHANGE.leave, changeReason });

export function wantsToLeave(conference: Live, by: Timed<"leave">["by"]): Next | Refused {
  const seat = agentSeat(conference, by);
  if (!seat) return refuse("101-001", "the agent is in no conference");
  if (by === conference.chair) return refuse("101-007", "the chair releases the conference, or passes the chair on");
  if (!isIn(seat)) return refuse("100-007", "the conference is not answered yet");
  return sendAway(conference, seat, REASON.left);
}

/** He is told, and the others are. */
export function sendAway(conference: Live, seat: Seat, reason: Reason): Next {
  const next = without(conference, seat);
  return [next, [...hungUp(seat), ...dismissed(conference, seat), ...left(next, seat, reason)]];
}

/** The leg of a party has failed or ended: it needs no more hanging up. */
export function partyGone(conference: Live, event: Timed<"leg-failed" | "leg-ended">): Next {
  const seat = legSeat(conference, event.leg);
  if (seat?.type !== "party") return stay(conference);
  if (!isIn(seat)) {
    const [next, effects] = notComing(conference, seat);
    return [next, [{ type: "stop-timer", name: `ring ${event.leg}` }, ...effects]];
  }
  const next = without(conference, seat);
  const remote = event.type === "leg-ended" && event.remote;
  return [next, left(next, seat, remote ? REASON.hungUp : REASON.other)];
}

export function ringTimeOver(conference: Live, name: ConferenceTimer): Next {
  const seat = conference.seats.find(({ stage, leg }) => stage === "coming" && `ring ${leg}` === name);
  if (!seat) return stay(conference);
  const [next, effects] = notComing(conference, seat);
  return [next, [...hungUp(seat), ...effects]];
}
