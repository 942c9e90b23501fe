// What the SIP layer offers to the rest of the house: types only. The implementation enters through endpoint.ts.
// SDP passes through here as text; this room neither reads nor writes it.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DigestAlgorithm, Qop } from "./message/digest.ts";
import type { Gruu } from "./message/gruu.ts";
import type { NameServer } from "./resolve/name-server.ts";

export type Transport = "udp" | "tcp" | "tls" | "ws" | "wss";

/** A remote (or local) socket address. IPv6 addresses without brackets. */
export type Peer = {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** The name in a URI by which `address` was found; over TLS the peer's certificate must carry it (RFC 5922 §7.1). */
  readonly serverName?: string;
  /** TCP, TLS: the far end of a connection that the peer has opened. Nobody listens there once it is gone. */
  readonly accepted?: true;
};

/** How we meet one TLS peer: what we show when asked for a certificate, and whom we believe. PEM texts. */
export type TlsIdentity = {
  readonly key?: string;
  readonly cert?: string;
  /** CAs that may have signed the peer's certificate; absent: those that the system knows. */
  readonly ca?: string;
};

export type TlsOptions = {
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM; `cert` with the chain behind it. */
  readonly key: string;
  readonly cert: string;
  /** By the name of the peer as its requests have it (`serverName`, else `address`). */
  readonly identities?: ReadonlyMap<string, TlsIdentity>;
};

export type Credentials = {
  readonly username: string;
  readonly password: string;
  /** Other accounts, for the realms of the challenges that they name. */
  readonly realms?: readonly { readonly realm: string; readonly username: string; readonly password: string }[];
};

/**
 * One SIP message as it crossed a socket, credentials removed. `at` in ms since the epoch. `text` is made when first read;
 * `bytes` are the socket's own as far as there is nothing to remove.
 */
export type SipTrace = {
  readonly at: number;
  readonly direction: "in" | "out";
  readonly peer: Peer;
  /** The Call-ID header, "" when the message has none. */
  readonly sipCallId: string;
  readonly text: string;
  readonly bytes: Buffer;
};

/** Session timers (RFC 4028): the interval that we ask for, and the shortest one that we take; both in seconds. */
export type SessionTimerPolicy = { readonly expiresS: number; readonly minS: number };

/** An address (for IPv6 its /64) that is not heard until `until`, ms since the epoch. */
export type Ban = {
  readonly address: string;
  /** `stranger`: calls by somebody whom nobody knows. */
  readonly reason: "scanner" | "dictionary" | "stranger";
  /** How the scanner names itself, or how many passwords or calls were refused. Printable ASCII. */
  readonly detail: string;
  readonly until: number;
};

export type GuardOptions = {
  /** Addresses that nothing limits and nothing bans: trunks, our own machine. Asked for each message. */
  readonly trusts: (address: string) => boolean;
  /** Proxies in front of us: free like the trusted, and who comes through one counts by the address that it has noted in his Via. */
  readonly proxies?: (address: string) => boolean;
  /** Told once for each ban. */
  readonly banned: (ban: Ban) => void;
};

/** Why nothing became of a message or of a connection. `malformed`: bytes that are no SIP message. */
export type SipDrop = "banned" | "rate" | "connections" | "malformed";

/** What an endpoint does, for whoever counts it. A method or status that is not one of the usual ones is told as such. */
export type SipReport =
  | { readonly type: "request"; readonly direction: "in" | "out"; readonly method: string }
  /** `status`: `486`, or `4xx` for one that no RFC of ours names. `method`: of the request that it answers. */
  | { readonly type: "response"; readonly direction: "in" | "out"; readonly method: string; readonly status: string }
  | { readonly type: "dropped"; readonly reason: SipDrop }
  /** New work is refused from now on, or taken again. */
  | { readonly type: "overload"; readonly began: boolean };

