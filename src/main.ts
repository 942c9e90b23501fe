// The gateway's process: starts it, prints where it listens, ends it on SIGINT or SIGTERM: once its calls are over, at once at the second
// one; on SIGHUP reads site file and certificate anew. Run by `seatway serve`. Exit code 1 with one line on standard error when it cannot
// start, 0 after an orderly end.

import { setFlagsFromString } from "node:v8";
import { banner } from "./banner.ts";
import { systemClock } from "./base/clock.ts";
import { collectAfterStart } from "./base/collect.ts";
import { onInterrupt } from "./base/interrupt.ts";
import { StartProblem } from "./problem.ts";
import { type Running, start } from "./start.ts";

const fail = (line: string): never => {
  process.stderr.write(`seatway: ${line}\n`);
  process.exit(1);
};

// Who reads what it prints may go; calls stay.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

async function open(): Promise<Running> {
  try {
    return await start(process.env);
  } catch (fault) {
    if (fault instanceof StartProblem) return fail(fault.message);
    throw fault;
  }
}

if (process.argv.length > 2)
  fail(`serve takes no arguments, its settings come from the environment (docs/settings.md)`);
// For threads that start from here on: their pauses are heard, and their objects are few. The main thread has the launcher's.
setFlagsFromString("--max-semi-space-size=2");

/** Of a terminal that was closed SIGHUP is the end, as ever; a service is asked to read its files again. */
const isService = ![process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
/** What was asked for while it opens comes after that. */
let askedEarly = false;
const early = (): void => {
  askedEarly = true;
};
if (isService) process.on("SIGHUP", early);

const running = await open();
const reload = (): void => void running.reload({ face: "signal", peer: "SIGHUP" });
let ending = false;

const end = async (code: number): Promise<void> => {
  if (ending) return;
  ending = true;
  try {
    await running.stop();
  } catch (fault) {
    fail(`ended, not in good order: ${fault instanceof Error ? fault.message : String(fault)}`);
  }
  process.exit(code);
};

onInterrupt(
  systemClock,
  () => void end(0),
  // Calls that still go on are released; a third one waits for nothing.
  () => {
    if (!running.gateway.hurry()) process.exit(130);
  },
  isService ? reload : undefined,
);
process.off("SIGHUP", early);
if (askedEarly) reload();
running.broken.then(
  (reason) => {
    if (ending) return;
    process.stderr.write(`seatway: ${reason}\n`);
    return end(1);
  },
  () => end(1),
);

process.stdout.write(`${banner(running.listening, running.demo)}\n`);
// Above all the site file's text and tree: 1 MB for each hundred agents.
collectAfterStart();
