// A trunk's line: may a call go out over it now? One lost datagram does not take it down, one answer after an outage need
// not bring it up (hysteresis), and a peer that names a time (Retry-After, RFC 3261 §20.33) is left alone for so long. A call
// that met silence counts as a missed probe; a trunk that answers probes and no calls rests.

import type { SiteTrunk } from "../site.ts";

export type Line = {
  /** By its probes. */
  readonly up: boolean;
  /** Probes in a row that speak against `up`. */
  readonly against: number;
  /** Status of the last probe, 0 before the first. */
  readonly lastStatus: number;
  /** It asked to be left alone until then, steady ms; 0 = it did not. */
  readonly restUntil: number;
  readonly registered: boolean;
  /** Calls in a row that met silence. */
  readonly silentCalls: number;
  /** Calls that are on it now. */
  readonly inUse: number;
};

export type LineEvent =
  /** A final status, or 408 for silence and 503 for a broken transport. */
  | { readonly type: "probed"; readonly at: number; readonly status: number; readonly retryAfterS?: number }
  | { readonly type: "call-refused"; readonly at: number; readonly status: number; readonly retryAfterS?: number }
  /** Not one response to an INVITE in time. */
  | { readonly type: "call-silent"; readonly at: number }
  /** The first response to an INVITE. */
  | { readonly type: "call-heard" }
  | { readonly type: "registered" }
  | { readonly type: "unregistered" }
  | { readonly type: "seized" }
  | { readonly type: "released" };

/** `full`: every channel is taken. */
export type Availability = "up" | "down" | "resting" | "not-registered" | "full";

export const idleLine: Line = {
  up: false,
  against: 0,
  lastStatus: 0,
  restUntil: 0,
  registered: false,
  silentCalls: 0,
  inUse: 0,
};

const CALM = { upAfter: 1, downAfter: 2 } as const;
/** No peer can switch a trunk off for longer, whatever its Retry-After says. */
const LONGEST_REST_S = 3_600;
/** Where calls meet silence and probes do not: how long calls go elsewhere, before one of them tries again. */
const SILENCE_REST_MS = 30_000;

export function reduceLine(line: Line, event: LineEvent, trunk: Pick<SiteTrunk, "health">): Line {
  switch (event.type) {
    case "probed":
      return { ...rested(line, event), ...judged(line, event.status, trunk.health ?? CALM) };
    case "call-refused":
      // One 503 says that this call found no way, not that the next one will find none.
      return rested({ ...line, silentCalls: 0 }, event);
    case "call-silent":
      return silent(line, event.at, trunk.health ?? CALM);
    case "call-heard":
      return line.silentCalls === 0 ? line : { ...line, silentCalls: 0 };
    case "registered":
      return { ...line, registered: true };
    case "unregistered":
      return { ...line, registered: false };
    case "seized":
      return { ...line, inUse: line.inUse + 1 };
    case "released":
      return { ...line, inUse: Math.max(0, line.inUse - 1) };
  }
}

type Calm = NonNullable<SiteTrunk["health"]>;
type Refused = LineEvent & { readonly type: "probed" | "call-refused" };

function rested(line: Line, { at, status, retryAfterS }: Refused): Line {
  if (status !== 503 || retryAfterS === undefined) return line;
  return { ...line, restUntil: at + Math.min(retryAfterS, LONGEST_REST_S) * 1_000 };
}

function silent(line: Line, at: number, health: Calm): Line {
  const silentCalls = line.silentCalls + 1;
  const missed = { ...line, ...judged(line, 408, health) };
  if (silentCalls < health.downAfter) return { ...missed, silentCalls };
  return { ...missed, silentCalls: 0, restUntil: Math.max(line.restUntil, at + SILENCE_REST_MS) };
}

/** Any answer shows that somebody is there, except the two that say the opposite. */
function judged(line: Line, lastStatus: number, { upAfter, downAfter }: Calm) {
  const answered = lastStatus !== 408 && lastStatus !== 503;
  if (answered === line.up) return { against: 0, lastStatus };
  const against = line.against + 1;
  const turns = against >= (answered ? upAfter : downAfter);
  return { up: turns ? answered : line.up, against: turns ? 0 : against, lastStatus };
}

export function availability(trunk: SiteTrunk, line: Line, now: number): Availability {
  if (trunk.probeMs > 0 && !line.up) return "down";
  if (line.restUntil > now) return "resting";
  if (trunk.register && !line.registered) return "not-registered";
  return trunk.channels !== undefined && line.inUse >= trunk.channels ? "full" : "up";
}
