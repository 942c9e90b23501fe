// SIGINT, SIGTERM and, where nothing else is made of it, SIGHUP of this process. Launchers, npm and the terminal may each send the same
// one, so what follows within a second counts as one; a later one means that the user has lost his patience.

import type { Clock } from "./clock.ts";

const SAME_MS = 1000;

/**
 * `again` is told of each that comes more than a second after the one before it that counted. `hangUp`: what SIGHUP means; absent: that
 * the terminal is gone, so it is as any other.
 */
export function onInterrupt(clock: Clock, first: () => void, again: () => void, hangUp?: () => void): void {
  let since: number | undefined;
  const heard = (): void => {
    const now = clock.monotonic();
    if (since !== undefined && now - since <= SAME_MS) return;
    const tell = since === undefined ? first : again;
    since = now;
    tell();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, heard);
  process.on("SIGHUP", hangUp ?? heard);
}
