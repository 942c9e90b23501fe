// Where responses go (RFC 3261 §18.2, RFC 3581 rport). The receiver notes in the topmost Via where the request really came
// from. `maddr` is not followed: it served multicast, and would let a stranger aim our answers at others.

import type { Peer } from "../face.ts";
import type { SipRequest } from "../message/parse.ts";
import { isMalformed, parameter } from "../message/syntax.ts";
import { bareHost } from "../message/uri.ts";
import { DEFAULT_PORT, isStream } from "../transport/kinds.ts";

/** Adds `received` (§18.2.1) and fills `rport` (RFC 3581 §4). */
export function completeVia(request: SipRequest, source: Peer): void {
  const via = request.headers.topVia();
  if (isMalformed(via)) return;
  const asksPort = parameter(via.params, "rport") === "";
  const elsewhere = bareHost(via.host) !== source.address;
  if (!asksPort && !elsewhere) return;
  // What the sender wrote there itself is not to be believed.
  const honest = via.params.replace(/;\s*received\s*=[^;]*/i, "");
  const filled = asksPort ? honest.replace(/;(\s*)rport\s*(=\s*)?(?=;|$)/i, `;$1rport=${source.port}`) : honest;
  request.headers.setTopVia(via, `${filled};received=${source.address}`);
}

/** §18.2.2: back to the source; the port is the source's with rport, else the one of sent-by. `second` if a stream is gone. */
export function responsePeers(request: SipRequest, source: Peer): { readonly first: Peer; readonly second: Peer } {
  const via = request.headers.topVia();
  const asked = isMalformed(via) || parameter(via.params, "rport") !== undefined;
  if (asked && !isStream(source.transport)) return { first: source, second: source };
  const { transport, address } = source;
  // A new connection, should the first be gone, goes to where the sender says that he listens.
  const sentBy = isMalformed(via) ? source : { transport, address, port: via.port ?? DEFAULT_PORT[source.transport] };
  return { first: isStream(source.transport) ? source : sentBy, second: sentBy };
}
