// Waiting for what no event tells: a file that grows, a count that another program keeps.

import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

/** Generous, since two busy cores may serve all of it. */
export const deadlineMs = 20_000;

/** Looks until `look` gives something, or fails with `what` after so many ms. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null> | T | null,
  patienceMs = deadlineMs,
): Promise<T> {
  const end = performance.now() + patienceMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== null) return found;
    await delay(25);
  }
  assert.fail(`waited ${patienceMs} ms for ${what}`);
}

/** The promise's value, or a failure that says `what` was waited for and what was seen instead. */
export async function within<T>(what: () => string, promise: Promise<T>): Promise<T> {
  const late = new AbortController();
  const timer = delay(deadlineMs, null, { signal: late.signal }).then(
    () => assert.fail(`waited ${deadlineMs} ms for ${what()}`),
    () => promise,
  );
  try {
    return await Promise.race([promise, timer]);
  } finally {
    late.abort();
  }
}
