// The timeline of a call: API requests, agent events, SIP messages and media facts in one list (docs/operator.md).

export type TimelineLayer = "request" | "event" | "sip" | "media";

type Entry = {
  /** ms since the epoch. */
  readonly at: number;
  /** "" where no agent is meant. */
  readonly agent: string;
  /** In a few words. */
  readonly title: string;
};

export type TimelineEntry =
  | (Entry & {
      readonly layer: "request";
      readonly retcode: string;
      readonly ms: number;
      readonly trace: string;
      readonly method: string;
      readonly path: string;
      /** As it was sent, without what is secret; "" = none. */
      readonly body: string;
      readonly message: string;
    })
  | (Entry & { readonly layer: "event"; readonly trace: string; readonly content: unknown })
  | (Entry & {
      readonly layer: "sip";
      readonly direction: "in" | "out";
      readonly peer: { readonly transport: string; readonly address: string; readonly port: number };
      /** Credentials removed. */
      readonly text: string;
    })
  | (Omit<Entry, "title"> & {
      readonly layer: "media";
      readonly title: MediaFact;
      readonly leg: string;
      readonly detail: string;
    });

export type MediaFact =
  | ("ringing" | "answered" | "failed" | "ended" | "hung-up" | "connection-lost" | "connection-back" | "media-changed")
  | (
      | "hears"
      | "announcement"
      | "listening"
      | "heard"
      | "digits-sent"
      | "digit-received"
      | "no-packets"
      | "packets-again"
    )
  | ("record" | "record-pause" | "record-resume" | "record-stop");

/** What is noted as it happens. */
export type TimelineNote = Exclude<TimelineEntry, { readonly layer: "sip" }>;

/** Why a call went as it did, for a person: what happened, and what to do. */
export type Verdict = {
  readonly outcome: "live" | "answered" | "abandoned" | "failed" | "unanswered" | "cut-off" | "unknown";
  /** Keys of the console's sentences; `facts` are put into them. */
  readonly what: Happened;
  readonly advice: Advice;
  readonly facts: Readonly<Record<string, string>>;
};

export type Happened =
  | (
      | "no-record"
      | "live"
      | "went-well"
      | "one-way"
      | "poor-quality"
      | "abandoned"
      | "given-up"
      | "failed"
      | "gateway-ended"
    )
  | (
      | "agent-did-not-answer"
      | "agent-gave-up"
      | "phone-silent"
      | "phone-not-registered"
      | "phone-busy"
      | "no-common-media"
    )
  | ("party-did-not-answer" | "trunk-silent" | "no-trunk-up" | "carrier-failed" | "caller-barred" | "not-reachable")
  | ("busy" | "vacant" | "number-changed" | "declined" | "fax" | "machine");

export type Advice =
  | ("wait" | "nothing-to-do" | "try-later" | "respect-it" | "check-number" | "check-caller" | "compare-codecs")
  | ("look-at-agent" | "look-at-phone" | "look-at-queue" | "look-at-log" | "look-at-network")
  | ("run-trunk-doctor" | "read-the-messages");

export type Timeline = {
  readonly callId: string;
  /** Where the gateway stands in its SIP messages. */
  readonly gateway: { readonly address: string; readonly port: number };
  /** The call record (docs/records.md), with its legs; null: none is written yet, or any more. */
  readonly record: object | null;
  readonly entries: readonly TimelineEntry[];
  readonly verdict: Verdict;
};
