// What is done to the gateway, and when: drawn from a seed, so that a run can be had again.

import { type Random, seeded } from "../../src/sim/speech.ts";

export type StoreKind = "sqlite" | "postgres";

export type FaultKind =
  /** `kill -9` of the gateway, and a start. */
  | "kill"
  /** The disk of the data folder is full for a while. */
  | "disk-full"
  /** Each write of the store is held up. */
  | "disk-slow"
  /** PostgreSQL stops, and comes back. */
  | "database-stop"
  /** All its processes are stopped by SIGSTOP: connections stand, nobody answers. */
  | "database-slow"
  /** The gateway's wall time jumps. */
  | "clock-jump";

/** The store answers late or not at all. */
export const isStoreFault = (kind: FaultKind): boolean => kind !== "kill" && kind !== "clock-jump";

export type Fault = {
  readonly kind: FaultKind;
  /** After the one before was over, ms. */
  readonly afterMs: number;
  /** How long it lasts, ms; 0: it has no length. */
  readonly lastsMs: number;
  /** Of a jump. */
  readonly aheadMs: number;
};

/** How often each one strikes. */
export type Counts = Readonly<Partial<Record<FaultKind, number>>>;

const of: Readonly<Record<StoreKind, readonly FaultKind[]>> = {
  sqlite: ["kill", "disk-full", "disk-slow", "clock-jump"],
  postgres: ["kill", "database-stop", "database-slow", "clock-jump"],
};

/** Jumps as clocks make them: a second, minutes, an hour of summer time, there and back. */
const jumps: readonly number[] = [3_600_000, -3_600_000, 61_000, -61_000, 1_500, -1_500];

/** `pace`: factor of the times between and of the lengths; 1 = 1.5 to 5 s, and 1 to 5 s. */
export type Timing = { readonly seed: number; readonly pace: number };

/** In an order by lot. */
export function planFaults(store: StoreKind, counts: Counts, { seed, pace }: Timing): readonly Fault[] {
  const random = seeded(seed);
  const kinds = of[store].flatMap((kind) => Array.from({ length: counts[kind] ?? 0 }, () => kind));
  let jumped = 0;
  return shuffled(kinds, random).map((kind) => ({
    kind,
    afterMs: Math.round(pace * (1_500 + 3_500 * random())),
    lastsMs: kind === "kill" || kind === "clock-jump" ? 0 : Math.round(pace * (1_000 + 4_000 * random())),
    aheadMs: kind === "clock-jump" ? (jumps[jumped++ % jumps.length] ?? 0) : 0,
  }));
}

function shuffled<Item>(items: readonly Item[], random: Random): readonly Item[] {
  return items
    .map((item) => ({ item, lot: random() }))
    .toSorted((a, b) => a.lot - b.lot)
    .map(({ item }) => item);
}
