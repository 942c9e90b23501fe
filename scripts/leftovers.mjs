// Processes that a test run started and did not end. They carry the run's mark in their environment, so that nobody
// else's process is ever touched. Linux only: elsewhere none are found.

import { readdirSync, readFileSync } from "node:fs";

const read = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Ended in the meantime, or not ours to read.
    return "";
  }
};

const readProcesses = () => {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
};

/** Kills what still runs with SEATWAY_TEST_RUN=`mark`, says so, and returns how many there were. */
export function endLeftovers(mark) {
  const entry = `SEATWAY_TEST_RUN=${mark}`;
  const left = readProcesses().filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(entry));
  for (const pid of left) {
    const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
    process.stderr.write(`a test left a process behind: ${pid} ${command}\n`);
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended by itself.
    }
  }
  return left.length;
}
