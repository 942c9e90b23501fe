// The detect number of a failed call (OUTBOUND_DETECT_EVENT): ONE table, first row that fits wins (decisions.md 18,
// behaviour.md §9). The site's rows come before these.

import type { DetectRow } from "../site.ts";
import type { Cause, Phase } from "./cause.ts";

export type Detected = { readonly detect: number; readonly desc: string };

type Row = DetectRow & { readonly rung?: boolean; readonly ours?: Cause["ours"] };

const row = (detect: number, desc: string, match: Omit<Row, "detect" | "desc">): Row => ({ ...match, detect, desc });

const each = (key: "status" | "q850", values: readonly number[], detect: number, desc: string): Row[] =>
  values.map((value) => ({ [key]: value, detect, desc }));

const RING_TIME = "the ring time is over";
const UNAVAILABLE = "not reachable";
const NO_ANSWER = "no answer";
const CARRIER = "the network failed";
const VACANT = "the number is vacant";
const RESTART = "the gateway was started anew";
const MEDIA = "no media in common";

/** Causes of our own first, then Q.850 (closer to the person than the status), then the SIP status. */
export const builtIn: readonly Row[] = [
  row(1040, RING_TIME, { ours: "ring-timeout" }),
  row(531, "the agent gave up", { ours: "gave-up" }),
  row(155, MEDIA, { ours: "media" }),
  row(549, UNAVAILABLE, { ours: "unreachable", phase: "agent" }),
  row(549, UNAVAILABLE, { ours: "no-answer", phase: "agent" }),
  row(549, RESTART, { ours: "restart", phase: "agent" }),
  row(605, RESTART, { ours: "restart" }),
  row(605, CARRIER, { ours: "unreachable" }),
  row(605, CARRIER, { ours: "no-answer" }),
  row(537, "busy", { heard: "busy" }),
  row(605, CARRIER, { heard: "congestion" }),
  row(538, VACANT, { heard: "information" }),
  row(262, "fax or modem", { heard: "fax" }),
  row(263, "answering machine", { heard: "machine" }),
  row(1552, "the calling number is not allowed to make a call", { q850: 57 }),
  ...each("q850", [1, 28], 538, VACANT),
  ...each("q850", [17], 537, "busy"),
  ...each("q850", [18, 19], 603, NO_ANSWER),
  ...each("q850", [20], 549, UNAVAILABLE),
  ...each("q850", [21], 604, "declined"),
  ...each("q850", [22], 150, "the number has changed"),
  ...each("q850", [34, 38, 41, 42, 47], 605, CARRIER),
  ...each("q850", [65, 79, 88], 155, MEDIA),
  ...each("status", [486, 600], 537, "busy"),
  ...each("status", [403, 603], 604, "declined"),
  ...each("status", [404, 484, 604], 538, VACANT),
  ...each("status", [410], 150, "the number has changed"),
  ...each("status", [415, 488, 606], 155, MEDIA),
  row(603, NO_ANSWER, { status: 408 }),
  row(603, NO_ANSWER, { status: 480, rung: true }),
  row(549, UNAVAILABLE, { status: 480 }),
  // An edge proxy has lost the connection to the phone (RFC 5626 §5.3.1).
  row(549, UNAVAILABLE, { status: 430 }),
];

const who: Readonly<Record<Phase, string>> = { agent: "agent's phone", party: "called party" };

const fits = (candidate: Row, phase: Phase, cause: Cause): boolean =>
  (candidate.phase === undefined || candidate.phase === phase) &&
  (candidate.status === undefined || candidate.status === cause.status) &&
  (candidate.q850 === undefined || candidate.q850 === cause.q850) &&
  (candidate.rung === undefined || candidate.rung === cause.rung) &&
  (candidate.heard === undefined || candidate.heard === cause.heard) &&
  (candidate.ours === undefined || candidate.ours === cause.ours);

/** What no row knows is a failure of the network: 605. `desc` says the phase and, when a peer said it, the SIP status, or that it was heard. */
export function detect(phase: Phase, cause: Cause, siteRows: readonly DetectRow[]): Detected {
  const site = siteRows.find((candidate) => fits(candidate, phase, cause));
  if (site) return { detect: site.detect, desc: site.desc };
  const found = builtIn.find((candidate) => fits(candidate, phase, cause));
  return { detect: found?.detect ?? 605, desc: `${who[phase]}: ${found?.desc ?? CARRIER}${said(cause)}` };
}

/** Who says so; nothing where it was us. */
function said({ ours, heard, status, q850 }: Cause): string {
  if (heard) return " (heard)";
  if (ours) return "";
  return ` (SIP ${status}${q850 === undefined ? "" : `, Q.850 ${q850}`})`;
}
