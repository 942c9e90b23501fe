// The one registry of metrics, and their page in the text format of Prometheus 0.0.4. A counter is a cell in a map until somebody asks, so
// that counting each SIP message costs next to nothing; a gauge is read when somebody asks. What tells of the process itself is
// prom-client's, loaded with the first page: whoever reads none has no memory for it. Label values come from tables of ours or from
// the site file, never from strangers: each new one is a series for ever.

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
  /** Values counted by upper bounds, in the unit that the name ends in; label values in the order of the labels, `known` as above. */
  histogram(
    metric: Named,
    bounds: readonly number[],
    known?: readonly (readonly string[])[],
  ): (value: number, ...labels: readonly string[]) => void;
  page(): Promise<MetricsPage>;
};

/** Two looks at the event loop within the lag that overload begins with. */
const EVENT_LOOP_RESOLUTION_MS = 20;
/** No label value holds it. */
const BETWEEN = "\n";

/** One metric's samples now, each a line. */
type Show = () => Iterable<string>;

export function openRegistry(): MetricsRegistry {
  const metrics = new Map<string, Show>();
  let process: Promise<() => Promise<string>> | undefined;

  const register = ({ name, help }: Named, type: string, samples: Show): void => {
    if (metrics.has(name)) throw new Error(`${name} has already been registered`);
    const head = `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}`;
    metrics.set(name, () => [head, ...samples()]);
  };

  return {
    counter(metric, known = knownOf(metric)) {
      const { name, labels = [] } = metric;
      const cells = new Map<string, number>(known.map((values) => [values.join(BETWEEN), 0]));
      register(metric, "counter", () => [...cells].map(([key, count]) => sample(name, labels, valuesOf(key), count)));
      const add: Count["add"] = (count, ...values) => {
        const key = keyOf(values);
        cells.set(key, (cells.get(key) ?? 0) + count);
      };
      return Object.assign((...values: readonly string[]) => add(1, ...values), { add });
    },
    gauge(metric, read) {
      const { name, labels = [] } = metric;
      register(metric, "gauge", () => [...read()].map(([value, ...values]) => sample(name, labels, values, value)));
    },
    histogram(metric, bounds, known = knownOf(metric)) {
      const cells = new Map<string, Cell>(known.map((values) => [keyOf(values), emptyCell(bounds)]));
      register(metric, "histogram", () => [...cells].flatMap(([key, cell]) => cellLines(metric, bounds, key, cell)));
      return (value, ...values) => {
        const key = keyOf(values);
        const cell = cells.get(key) ?? emptyCell(bounds);
        cells.set(key, cell);
        observe(cell, bounds, value);
      };
    },
    async page() {
      process ??= ofTheProcess();
      const own = [...metrics.values()].flatMap((show) => [...show(), ""]);
      return {
        contentType: "text/plain; version=0.0.4; charset=utf-8",
        text: `${await (await process)()}\n${own.join("\n")}`,
      };
    },
  };
}

/** Memory, CPU, collections, lag of the event loop; what counts from a beginning counts from here. */
async function ofTheProcess(): Promise<() => Promise<string>> {
  const { collectDefaultMetrics, Registry } = await import("prom-client");
  const register = new Registry();
  collectDefaultMetrics({ register, eventLoopMonitoringPrecision: EVENT_LOOP_RESOLUTION_MS });
  return () => register.metrics();
}

/** What has no labels is one series, and known. */
const knownOf = ({ labels = [] }: Named): readonly (readonly string[])[] => (labels.length === 0 ? [[]] : []);

/** Values up to each bound, those above the last at the end; their sum. */
type Cell = { readonly counts: number[]; sum: number };

const emptyCell = (bounds: readonly number[]): Cell => ({ counts: new Array(bounds.length + 1).fill(0), sum: 0 });

function observe(cell: Cell, bounds: readonly number[], value: number): void {
  const found = bounds.findIndex((bound) => value <= bound);
  const at = found === -1 ? bounds.length : found;
  cell.counts[at] = (cell.counts[at] ?? 0) + 1;
  cell.sum += value;
}

function cellLines(
  { name, labels = [] }: Named,
  bounds: readonly number[],
  key: string,
  { counts, sum }: Cell,
): string[] {
  const values = valuesOf(key);
  let below = 0;
  const lines = counts.map((count, at) => {
    below += count;
    return sample(
      `${name}_bucket`,
      ["le", ...labels],
      [at < bounds.length ? `${bounds[at]}` : "+Inf", ...values],
      below,
    );
  });
  return [...lines, sample(`${name}_sum`, labels, values, sum), sample(`${name}_count`, labels, values, below)];
}

const keyOf = (values: readonly string[]): string => (values.length === 1 ? (values[0] ?? "") : values.join(BETWEEN));
const valuesOf = (key: string): readonly string[] => key.split(BETWEEN);

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

function sample(name: string, labels: readonly string[], values: readonly string[], value: number): string {
  const pairs = labels.map((label, index) => `${label}="${escaped(values[index] ?? "")}"`).join(",");
  return `${name}${pairs === "" ? "" : `{${pairs}}`} ${value}`;
}
