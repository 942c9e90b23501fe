// npm run soak -- [--minutes 120] [--agents 200] [--rate 10] [--stays 10] [--rest 40] [--seed N] [--keep FOLDER]
// A contact centre for hours: agents who poll and read streams, callouts, calls from outside, call records that grow. Once a round all calls
// end, everything is compared (bench/chaos/judge.ts), and what is left in the gateway's process is looked at. One JSON object on standard
// output, a line for each round on standard error. Exit code 1 when something was wrong or has stayed. docs/benchmarks.md says what.

import { randomInt } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { FloorLedger } from "../centre/floor.ts";
import { startRig } from "../centre/rig.ts";
import type { TownLedger } from "../centre/town.ts";
import { judge } from "../chaos/judge.ts";
import { readRecords } from "../chaos/records.ts";
import { machine, wallMs } from "../load/figures.ts";
import { whole } from "../load/options.ts";
import { growth } from "./database-size.ts";
import { type MixRemains, mixRemains } from "./mix-remains.ts";
import { mixVerdict } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "120" },
    agents: { type: "string", default: "200" },
    rate: { type: "string", default: "10" },
    stays: { type: "string", default: "10" },
    // Finished transactions wait for 64*T1, which is 32 s (RFC 3261 §17).
    rest: { type: "string", default: "40" },
    seed: { type: "string", default: String(randomInt(1, 1_000_000)) },
    // Gets the gateway's log and, for each round in which something was wrong, what everybody noted.
    keep: { type: "string" },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: a number above 0, not "${values.minutes}"`);
const agents = whole("agents", values.agents);
const seed = whole("seed", values.seed);
const restMs = 1_000 * whole("rest", values.rest);
const load = { rate: whole("rate", values.rate), stays: whole("stays", values.stays, 0) };

/** The first round warms up: what it leaves is what the others are held against. */
const rounds = Math.max(3, Math.min(40, Math.round(minutes / 3)));
const roundMs = Math.max(2_000, (minutes * 60_000) / rounds - restMs);
const CALM_MS = 40_000;
/** What a reader has had is kept for so long: shorter than the rest, so that it is gone by then. */
const READ_MS = 1_000;
const CALLERS_STAY_MS = 2_500;

const say = (line: string): void => void process.stderr.write(`${line}\n`);
say(`seed ${seed}`);
const { keep } = values;
if (keep !== undefined) await mkdir(keep, { recursive: true });

const folder = await mkdtemp(join(tmpdir(), "seatway-soak-"));
const probe = join(folder, "probe");
const rig = await startRig({
  ...{ agents, seed, data: folder, logLevel: keep === undefined ? "warn" : "info" },
  ...(keep !== undefined && { logs: keep }),
  nodeOptions: `--import ${fileURLToPath(new URL("./probe.ts", import.meta.url))}`,
  settings: { SEATWAY_SOAK_PROBE: probe, SEATWAY_EVENT_READ_MS: `${READ_MS}`, SEATWAY_EVIDENCE_MIB: "1" },
});
const remains: MixRemains[] = [];
const faults = new Map<string, number>();
const fault = (what: string): void => void faults.set(what, (faults.get(what) ?? 0) + 1);
let calls = 0;

/** Times in it are wall milliseconds, those of the log too. */
const note = (number: number, seen: object): Promise<void> =>
  writeFile(join(keep ?? folder, `round-${number}.json`), JSON.stringify({ seed, ...seen }, null, 1));

/** Nobody breaks anything. */
const undisturbed = { kills: [], outages: [], clockSet: false };

/** One call from outside for each ten callouts. */
const callIn = (): Promise<void> =>
  rig.town.ask({ type: "call-in", count: Math.max(1, Math.round(load.rate / 10)), stayMs: CALLERS_STAY_MS });

async function round(number: number): Promise<void> {
  const began = wallMs();
  await rig.floor.ask({ type: "load", load });
  for (const ends = began + roundMs; wallMs() < ends; ) {
    await callIn();
    await pause(1_000);
  }
  await pause(CALLERS_STAY_MS);
  const stuck = await rig.floor.ask<readonly string[]>({ type: "calm", patienceMs: CALM_MS });
  for (const who of stuck) fault(`stuck: ${who}`);
  await pause(restMs);
  const floor = await rig.floor.ask<FloorLedger>({ type: "ledger" });
  const town = await rig.town.ask<TownLedger>({ type: "ledger" });
  const records = await readRecords(rig.gateway().url, began - 1_000);
  const findings = [...floor.findings, ...judge({ ...town, calls: floor.calls, records, ...undisturbed })];
  for (const { kind, what } of findings) fault(`${kind}: ${what}`);
  if (stuck.length + findings.length > 0) {
    for (const what of [...faults.keys()].slice(-3)) say(`round ${number}: ${what}`);
    if (keep !== undefined) await note(number, { stuck, findings, floor, town, records: Object.fromEntries(records) });
  }
  calls += floor.calls.length;
}

try {
  await rig.register();
  await rig.signIn();
  for (let number = 1; number <= rounds; number += 1) {
    await round(number);
    const left = await mixRemains(rig.gateway(), probe, calls);
    remains.push(left);
    const { tables: _, ...shown } = left;
    say(`round ${number}: ${JSON.stringify(shown)}${faults.size > 0 ? `; ${faults.size} faults` : ""}`);
  }
  const well = await rig.floor.ask<number>({ type: "roll-call", rate: 20 });
  if (well !== agents) fault(`${agents - well} agents could not call and sign out at the end`);
} finally {
  await rig.close();
  await rm(folder, { recursive: true, force: true });
}

/** What is shown of each. */
const SHOWN = 20;
/** Else transactions that are over are still there. */
const settled = restMs > 33_000;
const failures = [...[...faults.keys()].slice(0, SHOWN), ...mixVerdict(remains, { agents, settled })];
for (const failure of failures) say(`FAILED: ${failure}`);
const shown = { minutes, agents, ...load, rounds, seed };
const [first, last] = [remains[0], remains.at(-1)];
const database = first && last ? growth(first.tables, last.tables, last.calls - first.calls) : [];
for (const { table, rows, kb, bytesPerCall } of database.slice(0, 6))
  say(
    `${table.padEnd(14)} ${String(rows).padStart(8)} rows ${String(kb).padStart(8)} kB, ${bytesPerCall} bytes for each call`,
  );
process.stdout.write(
  `${JSON.stringify({ soak: "mix", machine: machine(), load: shown, settled, calls, database, remains, failures }, null, 2)}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