export type EndpointOptions = {
  readonly clock: Clock;
  readonly log: Log;
  /** Address to bind, e.g. "127.0.0.1". */
  readonly host: string;
  /** UDP and TCP port; 0 takes a free one (the same for both). */
  readonly port: number;
  /** Address in Via and Contact. */
  readonly advertise: string;
  /** `tls` needs the option of that name. */
  readonly transports: readonly Transport[];
  readonly tls?: TlsOptions;
  /** DNS; default the servers of the machine. */
  readonly names?: NameServer;
  /** Ports of the HTTP face that hands WebSockets over, for Via and Contact; absent = there are none. */
  readonly webSocketPorts?: Readonly<Partial<Record<"ws" | "wss", number>>>;
  /** User-Agent and Server header. */
  readonly userAgent: string;
  /** Realm of the challenges that we send. */
  readonly realm: string;
  /**
   * Digest algorithms of the challenges that we send, strongest first; only these are accepted. Default MD5 alone: phones in
   * the field (libre 1.x, SIPp 3.6) give up when any challenge has an algorithm that they do not know, although RFC 8760
   * §2.4 lets them take another one.
   */
  readonly digest?: readonly DigestAlgorithm[];
  /** What their answers may cover (RFC 7616 §3.3): `auth-int` the body too. Default `auth` alone. */
  readonly qop?: readonly Qop[];
  /** Signs the nonces of our challenges; nodes with the same one take each other's. Absent: nobody else's are taken. */
  readonly nonceKey?: Buffer;
  /** Event packages that a caller may notify us of inside his call, as `talk` (Allow-Events). Default: none. */
  readonly allowEvents?: readonly string[];
  /** Default: half an hour, and no less than 90 s, as RFC 4028 §4 has it. */
  readonly sessionTimer?: SessionTimerPolicy;
  /** Lateness of the event loop in a row, ms, from which new work is refused. Default: 500, which is T1. */
  readonly overloadMs?: number;
  readonly handlers: Handlers;
  /** Absent: everybody is heard, as often as he likes. */
  readonly guard?: GuardOptions;
  /** Dialogs of an endpoint before this one: their peers are served from the first message on. Then `takeUp` each of them. */
  readonly dialogs?: readonly DialogImage[];
  /** Keeps INVITEs that have no final response; ours go out when they are kept. Absent: nobody does. */
  readonly invites?: InviteKeeper;
  /** Those of an endpoint before this one: they are ended. */
  readonly leftBehind?: LeftBehind;
  /** Told of everything that happens at the sockets, retransmissions too; must be cheap. */
  readonly report?: (report: SipReport) => void;
  /** Called for every message in or out; must be cheap. Absent: nothing is built for it. */
  readonly trace?: (message: SipTrace) => void;
};

export type Handlers = {
  /** The password of a SIP account, undefined for an unknown one (which costs the caller the same time). */
  password(username: string): string | undefined;
  /** A REGISTER that passed digest. Its answer decides the reply (RFC 3261 §10.3). */
  register(request: RegisterRequest): RegisterAnswer;
  /**
   * Where the device of a GRUU is (RFC 5627 §5.4); null when the GRUU is ours and the device is nowhere, undefined when it is not
   * ours.
   */
  device?(gruu: Gruu): DevicePlace | null | undefined;
  /** A connection is gone: nobody is reached over it any more. */
  flowClosed?(peer: Peer): void;
  /**
   * Who may open a call from there: anybody (`open`), whoever proves an account (`digest`), nobody (`shut`: 403, and the guard
   * counts it). Absent: anybody.
   */
  admission?(caller: Origin): "open" | "digest" | "shut";
  /** A new INVITE outside any dialog. Absent: 480. */
  invite?(incoming: IncomingInvite): void;
};

/** Where a request came from. */
export type Origin = {
  /** The last hop: responses go there. */
  readonly source: Peer;
  /** The first address that is no proxy of ours. */
  readonly address: string;
};

export type ContactBinding = {
  /** The contact URI as it stood between the angle brackets. */
  readonly uri: string;
  /** Seconds asked for (Contact expires parameter, else Expires header, else 3600); 0 removes. */
  readonly expiresS: number;
  readonly q: number;
  /** `+sip.instance`, which device: a URN in angle brackets. */
  readonly instance?: string;
  /** RFC 5626: which device, and which of its flows; both or neither. */
  readonly outbound?: { readonly instance: string; readonly regId: number };
};

