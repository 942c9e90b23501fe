// SIP URIs (RFC 3261 §19.1). Escapes in the user part are decoded, so that `%23` is `#`; everything else stays as it was.

import { digits, fromWire, isAscii, isMalformed, type Malformed, malformed, own, parameter } from "./syntax.ts";

/** A `sip:` or `sips:` URI. Password and headers are read over: nothing here may depend on them. */
export type SipUri = {
  readonly scheme: "sip" | "sips";
  /** Decoded; "" when the URI has no user part. */
  readonly user: string;
  /** IPv6 addresses keep their brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** As written, from the first `;` on: ";transport=tcp;lr". */
  readonly params: string;
};

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
const HOST_NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const IPV6_REFERENCE = /^\[[0-9A-Fa-f:.]+\]$/;
// Characters that no URI carries unescaped: controls, space, angle brackets, quotes (RFC 3986 §2); and what is no byte.
const FORBIDDEN = /[\x00-\x20<>"\x7f\u0100-\uffff]/;

/** The scheme in lower case, or "" when the text has none. */
export function schemeOf(uri: string): string {
  if (uri.startsWith("sip:")) return "sip";
  const colon = uri.indexOf(":");
  const scheme = colon < 0 ? "" : uri.slice(0, colon);
  return SCHEME.test(scheme) ? scheme.toLowerCase() : "";
}

/** URIs that were read before: a call reads its few ones many times, and the next call most of them again. */
const read = new Map<string, SipUri | Malformed>();
const MOST_READ = 512;
/** Longer ones are rare, and would let a stranger fill the memory. */
const LONGEST_READ = 128;

/** `text` without angle brackets. */
export function parseUri(text: string): SipUri | Malformed {
  const known = read.get(text);
  if (known) return known;
  if (text.length > LONGEST_READ || !isAscii(text)) return readUri(text);
  // Parts of it are handed out: they shall not keep the message that it stood in.
  const copy = own(text);
  const uri = readUri(copy);
  if (read.size >= MOST_READ) read.clear();
  read.set(copy, uri);
  return uri;
}

function readUri(text: string): SipUri | Malformed {
  const scheme = schemeOf(text);
  if (scheme !== "sip" && scheme !== "sips") return malformed("not a SIP URI");
  if (FORBIDDEN.test(text)) return malformed("character not allowed in URI");
  const start = scheme.length + 1;
  // `;` and `?` may stand in a user part (RFC 3261 §25.1 user-unreserved), an unescaped `@` only behind it.
  const at = text.indexOf("@", start);
  const user = at < 0 ? "" : decodeUser(text.slice(start, at));
  if (user === undefined) return malformed("bad escape in URI");
  if (at === start) return malformed("empty user in URI");
  const rest = text.slice(at < 0 ? start : at + 1);
  const tail = rest.search(/[;?]/);
  const place = parseHostPort(tail < 0 ? rest : rest.slice(0, tail));
  if (isMalformed(place)) return place;
  const question = rest.indexOf("?");
  const params = tail < 0 ? "" : rest.slice(tail, question < 0 ? rest.length : Math.max(tail, question));
  return { scheme, user, host: place.host, port: place.port, params };
}

/** `host[:port]` as in URIs and in Via; white space around the colon is tolerated, as Via allows it. */
export function parseHostPort(text: string): { readonly host: string; readonly port: number | undefined } | Malformed {
  const bracket = text.lastIndexOf("]");
  const colon = text.indexOf(":", Math.max(bracket, 0));
  const host = (colon < 0 ? text : text.slice(0, colon)).trim();
  if (!HOST_NAME.test(host) && !IPV6_REFERENCE.test(host)) return malformed("bad host");
  if (colon < 0) return { host, port: undefined };
  const port = digits(text.slice(colon + 1).trim(), 65_535);
  return port === undefined || port === 0 ? malformed("bad port") : { host, port };
}

/** Without password and escapes; undefined for an escape that is none. */
function decodeUser(userinfo: string): string | undefined {
  const colon = userinfo.indexOf(":");
  const user = colon < 0 ? userinfo : userinfo.slice(0, colon);
  if (!user.includes("%")) return fromWire(user);
  if (/%(?![0-9A-Fa-f]{2})/.test(user)) return undefined;
  return fromWire(
    user.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

/** The value of a URI parameter; "" for a flag such as `lr`. */
export const uriParameter = (uri: SipUri, name: string): string | undefined => parameter(uri.params, name);

/** The address without the brackets of an IPv6 reference: what sockets take. */
export const bareHost = (host: string): string => (host.startsWith("[") ? host.slice(1, -1) : host);

/** The address as URIs and Via write it. */
export const hostText = (address: string): string => (address.includes(":") ? `[${address}]` : address);

// user = unreserved / user-unreserved (RFC 3261 §25.1); `#` is not in it.
const USER_RESERVED = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/gu;

/** A user part ready for a URI: `40#1` becomes `40%231`. */
export const escapeUser = (user: string): string =>
  user.replace(USER_RESERVED, (char) =>
    [...Buffer.from(char, "utf8")].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
