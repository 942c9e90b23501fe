// Recordings on the way from order to index, over a store and a folder of their own; the media are a twin that writes nothing by
// itself.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { until } from "../../test/support/until.ts";
import { nextTurn, systemClock, type VirtualClock, virtualClock } from "../base/clock.ts";
import { agentId, callId, legId } from "../base/ids.ts";
import { silentLog } from "../base/log.ts";
import type { RecordEffect, RecordingEvent } from "../core/call/state.ts";
import type { MediaLeg, Recording, RecordingEnd } from "../media/face.ts";
import type { Store } from "../store/ports.ts";
import { openSqlite } from "../store/sqlite.ts";
import { openRecordingIndex, type RecordingIndex } from "./recording-index.ts";
import { openRecordings, type Recordings } from "./recordings.ts";

type Twin = {
  readonly acts: string[];
  begin: () => void;
  fail: (code: string) => void;
  end: (end: RecordingEnd) => void;
};
type World = {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly index: RecordingIndex;
  readonly recordings: Recordings;
  readonly twins: Twin[];
  readonly told: RecordingEvent[];
  readonly tell: (order: RecordEffect) => void;
};

const whose = { call: callId("1455885056-7"), agent: agentId("101") };
const [phone, party, third] = ["101.phone.1", "1455885056-7.party", "1455885056-7.party.2"].map((id) => legId(id));
assert.ok(phone && party && third);
const voices = { left: [phone], right: [party] };
const begin: RecordEffect = {
  ...{ type: "record", ...whose, caller: "40038", called: "40040", skill: 25, name: "", voices },
};
const saved = (file: string): RecordingEnd => ({ saved: { file, ms: 1_000, bytes: 32_044, sha256: "ab", lostMs: 0 } });

async function world(t: TestContext, folder = mkdtempSync(join(tmpdir(), "seatway-recordings-"))): Promise<World> {
  const clock = virtualClock();
  const store = await openSqlite({ folder, clock, log: silentLog });
  assert.ok(!("problem" in store));
  const index = openRecordingIndex({ clock, log: silentLog, store });
  const [twins, told]: [Twin[], RecordingEvent[]] = [[], []];
  let ids = 40;
  const recordings = openRecordings({
    ...{ clock, log: silentLog, index, folder, keep: { days: 0, bytes: 0 } },
    ids: { next: () => callId(`1455885056-${++ids}`) },
    media: {
      mend: async () => "sound",
      record(agent, other, file) {
        const acts = [`${agent.id} ${other.id}`];
        const { promise: ended, resolve: end } = Promise.withResolvers<RecordingEnd>();
        const running: Recording = {
          pause: () => void acts.push("pause"),
          resume: () => void acts.push("resume"),
          stop() {
            acts.push("stop");
            end(saved(file));
          },
          voices: (left, right) => void acts.push([left, right].map((side) => side.map(({ id }) => id)).join(" | ")),
          ended,
        };
        return new Promise((resolve, reject) => {
          twins.push({ acts, end, begin: () => resolve(running), fail: (code) => reject(new Error(code)) });
        });
      },
    },
  });
  t.after(async () => {
    recordings.close();
    await index.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const mediaOf = (id: string) => ({ id }) as MediaLeg;
  const tell = (order: RecordEffect): void => recordings.obey(order, mediaOf, (event) => void told.push(event));
  return { clock, store, index, recordings, twins, told, tell };
}

const states = async ({ index }: World) =>
  (await index.find({ limit: 10 })).map(({ taskId, state }) => [taskId, state]);

test("begun and saved: the call is told, the index holds both", async (t) => {
  const it = await world(t);
  it.tell(begin);
  it.twins[0]?.begin();
  await nextTurn();
  const file = "2016-02-19/1455885056-7-41.wav";
  assert.deepEqual(it.told, [
    { type: "recording-began", agent: "101", recording: { taskId: 41, file, beganAt: it.clock.now() } },
  ]);
  assert.deepEqual(await states(it), [[41, "running"]]);
  it.clock.advance(1_000);
  it.tell({ type: "record-stop", ...whose });
  await nextTurn();
  const [row] = await it.index.find({ limit: 1 });
  assert.deepEqual([row?.state, row?.ms, row?.sha256, row?.endedAt], ["saved", 1_000, "ab", it.clock.now()]);
  assert.equal(it.told.length, 1);
});

test("what comes before the file is there is made up for: voices, a pause, the stop", async (t) => {
  const it = await world(t);
  it.tell(begin);
  it.tell({ type: "record-voices", ...whose, voices: { left: [phone], right: [party, third] } });
  it.tell({ type: "record-pause", ...whose, paused: true });
  it.tell({ type: "record-stop", ...whose });
  it.twins[0]?.begin();
  await nextTurn();
  const all = "1455885056-7.party,1455885056-7.party.2";
  assert.deepEqual(it.twins[0]?.acts, [`${phone} ${party}`, `${phone} | ${all}`, "pause", "stop"]);
  assert.deepEqual(it.told, [], "the call has done with it");
  assert.deepEqual(await states(it), [[41, "saved"]]);
});

test("an earlier one that fails is not taken for the one that runs", async (t) => {
  const it = await world(t);
  it.tell(begin);
  it.twins[0]?.begin();
  await nextTurn();
  it.tell({ type: "record-stop", ...whose });
  it.tell(begin);
  it.twins[1]?.fail("ENOSPC");
  await nextTurn();
  assert.deepEqual(
    it.told.map(({ type, recording }) => [type, recording.taskId]),
    [
      ["recording-began", 41],
      ["recording-failed", 42],
    ],
  );
  assert.deepEqual(await states(it), [
    [42, "failed"],
    [41, "saved"],
  ]);
});

test("what ran when the process was killed is cut off at the next start, as long as its file is there", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "seatway-recordings-"));
  const before = await world(t, folder);
  for (const agent of ["101", "102"]) before.tell({ ...begin, agent: agentId(agent) });
  for (const twin of before.twins) twin.begin();
  await nextTurn();
  await before.index.close();
  mkdirSync(join(folder, "2016-02-19"));
  writeFileSync(join(folder, "2016-02-19", "1455885056-7-41.wav"), Buffer.alloc(44 + 64_000));
  const next = openRecordingIndex({ clock: before.clock, log: silentLog, store: before.store });
  before.clock.advance(1_000);
  const again = openRecordings({
    ...{ clock: before.clock, log: silentLog, index: next, folder, keep: { days: 0, bytes: 0 } },
    ids: { next: () => undefined },
    media: { mend: async () => "sound", record: () => Promise.reject(new Error("not asked for")) },
  });
  t.after(() => again.close());
  before.clock.advance(0);
  let rows = await next.find({ limit: 10 });
  while (rows.some(({ state }) => state === "running")) {
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    rows = await next.find({ limit: 10 });
  }
  assert.deepEqual(
    rows.map(({ taskId, state, ms, endedAt, beganAt }) => [taskId, state, ms, endedAt - beganAt]),
    [
      [42, "failed", 0, 0],
      [41, "cut-off", 2_000, 2_000],
    ],
  );
});

