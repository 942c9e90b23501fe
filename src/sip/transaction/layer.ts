// The transaction layer (RFC 3261 §17): matches messages to transactions, runs the machines on the clock, and hands what is
// new to the transaction user above. Every message in and out passes here.

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { EarlyPeer, InviteKeeper, Peer, ReceivedInvite, SentInvite, Transport } from "../face.ts";
import { parseNameAddress } from "../message/address.ts";
import { parse, type SipMessage, type SipRequest, type SipResponse } from "../message/parse.ts";
import { randomToken } from "../message/random.ts";
import { type Reply, type RequestDraft, requestBytes, responseBytes } from "../message/serialise.ts";
import { isMalformed, own } from "../message/syntax.ts";
import { hostText } from "../message/uri.ts";
import { isUsableResponse, objectToRequest } from "../message/validate.ts";
import type { Meter } from "../meter.ts";
import { VIA_TRANSPORT } from "../transport/kinds.ts";
import { type Network, portOf } from "../transport/network.ts";
import { type ClientRequest, ClientTransaction, type ClientUser, type Way } from "./client.ts";
import { draftOf, noKeeper, requestOf, sentImage } from "./invite-image.ts";
import { LargeRequests } from "./large-request.ts";
import { COOKIE, clientKey, mergeKey, serverKey } from "./matching.ts";
import { Overload } from "./overload.ts";
import { completeVia, responsePeers } from "./response-route.ts";
import { ServerTransaction } from "./server.ts";
import { Wheel } from "./wheel.ts";

/** What stands above the layer. */
export type TransactionUser = {
  /** A request that starts a new server transaction. */
  request(transaction: ServerTransaction): void;
  /** An ACK that belongs to no transaction: to a 2xx (RFC 3261 §17.1.1.3). */
  ack(request: SipRequest): void;
};

export type LayerOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  /** Address in Via. */
  readonly advertise: string;
  /** Where a URI points when it names an address (RFC 3261 §19.1.2); undefined when we cannot send there. */
  readonly placeOf: (uri: string) => Peer | undefined;
  /** Large requests may go over TCP. */
  readonly tcp: boolean;
  readonly user: TransactionUser;
  /** Counts what arrives. */
  readonly meter?: Pick<Meter, "received" | "dropped" | "overload"> | undefined;
  readonly overloadMs?: number | undefined;
  readonly crowdedMs?: (() => number) | undefined;
  /** An INVITE goes out when it is kept; absent: at once. */
  readonly invites?: InviteKeeper | undefined;
};

/** Server transactions at a time, those included that linger for 32 s. More is a flood. */
const MAX_SERVERS = 100_000;

/** Its To has a tag. */
const isInDialog = ({ to }: RequestDraft): boolean => /;\s*tag=/.test(to.slice(to.lastIndexOf(">") + 1));

/** 2 to 9 s: those who were refused together must not come back together. */
const retryAfter = (): string => `Retry-After: ${2 + Math.floor(Math.random() * 8)}\r\n`;

/** One per endpoint. `receive` and `connectionClosed` come from the network, `send` from above. */
export class TransactionLayer {
  readonly clock: Clock;
  readonly network: Network;
  readonly wheel: Wheel;
  readonly large: LargeRequests;
  readonly invites: InviteKeeper;
  private readonly options: LayerOptions;
  private readonly overload: Overload;
  private readonly clients = new Map<string, ClientTransaction>();
  private readonly servers = new Map<string, ServerTransaction>();
  /** Server transactions of requests without a To tag, by what a merged copy would share (RFC 3261 §8.2.2.2). */
  private readonly merges = new Map<string, ServerTransaction>();
  private readonly viaHeads: Partial<Record<Transport, string>> = {};
  private stopped = false;

  constructor(options: LayerOptions) {
    this.options = options;
    this.invites = options.invites ?? noKeeper;
    this.clock = options.clock;
    this.network = options.network;
    this.wheel = new Wheel(options.clock);
    this.large = new LargeRequests(options.clock);
    const { overloadMs: limitMs, crowdedMs, meter } = options;
    this.overload = new Overload(options.clock, options.log, { told: meter?.overload, limitMs, crowdedMs });
  }

