// A span of a trace (OpenTelemetry) as plain data: what took place, from when to when, and what it belongs to. Spans are made when what
// they tell of is over, so that a running call carries nothing for them.

/** Where a span stands, for those below it (W3C Trace Context §3.2: 32 and 16 hex digits). */
export type SpanPlace = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean };

/** The first span of a trace has nothing above it. */
export type SpanRoot = { readonly traceId: string };

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export type FinishedSpan = {
  readonly name: string;
  /** Who began it: somebody who asked us, we who asked somebody, or nobody outside. */
  readonly kind: "server" | "client" | "internal";
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** No phone number and no secret. */
  readonly attributes: SpanAttributes;
  readonly events?: readonly { readonly name: string; readonly at: number }[];
  /** Why it failed, in a few words; absent: it did not. */
  readonly failure?: string;
};

/** Where spans go. */
export type SpanSink = {
  /** The place of the new span. */
  emit(span: FinishedSpan, above: SpanPlace | SpanRoot): SpanPlace;
  /** What waits is sent, in a time of the sink's own. */
  close(): Promise<void>;
};