test("without a number from the store it fails, and says so", async (t) => {
  const it = await world(t);
  const none = openRecordings({
    ...{ clock: it.clock, log: silentLog, index: it.index, folder: "", keep: { days: 0, bytes: 0 } },
    ids: { next: () => undefined },
    media: { mend: async () => "sound", record: () => Promise.reject(new Error("not asked for")) },
  });
  t.after(() => none.close());
  none.obey(
    begin,
    (id) => ({ id: String(id) }) as MediaLeg,
    (event) => void it.told.push(event),
  );
  it.clock.advance(1);
  assert.deepEqual(
    it.told.map(({ type }) => type),
    ["recording-failed"],
  );
});

test("a write that fails late does not come after a newer one of the same recording", async () => {
  const clock = virtualClock();
  const kept: string[] = [];
  const first = Promise.withResolvers<void>();
  let writes = 0;
  const index = openRecordingIndex({
    ...{ clock, log: silentLog },
    store: {
      async keepRecordings(rows) {
        writes += 1;
        if (writes === 1) await first.promise;
        kept.push(...rows.map(({ state }) => state));
      },
      recordings: async () => [],
      forgetRecordings: async () => {},
    },
  });
  const fields = {
    ...{ taskId: 7, callId: "1455885056-7", agent: "101", caller: "40038", called: "40040", skill: 25 },
    ...{ file: "7.wav", name: "7.wav", beganAt: 0, endedAt: 0, ms: 0, bytes: 0, sha256: "" },
  };
  index.put({ ...fields, state: "running" });
  clock.advance(1_000);
  index.put({ ...fields, state: "saved" });
  clock.advance(1_000);
  first.reject(new Error("no answer in time"));
  await nextTurn();
  clock.advance(10_000);
  await index.close();
  assert.deepEqual(kept, ["saved"]);
});

test("a store that is away at the start does not end the looking after old recordings", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "seatway-recordings-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const clock = virtualClock();
  const away = async (): Promise<never> => {
    throw new Error("away");
  };
  const recordings = openRecordings({
    ...{ clock, log: silentLog, folder, keep: { days: 1, bytes: 0 }, ids: { next: () => undefined } },
    index: { put: () => {}, find: away, forget: async () => {}, close: async () => {} },
    media: { mend: async () => "sound", record: away },
  });
  t.after(recordings.close);
  clock.advance(0);
  await until("the next sweep", () => clock.pending() === 1 || null);
});
