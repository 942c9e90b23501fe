// Established calls over a death of the gateway: who heard whom before it, and how long after the gateway was ready both hear each other
// again. Heard: packets that came since, and the other's tone in them.

import { setTimeout as sleep } from "node:timers/promises";
import type { Rig } from "../centre/rig.ts";
import type { Pair, TalkingPair } from "../centre/town.ts";
import type { Ear } from "../centre/town-leg.ts";
import { wallMs } from "../load/figures.ts";

/** dB; a tone is sent at -12. */
const HEARD = -30;
/** So many packets have come since. */
const FRESH = 5;
const LOOK_MS = 100;

export type Talks = {
  readonly established: number;
  /** After ready, ms, of those that go on. */
  readonly heardMs: readonly number[];
  /** Those that do not: who. */
  readonly lost: readonly string[];
};

const hears = (ear: Ear | null): boolean => ear !== null && ear.level > HEARD;

const hearAll = (rig: Rig, pairs: readonly TalkingPair[]): Promise<readonly Pair[]> =>
  rig.town.ask({ type: "hear", pairs });

/** The calls in which both sides hear each other now. */
export async function talksNow(rig: Rig): Promise<readonly TalkingPair[]> {
  const pairs = await rig.floor.ask<readonly TalkingPair[]>({ type: "talks" });
  const heard = await hearAll(rig, pairs);
  return pairs.filter((_, index) => hears(heard[index]?.phone ?? null) && hears(heard[index]?.party ?? null));
}

/** While the gateway is dead: what has come so far. */
export const packetsOf = (rig: Rig, pairs: readonly TalkingPair[]): Promise<readonly Pair[]> => hearAll(rig, pairs);

const again = (before: Ear | null | undefined, now: Ear | null | undefined): boolean =>
  !!before && !!now && now.packetsIn > before.packetsIn + FRESH && now.level > HEARD;

/** Looks until all are alive or the time is over. */
export async function talksAgain(
  rig: Rig,
  {
    pairs,
    before,
    limitMs,
  }: { readonly pairs: readonly TalkingPair[]; readonly before: readonly Pair[]; readonly limitMs: number },
): Promise<Talks> {
  const began = wallMs();
  const left = new Map(pairs.map((pair, index) => [pair, before[index]] as const));
  const heardMs: number[] = [];
  while (left.size > 0 && wallMs() - began < limitMs) {
    const waiting = [...left.keys()];
    const now = await hearAll(rig, waiting);
    waiting.forEach((pair, index) => {
      const was = left.get(pair);
      if (!again(was?.phone, now[index]?.phone) || !again(was?.party, now[index]?.party)) return;
      left.delete(pair);
      heardMs.push(wallMs() - began);
    });
    await sleep(LOOK_MS);
  }
  return {
    established: pairs.length,
    heardMs,
    lost: [...left.keys()].map(({ phone, called }) => `${phone} - ${called}`),
  };
}
