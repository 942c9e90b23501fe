// One fault after another at a running contact centre: each strikes, shows that it bit, is mended, and what it did to the calls is measured.

import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Postgres } from "../../test/support/postgres.ts";
import type { StartedGateway } from "../../test/support/started-gateway.ts";
import { until } from "../../test/support/until.ts";
import { type Finding, type FindingKind, findingAt } from "../centre/finding.ts";
import type { Rig } from "../centre/rig.ts";
import { wallMs } from "../load/figures.ts";
import { brake, type Disk } from "./disk.ts";
import type { Fault } from "./plan.ts";
import { packetsOf, type Talks, talksAgain, talksNow } from "./talks.ts";

export type Ground = {
  readonly rig: Rig;
  /** Where the data lies; null: no disk of its own. */
  readonly disk: Disk | null;
  readonly postgres: Postgres | null;
  readonly databasePort: number;
  /** The file that bench/chaos/clock-jump.ts reads. */
  readonly clockFile: string;
  readonly found: (finding: Finding) => void;
};

/** One fault as it went. `proof`: that it bit. */
export type Struck = {
  readonly kind: Fault["kind"];
  readonly at: number;
  /** The gateway was ready again, or the fault was taken away. */
  readonly overAt: number;
  readonly proof: string;
  /** Of a kill: the signal, when the gateway was found gone, and from the start of the process to ready, ms. */
  readonly killedAt?: number;
  readonly diedAt?: number;
  readonly readyMs?: number;
  readonly talks?: Talks;
  /** What was asked whether it is as acknowledged, and was not. */
  readonly audit?: { readonly asked: number; readonly wrong: number };
};

/** People talk again within so long after ready. */
const AGAIN_MS = 3_000;
const SLOW_MS = 150;
const REFUSED_MS = 2_000;

export async function strike(fault: Fault, ground: Ground): Promise<Struck> {
  const at = wallMs();
  const blow = await blows[fault.kind](fault, ground);
  const struck = { kind: fault.kind, at, overAt: wallMs(), ...blow };
  if (struck.proof === "") ground.found(findingAt("fault", `${fault.kind} did not bite`, at));
  return struck;
}

type Blow = (
  fault: Fault,
  ground: Ground,
) => Promise<Omit<Struck, "kind" | "at" | "overAt"> & Partial<Pick<Struck, "overAt">>>;

const kill: Blow = async (_, { rig, found }) => {
  const talking = await talksNow(rig);
  await until("the journal to be written", () => journalIsWritten(rig.gateway()));
  const { log } = rig.gateway();
  const killedAt = wallMs();
  const proof = await rig.kill();
  const diedAt = wallMs();
  if (wasAway(log()))
    found(findingAt("fault", "its journal was away when it was killed: nothing was promised", diedAt));
  // Whose end was asked for in the moment of the kill goes on or not.
  const leaving = new Set(await rig.floor.ask<readonly string[]>({ type: "leaving" }));
  const pairs = talking.filter(({ phone }) => !leaving.has(phone));
  const before = await packetsOf(rig, pairs);
  const readyMs = await rig.start();
  const overAt = wallMs();
  const talks = await talksAgain(rig, { pairs, before, limitMs: AGAIN_MS });
  const say = (kind: FindingKind, what: string): void => found(findingAt(kind, what, diedAt));
  for (const who of talks.lost) say("alive", `${who} do not hear each other ${AGAIN_MS} ms after ready`);
  return { proof, killedAt, diedAt, overAt, readyMs, talks, audit: await rig.floor.ask({ type: "audit" }) };
};

/** A kill while the journal cannot be written loses what happened meanwhile, as docs/journal.md says: that is no kill of ours. */
async function journalIsWritten({ url }: StartedGateway): Promise<true | null> {
  const page = await (await fetch(`${url}/metrics`)).text();
  return /^seatway_journal_away 0$/m.test(page) || null;
}

const wasAway = (log: string): boolean =>
  log.lastIndexOf("the journal cannot be written") > log.lastIndexOf("the journal is written again");

const diskFull: Blow = async ({ lastsMs }, { disk }) => {
  if (!disk) throw new Error("there is no disk to fill");
  const proof = disk.fill();
  await sleep(lastsMs);
  disk.empty();
  return { proof };
};

const diskSlow: Blow = async ({ lastsMs }, { rig }) => {
  const slow = await brake(rig.gateway().pid, SLOW_MS);
  await sleep(lastsMs);
  const held = await slow.release();
  return { proof: held > 0 ? `${held} writes took ${SLOW_MS} ms more` : "" };
};

const databaseStop: Blow = async ({ lastsMs }, { postgres, databasePort }) => {
  await postgres?.stop(lastsMs % 2 === 0 ? "SIGINT" : "SIGQUIT");
  const proof = await refusal(databasePort);
  await sleep(lastsMs);
  await postgres?.start();
  return { proof };
};

const databaseSlow: Blow = async ({ lastsMs }, { postgres }) => {
  const stopped = postgres?.freeze() ?? 0;
  await sleep(lastsMs);
  postgres?.thaw();
  return { proof: stopped > 0 ? `${stopped} processes stopped` : "" };
};

const clockJump: Blow = async ({ aheadMs }, { rig, clockFile }) => {
  const before = Number(readFileSync(clockFile, "utf8"));
  writeFileSync(clockFile, `${before + aheadMs}`);
  const until = wallMs() + 5_000;
  const jumped = (skew: number): boolean => Math.abs(skew - before - aheadMs) < 700;
  for (;;) {
    const skews = await rig.floor.ask<readonly number[]>({ type: "skew" });
    const told = skews.find(jumped);
    if (told !== undefined) return { proof: `events are dated ${Math.round(told)} ms ahead` };
    if (wallMs() > until) return { proof: "" };
    await sleep(200);
  }
};

const blows: Readonly<Record<Fault["kind"], Blow>> = {
  kill,
  "disk-full": diskFull,
  "disk-slow": diskSlow,
  "database-stop": databaseStop,
  "database-slow": databaseSlow,
  "clock-jump": clockJump,
};

/** How the database says that it is not there. */
async function refusal(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(REFUSED_MS, () => socket.destroy());
    socket.once("connect", () => socket.destroy());
    socket.once("error", (fault) => resolve(String((fault as NodeJS.ErrnoException).code)));
    socket.once("close", () => resolve(""));
  });
}
