// SIGINT, SIGTERM and SIGHUP of this process. Launchers, npm and the terminal may each send the same one, so what follows
// within a second counts as one; a later one means that the user has lost his patience.

import type { Clock } from "./clock.ts";

const SAME_MS = 1000;

/** `again` is told of each that comes more than a second after the one before it that counted. */
export function onInterrupt(clock: Clock, first: () => void, again: () => void): void {
  let since: number | undefined;
  const heard = (): void => {
    const now = clock.monotonic();
    if (since !== undefined && now - since <= SAME_MS) return;
    const tell = since === undefined ? first : again;
    since = now;
    tell();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, heard);
}
