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
  | (Entry & { readonly layer: "media"; readonly leg: string; readonly detail: string });

/** What is noted as it happens. */
export type TimelineNote = Exclude<TimelineEntry, { readonly layer: "sip" }>;

/** Why a call went as it did, for a person: what happened, and what to do. */
export type Verdict = {
  readonly outcome: "live" | "answered" | "abandoned" | "failed" | "unanswered" | "cut-off" | "unknown";
  /** A key of the console's texts; `facts` are put into it. */
  readonly what: string;
  readonly advice: string;
  readonly facts: Readonly<Record<string, string>>;
};

export type Timeline = {
  readonly callId: string;
  /** Where the gateway stands in its SIP messages. */
  readonly gateway: { readonly address: string; readonly port: number };
  /** The call record (docs/records.md), with its legs; null: none is written yet, or any more. */
  readonly record: object | null;
  readonly entries: readonly TimelineEntry[];
  readonly verdict: Verdict;
};
