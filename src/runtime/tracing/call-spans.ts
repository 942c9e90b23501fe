// A call that is over as spans, from the rows of its record:
//
//   call outgoing                        from the request, or the INVITE of a caller, to its end
//     INVITE agent | party               one leg: SIP from the INVITE to the BYE
//       RTP PCMU                         its audio, from the answer on

import type { CallRow, LegRow } from "../../store/ports.ts";
import type { FinishedSpan, SpanAttributes, SpanPlace, SpanRoot, SpanSink } from "./span.ts";

export type EndedCall = CallRow & { readonly endedAt: number };

export function emitCall(
  sink: Pick<SpanSink, "emit">,
  call: EndedCall,
  legs: readonly LegRow[],
  above: SpanPlace | SpanRoot,
): void {
  const place = sink.emit(callSpan(call), above);
  for (const leg of legs) {
    const sip = legSpan(call, leg);
    const below = sink.emit(sip, place);
    const rtp = audioSpan(leg, sip);
    if (rtp) sink.emit(rtp, below);
  }
}

function callSpan(call: EndedCall): FinishedSpan {
  const { callId, kind, startedAt, endedAt, outcome, agents, skill, phase } = call;
  const failed = outcome === "failed" ? { failure: `${phase}: ${why(call)}` } : {};
  return {
    ...{ name: `call ${kind}`, kind: "internal", startedAt, endedAt },
    attributes: {
      ...{ "seatway.call_id": callId, "seatway.outcome": outcome, "seatway.agents": agents, "seatway.skill": skill },
      ...causeOf(call),
    },
    events: moments({
      "agent alerting": call.agentAlertingAt,
      "agent answered": call.agentAnsweredAt,
      "party alerting": call.partyAlertingAt,
      "party answered": call.partyAnsweredAt,
    }),
    ...failed,
  };
}

function legSpan(call: EndedCall, leg: LegRow): FinishedSpan {
  // A phone that stayed off-hook was there before the call, and is there after it.
  const startedAt = Math.max(leg.startedAt, call.startedAt);
  const endedAt = Math.max(startedAt, leg.endedAt ?? call.endedAt);
  const failed = leg.status !== null && leg.answeredAt === null ? { failure: why(leg) } : {};
  const theirs = call.kind === "incoming" && leg.side === "party" && leg.trunk === "";
  return {
    ...{ name: `INVITE ${leg.side}`, kind: theirs ? "server" : "client", startedAt, endedAt },
    attributes: {
      ...{ "seatway.call_id": call.callId, "seatway.leg": leg.leg, "sip.call_id": leg.sipCallId },
      ...{ "seatway.agent": leg.agent, "seatway.trunk": leg.trunk, "seatway.ended_by": leg.endedBy },
      ...causeOf(leg),
    },
    events: moments({ ringing: leg.ringingAt, answered: leg.answeredAt }),
    ...failed,
  };
}

function audioSpan(leg: LegRow, sip: FinishedSpan): FinishedSpan | null {
  if (leg.codec === "" || leg.answeredAt === null) return null;
  const startedAt = Math.min(Math.max(leg.answeredAt, sip.startedAt), sip.endedAt);
  const { packetsIn, packetsOut, lost, jitterMs, rttMs, mos, lostAtPeer, jitterAtPeerMs, mosAtPeer } = leg;
  return {
    ...{ name: `RTP ${leg.codec}`, kind: "internal", startedAt, endedAt: sip.endedAt },
    attributes: known({
      ...{ "rtp.codec": leg.codec, "rtp.packets_in": packetsIn, "rtp.packets_out": packetsOut, "rtp.lost": lost },
      ...{ "rtp.jitter_ms": jitterMs, "rtp.round_trip_ms": rttMs, "rtp.mos": mos },
      ...{ "rtp.lost_at_peer": lostAtPeer, "rtp.jitter_at_peer_ms": jitterAtPeerMs, "rtp.mos_at_peer": mosAtPeer },
    }),
  };
}

type Why = Pick<CallRow, "status" | "q850" | "ours" | "heard">;

const why = ({ ours, status }: Why): string => ours || `SIP ${status}`;

const causeOf = ({ status, q850, ours, heard }: Why): SpanAttributes =>
  known({ "sip.status": status, "sip.q850": q850, "seatway.cause": ours || null, "seatway.heard": heard || null });

const known = (values: Readonly<Record<string, string | number | null>>): SpanAttributes =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string | number] => entry[1] !== null));

const moments = (times: Readonly<Record<string, number | null>>): { readonly name: string; readonly at: number }[] =>
  Object.entries(times)
    .flatMap(([name, at]) => (at === null ? [] : [{ name, at }]))
    .toSorted((one, other) => one.at - other.at);
