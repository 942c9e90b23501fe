// npm run chaos -- [--kills 100] [--stops 20] [--full 5] [--slow 10] [--jumps 6] [--rate 50] [--agents 500] [--stays 40] [--seed N]
// [--store both|sqlite|postgres] [--pace 1] [--keep FOLDER]
// A contact centre under load, and its gateway killed, its database stopped, its disk full and slow, its clock set; then everything is
// compared with what parties and replies said. One JSON object on standard output, a line for each fault and a summary on standard
// error. Exit code 1 when a check (checks.ts) did not hold. docs/chaos.md says what is done and looked at.

import { randomInt } from "node:crypto";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { machine } from "../load/figures.ts";
import { oneOf, whole } from "../load/options.ts";
import { type Campaign, runCampaign } from "./campaign.ts";
import { canBrake, canMount } from "./disk.ts";
import { type Counts, planFaults, type StoreKind } from "./plan.ts";
import { failuresOf, reportOf, summary } from "./report.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "100" },
    stops: { type: "string", default: "20" },
    full: { type: "string", default: "5" },
    slow: { type: "string", default: "10" },
    jumps: { type: "string", default: "6" },
    rate: { type: "string", default: "50" },
    agents: { type: "string", default: "500" },
    stays: { type: "string", default: "40" },
    seed: { type: "string", default: String(randomInt(1, 1_000_000)) },
    store: { type: "string", default: "both" },
    pace: { type: "string", default: "1" },
    keep: { type: "string" },
  },
});

const counted = (name: "kills" | "stops" | "full" | "slow" | "jumps"): number => whole(name, values[name], 0);
const seed = whole("seed", values.seed);
const agents = whole("agents", values.agents);
const load = { rate: whole("rate", values.rate), stays: whole("stays", values.stays, 0) };
const wanted = oneOf("store", values.store, ["both", "sqlite", "postgres"]);
const pace = Number(values.pace);
if (!(pace > 0)) throw new Error(`--pace: a number above 0, not "${values.pace}"`);
const stores: readonly StoreKind[] = wanted === "both" ? ["sqlite", "postgres"] : [wanted];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Half to each store, what one of them alone can have goes there. */
function countsFor(store: StoreKind, index: number): Counts {
  const share = (count: number): number => Math.floor((count + (stores.length - 1 - index)) / stores.length);
  const common = { kill: share(counted("kills")), "clock-jump": share(counted("jumps")) };
  if (store === "postgres") {
    return {
      ...common,
      "database-stop": counted("stops"),
      "database-slow": stores.length > 1 ? share(counted("slow")) : counted("slow"),
    };
  }
  return {
    ...common,
    "disk-full": canMount() ? counted("full") : 0,
    "disk-slow": canMount() && canBrake() ? share(counted("slow")) : 0,
  };
}

say(`seed ${seed}`);
const campaigns: Campaign[] = [];
for (const [index, store] of stores.entries()) {
  const plan = planFaults(store, countsFor(store, index), { seed: seed + index, pace });
  const keep = values.keep === undefined ? {} : { keep: resolve(values.keep, store) };
  if (keep.keep !== undefined) mkdirSync(keep.keep, { recursive: true });
  campaigns.push(await runCampaign({ store, plan, seed, agents, load, say, ...keep }));
}
const report = { chaos: { seed, agents, ...load, stores }, machine: machine(), ...reportOf(campaigns) };
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
say(summary(campaigns));
const failures = failuresOf(campaigns);
for (const failure of failures) say(`FAILED: ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;