  /** Sends a request in a transaction of its own. A CANCEL takes the branch of its INVITE (RFC 3261 §9.1). */
  send(draft: RequestDraft, peer: Peer, user: ClientUser, branch = COOKIE + randomToken()): ClientTransaction {
    const { way, otherwise } = this.wayOf(draft, peer, branch);
    const isKept = draft.method === "INVITE" && !isInDialog(draft);
    const over = isKept ? () => this.invites.drop(branch) : undefined;
    const transaction = new ClientTransaction({ draft, user, branch, way, otherwise, over }, this);
    if (this.stopped) queueMicrotask(() => user.failed("transport"));
    else {
      this.clients.set(transaction.key, transaction);
      if (isKept) this.invites.keep(sentImage({ draft, branch, peer: way.peer }), () => transaction.start());
      else transaction.start();
    }
    return transaction;
  }

  /** The INVITE of this transaction has made these early dialogs. */
  keepEarly({ branch, peer }: ClientTransaction, draft: RequestDraft, early: readonly EarlyPeer[]): void {
    this.invites.keep(sentImage({ draft, branch, peer, early }));
  }

  /** An INVITE that another process has sent: its responses come here, from `peer` if that is another place now. */
  resumeSent(image: SentInvite, user: ClientUser, peer = image.peer): ClientTransaction {
    const draft = draftOf(image);
    const way = this.wayTo(this.standing(peer, draft), draft, image.id);
    const over = (): void => this.invites.drop(image.id);
    const request = { draft, user, branch: image.id, way, otherwise: undefined, over };
    const transaction = new ClientTransaction(request, this);
    this.clients.set(transaction.key, transaction);
    transaction.resume();
    return transaction;
  }

  /** An INVITE that has come to another process, and is still to be answered. undefined: it is none. */
  resumeReceived(image: ReceivedInvite): ServerTransaction | undefined {
    const request = requestOf(image);
    if (!request) return undefined;
    const key = own(serverKey(request, "INVITE"));
    const transaction = new ServerTransaction({ request, source: image.source, key, merge: undefined }, this);
    transaction.toTag = image.id;
    this.servers.set(key, transaction);
    return transaction;
  }

  private wayOf(draft: RequestDraft, asked: Peer, branch: string): Pick<ClientRequest, "way" | "otherwise"> {
    const peer = this.standing(asked, draft);
    const way = this.wayTo(peer, draft, branch);
    // §9.1: a CANCEL takes the way of its INVITE.
    const stream =
      this.options.tcp && draft.method !== "CANCEL" ? this.large.streamFor(peer, way.bytes.length) : undefined;
    return stream ? { way: this.wayTo(stream, draft, branch), otherwise: way } : { way, otherwise: undefined };
  }

  private wayTo(peer: Peer, draft: RequestDraft, branch: string): Way {
    const via = this.via(peer, branch);
    return { peer, via, bytes: requestBytes(draft, via) };
  }

  /** A connection that the peer has opened; when it is gone, the first Route, else his Contact (RFC 3261 §8.1.2, §18.1.1). */
  private standing(peer: Peer, { route: [hop], uri }: RequestDraft): Peer {
    if (!peer.accepted || this.network.reaches(peer)) return peer;
    const router = hop === undefined ? undefined : parseNameAddress(hop);
    return this.options.placeOf(router && !isMalformed(router) ? router.uri : uri) ?? peer;
  }

  /** A terminated client transaction. */
  forget(transaction: ClientTransaction): void {
    this.clients.delete(transaction.key);
  }

  forgetServer({ key, merge }: ServerTransaction): void {
    this.servers.delete(key);
    if (merge !== undefined) this.merges.delete(merge);
  }

  /** An ACK for a 2xx: a request without a transaction. The bytes are for the caller to keep and send again. */
  ackBytes(draft: RequestDraft, peer: Peer): Buffer {
    return requestBytes(draft, this.via(peer, COOKIE + randomToken()));
  }

  /** The INVITE that a CANCEL is about (RFC 3261 §9.2). */
  inviteOf(cancel: SipRequest): ServerTransaction | undefined {
    return this.servers.get(serverKey(cancel, "INVITE"));
  }

