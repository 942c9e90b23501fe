// What is left in the gateway's process when no call is: by its metrics, by the system's accounting, by the probe within it.

import { readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { StartedGateway } from "../../test/support/started-gateway.ts";
import { until } from "../../test/support/until.ts";
import { rounded } from "../load/figures.ts";
import { residentMb } from "../load/process-cost.ts";
import { type TableSize, tableSizes } from "./database-size.ts";
import type { Probed } from "./probe.ts";
import { quietestWakeUps, sockets, udpSockets } from "./remains.ts";

export type MixRemains = {
  /** That have been made since the start. */
  readonly calls: number;
  /** That have not ended. */
  readonly standing: number;
  readonly dialogs: number;
  readonly transactions: number;
  readonly sockets: number;
  /** Of them, media ports and those of SIP. */
  readonly udpPorts: number;
  readonly timers: number;
  /** Of the media worker in three seconds. */
  readonly wakeUps: number;
  readonly heapMb: number;
  readonly residentMb: number;
  readonly databaseMb: number;
  /** Beside it, what is written over again and again. */
  readonly logMb: number;
  /** What the database is made of, the largest first. */
  readonly tables: readonly TableSize[];
};

export async function mixRemains(gateway: StartedGateway, probe: string, calls: number): Promise<MixRemains> {
  const page = await (await fetch(`${gateway.url}/metrics`)).text();
  const metric = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(page)?.[1] ?? Number.NaN);
  const wakeUps = await quietestWakeUps(gateway.pid);
  const probed = await ask(gateway.pid, probe);
  const database = join(gateway.data, "seatway.db");
  return {
    ...{ calls, wakeUps, timers: probed.timers, sockets: sockets(gateway.pid), udpPorts: udpSockets(gateway.pid) },
    standing: metric("seatway_calls"),
    dialogs: metric("seatway_sip_dialogs"),
    transactions: metric("seatway_sip_transactions"),
    heapMb: rounded(probed.heapBytes / 2 ** 20),
    residentMb: rounded(residentMb(gateway.pid)),
    databaseMb: rounded(megabytes(database)),
    logMb: rounded(megabytes(`${database}-wal`)),
    tables: tableSizes(database),
  };
}

async function ask(pid: number, probe: string): Promise<Probed> {
  rmSync(probe, { force: true });
  process.kill(pid, "SIGUSR2");
  const text = await until("the probe's answer", () => contents(probe));
  return JSON.parse(text) as Probed;
}

function contents(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function megabytes(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / 2 ** 20;
}
