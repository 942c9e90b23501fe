// Who has sent a request that a proxy of ours passed on: each proxy notes in the Via below its own where the request came
// from (RFC 3261 §18.2.1), so one reads upwards for as long as it is ours.

import { isIP } from "node:net";
import { parseVia } from "../message/address.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import { isMalformed } from "../message/syntax.ts";
import { bareHost } from "../message/uri.ts";

/** What stands for a sender of whom his proxy has said nothing: all of them are one. */
export const UNKNOWN = "0.0.0.0";

/** The first address that is no proxy of ours; the last proxy when the request is its own. */
export function originOf(headers: HeaderFields, source: string, isProxy: (address: string) => boolean): string {
  if (!isProxy(source)) return source;
  let origin = source;
  for (const via of headers.list("via").slice(1)) {
    origin = addressIn(via);
    if (!isProxy(origin)) return origin;
  }
  return origin;
}

/** The last `received`, since the sender may have written one himself; without it sent-by is right. */
function addressIn(text: string): string {
  const received = [...text.matchAll(/;\s*received\s*=\s*([^;,\s]+)/gi)].at(-1)?.[1];
  const via = parseVia(text);
  const address = bareHost(received ?? (isMalformed(via) ? "" : via.host));
  return isIP(address) === 0 ? UNKNOWN : address;
}
