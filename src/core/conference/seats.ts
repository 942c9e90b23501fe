// The seats of a conference as data: finding, changing, who is told what of them.

import type { AgentId, LegId } from "../../base/ids.ts";
import {
  type Address,
  type ConferenceEffect,
  type ConferenceFact,
  type Live,
  type ParticipantChange,
  REASON,
  type Seat,
} from "./state.ts";

export const newSeat = ({ type, number }: Address, part: Partial<Seat> = {}): Seat => ({
  ...{ type, number, leg: null, stage: "coming", hears: true, speaks: true, held: false },
  ...{ muted: false, videoMuted: false, welcome: null, playing: null, recorded: null },
  ...part,
});

export const isIn = ({ stage }: Seat): boolean => stage === "in";

/** The agent of a seat; null: somebody outside. */
export const agentOf = ({ type, number }: Address): AgentId | null => (type === "agent" ? (number as AgentId) : null);

export const isOf =
  (address: Address) =>
  ({ type, number }: Address): boolean =>
    type === address.type && number === address.number;

export const seatAt = ({ seats }: Live, address: Address): Seat | undefined => seats.find(isOf(address));

export const agentSeat = (conference: Live, agent: AgentId): Seat | undefined =>
  seatAt(conference, { type: "agent", number: agent });

export const legSeat = ({ seats }: Live, leg: LegId): Seat | undefined => seats.find((seat) => seat.leg === leg);

/** Two from outside may show the same number: their legs tell them apart. */
const isSame =
  (seat: Seat) =>
  (each: Seat): boolean =>
    isOf(seat)(each) && each.leg === seat.leg;

export const change = (conference: Live, seat: Seat, part: Partial<Seat>): Live => ({
  ...conference,
  seats: conference.seats.map((each) => (isSame(seat)(each) ? { ...each, ...part } : each)),
});

export const without = (conference: Live, seat: Seat): Live => ({
  ...conference,
  seats: conference.seats.filter((each) => !isSame(seat)(each)),
});

type Said<Fact = ConferenceFact> = Fact extends unknown ? Omit<Fact, "call"> : never;

export const tell = ({ plan }: Pick<Live, "plan">, agent: AgentId, fact: Said): ConferenceEffect => ({
  type: "tell-agent",
  agent,
  fact: { ...fact, call: plan.id } as ConferenceFact,
});

type Change = Pick<ParticipantChange, "changeType"> & Partial<Pick<ParticipantChange, "changeReason" | "result">>;

/** All agents who are in, but not `except`, learn what has become of a member. */
export function tellChange(
  conference: Live,
  member: Address,
  { changeType, changeReason = REASON.none, result = 0 }: Change,
  except: Address | null = null,
): readonly ConferenceEffect[] {
  const { type, number } = member;
  const change: ParticipantChange = { result, changeType, changeReason, member: { type, number } };
  return conference.seats.flatMap((seat) => {
    const agent = agentOf(seat);
    if (agent === null || !isIn(seat) || (except && isOf(except)(seat))) return [];
    return [tell(conference, agent, { type: "conference-changed", change })];
  });
}
