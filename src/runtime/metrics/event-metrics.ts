// What reaches the agents' programs and what does not: streams that are open, pushes, events that nobody read in time, requests
// and callouts that were too many.

import type { RunningGateway } from "../gateway.ts";
import type { DeliveryWay } from "../queue.ts";
import type { MetricsRegistry } from "./registry.ts";

export type EventMetrics = {
  readonly pushed: (outcome: "acknowledged" | "failed") => void;
  /** An event has gone unread. */
  readonly lost: () => void;
  /** `limit`: agent, operation or address. */
  readonly limited: (limit: string) => void;
  /** A callout was refused because the gateway was overloaded, or as many calls stood as the site allows. */
  readonly crowded: () => void;
  /** Somebody has got an event, so long after it arose. */
  readonly delivered: (way: DeliveryWay, ms: number) => void;
  watch(gateway: Pick<RunningGateway, "readers">): void;
};

/** Seconds: a waiting poll has it within a millisecond; an agent's program between two polls takes its time. */
const DELIVERY_BOUNDS = [0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

export function eventMetrics({ counter, gauge, histogram }: MetricsRegistry): EventMetrics {
  const pushed = counter(
    {
      name: "seatway_pushes_total",
      help: "POSTs of events by what came of them: acknowledged or failed",
      labels: ["outcome"],
    },
    [["acknowledged"], ["failed"]],
  );
  const lost = counter({
    name: "seatway_events_lost_total",
    help: "Events that made room for newer ones before anybody read them",
  });
  const limited = counter(
    {
      name: "seatway_requests_limited_total",
      help: "Requests above a limit, by the limit: agent, operation, address",
      labels: ["limit"],
    },
    [["agent"], ["operation"], ["address"]],
  );
  const crowded = counter({
    name: "seatway_callouts_crowded_total",
    help: "Callouts refused for overload or for SEATWAY_MOST_CALLS",
  });
  const lag = histogram(
    {
      name: "seatway_event_delivery_seconds",
      help: "From the rise of an event until somebody has got it; way: poll, stream, push",
      labels: ["way"],
    },
    DELIVERY_BOUNDS,
    [["poll"], ["stream"], ["push"]],
  );
  return {
    ...{ pushed, lost, limited, crowded },
    delivered: (way, ms) => lag(Math.max(0, ms) / 1000, way),
    watch(gateway) {
      gauge({ name: "seatway_event_readers", help: "Streams and pushes of events that are open now" }, () => [
        [gateway.readers()],
      ]);
    },
  };
}
