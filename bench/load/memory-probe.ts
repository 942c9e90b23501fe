// Loaded into each thread of a gateway (--import) whose memory is taken apart: says once a second what its heap has, and collects when
// it is asked to. The folder is BENCH_MEMORY. Read by memory-parts.ts.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { getHeapStatistics } from "node:v8";
import { isMainThread, threadId, workerData } from "node:worker_threads";

/** Bytes. `heap` with its free room, `buffers` what lies outside of it for ArrayBuffers; `collected`: how often it was asked to. */
export type ThreadMemory = {
  readonly thread: string;
  readonly used: number;
  readonly heap: number;
  readonly buffers: number;
  readonly collected: number;
};

const folder = process.env["BENCH_MEMORY"];

/** The media workers are given ports, the store's thread a path. */
const nameOf = (data: unknown): string =>
  isMainThread ? "main" : typeof data === "object" && data !== null && "ports" in data ? "media" : "store";

let collected = 0;

function look(into: string): void {
  if (existsSync(join(into, `collect-${collected + 1}`))) {
    // Twice: what finalisers hold is free at the second time.
    for (let times = 0; times < 2; times++) {
      globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
    }
    collected += 1;
  }
  const { used_heap_size: used, total_physical_size: heap } = getHeapStatistics();
  const { arrayBuffers: buffers } = process.memoryUsage();
  const memory: ThreadMemory = { thread: nameOf(workerData), used, heap, buffers, collected };
  writeFileSync(join(into, `thread-${threadId}.json`), JSON.stringify(memory));
}

if (folder !== undefined) setInterval(() => look(folder), 1_000).unref();
