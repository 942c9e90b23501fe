// The end of a conference: every party's leg is hung up, every agent is told. Exactly once.

import type { AgentId } from "../../base/ids.ts";
import { agentOf, agentSeat, isIn, isOf, tell, tellChange } from "./seats.ts";
import { CHANGE, type ConferenceEffect, type Live, type Next, type Reason, type Seat } from "./state.ts";

/** The others learn why from how the chair has gone. `except` knows already. */
export function over(conference: Live, changeReason: Reason, except: AgentId | null = null): Next {
  const { seats, chair, plan } = conference;
  const own = agentSeat(conference, chair);
  const told = own ? tellChange(conference, own, { changeType: CHANGE.leave, changeReason }, own) : [];
  return [
    { name: "ended", plan },
    [
      { type: "stop-timer", name: "time-short" },
      { type: "stop-timer", name: "time-over" },
      ...seats.flatMap(hungUp),
      ...told,
      ...seats.flatMap((seat) =>
        except && isOf({ type: "agent", number: except })(seat) ? [] : dismissed(conference, seat),
      ),
    ],
  ];
}

/** The leg of a party, whether it has answered or not. */
export function hungUp(seat: Seat): readonly ConferenceEffect[] {
  if (seat.type === "agent" || seat.leg === null) return [];
  const { leg } = seat;
  return [...(isIn(seat) ? [] : [{ type: "stop-timer", name: `ring ${leg}` } as const]), { type: "hang-up", leg }];
}

/** An agent who is in is told that it is over for him; to whom it rings, that the invitation is void. */
export function dismissed(conference: Live, seat: Seat): readonly ConferenceEffect[] {
  const agent = agentOf(seat);
  if (agent === null) return [];
  if (isIn(seat)) return [tell(conference, agent, { type: "conference-left" })];
  const { id, chair } = conference.plan;
  return [{ type: "tell-agent", agent, fact: { type: "offer-withdrawn", call: id, number: chair } }];
}
