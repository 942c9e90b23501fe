// What a storm must leave behind: an endpoint that has met no bug, answers, is idle again, and was reached in every room.

import assert from "node:assert/strict";
import type { Weather } from "./storm.ts";

/** Every state that a server transaction of ours can come into; no non-INVITE of ours is answered provisionally. */
const STATES = [
  ...["invite proceeding", "invite completed", "invite confirmed", "invite accepted", "invite terminated"],
  ...["other trying", "other completed", "other terminated"],
];

const MIB = 2 ** 20;
const MAX_GROWTH = 16 * MIB;

/** Asserts, and gives the lines of the report. */
export function judge(weather: Weather, seed: number): string[] {
  const { sent, before, after, rested, seconds } = weather;
  const total = sent.udp + sent.tcp;
  const share = after.passed / after.received;
  const mib = (bytes: number): string => (bytes / MIB).toFixed(1);
  const lines = [
    `seed ${seed}: ${total} mutants (UDP ${sent.udp}, TCP ${sent.tcp}) in ${seconds.toFixed(1)} s`,
    `${after.received} arrived as messages, ${(100 * share).toFixed(1)} % passed the parser`,
    `server transactions: ${STATES.map((state) => `${state} ${rested.states[state] ?? 0}`).join(", ")}`,
    `event loop blocked: 99.9 % below ${after.blockedMs.p999.toFixed(1)} ms, longest ${after.blockedMs.max.toFixed(1)} ms`,
    `heap MiB: ${mib(before.heapBytes)} before, ${mib(after.heapBytes)} after, ${mib(rested.heapBytes)} at rest`,
  ];
  const said = lines.join("\n");
  assert.deepEqual(rested.faults, [], said);
  assert.ok(share >= 0.3, said);
  for (const state of STATES) assert.ok((rested.states[state] ?? 0) > 0, `${state} was never reached\n${said}`);
  assert.deepEqual([rested.transactions, rested.dialogs], [0, 0], said);
  assert.ok(rested.heapBytes - before.heapBytes < MAX_GROWTH, said);
  return lines;
}
