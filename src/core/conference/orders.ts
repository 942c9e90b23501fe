// What the chair may do, and nobody else; nothing of it before the conference is granted.

import type { AgentId } from "../../base/ids.ts";
import { refuse, unreachable } from "../../base/step.ts";
import { partyLegId } from "../party-leg.ts";
import { over } from "./ending.ts";
import { sendAway } from "./members.ts";
import { agentOf, agentSeat, change, isIn, newSeat, seatAt, tell, tellChange } from "./seats.ts";
import {
  type Address,
  CHANGE,
  type ConferenceEffect,
  type ConferenceOrder,
  type Live,
  type Next,
  REASON,
  type Refused,
  type Seat,
} from "./state.ts";
import { playToAll, playToMember, stopToAll, stopToMember } from "./voices.ts";

type Order<Type extends ConferenceOrder["type"]> = Extract<ConferenceOrder, { type: Type }>;

/** More than that the documents do not allow. */
const MOST = 120;

export function ordered(conference: Live, by: AgentId, order: ConferenceOrder): Next | Refused {
  if (!agentSeat(conference, by)) return refuse("101-001", "the agent is in no conference");
  if (by !== conference.chair) return refuse("101-002", "the agent is not in the chair");
  if (!conference.granted) return refuse("100-007", "the conference is not granted yet");
  if ("address" in order) return toMember(conference, order);
  switch (order.type) {
    case "invite":
      return invite(conference, order);
    case "remove":
      return remove(conference, order);
    case "pass-chair":
      return passChair(conference, order.to);
    case "resize":
      return resize(conference, order.by);
    case "end":
      return over(conference, REASON.ended);
    case "play-to-all":
      return playToAll(conference, order.announcement);
    case "stop-to-all":
      return stopToAll(conference);
    default:
      return unreachable(order);
  }
}

type MemberOrder = Extract<ConferenceOrder, { address: Address }>;

function toMember(conference: Live, order: MemberOrder): Next | Refused {
  const seat = seatAt(conference, order.address);
  if (!seat || !isIn(seat)) return refuse("100-007", "address: nobody in the conference has it");
  switch (order.type) {
    case "set-mode":
      return setMode(conference, seat, order);
    case "hold-member":
      return hold(conference, seat, order.announcement);
    case "unhold-member":
      return unhold(conference, seat);
    case "play-to-member":
      return playToMember(conference, seat, order.announcement);
    case "stop-to-member":
      return stopToMember(conference, seat);
  }
}

const membersBeside = ({ seats }: Live): number => seats.length - 1;

/** Each of them comes by himself: the conference hears nothing of it meanwhile. */
function invite(conference: Live, { addresses, caller, welcome }: Order<"invite">): Next | Refused {
  const there = addresses.find((address) => seatAt(conference, address));
  if (there) return refuse("100-007", `addresses: ${there.number} is in the conference, or on the way`);
  if (membersBeside(conference) + addresses.length > conference.limit) {
    return refuse("100-007", `addresses: the conference has room for ${conference.limit} beside the chair`);
  }
  let next = conference;
  const effects: ConferenceEffect[] = [];
  for (const address of addresses) {
    const [invited, sent] =
      address.type === "agent" ? inviteAgent(next, address, welcome) : inviteParty(next, address, { caller, welcome });
    next = invited;
    effects.push(...sent);
  }
  return [next, effects];
}

type Invited = readonly [Live, readonly ConferenceEffect[]];

const seated = (conference: Live, seat: Seat): Live => ({ ...conference, seats: [...conference.seats, seat] });

/** Somebody whom it can hear: all legs of a conference live in one media worker. */
const legOf = ({ seats }: Live) => seats.find((seat) => isIn(seat))?.leg ?? null;

