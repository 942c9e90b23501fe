// What becomes a call record: every step of every call and all that its legs report, written down with its time. Sees, and
// changes nothing. Rows go to the store in groups (record-rows.ts); a call has one from its beginning (`live`), so that a gateway
// that is killed leaves none out.

import type { Clock } from "../base/clock.ts";
import type { AgentId, CallId, LegId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { phoneOwner } from "../core/agent/phone-leg.ts";
import type { Call, Ended, Live, Member } from "../core/call/state.ts";
import type { Cause } from "../core/detect/cause.ts";
import type { Site } from "../core/site.ts";
import type { StreamStatistics } from "../media/face.ts";
import type { CallRow, LegRow, Store } from "../store/ports.ts";
import {
  type CallPhase,
  type CallTrack,
  callRow,
  imageOf,
  type LegTrack,
  legRow,
  legTracksOf,
  newLegTrack,
  qualityOf,
  type TrackImage,
  trackOf,
  type Who,
  withoutLeg,
} from "./call-rows.ts";
import { type Journal, noJournal } from "./journal/journal.ts";
import type { LegReport } from "./leg.ts";
import type { Legs } from "./legs-port.ts";
import { openRecordRows, type RecordRows } from "./record-rows.ts";

export type CallLedger = {
  /** For the loop: each call as it begins, and each step of it. */
  begun(call: Live): void;
  /** Calls of the process before that the journal knows, going on or on their way to the store. To be asked before any begins. */
  found(): readonly string[];
  /** A call that has outlived a restart: its times and legs are those that it had. */
  resume(call: Live): void;
  call(call: Call): void;
  /** The same legs, with everything that they are told and report seen. */
  over(legs: Legs): Legs;
  /** An INVITE of this call has gone out or come in; `trunk` "" = none. */
  sent(call: CallId, sipCallId: string, trunk: string): void;
  /** The last figures of a leg's audio, which has closed. */
  figures(leg: LegId, codec: string, audio: StreamStatistics): void;
  /** Writes what is left. */
  close(): Promise<void>;
};

export type CallLedgerOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "vdn" | "detect">;
  /** Name of this node. */
  readonly node: string;
  readonly store: Pick<Store, "keepCalls">;
  readonly journal?: Pick<Journal, "keep" | "found" | "after">;
  /** Told of each row as it is written, the last one of a call or a leg holding all that is known of it. */
  readonly seen?: readonly LedgerWitness[];
};

export type LedgerWitness = {
  readonly call?: (row: CallRow) => void;
  readonly leg?: (row: LegRow) => void;
};

/** A leg that is over is known so long, for the figures of its media. */
const lingerMs = 10_000;

