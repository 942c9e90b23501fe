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
      /** A command of an agent. */
      readonly layer: "request";
      /** What it was answered. */
      readonly retcode: string;
      /** How long the answer took. */
      readonly ms: number;
      /** The trace that it belongs to. */
      readonly trace: string;
      /** Of HTTP. */
      readonly method: string;
      /** With its query, as far as the operation reads it, without what is secret. */
      readonly path: string;
      /** As it was sent, without what is secret; "" = none. */
      readonly body: string;
      /** Of the answer. */
      readonly message: string;
    })
  | (Entry & {
      /** What an agent was told; its name is the title. */
      readonly layer: "event";
      /** The trace that it belongs to. */
      readonly trace: string;
      /** As it crossed HTTP. */
      readonly content: unknown;
    })
  | (Entry & {
      /** A message. */
      readonly layer: "sip";
      /** `in`: to the gateway. */
      readonly direction: "in" | "out";
      /** The other side. */
      readonly peer: {
        /** udp, tcp, tls, ws or wss. */
        readonly transport: string;
        /** Its address. */
        readonly address: string;
        /** Its port. */
        readonly port: number;
      };
      /** Credentials removed. */
      readonly text: string;
    })
  | (Omit<Entry, "title"> & {
      /** What became of a leg, and what was heard on it. */
      readonly layer: "media";
      /** What. */
      readonly title: MediaFact;
      /** Id of the leg. */
      readonly leg: string;
      /** A status, a codec, a name: what belongs to it; "" = nothing. */
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
  /** As in the call record; `unknown`: there is none. */
  readonly outcome: "live" | "answered" | "abandoned" | "failed" | "unanswered" | "cut-off" | "unknown";
  /** Keys of the console's sentences; `facts` are put into them. */
  readonly what: Happened;
  /** Key of the sentence that says what to do. */
  readonly advice: Advice;
  /** Names, numbers and causes, by the name of their place in the sentence. */
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
  /** The call's id. */
  readonly callId: string;
  /** Where the gateway stands in its SIP messages. */
  readonly gateway: {
    /** Its address. */
    readonly address: string;
    /** Its SIP port. */
    readonly port: number;
  };
  /** The call record (docs/records.md), with its legs; null: none is written yet, or any more. */
  readonly record: object | null;
  /** By time. */
  readonly entries: readonly TimelineEntry[];
  /** Why it went as it did. */
  readonly verdict: Verdict;
};
