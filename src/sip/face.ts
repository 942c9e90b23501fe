// What the SIP layer offers to the rest of the house: types only. The implementation enters through endpoint.ts.
// SDP passes through here as text; this room neither reads nor writes it.

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Dialog, DialogObserver, Evidence, IncomingInvite, OutgoingInvite } from "./face-dialog.ts";
import type { DialogImage, InviteKeeper, LeftBehind, SessionTimerPolicy } from "./face-image.ts";
import type { Credentials, Peer, TlsOptions, Transport } from "./face-peer.ts";
import type {
  Account,
  AccountState,
  DevicePlace,
  Origin,
  RegisterAnswer,
  RegisterRequest,
} from "./face-registration.ts";
import type { DigestAlgorithm, Qop } from "./message/digest.ts";
import type { Gruu } from "./message/gruu.ts";
import type { NameServer } from "./resolve/name-server.ts";

export type * from "./face-dialog.ts";
export type * from "./face-image.ts";
export type * from "./face-peer.ts";
export type * from "./face-registration.ts";

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

/** Bytes that our UDP socket asks for: bursts of hundreds of messages must not be lost between two turns of the loop; the kernel caps it (`seatway doctor` says so). */
export const RECEIVE_BUFFER = 4_194_304;

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
  /** Told of each datagram that is read; how long more of them have come than were read, ms. Absent: nobody counts. */
  readonly datagrams?: { arrived(): void; crowdedMs(): number };
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

/** A place as the other side writes it; a part that it did not tell is absent. */
export type Seen = { readonly address?: string; readonly port?: number };

/** What an OPTIONS probe found out. */
export type ProbeEvidence = Evidence & {
  /** What our Via said. */
  readonly advertised?: Seen;
  /** What the peer saw: `received` and `rport` of our Via (RFC 3261 §18.2.1, RFC 3581). */
  readonly seenAs?: Seen;
};

/** What an endpoint needs beside the image. */
export type TakeUp = {
  readonly observer: DialogObserver;
  /** For a 401/407. */
  readonly credentials?: Credentials;
  /** As in `OutgoingInvite`. */
  readonly watched?: string;
};

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
