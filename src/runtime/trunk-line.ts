// One trunk: its probes (OPTIONS, RFC 3261 §11), its registration (§10) and its calls, all told to the core's line, and a short
// memory of them for the trunk doctor.

import { type Clock, isoTime, type Timer } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { TrunkNat, TrunkProbe, TrunkRegistration, TrunkReply, TrunkReport } from "../contract/trunk.ts";
import type { SiteTrunk } from "../core/site.ts";
import { type Availability, availability, idleLine, type LineEvent, reduceLine } from "../core/trunk/line.ts";
import { rewritten } from "../core/trunk/trunk.ts";
import type {
  AccountState,
  Dialog,
  DialogEvent,
  DialogObserver,
  ProbeEvidence,
  Seen,
  SipEndpoint,
} from "../sip/face.ts";
import type { PartyOrder } from "./leg.ts";
import { fromOf } from "./phone-invite.ts";
import { bracketed, telUri, trunkUri } from "./trunk-uri.ts";

export type TrunkLineOptions = {
  readonly sip: Pick<SipEndpoint, "invite" | "options" | "register" | "takeUp">;
  readonly clock: Clock;
  readonly log: Log;
  /** Host part of From where the trunk has no domain of its own. */
  readonly domain: string;
  /** Told of each INVITE's end: the status of the final response, or why none came. */
  readonly replied?: (trunk: string, outcome: string) => void;
};

/** A trunk that is down or has missed a probe is probed this often, or as often as it asks for when that is less. */
const RETRY_MS = 2_000;
const GOODBYE_MS = 1_000;
/** Four INVITEs over UDP (RFC 3261 §17.1.1.2), and more than a second after the last of them. */
const RESPONSE_MS = 5_000;
/** How much of each kind is remembered. */
const MEMORY = 20;

/** One per trunk of the site; `start` sets probes and registration going. */
export class TrunkLine {
  readonly trunk: SiteTrunk;
  private readonly around: TrunkLineOptions;
  private line = idleLine;
  private probes: readonly TrunkProbe[] = [];
  private replies: readonly TrunkReply[] = [];
  private registration: TrunkRegistration | null = null;
  private nat: TrunkNat | null = null;
  /** What the carrier calls us by (RFC 5627). */
  private gruu: string | undefined = undefined;
  private account: { stop(): Promise<void> } | undefined = undefined;
  private timer: Timer | undefined = undefined;
  private closed = false;

  constructor(trunk: SiteTrunk, around: TrunkLineOptions) {
    this.trunk = trunk;
    this.around = around;
  }

  start(): void {
    this.register();
    if (this.trunk.probeMs > 0) this.probeOn();
  }

