// RSeq and RAck, by which a reliable provisional response and its PRACK find each other (RFC 3262 §7).

import type { HeaderFields } from "./header-fields.ts";
import { digits } from "./syntax.ts";

/** RSeq and CSeq numbers are below 2^32 and 2^31. */
const MAX_RSEQ = 2 ** 32 - 1;
const MAX_CSEQ = 2 ** 31 - 1;

/** Undefined when the response has none, or none that can be acknowledged. */
export const rseqOf = (headers: HeaderFields): number | undefined => digits(headers.get("rseq") ?? "", MAX_RSEQ);

export type RAck = { readonly rseq: number; readonly cseq: number; readonly method: string };

/** What a PRACK acknowledges; undefined when that cannot be read. */
export function rackOf(headers: HeaderFields): RAck | undefined {
  const [first = "", second = "", method, ...more] = (headers.get("rack") ?? "").split(/\s+/);
  const [rseq, cseq] = [digits(first, MAX_RSEQ), digits(second, MAX_CSEQ)];
  if (rseq === undefined || cseq === undefined || method === undefined || more.length > 0) return undefined;
  return { rseq, cseq, method };
}
