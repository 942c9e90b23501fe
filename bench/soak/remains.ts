// What is left in this process when no call is: ports and legs by the plane's own count, sockets and threads by the system's, timers by
// the clock that the plane was given, memory after a collection.

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Worker } from "node:worker_threads";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { MediaPlane } from "../../src/media/face.ts";
import { rounded } from "../load/figures.ts";
import { residentMb } from "../load/process-cost.ts";

export type Remains = {
  readonly legs: number;
  readonly ports: number;
  readonly sockets: number;
  /** On the main thread. */
  readonly timers: number;
  /** Of the media worker in three seconds: each timer that still runs there wakes it. */
  readonly wakeUps: number;
  /** After a collection: main thread and workers. */
  readonly heapMb: number;
  readonly residentMb: number;
};

/** The system's clock, and how many of its timers are running. */
export function countedClock(): Clock & { running(): number } {
  let running = 0;
  return {
    now: systemClock.now,
    monotonic: systemClock.monotonic,
    steady: systemClock.steady,
    after(ms, task) {
      running += 1;
      let over = false;
      const done = (): void => {
        if (!over) running -= 1;
        over = true;
      };
      const timer = systemClock.after(ms, () => {
        done();
        task();
      });
      return {
        cancel() {
          done();
          timer.cancel();
        },
      };
    },
    running: () => running,
  };
}

/** As /proc names it. */
type Pid = number | "self";

const workers = new Set<Worker>();
process.on("worker", (worker) => {
  workers.add(worker);
  worker.once("exit", () => workers.delete(worker));
});

export async function remainsOf(plane: MediaPlane, clock: { running(): number }): Promise<Remains> {
  const wakeUps = await quietestWakeUps("self");
  return {
    ...plane.census(),
    sockets: sockets("self"),
    timers: clock.running(),
    wakeUps,
    heapMb: rounded((await heapBytes()) / 2 ** 20),
    residentMb: rounded(residentMb(process.pid)),
  };
}

const quietMs = 3_000;
const mostLooks = 5;

/** Garbage collectors wake a thread too, now and then, but not in every three seconds. */
export async function quietestWakeUps(process: Pid): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let looks = 0; looks < mostLooks && least >= wakeUpLimit; looks += 1) {
    const before = switches(process);
    await pause(quietMs);
    least = Math.min(least, switches(process) - before);
  }
  return least;
}

/** A timer of half a second, the slowest that the worker has, is six. */
export const wakeUpLimit = 5;

function switches(process: Pid): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${process}/task`)) {
    const status = readFileSync(`/proc/${process}/task/${thread}/status`, "utf8");
    if (/^Name:\s+media$/m.test(status)) sum += Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
  }
  return sum;
}

export const sockets = (process: Pid): number => socketInodes(process).length;

/** Of them, those of UDP: media ports, and those of SIP. */
export function udpSockets(process: Pid): number {
  const lines = readFileSync(`/proc/${process}/net/udp`, "utf8").trim().split("\n").slice(1);
  const udp = new Set(lines.map((line) => line.trim().split(/\s+/)[9]));
  return socketInodes(process).filter((inode) => udp.has(inode)).length;
}

function socketInodes(process: Pid): readonly string[] {
  return readdirSync(`/proc/${process}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${process}/fd/${fd}`))?.[1] ?? [];
    } catch {
      // The folder itself was open while it was read.
      return [];
    }
  });
}

export async function heapBytes(): Promise<number> {
  collect();
  let sum = process.memoryUsage().heapUsed;
  for (const worker of workers) {
    // A heap snapshot begins with a collection of everything, which nobody else can ask of a worker.
    for await (const _ of await worker.getHeapSnapshot());
    sum += (await worker.getHeapStatistics()).used_heap_size;
  }
  return sum;
}

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
