// npm run soak media -- [--minutes 120] [--calls 100]
// Calls that start and end at random through the media plane, with real RTP; now and then all of them end, and what is left is
// looked at: legs, ports, sockets, timers, memory. One JSON object on standard output, a line for each round on standard error.
// Exit code 1 when a call went wrong or something has stayed. docs/benchmarks.md says what is looked at.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { silentLog } from "../../src/base/log.ts";
import { openPlane } from "../../src/media/plane.ts";
import { wavHeader } from "../../src/media/recording/wav.ts";
import { machine } from "../load/figures.ts";
import { threadNursery } from "../load/launch.ts";
import { whole } from "../load/options.ts";
import { type CallPlan, live, type Tally } from "./call.ts";
import { startFarEnd } from "./far-end.ts";
import { countedClock, type Remains, remainsOf } from "./remains.ts";
import { verdict } from "./verdict.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "120" }, calls: { type: "string", default: "100" } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes: a number above 0, not "${values.minutes}"`);
const calls = whole("calls", values.calls);

/** The first round warms up: what it leaves is what the others are held against. */
const rounds = Math.max(3, Math.min(60, Math.round(minutes)));
const roundMs = (minutes * 60_000) / rounds;
/** Ports rest for half a second before they are free. */
const restMs = 1_000;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

// As `npm start` runs it.
setFlagsFromString(threadNursery);
const folder = await mkdtemp(join(tmpdir(), "seatway-soak-"));
const welcome = join(folder, "welcome.wav");
await writeFile(welcome, Buffer.concat([wavHeader(8_000), Buffer.alloc(8_000)]));
const clock = countedClock();
const plane = await openPlane({
  ...{ clock, log: silentLog, host: "127.0.0.1", advertise: "127.0.0.1", workers: 1 },
  ...{ ports: [30_000, 39_999], announcements: { welcome } },
});
const phones = await startFarEnd();
const tally: Tally = {};
const faults: string[] = [];
let mostPorts = 0;

/** One call after another, until the time is over. */
async function line(ends: number): Promise<void> {
  for (let left = ends - performance.now(); left > 0; left = ends - performance.now()) {
    const plan: CallPlan = { plane, phones, folder, longestMs: Math.min(left, 20_000) };
    await live(plan, tally).catch((error: Error) => faults.push(error.message));
  }
}

const census = setInterval(() => {
  mostPorts = Math.max(mostPorts, plane.census().ports);
}, 20);
const remains: (Remains & { readonly calls: number })[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const ends = performance.now() + roundMs;
  await Promise.all(Array.from({ length: calls }, () => line(ends)));
  await pause(restMs);
  const left = { calls: tally["calls"] ?? 0, ...(await remainsOf(plane, clock)) };
  remains.push(left);
  say(`round ${round}: ${JSON.stringify(left)}${faults.length > 0 ? `; ${faults.length} calls went wrong` : ""}`);
}
clearInterval(census);
await phones.close();
await plane.close();
await rm(folder, { recursive: true });

const failures = [...new Set(faults), ...verdict(remains, mostPorts)];
for (const failure of failures) say(`FAILED: ${failure}`);
const load = { minutes, calls, rounds };
process.stdout.write(
  `${JSON.stringify({ soak: "media", machine: machine(), load, tally, mostPorts, remains, failures }, null, 2)}\n`,
);
process.exitCode = failures.length === 0 ? 0 : 1;
