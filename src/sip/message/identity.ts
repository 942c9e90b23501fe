// Who calls, as trusted networks say it: P-Asserted-Identity (RFC 3325) and Privacy (RFC 3323).

import type { CallerIdentity } from "../face.ts";
import { formatNameAddress, type NameAddress, parseNameAddress } from "./address.ts";
import type { HeaderFields } from "./header-fields.ts";
import { headerLine } from "./serialise.ts";
import { isMalformed } from "./syntax.ts";

/** RFC 3323 §4.1.1.3. */
const ANONYMOUS = { uri: "sip:anonymous@anonymous.invalid", displayName: "Anonymous" } as const;

/** What From says: the caller himself, or nobody when he is to stay hidden. */
export const shownFrom = (from: Sender, identity: CallerIdentity | undefined): Sender =>
  identity?.hidden ? ANONYMOUS : from;

type Sender = { readonly uri: string; readonly displayName?: string };

/** The header lines of an INVITE; `id` asks the trusted network to keep the identity to itself (RFC 3325 §9.3). */
export function identityLines(identity: CallerIdentity | undefined): string {
  if (!identity) return "";
  const { asserted, hidden } = identity;
  const line = asserted ? headerLine("P-Asserted-Identity", formatNameAddress(asserted.uri, asserted.displayName)) : "";
  return hidden ? `${line}Privacy: id\r\n` : line;
}

/** The first identity that can be read. Only to be believed from a peer that is trusted (RFC 3325 §5). */
export function assertedIdentity(headers: HeaderFields): NameAddress | undefined {
  for (const value of headers.list("p-asserted-identity")) {
    const address = parseNameAddress(value);
    if (!isMalformed(address)) return address;
  }
  return undefined;
}