  /** One datagram, or one message of a stream. Throws for nothing that a peer can send. */
  receive(bytes: Buffer, source: Peer): void {
    if (this.stopped) return;
    this.overload.arrived();
    const message = parse(bytes);
    if (isMalformed(message)) {
      this.options.meter?.dropped("malformed");
      this.options.log.debug({ reason: message.malformed, peer: source.address }, "bytes that are no SIP message");
      return;
    }
    this.options.meter?.received(message);
    this.dispatch(message, source);
  }

  /** Client transactions that wait for an answer over this connection will not get one. */
  connectionClosed(peer: Peer): void {
    for (const transaction of this.clients.values()) if (transaction.isSentTo(peer)) transaction.connectionLost();
  }

  /** Transactions that still wait for somebody; those that only absorb stray retransmissions do not count. */
  active(): number {
    let count = 0;
    for (const transaction of this.clients.values()) if (!transaction.lingering) count++;
    for (const transaction of this.servers.values()) if (!transaction.lingering) count++;
    return count;
  }

  /** Forgets everything; nothing is sent or reported any more. */
  stop(): void {
    this.stopped = true;
    for (const transaction of this.clients.values()) transaction.abandon();
    for (const transaction of this.servers.values()) transaction.abandon();
    this.wheel.stop();
    this.clients.clear();
    this.servers.clear();
    this.merges.clear();
  }

  private via({ transport }: Peer, branch: string): string {
    const head = this.viaHeads[transport] ?? this.viaHead(transport);
    this.viaHeads[transport] = head;
    return `${head}${branch};rport`;
  }

  private viaHead(transport: Transport): string {
    const { advertise, network } = this.options;
    return `SIP/2.0/${VIA_TRANSPORT[transport]} ${hostText(advertise)}:${portOf(network, transport)};branch=`;
  }

  private dispatch(message: SipMessage, source: Peer): void {
    if (message.kind === "response") this.response(message);
    else this.request(message, source);
  }

  private response(response: SipResponse): void {
    if (!isUsableResponse(response)) return;
    const via = response.headers.topVia();
    const cseq = response.headers.cseq();
    if (isMalformed(via) || isMalformed(cseq)) return;
    // Without a transaction it is a stray: RFC 6026 §8.9 forbids to hand it up.
    this.clients.get(clientKey(via.branch, cseq.method))?.receive(response);
  }

  private request(request: SipRequest, source: Peer): void {
    const objection = objectToRequest(request, source.transport);
    completeVia(request, source);
    if (objection) {
      this.replyStateless(request, source, objection);
      return;
    }
    const key = serverKey(request, request.method === "ACK" ? "INVITE" : request.method);
    const transaction = this.servers.get(key);
    if (request.method === "ACK") {
      if (!transaction?.acknowledge()) this.options.user.ack(request);
    } else if (transaction) transaction.repeat();
    else this.open(request, source, key);
  }

  private open(request: SipRequest, source: Peer, key: string): void {
    const merge = mergeKey(request);
    if (merge !== undefined && this.merges.has(merge)) {
      this.replyStateless(request, source, { status: 482, reason: "Loop Detected" });
      return;
    }
    // New work is refused without a transaction; what ends or goes on with work in hand is still served.
    const isNew = merge !== undefined && (request.method === "INVITE" || request.method === "REGISTER");
    if (this.servers.size >= MAX_SERVERS || (isNew && this.overload.late)) {
      this.replyStateless(request, source, { status: 503, extra: retryAfter() });
      return;
    }
    const keys = { key: own(key), merge: merge === undefined ? undefined : own(merge) };
    const transaction = new ServerTransaction({ request, source, ...keys }, this);
    this.servers.set(keys.key, transaction);
    if (keys.merge !== undefined) this.merges.set(keys.merge, transaction);
    this.options.user.request(transaction);
  }

  /** An ACK is never answered (RFC 3261 §17.1.1.3), and what names no Via has no way back. */
  private replyStateless(request: SipRequest, source: Peer, reply: Reply): void {
    if (request.method === "ACK" || request.headers.get("via") === undefined) return;
    const bytes = responseBytes(request, { ...reply, toTag: randomToken() });
    const { first } = responsePeers(request, source);
    this.network.send(first, bytes);
  }
}
