// Loaded before a program that bin/runtime.mjs starts: ends it when the one that started it is gone, killed or not.
// The channel between the two is used for nothing else and keeps no process alive.

import { isMainThread } from "node:worker_threads";

/** What an orderly end may take before it is cut short. */
const graceMs = 10_000;

if (isMainThread && process.channel) {
  process.once("disconnect", () => {
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), graceMs).unref();
  });
  process.channel.unref();
}
