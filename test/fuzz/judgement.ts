// What a storm must leave behind: an endpoint that has met no bug, answers, is idle again, and was reached in every room.

import assert from "node:assert/strict";
import type { Weather } from "./storm.ts";

/** Every state that a server transaction of ours can come into; no non-INVITE of ours is answered provisionally. */
const STATES = [
  ...["invite proceeding", "invite completed", "invite confirmed", "invite accepted", "invite terminated"],
  ...["other trying", "other completed", "other terminated"],
];

/**
 * The event loop is never blocked for longer: by the processor's time that one turn takes, because the machine's other work may
 * stop us for as long as it likes.
 */
const MAX_TURN_MS = 50;
const ways = ["UDP", "TCP", "TLS", "WS"] as const;

const MIB = 2 ** 20;
const MAX_GROWTH = 16 * MIB;

/** Asserts, and gives the lines of the report. */
export function judge(weather: Weather, seed: number): string[] {
  const { sent, before, after, rested, seconds } = weather;
  const total = ways.reduce((sum, way) => sum + sent[way], 0);
  const share = (way: keyof typeof sent): number => after.passed[way] / after.received[way];
  const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
  const lines = [
    `seed ${seed}: ${total} mutants (${ways.map((way) => `${way} ${sent[way]}`).join(", ")}) in ${seconds.toFixed(1)} s`,
    `passed the parser: ${ways.map((way) => `${way} ${(100 * share(way)).toFixed(1)} % of ${after.received[way]}`).join(", ")}`,
    `server transactions: ${STATES.map((state) => `${state} ${rested.states[state] ?? 0}`).join(", ")}`,
    `longest turn of the event loop: ${after.turnMs.toFixed(1)} ms of processor time, for ${JSON.stringify(after.longest)}`,
    `event loop late: 99.9 % below ${after.lateMs.p999.toFixed(1)} ms, most ${after.lateMs.max.toFixed(1)} ms`,
    `heap MiB: ${mib(before.heapBytes)} before, ${mib(after.heapBytes)} after, ${mib(rested.heapBytes)} at rest`,
  ];
  const said = lines.join("\n");
  assert.deepEqual(rested.faults, [], said);
  for (const way of ways) assert.ok(share(way) >= 0.3, `${way}\n${said}`);
  assert.ok(after.turnMs <= MAX_TURN_MS, said);
  for (const state of STATES) assert.ok((rested.states[state] ?? 0) > 0, `${state} was never reached\n${said}`);
  assert.deepEqual([rested.transactions, rested.dialogs], [0, 0], said);
  assert.ok(rested.heapBytes - before.heapBytes < MAX_GROWTH, said);
  return lines;
}
