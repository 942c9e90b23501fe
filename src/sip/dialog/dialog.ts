// The dialog of RFC 3261 §12 as plain data, and the requests that are made from it.

import type { EarlyPeer, Peer } from "../face.ts";
import { parseNameAddress } from "../message/address.ts";
import type { HeaderFields } from "../message/header-fields.ts";
import type { SipRequest, SipResponse } from "../message/parse.ts";
import type { RequestDraft } from "../message/serialise.ts";
import { detached, isMalformed, parameter } from "../message/syntax.ts";
import { bareHost, parseUri, uriParameter } from "../message/uri.ts";
import { isStream } from "../transport/kinds.ts";
import { peerOf, type UserAgent } from "../user-agent/user-agent.ts";

/** Dialog state (§12): made once, then replaced as a whole; URIs and tags as the wire wrote them. */
export type DialogState = {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Our From value in this dialog, with its tag. */
  readonly local: string;
  /** The peer's From value, our To. */
  readonly remote: string;
  /** Remote target: the peer's Contact URI. */
  readonly target: string;
  /** Route set, topmost first. */
  readonly routes: readonly string[];
  readonly localSeq: number;
  readonly remoteSeq: number | undefined;
  /** Requests go here whatever the target says: a phone behind a NAT, or on a connection that it has opened. */
  readonly flow: Peer | undefined;
  /** Where requests go whatever the route set says: set for the device of a GRUU alone. */
  readonly hop?: Peer;
};

/** Knows the devices behind our GRUUs. */
type Locator = Pick<UserAgent, "deviceAt">;

/** The URI of the first Contact; undefined without a usable one. */
export function contactUri(headers: HeaderFields): string | undefined {
  const [first] = headers.list("contact");
  if (first === undefined || first === "*") return undefined;
  const address = parseNameAddress(first);
  return isMalformed(address) || isMalformed(parseUri(address.uri)) ? undefined : address.uri;
}

/** The tag of From or To, "" without one: peers of RFC 2543 have none. */
export const tagOf = (headers: HeaderFields, which: "from" | "to"): string =>
  (which === "from" ? headers.fromTag() : headers.toTag()) ?? "";

/** Of a From or To value as a message has it. */
const tagIn = (value: string): string => parameter(value.slice(value.lastIndexOf(">") + 1), "tag") ?? "";

type SentInvite = Pick<RequestDraft, "uri" | "from" | "callId" | "cseq"> & {
  /** It had Route values of its own (RFC 3327): then the place that it went to is a proxy, and no way to the peer. */
  readonly routed: boolean;
};

/** The dialog that a response to our INVITE makes (§12.1.2). The request's URI stands in for a missing Contact. */
export function dialogAsClient(invite: SentInvite, { headers }: SipResponse, peer: Peer): DialogState {
  const far = {
    remote: headers.get("to") ?? "",
    target: contactUri(headers) ?? invite.uri,
    routes: headers.list("record-route").toReversed(),
  };
  return { ...dialogWith(invite, far, peer), remoteTag: tagOf(headers, "to") };
}

/** The same with a far end that is known. */
export function dialogWith(invite: SentInvite, far: EarlyPeer, peer: Peer): DialogState {
  return {
    callId: invite.callId,
    // Our own, not what the response says: it is the key of our dialogs.
    localTag: tagIn(invite.from),
    remoteTag: tagIn(far.remote),
    local: invite.from,
    ...far,
    localSeq: invite.cseq,
    remoteSeq: undefined,
    flow: !invite.routed && isElsewhere(invite.uri, peer) ? peer : undefined,
  };
}

/**
 * The caller named another place than the URI's own: that place is the way to the peer for the whole dialog. What DNS found
 * for the URI is no other place, and the remote target decides; except over TLS, where a Contact with a bare address has no
 * certificate and the connection that stands is used again (RFC 5923).
 */