/** A registered contact, the flow to it, and the Route values on the way, topmost first. */
export type DevicePlace = { readonly uri: string; readonly peer: Peer; readonly route: readonly string[] };

export type RegisterRequest = {
  /** User part of the To URI: the address of record. */
  readonly user: string;
  /** `*` = remove all (RFC 3261 §10.2.2); [] = query. */
  readonly contacts: readonly ContactBinding[] | "*";
  readonly sipCallId: string;
  readonly cseq: number;
  /** Where the request came from: requests to the phone go there. */
  readonly source: Peer;
  /** Path (RFC 3327): Route values for requests to the phone, topmost first; [] = it registered directly. */
  readonly path: readonly string[];
  /** The phone wants GRUUs (RFC 5627). */
  readonly gruu?: true;
};

export type RegisterAnswer =
  | {
      readonly status: 200;
      /** `temporary`: a name for the device of this contact that tells nobody whose it is (RFC 5627 §3.1.2). */
      readonly bindings: readonly (Omit<ContactBinding, "q"> & { readonly temporary?: string })[];
    }
  | { readonly status: 403 | 404 | 423 | 500; readonly minExpiresS?: number };

/** Why a dialog or an attempt ended, as the wire said it. */
export type Evidence = {
  /** SIP status; 408 and 503 also when we made them ourselves (see `local`). */
  readonly status: number;
  readonly reason: string;
  /** Q.850 cause from a Reason header (RFC 3326). */
  readonly q850?: number;
  /** SIP cause of a Reason header. */
  readonly sipCause?: number;
  /** Retry-After, seconds. */
  readonly retryAfterS?: number;
  /** Set when no peer said this: a timer ran out or the transport failed (RFC 3261 §8.1.3.1). */
  readonly local?: "timeout" | "transport";
};

/** A place as the other side writes it; a part that it did not tell is absent. */
export type Seen = { readonly address?: string; readonly port?: number };

/** What an OPTIONS probe found out. */
export type ProbeEvidence = Evidence & {
  /** What our Via said. */
  readonly advertised?: Seen;
  /** What the peer saw: `received` and `rport` of our Via (RFC 3261 §18.2.1, RFC 3581). */
  readonly seenAs?: Seen;
};

/** What happens to an INVITE dialog. Exactly one `failed` or `ended` comes, and nothing after it. */
export type DialogEvent =
  | {
      readonly type: "provisional";
      readonly status: number;
      readonly reason: string;
      readonly sdp?: string;
      /** The branch of a forked INVITE that says this, by the order in which they spoke first; absent: the first one. */
      readonly branch?: number;
      /** Event packages of which it may be notified in this dialog (Allow-Events); absent: none that it has named. */
      readonly events?: readonly string[];
    }
  /** 2xx received (ACK is already sent), with the peer's session description as it is in force. */
  | { readonly type: "answered"; readonly sdp: string }
  /** The INVITE never got a 2xx (or it was cancelled: 487). */
  | ({ readonly type: "failed" } & Evidence)
  /** A confirmed (or, as server, an early) dialog is over. */
  | {
      readonly type: "ended";
      readonly by: "remote" | "local" | "error";
      readonly q850?: number;
      /** SIP cause of a Reason header: 200 in a CANCEL says that somebody else has answered (RFC 3326). */
      readonly sipCause?: number;
      readonly status?: number;
    }
  /**
   * A re-INVITE or UPDATE with an offer (a re-INVITE also without one: `sdp` absent, then the answer is our offer). Also before
   * the 2xx, once the first exchange is complete. Reply exactly once.
   */
  | { readonly type: "offer"; readonly sdp?: string; readonly reply: (answer: OfferReply) => void }
  /** ACK for our 2xx arrived (server side only). */
  | { readonly type: "confirmed"; readonly sdp?: string }
  /** PRACK for a reliable provisional response of ours; `sdp` answers the offer in that (server side only, RFC 3262). */
  | { readonly type: "acknowledged"; readonly sdp?: string }
  /** A re-INVITE of ours that only refreshed the session was answered so (RFC 4028 §7.4). */
  | { readonly type: "refreshed"; readonly sdp: string }
  | Referral
  | { readonly type: "info"; readonly contentType: string; readonly body: string }
  /** A NOTIFY of the caller for one of our `allowEvents`; it has been answered. */
  | { readonly type: "notified"; readonly event: string }
  /** The dialog's `image` is another one now. */
  | { readonly type: "changed" };

