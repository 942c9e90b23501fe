// What a process with all its threads and children has cost, by the system's own accounting (proc(5)). Linux only.

import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ is 100 on every Linux that Node.js runs on. */
const MS_PER_TICK = 10;

type Accounted = { readonly name: string; readonly cpuMs: number };

/** User and system time from a `stat` file. The name in brackets may hold blanks and brackets itself. */
function accounted(file: string): Accounted {
  const text = readFileSync(file, "utf8");
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { name: text.slice(text.indexOf("(") + 1, end), cpuMs: ticks * MS_PER_TICK };
}

function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

/** CPU milliseconds of the process, ended threads included, and of all running ones below it, in steps of 10. */
export const cpuMs = (pid: number): number =>
  childrenOf(pid).reduce((sum, child) => sum + cpuMs(child), accounted(`/proc/${pid}/stat`).cpuMs);

/** The same by thread name, of the process alone and its running threads. */
export function cpuMsByThread(pid: number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const { name, cpuMs: spent } = accounted(`/proc/${pid}/task/${thread}/stat`);
    sums.set(name, (sums.get(name) ?? 0) + spent);
  }
  return sums;
}

/** CPU milliseconds that all cores of the machine have worked, and all that they have had, since its start. */
export function machineCpuMs(): { readonly worked: number; readonly had: number } {
  const [, ...ticks] = (readFileSync("/proc/stat", "utf8").split("\n", 1)[0] ?? "").split(/ +/).map(Number);
  // user nice system idle iowait irq softirq, then steal: what the host gave to somebody else.
  const had = ticks.slice(0, 7).reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, iowait = 0] = ticks;
  return { worked: (had - idle - iowait) * MS_PER_TICK, had: had * MS_PER_TICK };
}

/** Resident memory in MB (2^20 bytes), pages shared with other processes included. */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
