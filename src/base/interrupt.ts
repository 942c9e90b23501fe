// SIGINT, SIGTERM and SIGHUP of this process. Launchers, npm and the terminal may each send the same one, so what follows
// within a second counts as the first; a later one means that the user has lost his patience.

import type { Clock } from "./clock.ts";

const SAME_MS = 1000;

export function onInterrupt(clock: Clock, first: () => void, again: () => void): void {
  let since: number | undefined;
  const heard = (): void => {
    const now = clock.monotonic();
    if (since === undefined) {
      since = now;
      first();
    } else if (now - since > SAME_MS) again();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, heard);
}