  /** Takes the registration away, yet does not wait long for a registrar that says nothing. */
  async close(): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    if (!this.account) return;
    const patience = Promise.withResolvers<void>();
    const timer = this.around.clock.after(GOODBYE_MS, patience.resolve);
    await Promise.race([this.account.stop(), patience.promise]);
    timer.cancel();
  }

  state(): Availability {
    return availability(this.trunk, this.line, this.around.clock.steady());
  }

  /** A call takes a channel until its last event. */
  invite(order: PartyOrder, observer: DialogObserver): Dialog {
    const { trunk, around } = this;
    const begun = around.clock.monotonic();
    const caller = rewritten(order.caller, trunk.caller);
    const from = fromOf(caller, bracketed(trunk.domain ?? around.domain));
    const hidden = trunk.identity === "hidden";
    // It throws when no media port is left: before a channel is taken.
    const sdp = order.offer(trunk.srtp ? "RTP/SAVP" : "RTP/AVP");
    this.apply({ type: "seized" });
    return around.sip.invite(
      {
        ...this.target(rewritten(order.called, trunk.called)),
        from,
        // Who hides his number has none to be asserted.
        ...(trunk.identity && caller !== "" ? { identity: { asserted: from, hidden } } : {}),
        ...(this.gruu === undefined ? {} : { contact: this.gruu }),
        ...(trunk.redirects ? { redirects: trunk.redirects } : {}),
        sdp,
        ...this.patience(),
        ...(trunk.credentials ? { credentials: trunk.credentials } : {}),
      },
      (event) => {
        this.note(event, begun);
        observer(event);
      },
    );
  }

  /** A call of the process before, which has its channel again. */
  takeUp(localTag: string, observer: DialogObserver): Dialog | undefined {
    const { credentials } = this.trunk;
    const begun = this.around.clock.monotonic();
    const told = (event: DialogEvent): void => {
      this.note(event, begun);
      observer(event);
    };
    const dialog = this.around.sip.takeUp(localTag, { observer: told, ...(credentials && { credentials }) });
    if (dialog) this.apply({ type: "seized" });
    return dialog;
  }

  /** An OPTIONS now. Never rejects. */
  async probe(): Promise<TrunkProbe> {
    const { clock, log, sip } = this.around;
    const begun = clock.monotonic();
    const evidence = await sip
      .options({ uri: trunkUri(this.trunk), ...this.patience() })
      .catch((fault: unknown): ProbeEvidence => {
        log.error({ trunk: this.trunk.name, error: String(fault) }, "a probe failed");
        return { status: 503, reason: "Service Unavailable", local: "transport" };
      });
    const probe = { ...this.stamp(begun), status: evidence.status, local: evidence.local ?? null };
    this.probes = remember(this.probes, probe);
    this.nat = natOf(evidence) ?? this.nat;
    this.apply({ type: "probed", at: clock.steady(), ...said(evidence) });
    return probe;
  }

  report(): TrunkReport {
    const { name, patterns, priority, weight = 1, channels = null } = this.trunk;
    const { restUntil, inUse } = this.line;
    const { clock } = this.around;
    return {
      name,
      uri: trunkUri(this.trunk),
      patterns,
      priority,
      weight,
      state: this.state(),
      restUntil: restUntil > clock.steady() ? isoTime(restUntil + clock.now() - clock.steady()) : null,
      channels: { inUse, limit: channels },
      registration: this.registration,
      nat: this.nat,
      probes: this.probes,
      replies: this.replies,
    };
  }

  private patience(): { readonly patienceMs?: number } {
    const { responseMs = RESPONSE_MS } = this.trunk;
    return responseMs === 0 ? {} : { patienceMs: responseMs };
  }

  private target(number: string): { readonly uri: string; readonly nextHop?: string } {
    const { numbers, domain, host } = this.trunk;
    if (numbers === "tel") return { uri: telUri(number, domain ?? host), nextHop: trunkUri(this.trunk) };
    return { uri: `${trunkUri(this.trunk, number)}${numbers === "phone" ? ";user=phone" : ""}` };
  }

  private apply(event: LineEvent): void {
    const before = this.line;
    this.line = reduceLine(before, event, this.trunk);
    const { up, lastStatus } = this.line;
    if (before.up !== up) this.around.log.info({ trunk: this.trunk.name, up, status: lastStatus }, "trunk");
  }

  private note(event: DialogEvent, begun: number): void {
    if (event.type === "provisional" || event.type === "answered") this.apply({ type: "call-heard" });
    if (event.type === "answered") this.remember({ status: 200, reason: "OK" }, begun);
    if (event.type === "failed") {
      this.remember(event, begun);
      const at = this.around.clock.steady();
      if (event.local === "timeout") this.apply({ type: "call-silent", at });
      else this.apply({ type: "call-refused", at, ...said(event) });
      if (event.local) this.probeNow();
    }
    if (event.type === "failed" || event.type === "ended") this.apply({ type: "released" });
  }

  private remember(
    evidence: Pick<ProbeEvidence, "status" | "reason" | "q850" | "retryAfterS" | "local">,
    begun: number,
  ) {
    const { status, reason, q850 = null, retryAfterS = null, local = null } = evidence;
    this.around.replied?.(this.trunk.name, local ?? `${status}`);
    this.replies = remember(this.replies, { ...this.stamp(begun), status, reason, q850, retryAfterS, local });
  }

  private stamp(begun: number): { readonly at: string; readonly ms: number } {
    const { clock } = this.around;
    return { at: isoTime(clock.now()), ms: Math.round(clock.monotonic() - begun) };
  }

  private probeOn(): void {
    this.timer = undefined;
    void this.probe().then(() => {
      if (this.closed) return;
      const { up, against } = this.line;
      const ms = up && against === 0 ? this.trunk.probeMs : Math.min(RETRY_MS, this.trunk.probeMs);
      this.timer = this.around.clock.after(ms, () => this.probeOn());
    });
  }

  /** A call met silence: is anybody there? Not while a probe is on its way. */
  private probeNow(): void {
    if (this.closed || !this.timer) return;
    this.timer.cancel();
    this.probeOn();
  }

  private register(): void {
    const { register, credentials, host, domain } = this.trunk;
    if (!register || !credentials) return;
    this.registered("asked", {});
    const account = {
      user: register.user ?? credentials.username,
      registrar: trunkUri(this.trunk),
      domain: bracketed(domain ?? host),
      credentials,
      expiresS: register.expiresS,
      ...(register.outbound ? ({ outbound: true } as const) : {}),
    };
    this.account = this.around.sip.register(account, (state) => this.heard(state));
  }

  private heard(state: AccountState): void {
    const before = this.line.registered;
    this.apply({ type: state.name === "registered" ? "registered" : "unregistered" });
    if (state.name === "registered") this.gruu = state.gruu;
    this.registered(state.name, state);
    if (before !== this.line.registered)
      this.around.log.info(
        { trunk: this.trunk.name, registered: this.line.registered, status: this.registration?.status },
        "trunk registration",
      );
  }

  private registered(
    state: TrunkRegistration["state"],
    { status = 0, reason = "", expiresS = 0 }: Partial<Pick<TrunkRegistration, "status" | "reason" | "expiresS">>,
  ): void {
    this.registration = { state, at: isoTime(this.around.clock.now()), status, reason, expiresS };
  }
}

const remember = <Entry>(entries: readonly Entry[], entry: Entry): readonly Entry[] =>
  [entry, ...entries].slice(0, MEMORY);

const said = ({ status, retryAfterS }: Pick<ProbeEvidence, "status" | "retryAfterS">) => ({
  status,
  ...(retryAfterS === undefined ? {} : { retryAfterS }),
});

function natOf({ advertised, seenAs }: ProbeEvidence): TrunkNat | undefined {
  if (!advertised || !seenAs) return undefined;
  const seen = { ...advertised, ...seenAs };
  const moved = seen.address !== advertised.address || seen.port !== advertised.port;
  const hint = moved
    ? "the carrier sees another address than we advertise: SEATWAY_ADVERTISE should be the one that it sees"
    : "";
  return { advertised: placeOf(advertised), seen: placeOf(seen), hint };
}

const placeOf = ({ address = "?", port }: Seen): string => `${address}${port === undefined ? "" : `:${port}`}`;
