// Spans to a collector, in the OpenTelemetry protocol over HTTP (OTLP, as JSON), in groups. The SDK is
// loaded when tracing is on, and by nobody else: 25 MB and 140 ms that a gateway without it does not spend. What the collector does not
// take within the time of the SDK is dropped; calls never wait for it.

import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from "@opentelemetry/api";
import type { FinishedSpan, SpanPlace, SpanRoot, SpanSink } from "./span.ts";

export type OtlpOptions = {
  /** Of the collector, `/v1/traces` is added to it. */
  readonly url: string;
  /** Traces of 100 that are kept; who brings a `traceparent` has decided it himself. */
  readonly percent: number;
  readonly node: { readonly name: string; readonly version: string };
};

/** A gateway that goes down waits so long for its collector, ms. */
const LAST_MS = 2_000;
/** At 300 calls/s, some 2,000 spans a second; what is above is dropped. */
const MOST_WAITING = 16_384;
const AT_ONCE = 1_024;
const EVERY_MS = 1_000;

export async function openOtlp({ url, percent, node }: OtlpOptions): Promise<SpanSink> {
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import("@opentelemetry/sdk-trace"),
    import("@opentelemetry/exporter-trace-otlp-http"),
    import("@opentelemetry/resources"),
  ]);
  const random = new sdk.RandomIdGenerator();
  let nextTrace = "";
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({
      ...{ "service.name": "seatway", "service.version": node.version, "service.instance.id": node.name },
    }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(percent / 100) }),
    // The first span of a trace gets the id that events and log lines have already.
    idGenerator: {
      generateTraceId: () => nextTrace || random.generateTraceId(),
      generateSpanId: () => random.generateSpanId(),
    },
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${url.replace(/\/$/, "")}/v1/traces` }),
        ...{ maxQueueSize: MOST_WAITING, maxExportBatchSize: AT_ONCE, scheduledDelayMillis: EVERY_MS },
      }),
    ],
  });
  const tracer = provider.getTracer("seatway", node.version);

  return {
    emit(span, above) {
      nextTrace = above.traceId;
      const made = tracer.startSpan(span.name, startOf(span), contextOf(above));
      for (const { name, at } of span.events ?? []) made.addEvent(name, timeOf(at));
      if (span.failure !== undefined) made.setStatus({ code: SpanStatusCode.ERROR, message: span.failure });
      made.end(timeOf(span.endedAt));
      const { traceId, spanId, traceFlags } = made.spanContext();
      return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
    },
    async close() {
      await provider.forceFlush({ timeoutMillis: LAST_MS }).catch(() => {});
      await provider.shutdown().catch(() => {});
    },
  };
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

const startOf = ({ kind, attributes, startedAt }: FinishedSpan) => ({
  kind: kinds[kind],
  attributes: { ...attributes },
  startTime: timeOf(startedAt),
});

function contextOf(above: SpanPlace | SpanRoot) {
  if (!("spanId" in above)) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = above;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

/** Seconds and nanoseconds: a number of before the start would be read as one since the start. */
const timeOf = (ms: number): [number, number] => [Math.floor(ms / 1000), Math.round((ms % 1000) * 1e6)];
