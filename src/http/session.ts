// Who asks: his Guid and his address, as they stand in the request (wire.md 11, 15).

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Asker } from "../runtime/face.ts";

const cookieGuid = /(?:^|;)\s*JSESSIONID=([^;\s]+)/;

/** The header `guid` in any letter case, else the cookie JSESSIONID. */
export function guidOf(headers: IncomingHttpHeaders): string | undefined {
  const header = headers["guid"];
  if (typeof header === "string" && header !== "") return header;
  return cookieGuid.exec(headers.cookie ?? "")?.[1];
}

/** An IPv4 peer of a dual-stack listener without its `::ffff:`, so that lists and logs know one spelling. */
export function addressOf(request: IncomingMessage): string {
  const address = request.socket.remoteAddress ?? "";
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

export const isLoopback = (address: string): boolean => address === "::1" || address.startsWith("127.");

/** A client certificate that the trusted CA has signed; without that CA no certificate is asked for (decisions.md 4). */
const certified = ({ socket }: IncomingMessage): boolean => socket instanceof TLSSocket && socket.authorized;

export function askerOf(request: IncomingMessage, trustedHosts: ReadonlySet<string>): Asker {
  const address = addressOf(request);
  return { address, trusted: trustedHosts.has(address) || certified(request) };
}

/** Work numbers are plain decimal digits without a leading zero; the range is the site's (decisions.md 10). */
export function isAgentId(text: string, range: { readonly min: number; readonly max: number }): boolean {
  return /^[1-9]\d{0,8}$/.test(text) && Number(text) >= range.min && Number(text) <= range.max;
}
