// Whom a call was for before it came to us: Diversion (RFC 5806) and History-Info (RFC 7044). Read, never written.

import type { Diversion } from "../face.ts";
import { parseNameAddress } from "./address.ts";
import type { HeaderFields } from "./header-fields.ts";
import { digits, isMalformed, parameter } from "./syntax.ts";
import { addressee } from "./tel.ts";

/** Headers beyond this are a loop, or an attack. */
const MAX_ENTRIES = 20;

/** Earliest first. History-Info where it says something, because it is the standard; else Diversion. */
export function diversions(headers: HeaderFields): readonly Diversion[] {
  const history = fromHistory(headers);
  return history.length > 0 ? history : fromDiversion(headers);
}

/** RFC 5806 §4: the latest diversion stands on top. */
function fromDiversion(headers: HeaderFields): readonly Diversion[] {
  const found: Diversion[] = [];
  for (const value of headers.list("diversion").slice(0, MAX_ENTRIES)) {
    const address = parseNameAddress(value);
    if (isMalformed(address)) continue;
    const reason = parameter(address.params, "reason");
    found.unshift({ uri: address.uri, user: addressee(address.uri).user, ...(reason === undefined ? {} : { reason }) });
  }
  return found;
}

/** RFC 7044 §5: in the order of the targets; the last entry is where the call is now. */
function fromHistory(headers: HeaderFields): readonly Diversion[] {
  const found: Diversion[] = [];
  for (const value of headers.list("history-info").slice(0, MAX_ENTRIES)) {
    const address = parseNameAddress(value);
    if (isMalformed(address) || parameter(address.params, "index") === undefined) continue;
    const [uri = "", ...query] = address.uri.split("?");
    const cause = causeOf(query.join("?"));
    found.push({ uri, user: addressee(uri).user, ...(cause === undefined ? {} : { cause }) });
  }
  return found.slice(0, -1);
}

/** The escaped Reason in the URI of an entry: `?Reason=SIP%3Bcause%3D302`. */
function causeOf(query: string): number | undefined {
  const reason = query.split("&").find((field) => /^reason=/i.test(field));
  const found = /(?:%3B|;)\s*cause(?:%3D|=)(\d{3})/i.exec(reason ?? "");
  return found?.[1] === undefined ? undefined : digits(found[1], 699);
}
