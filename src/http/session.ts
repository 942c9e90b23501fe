// Who asks: his Guid and his address, as they stand in the request (wire.md 11, 15).

import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { TLSSocket } from "node:tls";
import type { Asker } from "../runtime/face.ts";
import { mintTrace } from "../runtime/traces.ts";
import type { TraceContext } from "../runtime/tracing/tracing.ts";

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

/** Scripts of any page may open a WebSocket anywhere: the Origin header alone tells whose they are. Programs send none. */
export function isOwnPage({ headers, socket }: IncomingMessage, corsOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  const own = `${"encrypted" in socket ? "https" : "http"}://${host ?? ""}`;
  return origin === own || corsOrigins.includes("*") || corsOrigins.includes(origin);
}

const traceParent = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

/** Of the header `traceparent` (W3C Trace Context §3.2), when the client has one; else a new one. */
export function traceOf(headers: IncomingHttpHeaders): TraceContext {
  const given = headers["traceparent"];
  const [, trace = "", spanId = "", flags = ""] = (typeof given === "string" && traceParent.exec(given)) || [];
  if (/^0*$/.test(trace)) return { trace: mintTrace() };
  return /^0+$/.test(spanId)
    ? { trace }
    : { trace, parent: { spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 } };
}

/** Work numbers are plain decimal digits without a leading zero; the range is the site's (decisions.md 10). */
export function isAgentId(text: string, range: { readonly min: number; readonly max: number }): boolean {
  return /^[1-9]\d{0,8}$/.test(text) && Number(text) >= range.min && Number(text) <= range.max;
}
