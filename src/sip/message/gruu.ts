// GRUU, the URI of one device of an account (RFC 5627 §3.1): public, with the device's own name in `gr`, or temporary, with an
// empty `gr` and a user part that tells nobody whose it is.

import { isMalformed, toWire } from "./syntax.ts";
import { escapeUser, parseUri, type SipUri, uriParameter } from "./uri.ts";

/** `instance`: the device, a URN without brackets; absent: `user` is a temporary name. */
export type Gruu = { readonly user: string; readonly instance?: string };

/** Undefined for a URI that is none. */
export function gruuOf(uri: string): Gruu | undefined {
  // Most URIs have none, and this is asked for every request in a dialog.
  if (!uri.includes(";gr")) return undefined;
  const parsed = parseUri(uri);
  const gr = isMalformed(parsed) ? undefined : uriParameter(parsed, "gr");
  if (isMalformed(parsed) || gr === undefined) return undefined;
  return gr === "" ? { user: parsed.user } : { user: parsed.user, instance: decoded(gr) };
}

/** At the address of record; `instance` as `+sip.instance` has it, in angle brackets. */
export const publicGruu = (aor: SipUri, instance: string): string =>
  `${address(aor, aor.user)};gr=${instance.slice(1, -1).replace(NOT_IN_PARAMETER, escaped)}`;

export const temporaryGruu = (aor: SipUri, name: string): string => `${address(aor, name)};gr`;

function address({ scheme, host, port }: SipUri, user: string): string {
  return toWire(`${scheme}:${escapeUser(user)}@${host}${port === undefined ? "" : `:${port}`}`);
}

// paramchar (RFC 3261 §25.1).
const NOT_IN_PARAMETER = /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/g;
const escaped = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
const decoded = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
