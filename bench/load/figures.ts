// Figures from many measured values, and what they were measured on.

import { cpus, loadavg } from "node:os";

export type Spread = { readonly p50: number; readonly p99: number; readonly max: number };

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export const rounded = (value: number): number => round(value, 3);

/** Nearest rank; NaN for no values at all, which JSON shows as null. */
export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => rounded(sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN);
  return { p50: rank(0.5), p99: rank(0.99), max: rank(1) };
}

/** Wall time in milliseconds with fractions; comparable between the processes of one machine. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** Who else was busy shows in the load average. */
export const machine = () => ({
  node: process.version,
  cpus: cpus().length,
  model: cpus()[0]?.model ?? "unknown",
  loadAverage: round(loadavg()[0] ?? 0, 2),
});
