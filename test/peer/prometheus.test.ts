// The board of Grafana over a real Prometheus that reads a gateway: every query is one and has data, and the first call of each kind is
// seen. What Grafana does with a query before it asks is done here.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { objections, type Prometheus, rateInterval, startPrometheus } from "../support/prometheus.ts";
import { type StartedGateway, startGateway } from "../support/started-gateway.ts";
import { until } from "../support/until.ts";
import { type Desk, sitDown } from "./desk.ts";
import { without } from "./missing.ts";

type Target = { readonly expr: string; readonly legendFormat: string };
type Board = {
  readonly panels: readonly { readonly title: string; readonly targets?: readonly Target[] }[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
};

const skip = without("prometheus");
const file = new URL("../../deploy/grafana/seatway.json", import.meta.url);
const board = JSON.parse(await readFile(file, "utf8")) as Board;
const targets = board.panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));
let gateway: StartedGateway;
let prometheus: Prometheus;
let desk: Desk;

/** The variables as Grafana fills them in: all gateways, and the shortest interval. */
const asked = (expr: string): string => expr.replaceAll("$instance", ".*").replaceAll("$__rate_interval", rateInterval);

const page = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();

const offHook = ["PhoneAlerting", "PhoneOffhook", "Busy", "Customer_Alerting"];

async function tell(station: string, method: string, body: object): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const reply = await fetch(`${gateway.control}/parties/${station}`, { method, headers, body: JSON.stringify(body) });
  assert.equal(reply.status, 200, station);
}

/** One that is answered, one that fails, one from outside through the queue of a skill. */
async function oneCallOfEachKind(): Promise<void> {
  await desk.callOut({ called: "40040" });
  await desk.told([...offHook, "Talking"]);
  await desk.session.release();
  await desk.told(["Call_Release", "PhoneRelease 3", "Ready"]);
  await tell("40041", "PUT", { refuse: 486 });
  await desk.callOut({ called: "40041" });
  await desk.told([...offHook, "PhoneRelease 3", "detect 537", "Call_Out_Fail", "Connect_Fail", "Ready"]);
  await tell("40042", "PUT", { video: false });
  await tell("40042/call", "POST", { to: "8000" });
  await desk.saw("Talking");
  await desk.session.release();
  await desk.saw("Ready");
}

before(async () => {
  if (skip !== false) return;
  gateway = await startGateway();
  desk = await sitDown(gateway.url, "101", { phonenum: "40001" });
  prometheus = await startPrometheus(gateway.url);
  await oneCallOfEachKind();
  // Each reading leaves some, so that it comes by itself.
  await until("a collection of garbage", async () => (await page()).includes("nodejs_gc_duration_seconds_sum") || null);
  await until("two readings with all of it", async () => {
    const ended = await prometheus.now("sum(seatway_calls_total)");
    const readings = await prometheus.now("min(count_over_time(nodejs_gc_duration_seconds_sum[10s]))");
    return (ended === 3 && (readings ?? 0) >= 2) || null;
  });
});
after(async () => {
  await desk?.leave();
  await prometheus?.stop();
  await gateway?.stop();
});

test("promtool finds nothing in /metrics against the customs of Prometheus but what Node.js itself brings", {
  skip,
}, async () => {
  const ours = objections(await page()).filter((line) => !line.startsWith("nodejs_"));
  assert.deepEqual(ours, []);
});

/** Panels that stand empty after short calls, and why. */
const empty = {
  "Round trip, 95 of 100": "both sides have to have reported (RTCP, every 5 s) before the leg ends",
};

test("every query of the board is one and has data, in series that have the labels of its legend", {
  skip,
}, async () => {
  assert.ok(targets.length > 40, `${targets.length} queries`);
  const silent = new Set<string>();
  for (const { title, expr, legendFormat } of targets) {
    const found = await prometheus.sinceStart(asked(expr));
    if (!found.some(({ values }) => values.length > 0)) silent.add(title);
    for (const [, label = ""] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
      for (const { labels } of found) assert.ok(Object.hasOwn(labels, label), `${title}: {{${label}}}`);
  }
  assert.deepEqual([...silent], Object.keys(empty));
});

test("the variable of the board lists the gateway", { skip }, async () => {
  const { query = "" } = board.templating.list.find(({ name }) => name === "instance") ?? {};
  const [, metric = "", label = ""] = /^label_values\((\w+), (\w+)\)$/.exec(query) ?? [];
  assert.deepEqual(await prometheus.labelValues(label, metric), [new URL(gateway.url).host]);
});

test("the first call of each kind rises on the board, not the second alone", { skip }, async () => {
  const most = async (panel: string, labels: Readonly<Record<string, string>>): Promise<number> => {
    const { expr } = targets.find(({ title }) => title === panel) ?? assert.fail(panel);
    const found = await prometheus.sinceStart(asked(expr));
    const series = found.find((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));
    return Math.max(0, ...(series?.values ?? []));
  };
  const rises = [
    ["Ended calls", { outcome: "answered" }],
    ["Ended calls", { outcome: "failed" }],
    ["Why calls fail", { phase: "party", cause: "486" }],
    ["Set-up, median", { side: "party", stage: "answered" }],
    ["Reply, 99 of 100", { kind: "command" }],
    ["Event until it is delivered, 95 of 100", { way: "stream" }],
    ["Choice of the agent, 99 of 100", {}],
    ["Trunk replies and calls", { trunk: "demo", outcome: "200" }],
    ["MOS, the worst tenth", { direction: "in" }],
    ["Journal", {}],
  ] as const;
  for (const [panel, labels] of rises) assert.ok((await most(panel, labels)) > 0, `${panel} ${JSON.stringify(labels)}`);
});
