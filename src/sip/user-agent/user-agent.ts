// What every role of the user agent shares (RFC 3261 §8): the transaction layer, the dialogs by their local tag, and the
// lines by which we name ourselves.

import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { DevicePlace, Evidence, Peer, SessionTimerPolicy, Transport } from "../face.ts";
import type { SipRequest, SipResponse } from "../message/parse.ts";
import { causesOf } from "../message/reason.ts";
import { headerLine } from "../message/serialise.ts";
import { digits, fromWire, isMalformed, own } from "../message/syntax.ts";
import { bareHost, escapeUser, hostText, parseUri, schemeOf, uriParameter } from "../message/uri.ts";
import type { Resolver } from "../resolve/resolver.ts";
import type { TransactionLayer } from "../transaction/layer.ts";
import type { ServerTransaction } from "../transaction/server.ts";
import { DEFAULT_PORT, uriTransport } from "../transport/kinds.ts";
import { DialogBoard } from "./dialog-board.ts";

/** What takes the requests of a peer inside a dialog. */
export type DialogUsage = {
  readonly sipCallId: string;
  request(transaction: ServerTransaction, request: SipRequest): void;
  /** ACK to a 2xx. */
  ack(request: SipRequest): void;
  /** Whether an INVITE may take its place, the peer's tag being this; else the status that says why not (RFC 3891 §3). */
  replaceable?(remoteTag: string): "early" | "confirmed" | number;
  /** Ends what is left, when the endpoint closes. */
  hangUp(): void;
};

/** One per endpoint, shared by all its dialogs. */
export type UserAgent = {
  readonly clock: Clock;
  readonly log: Log;
  readonly layer: TransactionLayer;
  /** Where requests that name no peer go. */
  readonly resolver: Resolver;
  /** By local tag, which we have chosen and which is unique. */
  readonly dialogs: Map<string, DialogUsage>;
  /** The dialogs of our numbers, for those who watch them. */
  readonly board: DialogBoard;
  /** The User-Agent line of requests, with its CRLF. */
  readonly agentLine: string;
  /** Names this user agent, the same after a restart (RFC 5626 §4.1): a URN in angle brackets. */
  readonly instance: string;
  /** The Server line of responses, with its CRLF. */
  readonly serverLine: string;
  readonly sessionTimer: SessionTimerPolicy;
  /** Event packages that a caller may notify us of inside his call. */
  readonly events: readonly string[];
  /** Our Contact line for this user part (decoded) and transport, with its CRLF; `sips` when `towards` is such a URI (§8.1.1.8). */
  contactLine(user: string, transport: Transport, towards: string): string;
  /** Where the device of a GRUU of ours is now (RFC 5627 §5.4): null when nowhere; undefined for every other URI. */
  deviceAt(uri: string): DevicePlace | null | undefined;
};

/** The methods that we serve (§20.5). */
export const ALLOW = "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, PRACK, UPDATE, REFER, SUBSCRIBE, REGISTER\r\n";
/** The extensions that we know (§20.37), by their option tags: RFC 3262, 4028, 3891, 3327, 5626, 5627. */
export const EXTENSIONS: readonly string[] = ["100rel", "timer", "replaces", "path", "outbound", "gruu"];
export const SUPPORTED = `Supported: ${EXTENSIONS.join(", ")}\r\n`;
export const ACCEPT = "Accept: application/sdp\r\n";
export const SDP_TYPE = "Content-Type: application/sdp\r\n";

export type Identity = {
  readonly advertise: string;
  /** Where we take requests over this transport. */
  readonly portOf: (transport: Transport) => number;
  readonly userAgent: string;
  readonly sessionTimer: SessionTimerPolicy;
  readonly events?: readonly string[] | undefined;
};

type Plumbing = Pick<UserAgent, "clock" | "log" | "layer" | "resolver" | "deviceAt">;

export function userAgent(identity: Identity, plumbing: Plumbing): UserAgent {
  const host = hostText(identity.advertise);
  return {
    ...plumbing,
    dialogs: new Map(),
    board: new DialogBoard(),
    agentLine: headerLine("User-Agent", identity.userAgent),
    serverLine: headerLine("Server", identity.userAgent),
    instance: instanceOf(`${host}:${identity.portOf("udp")}`),
    sessionTimer: identity.sessionTimer,
    events: identity.events ?? [],
    contactLine(user, transport, towards) {
      const name = user === "" ? "" : `${escapeUser(user)}@`;
      const way = transport === "udp" ? "" : `;transport=${uriTransport(transport)}`;
      return `Contact: <${isSips(towards) ? "sips" : "sip"}:${name}${host}:${identity.portOf(transport)}${way}>\r\n`;
    },
  };
}

/** "" where there are none. */
export const eventsLine = ({ events }: Pick<UserAgent, "events">): string =>
  events.length === 0 ? "" : `Allow-Events: ${events.join(", ")}\r\n`;

/** A UUID of version 5 (RFC 9562 §5.5) of the place where we listen. */
function instanceOf(place: string): string {
  const bytes = createHash("sha1").update(`seatway ${place}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return `<urn:uuid:${bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}>`;
}

/** The other servers for an AuthenticatedRequest. */
export const sparePeers = ({ resolver }: Pick<UserAgent, "resolver">, peers: readonly Peer[]) =>
  peers.length === 0 ? undefined : { peers, avoid: resolver.avoid };

const isSips = (uri: string): boolean => schemeOf(uri) === "sips";

/** Where a URI points, its host and port taken literally; undefined when we cannot send there. */
export function peerOf(text: string): Peer | undefined {
  const uri = parseUri(text);
  if (isMalformed(uri)) return undefined;
  const named = (uriParameter(uri, "transport") ?? "udp").toLowerCase();
  // RFC 3261 §26.2.2: `sips` asks for TLS. Nobody can open a WebSocket to a phone.
  const transport = uri.scheme === "sips" && named !== "ws" ? "tls" : named;
  if (transport !== "udp" && transport !== "tcp" && transport !== "tls") return undefined;
  return { transport, address: own(bareHost(uri.host)), port: uri.port ?? DEFAULT_PORT[transport] };
}

/** The body when it is SDP. */
export function sdpOf({ headers, body }: SipRequest | SipResponse): string | undefined {
  if (body === "") return undefined;
  const type = headers.get("content-type") ?? "";
  return type === "application/sdp" || /^application\/sdp\s*(;|$)/i.test(type) ? body : undefined;
}

/** What a final response says to the one who asked. */
export function evidenceOf(response: SipResponse): Evidence {
  const retry = /^\d+/.exec(response.headers.get("retry-after") ?? "")?.[0];
  const retryAfterS = retry === undefined ? undefined : digits(retry, 2 ** 31);
  return {
    status: response.status,
    reason: fromWire(response.reason),
    ...causesOf(response.headers),
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  };
}

/** What no peer said: a time-out counts as 408, a failed transport as 503 (RFC 3261 §8.1.3.1). */
export const localEvidence = (why: "timeout" | "transport"): Evidence =>
  why === "timeout"
    ? { status: 408, reason: "Request Timeout", local: why }
    : { status: 503, reason: "Service Unavailable", local: why };
