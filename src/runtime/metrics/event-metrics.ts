// What reaches the agents' programs and what does not: streams that are open, pushes, events that nobody read in time, requests
// and callouts that were too many.

import type { RunningGateway } from "../gateway.ts";
import type { MetricsRegistry } from "./registry.ts";

export type EventMetrics = {
  readonly pushed: (outcome: "acknowledged" | "failed") => void;
  /** An event has gone unread. */
  readonly lost: () => void;
  /** `limit`: agent, operation or address. */
  readonly limited: (limit: string) => void;
  /** A callout was refused because the gateway was overloaded, or as many calls stood as the site allows. */
  readonly crowded: () => void;
  watch(gateway: Pick<RunningGateway, "readers">): void;
};

export function eventMetrics({ counter, gauge }: MetricsRegistry): EventMetrics {
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
  return {
    ...{ pushed, lost, limited, crowded },
    watch(gateway) {
      gauge({ name: "seatway_event_readers", help: "Streams and pushes of events that are open now" }, () => [
        [gateway.readers()],
      ]);
    },
  };
}