export function openCallLedger(options: CallLedgerOptions): CallLedger {
  const { clock, journal = noJournal } = options;
  const calls = new Map<CallId, CallTrack>();
  const legs = new Map<LegId, LegTrack>();
  const found = journal.found<TrackImage>("record");
  /** Over, the oldest first. */
  const over: { readonly leg: LegId; readonly at: number }[] = [];
  const rows = witnessed(openRecordRows(options), options.seen ?? []);

  const begin = (call: Call): CallTrack => {
    const times = { agentAlertingAt: null, agentAnsweredAt: null, partyAlertingAt: null, partyAnsweredAt: null };
    const begun: CallTrack = {
      ...{ plan: call.plan, times, heldMs: 0, held: new Map(), legs: new Set(), ended: null, data: call.appData },
    };
    calls.set(call.plan.id, begun);
    rows.call(callRow(begun, options), false);
    return begun;
  };

  const resume = (call: Live): void => {
    const image = found.get(call.plan.id);
    const track = begin(call);
    if (!image) return;
    Object.assign(track, trackOf(image));
    for (const [leg, known] of legTracksOf(image)) if (!legs.has(leg)) legs.set(leg, known);
  };

  const keep = (call: CallTrack): void => journal.keep("record", call.plan.id, () => imageOf(call, legs));

  const track = (leg: LegId, call: CallId, who: Who): void => {
    const known = legs.get(leg);
    if (known) {
      const last = lastOf(known);
      if (last !== undefined && last !== call) rows.letGo(last, leg);
      known.calls.add(call);
      known.number ||= who.number;
    } else legs.set(leg, newLegTrack(who, call, clock.now()));
    calls.get(call)?.legs.add(leg);
  };

  const mark = (call: CallTrack | undefined, phase: CallPhase): void => {
    if (call) call.times[phase] ??= clock.now();
  };

  const seat = (call: CallTrack, member: Member): void => {
    const { id } = call.plan;
    if (member.side === "party") {
      track(member.leg, id, { side: "party", agent: "", number: member.number });
      if (member.stage === "in") mark(call, "partyAnsweredAt");
      return;
    }
    if (member.leg !== null) track(member.leg, id, { side: "agent", agent: member.agent, number: "" });
    if (member.rung) mark(call, "agentAlertingAt");
    if (member.stage === "in") mark(call, "agentAnsweredAt");
    hold(call, member.agent, member.heldAt);
  };

  const hold = (call: CallTrack, agent: AgentId, heldAt: number | null): void => {
    const since = call.held.get(agent);
    if (heldAt !== null) call.held.set(agent, heldAt);
    else if (since !== undefined) {
      call.heldMs += Math.max(0, clock.now() - since);
      call.held.delete(agent);
    }
  };

  const end = (call: Ended): void => {
    const { id } = call.plan;
    const known = calls.get(id) ?? begin(call);
    for (const agent of [...known.held.keys()]) hold(known, agent, null);
    known.ended = call;
    known.data = call.appData;
    rows.call(callRow(known, options), true);
    calls.delete(id);
    for (const leg of known.legs) writeLeg(leg, id);
    const seen = new Set([...known.legs].map((leg) => legs.get(leg)?.agent));
    for (const agent of call.agents)
      if (!seen.has(agent)) rows.leg(withoutLeg(id, agent, call.plan.createdAt, call.endedAt), true);
    journal.keep("record", id, null);
    forget();
  };

  const writeLeg = (leg: LegId, call: CallId): void => {
    const known = legs.get(leg);
    if (!known) return;
    rows.leg(legRow(call, leg, known), !calls.has(call));
    if (lastOf(known) !== call) rows.letGo(call, leg);
  };

  /** The last call that the leg belonged to is the one that its end and its media are told of. */
  const writeLast = (leg: LegId, known: LegTrack): void => {
    const last = lastOf(known);
    if (last !== undefined) writeLeg(leg, last);
  };

  const forget = (): void => {
    for (let first = over[0]; first && clock.monotonic() - first.at > lingerMs; first = over[0]) {
      over.shift();
      legs.delete(first.leg);
    }
  };

  const finish = (leg: LegId, endedBy: LegRow["endedBy"], cause: Cause | null): void => {
    const known = legs.get(leg);
    if (!known || known.endedAt !== null) return;
    Object.assign(known, { endedAt: clock.now(), endedBy, cause });
    over.push({ leg, at: clock.monotonic() });
    writeLast(leg, known);
  };

  /** Legs of the process before that did not outlive it. */
  const endLost = (alive: ReadonlySet<LegId>): void => {
    for (const leg of [...legs.keys()]) if (!alive.has(leg)) finish(leg, "gateway", null);
    rows.endLost(alive);
  };

  const rings = (known: LegTrack): void => {
    known.ringingAt ??= clock.now();
    for (const call of known.calls) mark(calls.get(call), `${known.side}AlertingAt`);
  };

  const reported = (report: LegReport): void => {
    const known = legs.get(report.leg);
    if (!known) return;
    switch (report.type) {
      case "leg-ringing":
        return rings(known);
      case "leg-answered":
        known.answeredAt ??= clock.now();
        return;
      case "leg-failed":
        return finish(report.leg, report.cause.ours ? "gateway" : "peer", report.cause);
      case "leg-ended":
        return finish(report.leg, report.remote ? "peer" : "gateway", null);
    }
  };

  const keepAll = (leg: LegId): void => {
    for (const id of legs.get(leg)?.calls ?? []) {
      const call = calls.get(id);
      if (call) keep(call);
    }
  };

  const heard =
    (report: (report: LegReport) => void) =>
    (said: LegReport): void => {
      reported(said);
      keepAll(said.leg);
      report(said);
    };

  return {
    begun: (call) => void begin(call),
    found: () => [...new Set([...found.keys(), ...rows.waiting()])],
    resume,
    call(call) {
      if (call.name === "ended") return end(call);
      const known = calls.get(call.plan.id) ?? begin(call);
      known.data = call.appData;
      for (const member of call.members) seat(known, member);
      keep(known);
    },
    over: (port) => ({
      ...port,
      invitePhone(request, report) {
        const { leg, order, number } = request;
        track(leg, order.call, { side: "agent", agent: phoneOwner(leg), number });
        port.invitePhone(request, heard(report));
      },
      inviteParty(request, report) {
        track(request.leg, request.call, { side: "party", agent: "", number: request.called });
        port.inviteParty(request, heard(report));
      },
      take(leg, call, incoming, report) {
        track(leg, call, { side: "party", agent: "", number: "" });
        Object.assign(legs.get(leg) ?? {}, { sipCallId: incoming.sipCallId });
        port.take(leg, call, incoming, heard(report));
      },
      takeUp(images, reporter) {
        const alive = port.takeUp(images, (leg) => {
          const report = reporter(leg);
          return report && heard(report);
        });
        endLost(alive);
        return alive;
      },
      hangUp(leg, status) {
        finish(leg, "gateway", null);
        port.hangUp(leg, status);
      },
    }),
    sent(call, sipCallId, trunk) {
      const ofCall = [...(calls.get(call)?.legs ?? [])].flatMap((leg) => legs.get(leg) ?? []);
      if (ofCall.some((known) => known.sipCallId === sipCallId)) return;
      const side = trunk === "" ? "agent" : "party";
      const leg =
        ofCall.findLast((known) => known.side === side && (trunk !== "" || known.sipCallId === "")) ?? ofCall.at(-1);
      if (leg) Object.assign(leg, { sipCallId, trunk });
      const known = calls.get(call);
      if (known) keep(known);
    },
    figures(leg, codec, audio) {
      const known = legs.get(leg);
      if (!known) return;
      known.quality = qualityOf(codec, audio);
      writeLast(leg, known);
    },
    close: rows.close,
  };
}

const lastOf = ({ calls }: LegTrack): CallId | undefined => [...calls].at(-1);

const witnessed = (rows: RecordRows, seen: readonly LedgerWitness[]): RecordRows => ({
  ...rows,
  call(row, over) {
    rows.call(row, over);
    for (const { call } of seen) call?.(row);
  },
  leg(row, over) {
    rows.leg(row, over);
    for (const { leg } of seen) leg?.(row);
  },
});
