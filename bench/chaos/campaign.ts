// A contact centre under load, the faults of a plan one after another, and then the verdict over all of it.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Postgres, startPostgres } from "../../test/support/postgres.ts";
import type { CallNote } from "../centre/call-note.ts";
import { type Finding, findingAt } from "../centre/finding.ts";
import type { FloorLedger, Load } from "../centre/floor.ts";
import { type Rig, startRig } from "../centre/rig.ts";
import type { TownLedger } from "../centre/town.ts";
import { wallMs } from "../load/figures.ts";
import { canMount, type Disk, openDisk } from "./disk.ts";
import { type Evidence, UNKEPT_MS } from "./evidence.ts";
import { isOfEdge, judge } from "./judge.ts";
import type { Fault, StoreKind } from "./plan.ts";
import { readRecords } from "./records.ts";
import { type Ground, type Struck, strike } from "./strike.ts";
import { Writer } from "./writer.ts";

export type CampaignOptions = {
  readonly store: StoreKind;
  readonly plan: readonly Fault[];
  readonly seed: number;
  readonly agents: number;
  readonly load: Load;
  readonly say: (line: string) => void;
  /** A folder that gets the gateway's logs and what everybody noted, to find out what a finding was. */
  readonly keep?: string;
};

export type Campaign = {
  readonly store: StoreKind;
  readonly struck: readonly Struck[];
  readonly findings: readonly Finding[];
  readonly calls: readonly CallNote[];
  readonly repeats: number;
  readonly unplaced: number;
  readonly rollCall: number;
  /** Legs that were answered in the moment of a kill, and that nobody ended. */
  readonly edges: number;
  /** Writes of soft parameters that were acknowledged. */
  readonly writes: number;
};

const clockJump = fileURLToPath(new URL("./clock-jump.ts", import.meta.url));
const WARM_UP_MS = 3_000;
/** A leg that hears nothing for so long is given up by its owner. */
const IMPATIENT_MS = 12_000;
const CALM_MS = 40_000;
/** The last rows are written within 250 ms. */
const SETTLE_MS = 1_000;

type Base = {
  readonly folder: string;
  readonly disk: Disk | null;
  readonly postgres: Postgres | null;
  close(): Promise<void>;
};

async function openBase(store: StoreKind): Promise<Base> {
  const folder = await mkdtemp(join(tmpdir(), "seatway-chaos-"));
  const disk = store === "sqlite" && canMount() ? await openDisk() : null;
  const postgres = store === "postgres" ? await startPostgres() : null;
  return {
    ...{ folder, disk, postgres },
    async close() {
      await disk?.close();
      await postgres?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const base = await openBase(options.store);
  let rig: Rig | undefined;
  try {
    const clockFile = join(base.folder, "clock");
    await writeFile(clockFile, "0");
    const database = await base.postgres?.database();
    rig = await startRig({
      ...{ agents: options.agents, seed: options.seed, data: base.disk?.folder ?? base.folder, silentMs: IMPATIENT_MS },
      ...(base.disk && { within: base.disk.within }),
      ...(options.keep !== undefined && { logs: options.keep }),
      nodeOptions: `--import ${clockJump}`,
      settings: {
        SEATWAY_CHAOS_CLOCK: clockFile,
        // A machine that is busy with others is no store that is away; a database that stops for longer is.
        SEATWAY_JOURNAL_WAIT_MS: `${UNKEPT_MS}`,
        ...(database && { SEATWAY_DATABASE_URL: database }),
      },
    });
    await rig.register();
    await rig.signIn();
    const databasePort = Number(database === undefined ? 0 : new URL(database).port);
    return await carryOut(options, { rig, clockFile, databasePort, disk: base.disk, postgres: base.postgres });
  } finally {
    await rig?.close();
    await base.close();
  }
}

async function carryOut(options: CampaignOptions, ground: Omit<Ground, "found">): Promise<Campaign> {
  const { rig } = ground;
  const findings: Finding[] = [];
  const found = (finding: Finding): void => void findings.push(finding);
  const callers = setInterval(() => void callIn(rig, options.load), 1_000);
  const struck: Struck[] = [];
  const writer = new Writer(() => rig.gateway().ports.mml);
  try {
    writer.start();
    await rig.floor.ask({ type: "load", load: options.load });
    await sleep(WARM_UP_MS);
    for (const fault of options.plan) {
      await sleep(fault.afterMs);
      const one = await strike(fault, { ...ground, found });
      struck.push(one);
      await writer.stop();
      findings.push(...(await writer.check()));
      writer.start();
      options.say(line(options.store, struck.length, options.plan.length, one));
    }
    await sleep(WARM_UP_MS);
  } finally {
    clearInterval(callers);
    await writer.stop();
  }
  return { store: options.store, struck, writes: writer.count, ...(await verdict(options, rig, { findings, struck })) };
}

/** One call from outside for each 25 callouts. */
async function callIn(rig: Rig, { rate }: Load): Promise<void> {
  const count = Math.max(1, Math.round(rate / 25));
  await rig.town.ask({ type: "call-in", count, stayMs: 2_500 }).catch(() => {});
}

type Seen = { readonly findings: Finding[]; readonly struck: readonly Struck[] };

async function verdict(options: CampaignOptions, rig: Rig, { findings, struck }: Seen) {
  const began = wallMs();
  for (const who of await rig.floor.ask<readonly string[]>({ type: "calm", patienceMs: CALM_MS }))
    findings.push(findingAt("stuck", `not free ${Math.round(wallMs() - began)} ms after the load: ${who}`));
  const rollCall = await rig.floor.ask<number>({ type: "roll-call", rate: Math.max(10, options.load.rate / 2) });
  await sleep(SETTLE_MS);
  const floor = await rig.floor.ask<FloorLedger>({ type: "ledger" });
  const town = await rig.town.ask<TownLedger>({ type: "ledger" });
  const records = await readRecords(rig.gateway().url);
  const evidence: Evidence = {
    ...{ ...town, calls: floor.calls, records },
    kills: struck.flatMap(({ killedAt: from, diedAt: to }) =>
      from === undefined || to === undefined ? [] : { from, to },
    ),
    outages: struck.filter(({ kind }) => kind !== "clock-jump").map(({ at, overAt }) => ({ from: at, to: overAt })),
    clockSet: struck.some(({ kind }) => kind === "clock-jump"),
  };
  findings.push(...floor.findings, ...judge(evidence));
  if (options.keep !== undefined) await keepNotes(options.keep, { evidence, struck, findings });
  const edges = [...town.phones, ...town.parties].filter((note) => isOfEdge(note, evidence)).length;
  return { findings, edges, calls: floor.calls, repeats: floor.repeats, unplaced: floor.unplaced, rollCall };
}

/** Times in it are wall milliseconds, those of the logs too. */
function keepNotes(folder: string, { evidence, ...rest }: { readonly evidence: Evidence } & Seen): Promise<void> {
  const notes = { ...rest, ...evidence, records: Object.fromEntries(evidence.records) };
  return writeFile(join(folder, "notes.json"), JSON.stringify(notes, null, 1));
}

function line(store: StoreKind, number: number, of: number, { kind, proof, readyMs, talks, audit }: Struck): string {
  const parts = [
    `${store} ${number}/${of} ${kind}: ${proof}`,
    ...(readyMs === undefined ? [] : [`ready in ${Math.round(readyMs)} ms`]),
    ...(talks ? [`${talks.heardMs.length} of ${talks.established} calls go on`] : []),
    ...(audit ? [`${audit.wrong} of ${audit.asked} agents are not as acknowledged`] : []),
  ];
  return parts.join("; ");
}
