// How long a subscription lasts (RFC 6665 §4.2.1.1): what is asked for, within our limits.

import type { SipRequest } from "../message/parse.ts";
import { digits } from "../message/syntax.ts";

const DEFAULT_S = 3_600;
const LONGEST_S = 3_600;
const SHORTEST_S = 60;

export type SubscriptionExpiry =
  | { readonly status: 200; readonly seconds: number }
  | { readonly status: 423; readonly extra: string };

/** 0 asks for one NOTIFY only. Shorter than a minute is 423. */
export function expiresOf(request: SipRequest): SubscriptionExpiry {
  const asked = digits(request.headers.get("expires") ?? "", 2 ** 32 - 1) ?? DEFAULT_S;
  if (asked > 0 && asked < SHORTEST_S) return { status: 423, extra: `Min-Expires: ${SHORTEST_S}\r\n` };
  return { status: 200, seconds: Math.min(asked, LONGEST_S) };
}
