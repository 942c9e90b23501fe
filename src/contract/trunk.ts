// What a trunk tells about itself: the replies under /seatway/trunks (docs/sip.md). Times are ISO 8601, spans are in ms.

/** One OPTIONS probe. */
export type TrunkProbe = {
  readonly at: string;
  /** Final status; 408 for silence and 503 for a broken transport, then `local` says so. */
  readonly status: number;
  readonly ms: number;
  /** Set when no peer said it. */
  readonly local: "timeout" | "transport" | null;
};

/** The last word of a peer about one INVITE. */
export type TrunkReply = TrunkProbe & {
  readonly reason: string;
  /** Q.850 cause of a Reason header (RFC 3326). */
  readonly q850: number | null;
  readonly retryAfterS: number | null;
};

export type TrunkRegistration = {
  readonly state: "asked" | "registered" | "refused";
  readonly at: string;
  /** Of the refusal; 0 otherwise. */
  readonly status: number;
  readonly reason: string;
  /** As granted by the registrar; 0 without a registration. */
  readonly expiresS: number;
};

/** How the peer sees us, by the Via of its last answer to a probe. */
export type TrunkNat = {
  readonly advertised: string;
  readonly seen: string;
  /** "" when both agree. */
  readonly hint: string;
};

export type TrunkReport = {
  readonly name: string;
  /** Where its calls go, without the number. */
  readonly uri: string;
  readonly patterns: readonly string[];
  readonly priority: number;
  readonly weight: number;
  readonly state: "up" | "down" | "resting" | "not-registered" | "full";
  /** It asked for a rest (Retry-After) until then; null = it did not, or the time is over. */
  readonly restUntil: string | null;
  /** `limit` null: as many as come. */
  readonly channels: { readonly inUse: number; readonly limit: number | null };
  /** null: the site file asks for none. */
  readonly registration: TrunkRegistration | null;
  /** null: no answer yet, or one without `received` and `rport`. */
  readonly nat: TrunkNat | null;
  /** The last 20, newest first. */
  readonly probes: readonly TrunkProbe[];
  readonly replies: readonly TrunkReply[];
};

/** What a test found. `call` null: none was asked for. */
export type TrunkTest = {
  readonly probe: TrunkProbe;
  readonly call: TrunkTestCall | null;
};

export type TrunkTestCall = {
  /** `rang`: cancelled at its first 18x. `answered`: released at once. */
  readonly outcome: "rang" | "answered" | "failed";
  /** The status that decided it. */
  readonly status: number;
  readonly reason: string;
  readonly ms: number;
};
