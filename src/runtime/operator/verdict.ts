// Why a call went as it did, in two sentences: what happened, and what to do about it. A table from the call record; the console has
// the sentences in its languages, under the keys that stand here.

import type { Verdict } from "../../contract/timeline.ts";
import type { CallRow, LegRow } from "../../store/ports.ts";
import type { ArchivedCall } from "../call-archive.ts";

type Said = Pick<Verdict, "what" | "advice">;

const said = (what: Said["what"], advice: Said["advice"]): Said => ({ what, advice });

/** By our own reason, whoever's leg it was. */
const byReason: Readonly<Record<string, { readonly agent: Said; readonly party: Said }>> = {
  "ring-timeout": {
    agent: said("agent-did-not-answer", "look-at-agent"),
    party: said("party-did-not-answer", "try-later"),
  },
  restart: { agent: said("gateway-ended", "look-at-log"), party: said("gateway-ended", "look-at-log") },
  "gave-up": { agent: said("agent-gave-up", "nothing-to-do"), party: said("agent-gave-up", "nothing-to-do") },
  media: { agent: said("no-common-media", "compare-codecs"), party: said("no-common-media", "compare-codecs") },
  "no-answer": {
    agent: said("phone-silent", "look-at-phone"),
    party: said("trunk-silent", "run-trunk-doctor"),
  },
  unreachable: {
    agent: said("phone-not-registered", "look-at-phone"),
    party: said("no-trunk-up", "run-trunk-doctor"),
  },
};

/** By the number that the agent's program was told (docs/call.md). */
const byDetect: Readonly<Record<number, Said>> = {
  537: said("busy", "try-later"),
  538: said("vacant", "check-number"),
  150: said("number-changed", "check-number"),
  603: said("party-did-not-answer", "try-later"),
  604: said("declined", "respect-it"),
  549: said("not-reachable", "try-later"),
  155: said("no-common-media", "compare-codecs"),
  605: said("carrier-failed", "run-trunk-doctor"),
  262: said("fax", "check-number"),
  263: said("machine", "try-later"),
  1552: said("caller-barred", "check-caller"),
  1040: said("party-did-not-answer", "try-later"),
};

const byOutcome: Readonly<Record<CallRow["outcome"], Said>> = {
  live: said("live", "wait"),
  answered: said("went-well", "nothing-to-do"),
  abandoned: said("abandoned", "look-at-queue"),
  failed: said("failed", "read-the-messages"),
  unanswered: said("given-up", "nothing-to-do"),
  "cut-off": said("gateway-ended", "look-at-log"),
};

/** Below it people hear that something is wrong (ITU-T G.107, annex B: "many users dissatisfied"). */
const POOR_MOS = 3.6;

export function verdictOf(record: ArchivedCall | undefined): Verdict {
  if (!record) return { outcome: "unknown", ...said("no-record", "wait"), facts: {} };
  const { call, legs } = record;
  const facts = factsOf(call, legs);
  if (call.outcome === "answered") return { outcome: "answered", ...quality(legs), facts };
  const reason = call.phase === "" ? undefined : byReason[call.ours]?.[call.phase];
  const detected = call.detect === null ? undefined : byDetect[call.detect];
  const agent = call.phase === "agent" && call.detect === 537 ? said("phone-busy", "look-at-phone") : undefined;
  return { outcome: call.outcome, ...(reason ?? agent ?? detected ?? byOutcome[call.outcome]), facts };
}

function quality(legs: readonly LegRow[]): Said {
  const oneWay = legs.some(({ packetsIn, packetsOut }) => packetsIn === 0 && (packetsOut ?? 0) > 0);
  if (oneWay) return said("one-way", "look-at-network");
  const poor = legs.some(({ mos, mosAtPeer }) => [mos, mosAtPeer].some((value) => value !== null && value < POOR_MOS));
  return poor ? said("poor-quality", "look-at-network") : byOutcome.answered;
}

function factsOf(call: CallRow, legs: readonly LegRow[]): Record<string, string> {
  const failed = legs.findLast(({ side, status }) => side === call.phase && status !== null);
  const worst = legs
    .flatMap(({ mos, mosAtPeer }) => [mos, mosAtPeer])
    .filter((value) => value !== null)
    .sort((one, other) => one - other)[0];
  const silent = legs.find(({ packetsIn, packetsOut }) => packetsIn === 0 && (packetsOut ?? 0) > 0);
  return {
    ...{ caller: call.caller, called: call.called, text: call.detectText, trunk: failed?.trunk ?? "" },
    number: failed?.number || (call.phase === "agent" ? "" : call.called),
    agent: failed?.agent || (call.agents.split(" ")[0] ?? ""),
    sip: call.status === null ? "" : `SIP ${call.status}${call.q850 === null ? "" : `, Q.850 ${call.q850}`}`,
    leg: silent ? silent.number || silent.agent : "",
    mos: worst === undefined ? "" : `${worst}`,
    skill: call.skillName,
  };
}
