// The figures of a run of chaos: what was struck, what was found, how long it took to be back.

import type { CallNote } from "../centre/call-note.ts";
import type { FindingKind } from "../centre/finding.ts";
import { rounded, type Spread, spread } from "../load/figures.ts";
import type { Campaign } from "./campaign.ts";
import { ALIVE_SHARE, checks } from "./checks.ts";
import { isStoreFault } from "./plan.ts";

/** Findings of a kind that are shown. */
const SHOWN = 8;

export function reportOf(campaigns: readonly Campaign[]) {
  return {
    checks: checksOf(campaigns),
    failures: failuresOf(campaigns),
    campaigns: campaigns.map((campaign) => ({
      store: campaign.store,
      faults: countBy(campaign.struck.map(({ kind }) => kind)),
      callouts: calloutsOf(campaign.calls),
      unplaced: campaign.unplaced,
      repeats: campaign.repeats,
      rollCall: campaign.rollCall,
      writes: campaign.writes,
      edges: campaign.edges,
      recovery: recoveryOf(campaign),
      struck: campaign.struck.map(({ talks, ...rest }) => ({
        ...rest,
        ...(talks && { established: talks.established, alive: talks.heardMs.length }),
      })),
    })),
  };
}

export type CheckResult = {
  readonly kind: FindingKind;
  readonly means: string;
  readonly findings: number;
  readonly samples: readonly string[];
};

function checksOf(campaigns: readonly Campaign[]): readonly CheckResult[] {
  const found = campaigns.flatMap(({ store, findings }) => findings.map((finding) => ({ ...finding, store })));
  return checks.map((check) => {
    const own = found.filter(({ kind }) => kind === check.kind);
    return {
      ...check,
      findings: own.length,
      samples: own.slice(0, SHOWN).map(({ store, what }) => `${store}: ${what}`),
    };
  });
}

/** One line for each check that did not hold. */
export function failuresOf(campaigns: readonly Campaign[]): readonly string[] {
  const { established, alive } = survivors(campaigns);
  return checksOf(campaigns).flatMap(({ kind, means, findings, samples }) => {
    if (findings === 0) return [];
    if (kind === "alive" && alive >= ALIVE_SHARE * established) return [];
    return [`${kind} (${means}): ${findings} findings, the first: ${samples[0]}`];
  });
}

function survivors(campaigns: readonly Campaign[]): { readonly established: number; readonly alive: number } {
  const talks = campaigns.flatMap(({ struck }) => struck.flatMap((one) => one.talks ?? []));
  return {
    established: talks.reduce((sum, { established }) => sum + established, 0),
    alive: talks.reduce((sum, { heardMs }) => sum + heardMs.length, 0),
  };
}

type Recovery = {
  /** ms: process started to ready; dead to the first reply to a callout; ready to both sides hearing each other. */
  readonly ready: Spread;
  readonly callout: Spread;
  readonly heard: Spread;
  /** A fault of the store was taken away, to the next callout accepted. */
  readonly store: Spread;
  readonly established: number;
  readonly alive: number;
};

function recoveryOf(campaign: Campaign): Recovery {
  const { struck, calls } = campaign;
  const kills = struck.filter(({ kind }) => kind === "kill");
  const good = calls
    .filter(({ retcode }) => retcode === "0")
    .toSorted((a, b) => (a.repliedAt ?? 0) - (b.repliedAt ?? 0));
  const firstAfter = (at: number): number =>
    (good.find(({ repliedAt = 0 }) => repliedAt > at)?.repliedAt ?? Number.NaN) - at;
  return {
    ready: spread(kills.flatMap(({ readyMs }) => readyMs ?? [])),
    callout: spread(kills.map(({ diedAt = 0 }) => firstAfter(diedAt)).filter((ms) => !Number.isNaN(ms))),
    heard: spread(kills.flatMap(({ talks }) => talks?.heardMs ?? [])),
    store: spread(
      struck
        .filter(({ kind }) => isStoreFault(kind))
        .map(({ overAt }) => firstAfter(overAt))
        .filter((ms) => !Number.isNaN(ms)),
    ),
    ...survivors([campaign]),
  };
}

const countBy = (names: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));

function calloutsOf(calls: readonly CallNote[]) {
  const asked = calls.filter(({ manner }) => manner !== "inbound");
  return {
    asked: asked.length,
    accepted: asked.filter(({ retcode }) => retcode === "0").length,
    talked: asked.filter(({ talkingAt }) => talkingAt !== undefined).length,
    inbound: calls.length - asked.length,
    replies: countBy(asked.map(({ retcode = "none" }) => retcode)),
    endedBy: countBy(calls.map(({ endedBy = "nothing" }) => endedBy)),
  };
}

export function summary(campaigns: readonly Campaign[]): string {
  const { established, alive } = survivors(campaigns);
  const spreadText = ({ p50, p99, max }: Spread): string => `p50 ${p50}  p99 ${p99}  max ${max} ms`;
  return [
    ...checksOf(campaigns).map(
      ({ kind, means, findings }) => `${kind.padEnd(9)} ${String(findings).padStart(6)}  ${means}`,
    ),
    `calls that go on: ${alive} of ${established} (${rounded((100 * alive) / Math.max(1, established))} %)`,
    ...campaigns.flatMap((campaign) => {
      const { ready, callout, heard } = recoveryOf(campaign);
      return [
        `${campaign.store}: ${campaign.calls.length} calls; started to ready ${spreadText(ready)}`,
        `  dead to the first callout ${spreadText(callout)}; ready to hearing each other ${spreadText(heard)}`,
      ];
    }),
    "",
  ].join("\n");
}
