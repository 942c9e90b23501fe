// How a trunk and a number are written as URIs.

import { isIP } from "node:net";
import type { SiteTrunk } from "../core/site.ts";
import { userPart } from "./phone-invite.ts";

/** The trunk itself, or a number there. RFC 3263 leads on from its host. */
export function trunkUri(
  { host, port, transport }: Pick<SiteTrunk, "host" | "port" | "transport">,
  number = "",
): string {
  const user = number === "" ? "" : `${userPart(number)}@`;
  // RFC 3263 §4.1: with an address or a port UDP is what a URI means that says nothing.
  const isMeant = transport === "udp" && (port !== undefined || isIP(host) !== 0);
  const way = transport === undefined || isMeant ? "" : `;transport=${transport}`;
  return `sip:${user}${bracketed(host)}${port === undefined ? "" : `:${port}`}${way}`;
}

/** A number that is not global is local to the carrier's domain (RFC 3966 §5.1.4). */
export const telUri = (number: string, domain: string): string =>
  number.startsWith("+") ? `tel:${number}` : `tel:${userPart(number)};phone-context=${domain}`;

export const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);
