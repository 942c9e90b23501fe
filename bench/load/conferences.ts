// What conferences of three cost: CPU of this whole process (all threads), with the phones in a child process.

import { fork } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { LegStatistics, MediaLeg } from "../../src/media/face.ts";
import { openPlane } from "../../src/media/plane.ts";
import { rounded } from "./figures.ts";

const parties = 3;
const host = "127.0.0.1";

export type ConferenceFigures = {
  readonly conferences: number;
  readonly cores: number;
  /** 150 for each conference, unless the phones were kept from sending. */
  readonly packetsPerSecond: number;
  readonly cpuUsPerPacket: number;
  readonly lost: number;
};

export async function runConferences(conferences: number, seconds: number): Promise<ConferenceFigures> {
  const count = conferences * parties;
  const ports = [30_000, 39_999] as const;
  const plane = await openPlane({ clock: systemClock, log: silentLog, host, advertise: host, ports, workers: 1 });
  const child = fork(fileURLToPath(new URL("./conference-phones.ts", import.meta.url)));
  try {
    const legs: MediaLeg[] = [];
    for (let index = 0; index < count; index += 1) legs.push(await plane.open(String(index)));
    child.send(legs.map((leg) => leg.offer({ video: false })));
    const [answers] = (await once(child, "message")) as [string[]];
    for (const [index, leg] of legs.entries()) leg.acceptAnswer(answers[index] ?? "");
    for (const [index, leg] of legs.entries()) leg.hear({ mix: othersOf(legs, index) });
    await pause(2_000);
    const packetsBefore = packetsOf(await statisticsOf(legs));
    const before = process.cpuUsage();
    await pause(seconds * 1_000);
    const { user, system } = process.cpuUsage(before);
    const counted = await statisticsOf(legs);
    const packets = packetsOf(counted) - packetsBefore;
    const cores = (user + system) / (seconds * 1_000_000);
    return {
      conferences,
      cores: rounded(cores),
      packetsPerSecond: rounded(packets / seconds),
      cpuUsPerPacket: rounded((user + system) / packets),
      lost: counted.reduce((sum, { audio }) => sum + audio.lost, 0),
    };
  } finally {
    child.disconnect();
    await plane.close();
  }
}

const statisticsOf = (legs: readonly MediaLeg[]): Promise<LegStatistics[]> =>
  Promise.all(legs.map((leg) => leg.statistics()));

const packetsOf = (all: readonly LegStatistics[]): number => all.reduce((sum, { audio }) => sum + audio.packetsIn, 0);

function othersOf(legs: readonly MediaLeg[], index: number) {
  const first = index - (index % parties);
  const others = legs.slice(first, first + parties).filter((_, party) => first + party !== index);
  return others.map((leg) => ({ leg, gain: 1 }));
}
