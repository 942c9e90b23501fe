// What a gateway's resident memory is made of: the heaps of its threads, their buffers, and the rest (malloc, code, stacks, the program).

import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rounded } from "./figures.ts";
import type { ThreadMemory } from "./memory-probe.ts";
import { residentMb } from "./process-cost.ts";

/** MB of 2^20 bytes, resident. */
export type MemoryParts = {
  readonly resident: number;
  /** By thread: main, media (all of them), store. */
  readonly heaps: Readonly<Record<string, number>>;
  readonly buffers: number;
  readonly rest: number;
};

export type MemoryWatch = {
  /** For the gateway: NODE_OPTIONS and a variable of its environment. */
  readonly nodeOptions: string;
  readonly environment: Readonly<Record<string, string>>;
  /** After the collector has run in each thread. */
  collected(pid: number): Promise<MemoryParts>;
};

const probe = fileURLToPath(new URL("./memory-probe.ts", import.meta.url));
const patienceMs = 15_000;

export function memoryWatch(within: string): MemoryWatch {
  const folder = join(within, `memory-${randomUUID()}`);
  mkdirSync(folder);
  let asked = 0;
  const threads = (): readonly ThreadMemory[] =>
    readdirSync(folder)
      .filter((name) => name.startsWith("thread-"))
      .flatMap((name) => read(join(folder, name)));
  return {
    nodeOptions: `--import=${probe}`,
    environment: { BENCH_MEMORY: folder },
    async collected(pid) {
      asked += 1;
      writeFileSync(join(folder, `collect-${asked}`), "");
      for (let left = patienceMs; left > 0; left -= 100) {
        await sleep(100);
        const seen = threads();
        if (seen.length > 0 && seen.every(({ collected }) => collected === asked))
          return partsOf(residentMb(pid), seen);
      }
      throw new Error("a thread of the gateway did not say what it holds");
    },
  };
}

/** A file that is being written is read the next time. */
function read(path: string): readonly ThreadMemory[] {
  try {
    return [JSON.parse(readFileSync(path, "utf8")) as ThreadMemory];
  } catch {
    return [{ thread: "main", used: 0, heap: 0, buffers: 0, collected: -1 }];
  }
}

const mb = (bytes: number): number => bytes / 2 ** 20;

function partsOf(resident: number, threads: readonly ThreadMemory[]): MemoryParts {
  const heaps: Record<string, number> = {};
  for (const { thread, heap } of threads) heaps[thread] = (heaps[thread] ?? 0) + mb(heap);
  const buffers = threads.reduce((sum, thread) => sum + mb(thread.buffers), 0);
  const rest = resident - buffers - Object.values(heaps).reduce((sum, heap) => sum + heap, 0);
  return { resident, heaps, buffers, rest };
}

/** What each of so many calls has added, kB of 1024 bytes: by part, the sum first. */
export function perCall(before: MemoryParts, after: MemoryParts, calls: number): Readonly<Record<string, number>> {
  const kb = (was: number, is: number): number => rounded(((is - was) * 1024) / Math.max(1, calls));
  const heaps = Object.keys(after.heaps).toSorted();
  return {
    all: kb(before.resident, after.resident),
    ...Object.fromEntries(
      heaps.map((name) => [`heap of ${name}`, kb(before.heaps[name] ?? 0, after.heaps[name] ?? 0)]),
    ),
    buffers: kb(before.buffers, after.buffers),
    rest: kb(before.rest, after.rest),
  };
}
