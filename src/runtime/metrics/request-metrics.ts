// The REST face: requests by operation and result code, and how long the gateway took over them.

import type { MetricsRegistry } from "./registry.ts";

/** What a request waits for is another thing for each: a poll waits for an event, which is no work of the gateway. */
export type RequestKind = "command" | "read" | "poll";

export type RequestMetrics = {
  /** `operation`: its id in the contract; `retcode` "0" = carried out. */
  readonly served: (request: {
    readonly operation: string;
    readonly kind: RequestKind;
    readonly retcode: string;
    readonly ms: number;
  }) => void;
};

/** Seconds: a reply is to come within 10 ms, up to programs that give up after 20 s. */
const REPLY_BOUNDS = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 20];

export function requestMetrics({ counter, histogram }: MetricsRegistry): RequestMetrics {
  const requests = counter(
    {
      name: "seatway_requests_total",
      help: "Requests of the agent interface, by operation of the contract and result code (0: carried out)",
      labels: ["operation", "retcode"],
    },
    [],
  );
  const replies = histogram(
    {
      name: "seatway_request_seconds",
      help: "From a request to its reply; kind: command, read. Polls wait for events and are not counted",
      labels: ["kind"],
    },
    REPLY_BOUNDS,
    [["command"], ["read"]],
  );
  return {
    served({ operation, kind, retcode, ms }) {
      requests(operation, retcode);
      if (kind !== "poll") replies(ms / 1000, kind);
    },
  };
}
