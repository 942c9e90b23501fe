// What is counted of a request, and its span where traces are made. Polls and other reads come by the thousand and begin nothing: they
// have a span when their sender has one.

import { isRefusal } from "../base/step.ts";
import { type Operation, resourceRoot } from "../contract/operation.ts";
import type { RequestKind } from "../runtime/metrics/request-metrics.ts";
import type { TraceContext } from "../runtime/tracing/tracing.ts";
import type { HttpOptions } from "./options.ts";
import { retcodeOf } from "./record.ts";
import type { Answer, Outcome } from "./reply.ts";

export type Measured = {
  readonly agent: string;
  readonly context: TraceContext;
  readonly outcome: Outcome;
  readonly ms: number;
};

export function measure(to: HttpOptions, operation: Operation, { agent, context, outcome, ms }: Measured): void {
  const { served, tracing } = to;
  const kind = kindOf(operation);
  served?.({ operation: operation.id, kind, retcode: retcodeOf(outcome), ms });
  if (!tracing || (kind !== "command" && !context.parent)) return;
  tracing.request({
    ...{ context, agent: /^\d{1,9}$/.test(agent) ? agent : "", ms, retcode: retcodeOf(outcome) },
    ...{ method: operation.method, route: `${resourceRoot}${operation.path}` },
    call: callOf(outcome),
  });
}

const kindOf = ({ result, method }: Operation): RequestKind =>
  result === "event" ? "poll" : method === "GET" ? "read" : "command";

const callOf = (outcome: Outcome): string => (isRefusal(outcome) ? "" : ((outcome as Answer).callId ?? ""));
