// The one registry of metrics, over prom-client, whose text is what Prometheus reads. A counter is a cell in a map until somebody
// asks, so that counting each SIP message costs next to nothing; a gauge is read when somebody asks. Label values come from
// tables of ours or from the site file, never from strangers: each new one is a series for ever.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Counts one under these label values, given in the order of the labels. */
export type Count = ((...values: readonly string[]) => void) & {
  /** Counts so many at once. */
  readonly add: (count: number, ...values: readonly string[]) => void;
};

/** A value now, and its label values in the order of the labels. */
export type Reading = readonly [value: number, ...labels: readonly string[]];

/** `name` as Prometheus wants it: our prefix, the unit, and `_total` for a counter. */
export type Named = { readonly name: `seatway_${string}`; readonly help: string; readonly labels?: readonly string[] };

export type MetricsPage = { readonly contentType: string; readonly text: string };

export type MetricsRegistry = {
  /** `known`: label values that are shown from the start, so that the first of them is seen as a rise from 0. */
  counter(metric: Named, known?: readonly (readonly string[])[]): Count;
  gauge(metric: Named, read: () => Iterable<Reading>): void;
  /** Values counted by upper bounds, in the unit that the name ends in; label values in the order of the labels. */
  histogram(metric: Named, bounds: readonly number[]): (value: number, ...labels: readonly string[]) => void;
  page(): Promise<MetricsPage>;
};

/** Two looks at the event loop within the lag that overload begins with. */
const EVENT_LOOP_RESOLUTION_MS = 20;
/** No label value holds it. */
const BETWEEN = "\n";

/** With the metrics of the process itself: memory, CPU, garbage collection, lag of the event loop. */
export function openRegistry(): MetricsRegistry {
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_RESOLUTION_MS });
  return {
    counter({ name, help, labels = [] }, known = labels.length === 0 ? [[]] : []) {
      const cells = new Map<string, number>(known.map((values) => [values.join(BETWEEN), 0]));
      new Counter({
        ...{ name, help, labelNames: labels, registers: [register] },
        collect() {
          this.reset();
          for (const [key, count] of cells) this.inc(labelled(labels, key.split(BETWEEN)), count);
        },
      });
      const add: Count["add"] = (count, ...values) => {
        const key = values.length === 1 ? (values[0] ?? "") : values.join(BETWEEN);
        cells.set(key, (cells.get(key) ?? 0) + count);
      };
      return Object.assign((...values: readonly string[]) => add(1, ...values), { add });
    },
    gauge({ name, help, labels = [] }, read) {
      new Gauge({
        ...{ name, help, labelNames: labels, registers: [register] },
        collect() {
          this.reset();
          for (const [value, ...values] of read()) this.set(labelled(labels, values), value);
        },
      });
    },
    histogram({ name, help, labels = [] }, bounds) {
      const histogram = new Histogram({ name, help, labelNames: labels, buckets: [...bounds], registers: [register] });
      return (value, ...values) => histogram.observe(labelled(labels, values), value);
    },
    page: async () => ({ contentType: register.contentType, text: await register.metrics() }),
  };
}

const labelled = (labels: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(labels.map((label, index) => [label, values[index] ?? ""]));
