// Processes that a test run started and did not end. They carry the run's mark in their environment, so that nobody
// else's process is ever touched. Linux only: elsewhere none are found.

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

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

const marked = (entry) => readProcesses().filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(entry));

/**
 * Kills what still runs with SEATWAY_TEST_RUN=`mark`, says so, and resolves with how many there were. What is on its
 * way out has `graceMs` to get there.
 */
export async function endLeftovers(mark, graceMs = 3000) {
  const entry = `SEATWAY_TEST_RUN=${mark}`;
  const deadline = performance.now() + graceMs;
  let left = marked(entry);
  while (left.length > 0 && performance.now() < deadline) {
    await delay(50);
    left = marked(entry);
  }
  for (const pid of left) end(pid);
  return left.length;
}

function end(pid) {
  const command = read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim();
  process.stderr.write(`a test left a process behind: ${pid} ${command}\n`);
  try {
    process.kill(Number(pid), "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