function isElsewhere(uri: string, peer: Peer): boolean {
  const literal = peerOf(uri);
  if (literal !== undefined && literal.address === peer.serverName && peer.transport !== "tls") return false;
  return literal?.address !== peer.address || literal.port !== peer.port || literal.transport !== peer.transport;
}

/** The dialog that our answer to an INVITE makes (§12.1.1). Undefined without a usable Contact. */
export function dialogAsServer(request: SipRequest, localTag: string, source: Peer): DialogState | undefined {
  const { headers } = request;
  const target = contactUri(headers);
  const cseq = headers.cseq();
  if (target === undefined || isMalformed(cseq)) return undefined;
  return {
    callId: headers.callId(),
    localTag,
    remoteTag: tagOf(headers, "from"),
    local: `${headers.get("to") ?? ""};tag=${localTag}`,
    remote: headers.get("from") ?? "",
    target,
    routes: headers.list("record-route"),
    localSeq: 0,
    remoteSeq: cseq.number,
    flow: isStream(source.transport) || isBehindNat(request, source) ? source : undefined,
  };
}

/** The sender does not know his own address (RFC 3581), so his Contact cannot be trusted to be reachable either. */
function isBehindNat(request: SipRequest, source: Peer): boolean {
  const via = request.headers.topVia();
  return !isMalformed(via) && request.headers.lines("via").length === 1 && bareHost(via.host) !== source.address;
}

/** The same for as long as a call stands: what the peer has written as text of its own, and no slice of its message. */
export function lasting(dialog: DialogState, caller: boolean): DialogState {
  const { callId, local, remoteTag, remote, target, routes } = dialog;
  return {
    ...dialog,
    // Of a call to us both are the peer's text too.
    ...(!caller && { callId: detached(callId), local: detached(local) }),
    remoteTag: detached(remoteTag),
    remote: detached(remote),
    target: detached(target),
    routes: routes.map(detached),
  };
}

/** A request inside the dialog (§12.2.1.1). An ACK takes the number of its INVITE, everything else `dialog.localSeq`. */
export function draftInDialog(
  locator: Locator,
  dialog: DialogState,
  method: string,
  text: { readonly extra: string; readonly body: string },
): RequestDraft {
  const { callId, local, remote, routes, target, localSeq } = located(locator, dialog);
  const { extra, body } = text;
  const first = routes[0];
  // A strict router of RFC 2543 wants to be the Request-URI itself.
  const strict = first !== undefined && !isLoose(first);
  const uri = strict ? routeUri(first) : target;
  const route = strict ? [...routes.slice(1), `<${target}>`] : routes;
  return { method, uri, from: local, to: remote, callId, cseq: localSeq, route, extra, body };
}

/** The first route, else the flow, else the remote target; undefined when that cannot be reached by us. */
export function nextHop(locator: Locator, dialog: DialogState): Peer | undefined {
  const { hop, routes, flow, target } = located(locator, dialog);
  const first = routes[0];
  if (hop) return hop;
  return first === undefined ? (flow ?? peerOf(target)) : peerOf(routeUri(first));
}

/** A remote target that is a GRUU of ours is where its device is registered now (RFC 5627 §5.4). */
function located({ deviceAt }: Locator, dialog: DialogState): DialogState {
  const place = dialog.routes.length === 0 ? deviceAt(dialog.target) : undefined;
  return place ? { ...dialog, target: place.uri, routes: place.route, hop: place.peer } : dialog;
}

function routeUri(route: string): string {
  const address = parseNameAddress(route);
  return isMalformed(address) ? "" : address.uri;
}

function isLoose(route: string): boolean {
  const uri = parseUri(routeUri(route));
  return !isMalformed(uri) && uriParameter(uri, "lr") !== undefined;
}

/** A target refresh: the Contact of a re-INVITE or of its 2xx replaces the remote target (§12.2). */
export function refreshed(dialog: DialogState, headers: HeaderFields): DialogState {
  const target = contactUri(headers);
  return target === undefined || target === dialog.target ? dialog : { ...dialog, target: detached(target) };
}