/** Names a dialog as its other side sees it: `toTag` is that side's tag (RFC 3891). */
export type Replaces = {
  readonly sipCallId: string;
  readonly toTag: string;
  readonly fromTag: string;
  /** Only while it has no 2xx. */
  readonly earlyOnly: boolean;
};

/**
 * The peer asks us to call somebody (RFC 3515), with `replaces` in the place of another call (RFC 5589). Accept or reject before
 * the observer returns: what nobody takes is answered 603.
 */
export type Referral = {
  readonly type: "refer";
  /** A SIP URI. */
  readonly target: string;
  readonly replaces?: Replaces;
  /** Referred-By, as written. */
  readonly referredBy?: string;
  /** 202; what becomes of the new call goes to the peer by `progress`. */
  readonly accept: () => ReferProgress;
  readonly reject: (status: number) => void;
};

/** Statuses of the new call; the first final one is the last. */
export type ReferProgress = { readonly progress: (status: number) => void };

export type OfferReply = { readonly sdp: string } | { readonly status: number };

export type DialogObserver = (event: DialogEvent) => void;

/** Who calls, for a network that trusts us to say so (RFC 3325). `hidden`: From is anonymous, and the network shall not tell. */
export type CallerIdentity = {
  readonly asserted?: { readonly uri: string; readonly displayName?: string };
  readonly hidden?: boolean;
};

/** A target that a call had before it came to us (RFC 5806, RFC 7044). */
export type Diversion = {
  readonly uri: string;
  /** User part, unescaped; the number of a tel URI. */
  readonly user: string;
  /** The Diversion header's word, such as `no-answer`. */
  readonly reason?: string;
  /** The SIP status that History-Info gives as reason. */
  readonly cause?: number;
};

