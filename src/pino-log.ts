// The log port over pino: one JSON line per entry on standard error, where the banner of a start does not stand.

import { destination, pino } from "pino";
import { isoTime, systemClock } from "./base/clock.ts";
import type { Log } from "./base/log.ts";

export function pinoLog(level: string): Log {
  const logger = pino(
    { level, base: null, timestamp: () => `,"time":"${isoTime(systemClock.now())}"` },
    destination({ fd: 2, sync: false }),
  );
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
