// Loaded before a program that bin/runtime.mjs starts: ends it when the one that started it is gone, killed or not.
// The channel between the two is used for nothing else and keeps no process alive.

import { isMainThread } from "node:worker_threads";

/** Calls may go on for so long before they are released, whatever SEATWAY_DRAIN_MS says, and the rest of the end may take so long. */
const callsMs = 10_000;
const graceMs = 15_000;

if (isMainThread && process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.kill(process.pid, "SIGTERM"), callsMs).unref();
    setTimeout(() => process.exit(1), graceMs).unref();
  });
  process.channel.unref();
}
