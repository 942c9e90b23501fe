// Debian's Prometheus, which reads one gateway every second: a folder of its own, ended with the test.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./started-gateway.ts";
import { until } from "./until.ts";

/** One series of an answer: its labels, and its values by time; a value that is no number is left out. */
export type Series = { readonly labels: Readonly<Record<string, string>>; readonly values: readonly number[] };

export type Prometheus = {
  /** The value of an expression now, summed over its series; null: there is none. */
  now(expression: string): Promise<number | null>;
  /** The expression once a second from the first reading until now; throws with what Prometheus says against it. */
  sinceStart(expression: string): Promise<readonly Series[]>;
  /** The values that a label has in these series. */
  labelValues(label: string, of: string): Promise<readonly string[]>;
  /** Safe to repeat. */
  stop(): Promise<void>;
};

const scrapeMs = 1000;

/** What Grafana puts for `$__rate_interval`: four scrapes, as long as a point of the picture is no longer than one. */
export const rateInterval = `${(4 * scrapeMs) / 1000}s`;

type Reply = {
  readonly status: "success" | "error";
  readonly error?: string;
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value?: readonly [number, string];
      readonly values?: readonly (readonly [number, string])[];
    }[];
  };
};

/** Running, and it has read `/metrics` of `url` once. */
export async function startPrometheus(url: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-prometheus-"));
  const config = join(folder, "prometheus.yml");
  const target = new URL(url).host;
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({
      global: { scrape_interval: `${scrapeMs}ms`, scrape_timeout: `${scrapeMs}ms` },
      scrape_configs: [{ job_name: "seatway", static_configs: [{ targets: [target] }] }],
    }),
  );
  const port = await freePort();
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, "data")}`, "--log.level=warn"];
  const child = spawn("prometheus", [...args, `--web.listen-address=127.0.0.1:${port}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  const ask = async (path: string, query: Readonly<Record<string, string>>): Promise<Reply> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(query)}`);
    const reply = (await answer.json()) as Reply;
    assert.equal(reply.status, "success", `${Object.values(query)[0]}: ${reply.error}`);
    return reply;
  };
  const now = async (query: string): Promise<number | null> => {
    const { result } = (await ask("query", { query })).data;
    return result.length === 0 ? null : result.reduce((sum, { value }) => sum + Number(value?.[1]), 0);
  };
  try {
    await until("Prometheus to have read the gateway", async () => {
      if (child.exitCode !== null) throw new Error(`prometheus ended with ${child.exitCode}:\n${log}`);
      return (await now("up").catch(() => null)) === 1 || null;
    });
  } catch (fault) {
    await stop();
    throw new Error(`${fault}\n${log}`);
  }
  const startedAt = Date.now();
  return {
    now,
    async sinceStart(query) {
      const span = { start: `${startedAt / 1000}`, end: `${Date.now() / 1000}`, step: `${scrapeMs / 1000}` };
      const { result } = (await ask("query_range", { query, ...span })).data;
      return result.map(({ metric, values = [] }) => ({
        labels: metric,
        values: values.map(([, value]) => Number(value)).filter(Number.isFinite),
      }));
    },
    async labelValues(label, of) {
      const { data } = (await ask(`label/${label}/values`, { "match[]": of })) as unknown as { data: string[] };
      return data;
    },
    stop,
  };
}

/** What `promtool check metrics` has against a page of metrics, line by line; none: nothing. */
export function objections(page: string): readonly string[] {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: page, encoding: "utf8" });
  const said = `${stdout}${stderr}`.split("\n").filter(Boolean);
  // 3: names against the custom. Anything else but 0: it could not read the page.
  assert.ok(status === 0 || status === 3, said.join("\n"));
  return said;
}
