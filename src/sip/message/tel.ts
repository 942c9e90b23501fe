// Telephone numbers in URIs: `tel` (RFC 3966), and `sip` with a number as its user part (RFC 3261 §19.1.6).

import { isMalformed, type Malformed, malformed, parameter } from "./syntax.ts";
import { parseUri, schemeOf, uriParameter } from "./uri.ts";

/** `number` without visual separators: "+493012345", or a local one that means something in `context` only. */
export type TelUri = { readonly number: string; readonly context: string };

// RFC 3966 §3: visual separators stand between the digits and mean nothing.
const SEPARATORS = /[-.()]/g;
const GLOBAL = /^\+[\d\-.()]*\d[\d\-.()]*$/;
const LOCAL = /^[\dA-Fa-f*#\-.()]*[\dA-Fa-f*#][\dA-Fa-f*#\-.()]*$/;
// A domain name or the leading digits of a global number.
const CONTEXT = /^(\+[\d\-.()]*\d[\d\-.()]*|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/;
const MAX_DIGITS = 64;
/** Of a domain name (RFC 1035 §2.3.4). Asked for before the expressions above, which go back over what they have read. */
const MAX_CONTEXT = 255;

/** `text` without angle brackets. A local number needs its phone-context (§5.1.4). */
export function parseTel(text: string): TelUri | Malformed {
  if (schemeOf(text) !== "tel") return malformed("not a tel URI");
  const semicolon = text.indexOf(";");
  const subscriber = unescaped(text.slice(4, semicolon < 0 ? text.length : semicolon));
  const context = semicolon < 0 ? undefined : parameter(text.slice(semicolon), "phone-context");
  const isGlobal = subscriber.startsWith("+");
  if (subscriber.length > MAX_DIGITS || !(isGlobal ? GLOBAL : LOCAL).test(subscriber)) return malformed("bad number");
  if (!isGlobal && context === undefined) return malformed("local number without phone-context");
  if (context !== undefined && (context.length > MAX_CONTEXT || !CONTEXT.test(context)))
    return malformed("bad phone-context");
  return { number: subscriber.replace(SEPARATORS, ""), context: context ?? "" };
}

/** `#` cannot stand in a URI as it is (RFC 3986 §2.2), so it comes as `%23`. */
const unescaped = (subscriber: string): string => subscriber.replace(/%23/g, "#");

/**
 * Whom a URI means: user and host of a SIP URI, number and phone-context of a tel URI. With `user=phone` the user part is
 * a number, and its separators and parameters are left out. Empty for anything else.
 */
export function addressee(text: string): { readonly user: string; readonly host: string } {
  const uri = parseUri(text);
  if (!isMalformed(uri)) {
    const isNumber = uriParameter(uri, "user")?.toLowerCase() === "phone";
    const user = isNumber ? (uri.user.split(";")[0] ?? "").replace(SEPARATORS, "") : uri.user;
    return { user, host: uri.host };
  }
  const tel = parseTel(text);
  return isMalformed(tel) ? { user: "", host: "" } : { user: tel.number, host: tel.context };
}
