// The log port over pino: one JSON line per entry on standard error, where the banner of a start does not stand.

import { pino } from "pino";
import { isoTime, systemClock } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import { openSink } from "./log-sink.ts";

/** How long a line may wait for others. What is left goes out at the end of the process, a crash included. */
const FLUSH_MS = 50;

/** `setLevel`: the least level that is written from now on. */
export function pinoLog(level: string): Log & { setLevel(level: string): void } {
  const logger = pino(
    { level, base: null, timestamp: () => `,"time":"${isoTime(systemClock.now())}"` },
    // A line each would be a write each, through the thread pool: a tenth of the CPU of a busy gateway.
    openSink({ fd: 2, least: 8192, waitMs: FLUSH_MS }),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel(next) {
      logger.level = next;
    },
  };
}
