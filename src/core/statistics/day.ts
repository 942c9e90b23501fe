// The day that statistics are counted for: from midnight UTC, as the call counts of the toll walls are.

const dayMs = 86_400_000;

/** Days since the epoch. `at` in ms since the epoch. */
export const dayOf = (at: number): number => Math.floor(at / dayMs);

/** When that day began, ms since the epoch. */
export const beginOf = (day: number): number => day * dayMs;
