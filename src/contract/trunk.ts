// What a trunk tells about itself: the replies under /seatway/trunks (docs/sip.md). Times are ISO 8601, spans are in ms.

/** One OPTIONS probe. */
export type TrunkProbe = {
  /** When the answer came, or was not waited for any longer. */
  readonly at: string;
  /** Final status; 408 for silence and 503 for a broken transport, then `local` says so. */
  readonly status: number;
  /** So long it took. */
  readonly ms: number;
  /** Set when no peer said it. */
  readonly local: "timeout" | "transport" | null;
};

/** The last word of a peer about one INVITE. */
export type TrunkReply = TrunkProbe & {
  /** Its reason phrase. */
  readonly reason: string;
  /** Q.850 cause of a Reason header (RFC 3326). */
  readonly q850: number | null;
  /** It asked not to be called for so long (Retry-After); null: it did not. */
  readonly retryAfterS: number | null;
};

export type TrunkRegistration = {
  /** `asked`: without an answer so far. */
  readonly state: "asked" | "registered" | "refused";
  /** When that was said last. */
  readonly at: string;
  /** Of the refusal; 0 otherwise. */
  readonly status: number;
  /** Why, in words of the registrar; "" otherwise. */
  readonly reason: string;
  /** As granted by the registrar; 0 without a registration. */
  readonly expiresS: number;
};

/** How the peer sees us, by the Via of its last answer to a probe. */
export type TrunkNat = {
  /** Where we say that we are. */
  readonly advertised: string;
  /** Where our messages come from. */
  readonly seen: string;
  /** "" when both agree. */
  readonly hint: string;
};

export type TrunkReport = {
  /** As the site file has it. */
  readonly name: string;
  /** Where its calls go, without the number. */
  readonly uri: string;
  /** Numbers that it is for, as the site file has them. */
  readonly patterns: readonly string[];
  /** Lower is tried first. */
  readonly priority: number;
  /** Its share among trunks of one priority. */
  readonly weight: number;
  /** `full`: all of its channels are in use; `resting`: until `restUntil`. */
  readonly state: "up" | "down" | "resting" | "not-registered" | "full";
  /** It asked for a rest (Retry-After) until then; null = it did not, or the time is over. */
  readonly restUntil: string | null;
  /** `limit` null: as many as come. */
  readonly channels: {
    /** Calls over it now. */
    readonly inUse: number;
    /** Calls at a time. */
    readonly limit: number | null;
  };
  /** null: the site file asks for none. */
  readonly registration: TrunkRegistration | null;
  /** null: no answer yet, or one without `received` and `rport`. */
  readonly nat: TrunkNat | null;
  /** The last 20, newest first. */
  readonly probes: readonly TrunkProbe[];
  /** The last 20, newest first. */
  readonly replies: readonly TrunkReply[];
};

/** What a test found. `call` null: none was asked for. */
export type TrunkTest = {
  /** An OPTIONS sent now. */
  readonly probe: TrunkProbe;
  /** The test call. */
  readonly call: TrunkTestCall | null;
};

export type TrunkTestCall = {
  /** `rang`: cancelled at its first 18x. `answered`: released at once. */
  readonly outcome: "rang" | "answered" | "failed";
  /** The status that decided it. */
  readonly status: number;
  /** Its reason phrase. */
  readonly reason: string;
  /** Until then. */
  readonly ms: number;
};