function inviteAgent(conference: Live, address: Address, welcome: string | null): Invited {
  const agent = address.number as AgentId;
  const { id, number, ringMs } = conference.plan;
  const offer = {
    ...({ call: id, kind: "conference", caller: conference.chair, called: agent, role: "main", feature: 0 } as const),
    ...({
      skill: { id: 0, name: "" },
      mediaAbility: 0,
      videoDirection: null,
      transferredBy: "",
      requested: false,
      direct: false,
    } as const),
    returned: { times: 0, by: null },
    ...{ ringMs: ringMs.agent, conference: number, beside: legOf(conference) },
  };
  return [
    seated(conference, newSeat(address, { welcome })),
    [{ type: "tell-agent", agent, fact: { type: "offer", offer } }],
  ];
}

function inviteParty(
  conference: Live,
  address: Address,
  { caller, welcome }: Pick<Order<"invite">, "caller" | "welcome">,
): Invited {
  const { id, caller: usual, ringMs } = conference.plan;
  const legs = conference.legs + 1;
  const leg = partyLegId(id, legs);
  const audio = { video: false, needsVideo: false, videoDirection: null } as const;
  const called = address.number;
  return [
    seated({ ...conference, legs }, newSeat(address, { leg, welcome })),
    [
      { type: "invite-party", leg, call: id, caller: caller ?? usual, called, ...audio, like: legOf(conference) },
      { type: "start-timer", name: `ring ${leg}`, ms: ringMs.party },
    ],
  ];
}

/** Who is none of them is passed over. */
function remove(conference: Live, { addresses }: Order<"remove">): Next | Refused {
  if (addresses.some((address) => agentOf(address) === conference.chair)) {
    return refuse("101-006", "addresses: the chair cannot remove himself");
  }
  let next = conference;
  const effects: ConferenceEffect[] = [];
  for (const address of addresses) {
    const seat = seatAt(next, address);
    if (!seat) continue;
    const [rest, told] = sendAway(next, seat, REASON.removed);
    if (rest.name === "live") next = rest;
    effects.push(...told);
  }
  return [next, effects];
}

/** events.json: muting and unmuting are told, the other modes are not. */
function setMode(conference: Live, seat: Seat, { hears, speaks }: Order<"set-mode">): Next {
  const next = change(conference, seat, { hears, speaks });
  if (!hears) return [next, []];
  return [next, tellChange(next, seat, { changeType: speaks ? CHANGE.unmute : CHANGE.mute })];
}

function hold(conference: Live, seat: Seat, announcement: string | null): Next | Refused {
  if (seat.held) return refuse("100-007", "address: this member is held already");
  const next = change(conference, seat, { held: true, playing: announcement === null ? null : "hold" });
  const told = tellChange(next, seat, { changeType: CHANGE.hold });
  if (announcement === null || seat.leg === null) return [next, told];
  return [next, [...told, { type: "play", leg: seat.leg, call: conference.plan.id, names: [announcement] }]];
}

function unhold(conference: Live, seat: Seat): Next | Refused {
  if (!seat.held) return refuse("100-007", "address: this member is not held");
  const next = change(conference, seat, { held: false, playing: null });
  return [next, tellChange(next, seat, { changeType: CHANGE.unhold })];
}

function passChair(conference: Live, to: AgentId): Next | Refused {
  if (to === conference.chair) return refuse("101-005", "destAgentNo: the agent has the chair already");
  const seat = agentSeat(conference, to);
  if (!seat || !isIn(seat)) return refuse("100-007", "destAgentNo: no agent in the conference");
  const next: Live = { ...conference, chair: to };
  return [
    next,
    [tell(next, to, { type: "conference-chair" }), ...tellChange(next, seat, { changeType: CHANGE.chair }, seat)],
  ];
}

function resize(conference: Live, by: number): Next | Refused {
  const limit = conference.limit + by;
  if (limit > MOST) return refuse("100-007", `modifyNum: no more than ${MOST} members beside the chair`);
  if (limit < Math.max(1, membersBeside(conference))) {
    return refuse("100-007", "modifyNum: fewer than there are members");
  }
  return [{ ...conference, limit }, []];
}
