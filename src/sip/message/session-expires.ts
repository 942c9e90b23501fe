// Session-Expires and Min-SE (RFC 4028 §4, §5).

import type { HeaderFields } from "./header-fields.ts";
import { digits, parameter } from "./syntax.ts";

/** delta-seconds of RFC 3261 §25.1. */
const MAX_SECONDS = 2 ** 31 - 1;

export type SessionExpires = { readonly seconds: number; readonly refresher: "uac" | "uas" | undefined };

/** Undefined without the header, or when it cannot be read: then there is no session timer. */
export function sessionExpires(headers: HeaderFields): SessionExpires | undefined {
  const value = headers.get("session-expires");
  if (value === undefined) return undefined;
  const semicolon = value.indexOf(";");
  const seconds = digits((semicolon < 0 ? value : value.slice(0, semicolon)).trim(), MAX_SECONDS);
  if (seconds === undefined) return undefined;
  const refresher = semicolon < 0 ? undefined : parameter(value.slice(semicolon), "refresher")?.toLowerCase();
  return { seconds, refresher: refresher === "uac" || refresher === "uas" ? refresher : undefined };
}

/** Seconds of Min-SE; undefined without it. */
export const minimumSe = (headers: HeaderFields): number | undefined =>
  digits(/^\d+/.exec(headers.get("min-se") ?? "")?.[0] ?? "", MAX_SECONDS);
