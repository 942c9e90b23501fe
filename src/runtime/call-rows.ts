// The rows of a call record, from what the ledger (call-ledger.ts) has seen of a call and its legs.

import type { AgentId, CallId, LegId } from "../base/ids.ts";
import type { CallPlan, Ended } from "../core/call/state.ts";
import type { Cause } from "../core/detect/cause.ts";
import { detect } from "../core/detect/table.ts";
import { featureOf } from "../core/feature.ts";
import type { Site } from "../core/site.ts";
import type { StreamStatistics } from "../media/face.ts";
import type { CallRow, LegRow } from "../store/ports.ts";

export type CallPhase = "agentAlertingAt" | "agentAnsweredAt" | "partyAlertingAt" | "partyAnsweredAt";

export type CallTrack = {
  readonly plan: CallPlan;
  readonly times: { [Name in CallPhase]: number | null };
  heldMs: number;
  /** Who holds it, since when. */
  readonly held: Map<AgentId, number>;
  readonly legs: Set<LegId>;
  ended: Ended | null;
  data: string;
};

export type Who = { readonly side: LegRow["side"]; readonly agent: string; number: string };

export type LegTrack = Who & {
  readonly startedAt: number;
  /** The calls that it belonged to. */
  readonly calls: Set<CallId>;
  sipCallId: string;
  trunk: string;
  ringingAt: number | null;
  answeredAt: number | null;
  endedAt: number | null;
  endedBy: LegRow["endedBy"];
  cause: Cause | null;
  quality: Quality;
};

export type Quality = Pick<
  LegRow,
  | ("codec" | "packetsIn" | "packetsOut" | "lost" | "jitterMs" | "rttMs" | "mos")
  | ("lostAtPeer" | "jitterAtPeerMs" | "mosAtPeer")
>;

const unmeasured: Quality = {
  ...{ codec: "", packetsIn: null, packetsOut: null, lost: null, jitterMs: null, rttMs: null, mos: null },
  ...{ lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null },
};

export const newLegTrack = (who: Who, call: CallId, startedAt: number): LegTrack => ({
  ...{ ...who, startedAt, calls: new Set([call]), sipCallId: "", trunk: "", ringingAt: null, answeredAt: null },
  ...{ endedAt: null, endedBy: "", cause: null, quality: unmeasured },
});

/** A call that is going on, as the journal has it: without what its machine has. */
export type TrackImage = Pick<CallTrack, "times" | "heldMs"> & {
  readonly held: readonly (readonly [AgentId, number])[];
  readonly legs: readonly (readonly [LegId, Omit<LegTrack, "calls"> & { readonly calls: readonly CallId[] }])[];
};

export const imageOf = ({ times, heldMs, held, legs }: CallTrack, all: ReadonlyMap<LegId, LegTrack>): TrackImage => ({
  ...{ times, heldMs, held: [...held] },
  legs: [...legs].flatMap((leg) => {
    const track = all.get(leg);
    return track ? [[leg, { ...track, calls: [...track.calls] }] as const] : [];
  }),
});

export const trackOf = ({ times, heldMs, held, legs }: TrackImage): Partial<CallTrack> => ({
  ...{ times, heldMs, held: new Map(held), legs: new Set(legs.map(([leg]) => leg)) },
});

export const legTracksOf = ({ legs }: TrackImage): readonly (readonly [LegId, LegTrack])[] =>
  legs.map(([leg, track]) => [leg, { ...track, calls: new Set(track.calls) }]);

/** To the hundredth, which is finer than any of them is known. */
const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 100) / 100);

/** Silent streams were not measured. */
export function qualityOf(codec: string, audio: StreamStatistics): Quality {
  if (audio.packetsIn + audio.packetsOut === 0) return { ...unmeasured, codec };
  const { packetsIn, packetsOut, lost, lostAtPeer } = audio;
  return {
    ...{ codec, packetsIn, packetsOut, lost, lostAtPeer },
    ...{ jitterMs: rounded(audio.jitterMs), rttMs: rounded(audio.rttMs), mos: rounded(audio.mos) },
    ...{ jitterAtPeerMs: rounded(audio.jitterAtPeerMs), mosAtPeer: rounded(audio.mosAtPeer) },
  };
}

type Around = { readonly site: Pick<Site, "vdn" | "detect">; readonly node: string };

export function callRow({ plan, times, heldMs, ended, data }: CallTrack, { site, node }: Around): CallRow {
  return {
    ...{
      callId: plan.id,
      vdn: site.vdn.id,
      node,
      kind: plan.kind,
      feature: featureOf(plan),
      caller: plan.caller,
      called: plan.called,
    },
    ...{ skill: plan.skill.id, skillName: plan.skill.name, agents: (ended?.agents ?? []).join(" "), data },
    ...{ startedAt: plan.createdAt, ...times, talkingAt: ended?.answeredAt ?? null, heldMs },
    ...{ endedAt: ended?.endedAt ?? null, outcome: outcomeOf(ended), ...failureOf(ended, site) },
  };
}

function outcomeOf(ended: Ended | null): CallRow["outcome"] {
  if (!ended) return "live";
  if (ended.answeredAt !== null) return "answered";
  if (ended.failure) return "failed";
  return ended.abandoned ? "abandoned" : "unanswered";
}

function failureOf(ended: Ended | null, site: Pick<Site, "detect">) {
  if (!ended?.failure) return { phase: "", ...causeOf(null), detect: null, detectText: "" } as const;
  const { phase, cause } = ended.failure;
  const found = detect(phase, cause, site.detect);
  return { phase, ...causeOf(cause), detect: found.detect, detectText: found.desc };
}

const causeOf = (cause: Cause | null) => ({
  status: cause?.status ?? null,
  q850: cause?.q850 ?? null,
  ours: cause?.ours ?? "",
  heard: cause?.heard ?? "",
});

export function legRow(callId: CallId, leg: LegId, track: LegTrack): LegRow {
  const { calls: _, cause, quality, ...known } = track;
  return { callId, leg, ...known, ...causeOf(cause), ...quality };
}

/** Of an agent who was in the call and whose phone was never called for it. */
export const withoutLeg = (call: CallId, agent: AgentId, startedAt: number, endedAt: number): LegRow => ({
  ...legRow(call, `${agent}.none` as LegId, newLegTrack({ side: "agent", agent, number: "" }, call, startedAt)),
  endedAt,
});
