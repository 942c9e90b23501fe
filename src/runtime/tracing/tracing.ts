// One trace for each call: the request that began it, the call, its legs in SIP, their audio. It has the id that events and log lines
// have (traces.ts). A call is told when it is over and its last figures are in.

import type { Clock, Timer } from "../../base/clock.ts";
import type { LegRow } from "../../store/ports.ts";
import type { LedgerWitness } from "../call-ledger.ts";
import { type EndedCall, emitCall } from "./call-spans.ts";
import type { SpanPlace, SpanRoot, SpanSink } from "./span.ts";

/** Who asks has a span of his own (the header `traceparent`). */
export type TraceContext = {
  readonly trace: string;
  readonly parent?: { readonly spanId: string; readonly sampled: boolean };
};

/** A request that has been answered. */
export type TracedRequest = {
  readonly context: TraceContext;
  /** Method and path of the contract. */
  readonly method: string;
  readonly route: string;
  readonly agent: string;
  readonly retcode: string;
  /** The call that it has begun or was about, "" = none. */
  readonly call: string;
  readonly ms: number;
};

export type Tracing = {
  request(request: TracedRequest): void;
  /** For the ledger of calls. */
  readonly witness: LedgerWitness;
  /** Where the trace of a call is known; "" = it has none. */
  follow(calls: { traceOfCall(call: string): string }): void;
  close(): Promise<void>;
};

/** The figures of a leg's audio come after its end. */
const LINGER_MS = 1_000;
/** Calls whose request is known; the oldest make room. */
const MOST = 20_000;

type Open = { readonly legs: Map<string, LegRow>; ended: EndedCall | null; timer: Timer | null };

export function openTracing({ clock, sink }: { readonly clock: Clock; readonly sink: SpanSink }): Tracing {
  const requests = new Map<string, SpanPlace>();
  const calls = new Map<string, Open>();
  let traceOfCall = (_call: string): string => "";

  const of = (callId: string): Open => {
    const known = calls.get(callId);
    if (known) return known;
    const open: Open = { legs: new Map(), ended: null, timer: null };
    calls.set(callId, open);
    return open;
  };

  const above = (callId: string): SpanPlace | SpanRoot => {
    const request = requests.get(callId);
    requests.delete(callId);
    return request ?? { traceId: traceOfCall(callId) };
  };

  const tell = (callId: string): void => {
    const open = calls.get(callId);
    calls.delete(callId);
    open?.timer?.cancel();
    if (open?.ended) emitCall(sink, open.ended, [...open.legs.values()], above(callId));
  };

  return {
    request({ context, method, route, agent, retcode, call, ms }) {
      const endedAt = clock.now();
      const place = sink.emit(
        {
          ...{ name: `${method} ${route}`, kind: "server", startedAt: endedAt - ms, endedAt },
          attributes: {
            ...{ "http.request.method": method, "http.route": route, "http.response.status_code": 200 },
            ...{ "seatway.agent": agent, "seatway.retcode": retcode },
            ...(call !== "" && { "seatway.call_id": call }),
          },
          ...(retcode === "100-007" && { failure: "internal error" }),
        },
        context.parent ? { traceId: context.trace, ...context.parent } : { traceId: context.trace },
      );
      // Any other request about a call has a trace of its own.
      if (call === "" || requests.has(call) || traceOfCall(call) !== context.trace) return;
      requests.set(call, place);
      const oldest = requests.size > MOST ? requests.keys().next().value : undefined;
      if (oldest !== undefined) requests.delete(oldest);
    },
    witness: {
      call(row) {
        const { endedAt, callId } = row;
        const open = of(callId);
        if (endedAt === null) return;
        open.ended = { ...row, endedAt };
        open.timer ??= clock.after(LINGER_MS, () => tell(callId));
      },
      leg(row) {
        // Of a call that was told already: its figures come too late.
        calls.get(row.callId)?.legs.set(row.leg, row);
      },
    },
    follow(source) {
      traceOfCall = (call) => source.traceOfCall(call);
    },
    async close() {
      for (const callId of [...calls.keys()]) tell(callId);
      await sink.close();
    },
  };
}
