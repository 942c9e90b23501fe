// Every metric of the gateway: one file of this room for each part that reports. Opened by start.ts, which hands each part what
// it reports to; read by http/metrics.ts.

import { type CallMetrics, callMetrics } from "./call-metrics.ts";
import { type EventMetrics, eventMetrics } from "./event-metrics.ts";
import { type JournalMetrics, journalMetrics } from "./journal-metrics.ts";
import { type MediaMetrics, mediaMetrics } from "./media-metrics.ts";
import { type MetricsPage, openRegistry } from "./registry.ts";
import { type RequestMetrics, requestMetrics } from "./request-metrics.ts";
import { type SipMetrics, sipMetrics } from "./sip-metrics.ts";
import { type TrunkMetrics, trunkMetrics } from "./trunk-metrics.ts";

export type Metrics = {
  readonly sip: SipMetrics;
  readonly calls: CallMetrics;
  readonly trunks: TrunkMetrics;
  readonly events: EventMetrics;
  readonly journal: JournalMetrics;
  readonly media: MediaMetrics;
  readonly requests: RequestMetrics;
  /** All of them now, in the text format of Prometheus. */
  page(): Promise<MetricsPage>;
};

export function openMetrics(): Metrics {
  const registry = openRegistry();
  return {
    sip: sipMetrics(registry),
    calls: callMetrics(registry),
    trunks: trunkMetrics(registry),
    events: eventMetrics(registry),
    journal: journalMetrics(registry),
    media: mediaMetrics(registry),
    requests: requestMetrics(registry),
    page: registry.page,
  };
}
