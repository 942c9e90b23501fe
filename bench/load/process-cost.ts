// What a process with all its threads and children has cost, by the system's own accounting (proc(5)). Linux only.

import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ is 100 on every Linux that Node.js runs on. */
const MS_PER_TICK = 10;

/** `/proc/PID/stat` after the program's name, which may hold blanks and brackets. */
function statFields(pid: number): readonly string[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** User and system time of this process: ended threads count, running children do not. */
function ownCpuMs(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
}

/** CPU milliseconds of the process and of all below it, in steps of 10. */
export const cpuMs = (pid: number): number => childrenOf(pid).reduce((sum, child) => sum + cpuMs(child), ownCpuMs(pid));

/** Resident memory in MB (2^20 bytes), pages shared with other processes included. */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) / 1024;
}
