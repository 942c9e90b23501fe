// What SIP says about a leg, as the core's causes: one table (RFC 3261 §21, RFC 3326).

import { type Cause, type Sign, signs } from "../core/detect/cause.ts";
import type { Finding } from "../media/detection/finding.ts";
import type { Evidence } from "../sip/face.ts";

/** The Reason of our CANCEL or BYE when a call simply ends (RFC 3326, Q.850 §2.2.7). */
export const CLEARED = { q850: 16, text: "Normal call clearing" } as const;

/** `local` of the SIP layer: what no peer has said. */
const ours: Readonly<Record<NonNullable<Evidence["local"]>, NonNullable<Cause["ours"]>>> = {
  timeout: "no-answer",
  transport: "unreachable",
};

export const causeOf = (evidence: Evidence, rung: boolean): Cause => ({
  status: evidence.status,
  rung,
  ...(evidence.q850 === undefined ? {} : { q850: evidence.q850 }),
  ...(evidence.local === undefined ? {} : { ours: ours[evidence.local] }),
});

/** 18x that mean a ringing phone or early media (decisions.md 15): not 100, not 181 or 182. */
export const rings = (status: number): boolean => status === 180 || status === 183;

/** What the core has a use for, of what is heard; a beep or a human only stand in the log. */
export const signOf = ({ kind }: Finding): Sign | undefined => signs.find((sign) => sign === kind);
