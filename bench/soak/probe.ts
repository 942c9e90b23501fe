// What only the gateway's own process can count: its timers, and its heap after a collection. Loaded into it with `node --import`; answers
// SIGUSR2 with the file SEATWAY_SOAK_PROBE. The product knows nothing of it.

import { renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { heapBytes } from "./remains.ts";

export type Probed = { readonly timers: number; readonly heapBytes: number };

/** Counts those that base/clock.ts sets and that have neither run nor been cancelled. */
function countTimers(): () => number {
  const running = new Set<NodeJS.Timeout>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const counted = (task: (...given: unknown[]) => void, ms?: number, ...given: unknown[]): NodeJS.Timeout => {
    const timer = set(() => {
      running.delete(timer);
      task(...given);
    }, ms);
    running.add(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(counted, set) as typeof globalThis.setTimeout;
  globalThis.clearTimeout = (timer) => {
    running.delete(timer as NodeJS.Timeout);
    clear(timer);
  };
  return () => running.size;
}

const file = process.env["SEATWAY_SOAK_PROBE"];
if (file !== undefined && isMainThread) {
  const timers = countTimers();
  process.on("SIGUSR2", async () => {
    const probed: Probed = { timers: timers(), heapBytes: await heapBytes() };
    writeFileSync(`${file}.new`, JSON.stringify(probed));
    renameSync(`${file}.new`, file);
  });
}