export type OutgoingInvite = {
  /** Route values, topmost first, loose routers all (RFC 3327 §5.4); they do not change `peer`. */
  readonly route?: readonly string[];
  /** Request-URI, also To: sip, sips, or tel with a `nextHop`. */
  readonly uri: string;
  /** The URI that leads to the next hop, when it is not `uri`. */
  readonly nextHop?: string;
  /** Where to send it; absent = where the URI leads (RFC 3263), to the next server when one fails (§4.3). */
  readonly peer?: Peer;
  /** From URI and display name. */
  readonly from: { readonly uri: string; readonly displayName?: string };
  readonly identity?: CallerIdentity;
  /** The URI of our Contact, a GRUU (RFC 5627 §4.4.1), when it is not our own address. Not for a hidden caller. */
  readonly contact?: string;
  readonly sdp: string;
  /** For a 401/407 (RFC 3261 §22). */
  readonly credentials?: Credentials;
  /** The number of ours that this rings: those who have subscribed to its dialogs hear of it (RFC 4235). */
  readonly watched?: string;
  /** So many targets of 3xx responses are tried, highest q first (RFC 3261 §8.1.3.4). Absent: a 3xx is a failure. */
  readonly redirects?: number;
  /**
   * A server from which nothing has come after so many ms, no 100 either, is given up: the next one is tried, else the call
   * fails with 408 and `local`. Should it answer later, it gets CANCEL, or ACK and BYE. Absent: 64*T1 (Timer B).
   */
  readonly patienceMs?: number;
  /** More header lines, e.g. `["Subject", "…"]`. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
};

/** An INVITE dialog of ours, early or confirmed. */
export type Dialog = {
  readonly sipCallId: string;
  /**
   * Ends it in the way that fits its state: CANCEL, BYE, or a 4xx as server. Safe to repeat. `parted`: the peer has answered our
   * BYE, or never will; at once where there is none to send.
   */
  hangUp(cause?: { readonly q850: number; readonly text: string }, parted?: () => void): void;
  /**
   * A re-INVITE with this offer, before the 2xx an UPDATE; resolves with the answer or the refusing status (491 is retried
   * inside; it also says that the time for an UPDATE has not come).
   */
  reoffer(sdp: string): Promise<OfferReply>;
  /**
   * An INFO with this body; resolves with the final status, 405 without asking when the peer's Allow does not name INFO, 491 while
   * there is no 2xx. Absent where no such dialog can be.
   */
  info?(contentType: string, body: string): Promise<number>;
  /**
   * A NOTIFY of this event before the 2xx, as `talk` that asks a ringing phone to answer; resolves with the final status, 489 without
   * asking when no Allow-Events of the peer has named it, 481 while there is no dialog. Absent where no such dialog can be.
   */
  notify?(event: string): Promise<number>;
  /** The peer is reached over another connection from now on (RFC 5626 §5.3). Absent where no connection is the way. */
  follow?(peer: Peer): void;
  /** As it is now, once it is confirmed and until it is over. */
  image?(): DialogImage | undefined;
};

/**
 * A confirmed dialog (RFC 3261 §12) as plain data, from which another endpoint with the same address and ports takes it up. It
 * holds no secret: neither a session description, which may have keys in it, nor credentials.
 */
export type DialogImage = {
  readonly sipCallId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To values of our requests. */
  readonly local: string;
  readonly remote: string;
  /** Remote target. */
  readonly target: string;
  /** Route set, topmost first. */
  readonly routes: readonly string[];
  /** No request of ours has a higher CSeq number than this: they are reserved in steps, ahead of their use. */
  readonly localSeq: number;
  readonly remoteSeq?: number;
  readonly flow?: Peer;
  /** We have sent the first INVITE. */
  readonly caller: boolean;
  /** Our Contact: its user part, or the whole line where it is a GRUU. */
  readonly contactUser: string;
  readonly ownContact?: string;
  /** Methods that the peer's Allow names. */
  readonly peerUpdates: boolean;
  readonly peerInforms: boolean;
  readonly timerPolicy: SessionTimerPolicy;
  /** The session timer that is agreed on (RFC 4028). */
  readonly timer?: { readonly intervalS: number; readonly weRefresh: boolean };
};

/** The far end of an early dialog (RFC 3261 §12.1.2): what a BYE needs beside its INVITE. */
export type EarlyPeer = {
  /** The To value of the response, with its tag. */
  readonly remote: string;
  /** Remote target. */
  readonly target: string;
  /** Route set, topmost first. */
  readonly routes: readonly string[];
};

/**
 * An INVITE of ours without a final response, as plain data from which another endpoint with the same address and ports ends it: no
 * session description and no credentials are in it. `id` is its branch.
 */
export type SentInvite = {
  readonly type: "sent";
  readonly id: string;
  readonly sipCallId: string;
  readonly uri: string;
  readonly from: string;
  readonly to: string;
  readonly cseq: number;
  readonly route: readonly string[];
  readonly peer: Peer;
  readonly early: readonly EarlyPeer[];
};

/** The same of one that has come to us. `id` is the To tag of our responses. */
export type ReceivedInvite = {
  readonly type: "received";
  readonly id: string;
  /** Its start line and those headers that a response, and a BYE should it have been answered, are made from. */
  readonly head: string;
  readonly source: Peer;
};

export type InviteImage = SentInvite | ReceivedInvite;

/** Keeps such images for the endpoint after this one. */
export type InviteKeeper = {
  /** The last one of an id counts. `then` runs when it is safe. */
  keep(image: InviteImage, then?: () => void): void;
  /** There is a final response, or there will never be one. */
  drop(id: string): void;
};

export type LeftBehind = {
  readonly images: readonly InviteImage[];
  /** For who challenges a BYE. */
  readonly credentials?: (invite: SentInvite) => Credentials | undefined;
};

/** What an endpoint needs beside the image. */
export type TakeUp = {
  readonly observer: DialogObserver;
  /** For a 401/407. */
  readonly credentials?: Credentials;
  /** As in `OutgoingInvite`. */
  readonly watched?: string;
};

export type IncomingInvite = Dialog & {
  /** The Request-URI, as written: it may be a GRUU. */
  readonly uri: string;
  /** User part of the Request-URI, unescaped; the number of a tel URI (RFC 3966). */
  readonly user: string;
  readonly from: { readonly user: string; readonly host: string; readonly displayName: string };
  readonly source: Peer;
  /** The account that has proved itself, where that was asked for. */
  readonly account?: string;
  /** P-Asserted-Identity: only to be believed from a trusted peer (RFC 3325 §5). `user` as in `user` of the call. */
  readonly asserted?: { readonly uri: string; readonly user: string; readonly displayName: string };
  /** `sipCallId` of the dialog of ours whose place this call takes (RFC 3891): it is hung up when this one is answered. */
  readonly replaces?: string;
  /** Whom the call was for before, earliest first. */
  readonly diversions: readonly Diversion[];
  /** The offer; absent when the INVITE had none. */
  readonly sdp?: string;
  header(name: string): string | undefined;
  observe(observer: DialogObserver): void;
  /** 1xx, e.g. ring(180) or ring(183, sdp); reliable where the caller asks for it (RFC 3262). */
  ring(status: number, sdp?: string): void;
  /** 200 with SDP, sent again until the ACK comes (RFC 3261 §13.3.1.4). */
  answer(sdp: string): void;
  /** `q850`: the cause in a Reason header; `retryAfterS`: when to come again (RFC 3261 §20.33). */
  reject(status: number, about?: { readonly q850?: number; readonly retryAfterS?: number }): void;
};

/** We as a registering client (trunks that want it, and the simulated phones). */
export type Account = {
  readonly user: string;
  /** A place, or a URI that RFC 3263 leads from. */
  readonly registrar: Peer | string;
  readonly domain: string;
  readonly credentials: Credentials;
  readonly expiresS: number;
  /** Asks the registrar to reach us by the flow that we registered over (RFC 5626), which is then kept alive, and for a GRUU. */
  readonly outbound?: true;
};

export type AccountState =
  /** `gruu`: a URI of ours that the registrar's domain leads to us by (RFC 5627). */
  | { readonly name: "registered"; readonly expiresS: number; readonly gruu?: string }
  | { readonly name: "refused"; readonly status: number; readonly reason: string };

export type SipEndpoint = {
  /** The bound port (UDP and TCP). */
  readonly port: number;
  /** The bound TLS port; absent when TLS is off. */
  readonly tlsPort?: number;
  invite(request: OutgoingInvite, observer: DialogObserver): Dialog;
  /**
   * One of `EndpointOptions.dialogs`, by its local tag. What its peer has said meanwhile is told first, after this has returned.
   * undefined: there is none of this tag (any more).
   */
  takeUp(localTag: string, how: TakeUp): Dialog | undefined;
  /** OPTIONS as a health probe: resolves with the final status, 408 when nobody answered. Without `peer`: as `invite` does. */
  options(request: {
    readonly uri: string;
    readonly peer?: Peer;
    /** For the answer of each server; absent: 32 s. */
    readonly patienceMs?: number;
  }): Promise<ProbeEvidence>;
  /** Every address that this URI leads to (RFC 3263), each once; [] when DNS knows none. Never rejects. */
  addresses(uri: string): Promise<readonly string[]>;
  /** Registers and refreshes before expiry until `stop` (which unregisters). */
  register(account: Account, observer: (state: AccountState) => void): { stop(): Promise<void> };
  /** Takes over a WebSocket that an HTTP server has been asked for: subprotocol `sip`, its origin already checked. */
  acceptWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Our own certificate from now on, for those who connect and those whom we connect to; throws when it is none. */
  renew(own: { readonly key: string; readonly cert: string }): void;
  /** Transactions, dialogs and timers still alive: 0 when idle. */
  census(): { readonly transactions: number; readonly dialogs: number };
  /** Hangs up what is left, waits at most `graceMs` for it, closes the sockets. */
  close(graceMs?: number): Promise<void>;
};
