import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamStatistics } from "../face.ts";
import { type Counts, countsOf } from "./counts.ts";
import { readLogged } from "./digit-log.ts";
import { Tally } from "./tally.ts";

const counts = (packets: number): Counts => ({
  audio: { packets, octets: packets * 160 },
  video: { packets: 0, octets: 0 },
});
const peers = { rttMs: null, mos: null, lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null };
const stream: StreamStatistics = {
  ...peers,
  packetsIn: 10,
  packetsOut: 20,
  octetsIn: 1600,
  octetsOut: 3200,
  lost: 0,
  jitterMs: 1,
};
const plane = (more: Partial<StreamStatistics> = {}) => ({ audio: { ...stream, ...more }, video: stream });

test("what was relayed is added once, over several times; what the plane missed meanwhile is no loss", () => {
  const tally = new Tally(15_000);
  assert.deepEqual(tally.added(plane()).audio, stream);
  tally.look({ own: counts(100), partner: counts(1_000) });
  tally.look({ own: counts(150), partner: counts(1_040) });
  const { packetsIn, packetsOut, octetsIn } = tally.added(plane()).audio;
  assert.deepEqual([packetsIn, packetsOut, octetsIn], [60, 60, 1600 + 50 * 160]);
  tally.end();
  assert.equal(tally.added(plane({ lost: 53 })).audio.lost, 3);
  tally.look({ own: counts(200), partner: counts(7) });
  tally.look({ own: counts(201), partner: counts(9) });
  assert.deepEqual([tally.added(plane()).audio.packetsIn, tally.added(plane()).audio.packetsOut], [61, 62]);
});

test("silence at rtpengine is told once, and its end", () => {
  const tally = new Tally(15_000);
  const told = [0, 5_000, 10_000, 15_000, 20_000].map((at) => tally.listen(counts(7), at)?.type ?? null);
  assert.deepEqual(told, [null, null, null, "silent", null]);
  assert.equal(tally.listen(counts(8), 25_000)?.type, "back");
});

test("counters of one tag in the answer to query; anything else is zero or nothing", () => {
  const stats = { packets: 3, bytes: 3 * 172 };
  const answer = {
    tags: { a: { medias: [{ type: "audio", streams: [{ stats }, { stats: { packets: 9 } }] }] }, b: "x" },
  };
  assert.deepEqual(countsOf(answer, "a"), { audio: { packets: 3, octets: 480 }, video: { packets: 0, octets: 0 } });
  assert.deepEqual(countsOf(answer, "b"), { audio: { packets: 0, octets: 0 }, video: { packets: 0, octets: 0 } });
  assert.equal(countsOf(answer, "c"), undefined);
});

const logged = { callid: "c", source_tag: "a", type: "DTMF", event: 11, duration: 160 };
const rows: readonly (readonly [unknown, unknown])[] = [
  [logged, { call: "c", tag: "a", digit: { digit: "#", ms: 160, by: "event" } }],
  [{ ...logged, event: 16 }, undefined],
  [{ ...logged, event: -1 }, undefined],
  [{ ...logged, type: "other" }, undefined],
  [{ ...logged, callid: 5 }, undefined],
  [null, undefined],
  [[], undefined],
];
for (const [value, digit] of rows)
  test(`a digit in rtpengine's words: ${JSON.stringify(value)}`, () =>
    assert.deepEqual(readLogged(JSON.stringify(value)), digit));

test("no JSON, no digit", () => assert.equal(readLogged("{"), undefined));
