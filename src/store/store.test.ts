// One suite over both databases.

import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import pg from "pg";
import { auditRow, type Kind, kinds, open, type Place, problemOf, start } from "../../test/support/store-places.ts";
import { migrations } from "./migrations.ts";
import {
  type CallFilter,
  type CallRow,
  type LegRow,
  type PreviewRow,
  type RecordingFilter,
  type RecordingRow,
  StoreFault,
} from "./ports.ts";

/** Another program's statement in the same database. */
async function aside({ folder, url }: Place, statement: string): Promise<void> {
  if (url === "") {
    const side = new DatabaseSync(join(folder, "seatway.db"));
    side.exec(statement);
    side.close();
    return;
  }
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

const recorded = (taskId: number, change: Partial<RecordingRow> = {}): RecordingRow => ({
  ...{ taskId, callId: "1455885056-7", agent: "101", caller: "40038", called: "40040", skill: 25 },
  ...{ file: `2016-02-19/${taskId}.wav`, name: `2016-02-19/${taskId}.wav`, beganAt: 1_000 * taskId, endedAt: 0 },
  ...{ ms: 0, bytes: 0, sha256: "", state: "running" },
  ...change,
});

const callRow = (at: number, change: Partial<CallRow> = {}): CallRow => ({
  ...{
    callId: `7-${at}`,
    vdn: 1,
    node: "one",
    kind: "outgoing",
    feature: 7,
    caller: "40038",
    called: `4000${at}`,
    skill: 25,
  },
  ...{ skillName: "voice", agents: "101 102", data: "x", startedAt: 1_000 * at, agentAlertingAt: null, heldMs: 0 },
  ...{ agentAnsweredAt: 1, partyAlertingAt: 2, partyAnsweredAt: 3, talkingAt: 1_700_000_000_000, endedAt: 5 },
  ...{ outcome: "answered", phase: "", status: null, q850: null, ours: "", heard: "", detect: null, detectText: "" },
  ...change,
});

const legRow = (callId: string, leg: string, change: Partial<LegRow> = {}): LegRow => ({
  ...{ callId, leg, side: "party", agent: "", number: "", trunk: "", sipCallId: "", startedAt: 0, ringingAt: null },
  ...{ answeredAt: null, endedAt: null, endedBy: "", status: null, q850: null, ours: "", heard: "", codec: "" },
  ...{ packetsIn: null, packetsOut: null, lost: null, jitterMs: null, rttMs: null, mos: null },
  ...{ lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null },
  ...change,
});

for (const kind of kinds) suite(kind);

function suite({ name, skip, newPlace }: Kind): void {
  const over = (title: string, work: () => Promise<void>) => test(`${name}: ${title}`, { skip }, work);

  over(
    "changes of the site: one for each entry, in the order of their first, with the audit row; an empty one goes",
    async () => {
      const place = await newPlace();
      const store = await open(place);
      const edit = (key: string, text: string) => ({ kind: "agents", key, edit: text }) as const;
      await store.keepSiteEdit(edit("102", '{"gone":true}'), auditRow("a", "b"));
      await store.keepSiteEdit(edit("101", '{"fields":{"name":"Ünï"}}'), auditRow("b", "c"));
      await store.keepSiteEdit({ ...edit("102", "{}"), kind: "skills" }, auditRow("c", "d"));
      await store.keepSiteEdit(edit("102", '{"fields":{}}'), auditRow("d", "e"));
      await store.close();
      const again = await open(place);
      assert.deepEqual(await again.siteEdits(), [
        edit("102", '{"fields":{}}'),
        edit("101", '{"fields":{"name":"Ünï"}}'),
        { ...edit("102", "{}"), kind: "skills" },
      ]);
      await again.keepSiteEdit(edit("102", ""), auditRow("e", "f"));
      assert.deepEqual(
        (await again.siteEdits()).map(({ kind, key }) => `${kind} ${key}`),
        ["agents 101", "skills 102"],
      );
      assert.deepEqual(
        (await again.audit(10)).map(({ after }) => after),
        ["f", "e", "d", "c", "b"],
      );
      await again.close();
    },
  );

  over("first replies: kept by their id, the newest one counts, forgotten by age and number", async () => {
    const place = await newPlace();
    const store = await open(place);
    const reply = (id: string, at: number, sealed = "x") => ({ id, print: "p", at, sealed });
    assert.equal(await store.reply("a"), undefined);
    const four = ["a", "b", "c", "d"].map((id, index) => reply(id, 1_455_885_056_000 + index));
    await store.keepJournal("one", { number: 1, images: "[]", replies: four });
    await store.keepJournal("one", { number: 2, images: "[]", replies: [reply("d", 1_455_885_056_009, "y")] });
    await store.close();
    const again = await open(place);
    assert.deepEqual(await again.reply("d"), reply("d", 1_455_885_056_009, "y"));
    await again.forgetReplies(1_455_885_056_001, 100);
    assert.equal(await again.reply("a"), undefined);
    assert.deepEqual(await again.reply("b"), reply("b", 1_455_885_056_001));
    await again.forgetReplies(0, 2);
    assert.equal(await again.reply("b"), undefined);
    assert.deepEqual(await again.reply("c"), reply("c", 1_455_885_056_002));
    await again.close();
  });

  over("a parameter and its audit row survive closing and opening", async () => {
    const place = await newPlace();
    const first = await open(place);
    assert.deepEqual(await first.parameters(), {});
    await first.changeParameter("P978", 1, auditRow("0", "1"));
    await first.changeParameter("P978", 0xffff_ffff, auditRow("1", "4294967295"));
    await first.close();
    await first.close();
    const second = await open(place);
    assert.deepEqual(await second.parameters(), { P978: 0xffff_ffff });
    assert.deepEqual(await second.audit(10), [auditRow("1", "4294967295"), auditRow("0", "1")]);
    assert.deepEqual(await second.audit(1), [auditRow("1", "4294967295")]);
    await second.close();
  });

  over(
    "the day's calls survive closing and opening; an older day is forgotten with the first count of a newer one",
    async () => {
      const place = await newPlace();
      const first = await open(place);
      assert.deepEqual(await first.dailyCalls(20_000), new Map());
      await first.keepDailyCalls(20_000, new Map([["agent 101", 3]]));
      const many = Array.from({ length: 12_000 }, (_, agent) => [`agent ${agent}`, 1] as const);
      await first.keepDailyCalls(20_000, new Map<string, number>([...many, ["agent 101", 4]]));
      await first.keepDailyCalls(20_000, new Map());
      await first.close();
      const second = await open(place);
      const today = await second.dailyCalls(20_000);
      assert.deepEqual([today.size, today.get("agent 101"), today.get("agent 11999")], [12_000, 4, 1]);
      await second.keepDailyCalls(20_001, new Map([["skill 25", 1]]));
      assert.deepEqual(await second.dailyCalls(20_000), new Map());
      assert.deepEqual(await second.dailyCalls(20_001), new Map([["skill 25", 1]]));
      await second.close();
    },
  );

  over(
    "previews survive closing and opening, with what has become of them; numbers of removed ones do not come back",
    async () => {
      const place = await newPlace();
      const first = await open(place);
      const preview: Omit<PreviewRow, "id"> = {
        ...{ state: "waiting", numbers: "40040,40041", data: "grün", caller: "", agent: "", skill: 25 },
        ...{ offeredTo: "", declinedBy: "", call: "", called: "", createdAt: 1, changedAt: 1 },
      };
      const ids = [await first.addPreview(preview), await first.addPreview(preview), await first.addPreview(preview)];
      assert.deepEqual(ids, [1, 2, 3]);
      await first.keepPreview({ ...preview, id: 2, state: "answered", offeredTo: "101", call: "1-1", changedAt: 5 });
      assert.equal(await first.forgetPreviews({ ids: [3, 4711] }), 1);
      await first.close();
      const second = await open(place);
      assert.deepEqual(await second.openPreviews(), [{ id: 1, ...preview }]);
      assert.deepEqual(
        (await second.previews({ before: 0, limit: 10 })).map(({ id, state }) => [id, state]),
        [
          [2, "answered"],
          [1, "waiting"],
        ],
      );
      assert.deepEqual(
        (await second.previews({ before: 2, limit: 10 })).map(({ id }) => id),
        [1],
      );
      assert.equal(await second.addPreview(preview), 4);
      assert.equal(await second.forgetPreviews({ overBefore: 5 }), 0);
      assert.equal(await second.forgetPreviews({ overBefore: 6 }), 1);
      await second.close();
    },
  );

  over(
    "recordings are found by what they are, the newest first, over closing and opening; a later row replaces",
    async () => {
      const place = await newPlace();
      const first = await open(place);
      const rows = [
        recorded(1),
        recorded(2, { agent: "102", skill: 26 }),
        recorded(3, { callId: "1455885056-9", name: "mine" }),
      ];
      await first.keepRecordings(rows);
      const saved = recorded(1, { endedAt: 9_000, ms: 8_000, bytes: 256_044, sha256: "ab", state: "saved" });
      await first.keepRecordings([saved]);
      await first.close();
      const store = await open(place);
      const numbers = async (filter: Partial<RecordingFilter>): Promise<number[]> =>
        (await store.recordings({ limit: 10, ...filter })).map(({ taskId }) => taskId);
      assert.deepEqual(await store.recordings({ limit: 1, state: "saved" }), [saved]);
      assert.deepEqual(await numbers({}), [3, 2, 1]);
      assert.deepEqual(await numbers({ offset: 1, limit: 1 }), [2]);
      assert.deepEqual(await numbers({ agent: "101" }), [3, 1]);
      assert.deepEqual(await numbers({ skill: 26 }), [2]);
      assert.deepEqual(await numbers({ callId: "1455885056-7" }), [2, 1]);
      assert.deepEqual(await numbers({ from: 2_000, to: 3_000 }), [2]);
      assert.deepEqual([await numbers({ name: "mine" }), await numbers({ name: "2016-02-19/3.wav" })], [[3], [3]]);
      await store.forgetRecordings(["2016-02-19/2.wav", "2016-02-19/none.wav"]);
      assert.deepEqual(await numbers({}), [3, 1]);
      await store.close();
    },
  );

  over("blocks of the call sequence never overlap, over restarts and two processes", async () => {
    const place = await newPlace();
    const one = await open(place);
    const two = await open(place);
    const blocks = await Promise.all([one, two, one, two, one].map((store) => store.reserveSequence(100)));
    await one.close();
    await two.close();
    const third = await open(place);
    blocks.push(await third.reserveSequence(7));
    await assert.rejects(third.reserveSequence(0), RangeError);
    await third.close();
    const firsts = blocks.map(({ first }) => first).sort((a, b) => a - b);
    assert.deepEqual(firsts, [1, 101, 201, 301, 401, 501]);
    assert.ok(blocks.every(({ first, last }) => last === first + (first === 501 ? 6 : 99)));
  });

  over(
    "call records are found by what they are, page by page, each with its legs; the oldest are removed",
    async () => {
      const store = await open(await newPlace());
      const rows = Array.from({ length: 7 }, (_, at) =>
        callRow(at, { outcome: at % 2 === 0 ? "answered" : "failed", skill: 25 + (at % 3) }),
      );
      await store.keepCalls(
        [...rows, callRow(99, { vdn: 2 })],
        [
          legRow("7-0", "101.phone.1", { side: "agent", agent: "101" }),
          legRow("7-0", "7-0.party", { number: "40499", mos: 4.41 }),
          legRow("7-5", "102.phone.1", { side: "agent", agent: "102" }),
        ],
      );
      await store.keepRecordings([recorded(1, { callId: "7-0" })]);
      const said = { callId: "7-0", agent: "101", code: 3, codeName: "sold", notes: "two\nlines", at: 9_000 };
      await store.keepWrapUp({ ...said, code: null, codeName: "", notes: "" });
      await store.keepWrapUp({ ...said, callId: "7-9" });
      await store.keepWrapUp(said);
      await store.keepWrapUp({ ...said, agent: "102", code: null, codeName: "", at: 8_000 });
      const found = async (filter: Partial<CallFilter>): Promise<string[]> =>
        (await store.calls({ vdn: 1, limit: 100, ...filter })).calls.map(({ callId }) => callId);
      assert.deepEqual(await found({}), ["7-6", "7-5", "7-4", "7-3", "7-2", "7-1", "7-0"]);
      assert.deepEqual(await found({ vdn: 2 }), ["7-99"]);
      assert.deepEqual(await found({ agent: "101" }), ["7-0"]);
      assert.deepEqual(await found({ skill: 26, outcome: "answered" }), ["7-4"]);
      assert.deepEqual([await found({ number: "40499" }), await found({ number: "40003" })], [["7-0"], ["7-3"]]);
      assert.deepEqual(await found({ from: 2_000, to: 4_000 }), ["7-3", "7-2"]);
      const first = await store.calls({ vdn: 1, limit: 4 });
      assert.deepEqual([first.calls.length, first.more], [4, true]);
      const after = { startedAt: 3_000, callId: "7-3" };
      const second = await store.calls({ vdn: 1, limit: 4, after });
      assert.deepEqual([second.calls.map(({ callId }) => callId), second.more], [["7-2", "7-1", "7-0"], false]);
      assert.deepEqual(second.recordings, [recorded(1, { callId: "7-0" })]);
      assert.deepEqual(second.wrapUps, [{ ...said, agent: "102", code: null, codeName: "", at: 8_000 }, said]);
      assert.deepEqual(
        second.legs.map(({ leg, mos }) => [leg, mos]),
        [
          ["101.phone.1", null],
          ["7-0.party", 4.41],
        ],
      );
      assert.deepEqual((await store.calls({ vdn: 1, limit: 1, number: "40006" })).calls[0], rows[6]);
      // Known by its id: replaced.
      await store.keepCalls(
        [callRow(6, { outcome: "live", node: "one" }), callRow(5, { outcome: "live", node: "two" })],
        [],
      );
      assert.deepEqual(await found({ outcome: "live" }), ["7-6", "7-5"]);
      assert.equal(await store.cutOffCalls("one", ["7-6", "7-9"]), 0);
      assert.equal(await store.cutOffCalls("one", []), 1);
      assert.deepEqual([await found({ outcome: "live" }), await found({ outcome: "cut-off" })], [["7-5"], ["7-6"]]);
      assert.deepEqual(
        (await store.newestCalls(1, 2)).map(({ callId, data }) => [callId, data]),
        [
          ["7-4", ""],
          ["7-3", ""],
        ],
      );
      assert.deepEqual([await store.forgetCalls(3_000, 2), await store.forgetCalls(3_000, 2)], [2, 1]);
      assert.deepEqual(await found({}), ["7-6", "7-5", "7-4", "7-3"]);
      assert.deepEqual(await found({ agent: "101" }), []);
      // What was said about a call goes with it.
      await store.keepCalls([callRow(0)], []);
      assert.deepEqual((await store.calls({ vdn: 1, limit: 1, callId: "7-0" })).wrapUps, []);
      await store.close();
    },
  );

  over("a text with a NUL keeps nothing else out", async () => {
    const store = await open(await newPlace());
    const leg = legRow("7-1", "7-1.party", { number: "40\u000099" });
    await store.keepCalls([callRow(1, { data: "a\u0000b" }), callRow(2)], [leg]);
    const { calls, legs } = await store.calls({ vdn: 1, limit: 9 });
    assert.deepEqual([calls.length, legs.length], [2, 1]);
    assert.match(calls.find(({ callId }) => callId === "7-1")?.data ?? "", /^a[\u0000\ufffd]b$/);
    assert.deepEqual((await store.calls({ vdn: 1, callId: "\u0000", limit: 9 })).calls, []);
    await store.close();
  });

  over("a changed parameter survives kill -9", async () => {
    const place = await newPlace();
    const program = `
      const { openStore } = await import(${JSON.stringify(new URL("./open.ts", import.meta.url).href)});
      const { systemClock } = await import(${JSON.stringify(new URL("../base/clock.ts", import.meta.url).href)});
      const { silentLog } = await import(${JSON.stringify(new URL("../base/log.ts", import.meta.url).href)});
      const store = await openStore({ ...${JSON.stringify(place)}, clock: systemClock, log: silentLog });
      await store.changeParameter("P18", 1, { at: 1, face: "mml", peer: "x", what: "parameter P18", before: "0", after: "1" });
      await store.reserveSequence(10);
      process.stdout.write("stored");
      setInterval(() => {}, 1000);
    `;
    const child = await start(program);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    const store = await open(place);
    assert.deepEqual(await store.parameters(), { P18: 1 });
    assert.equal((await store.audit(10)).length, 1);
    assert.deepEqual(await store.reserveSequence(1), { first: 11, last: 11 });
    await store.close();
  });

  over(
    "value and audit row are kept together or not at all, and a write that fails takes no other with it",
    async () => {
      const place = await newPlace();
      const store = await open(place);
      const reserved = "P18-full";
      await aside(
        place,
        name === "SQLite"
          ? `CREATE TRIGGER full_disk BEFORE INSERT ON audit WHEN NEW.what = '${reserved}' BEGIN SELECT RAISE(ABORT, 'disk full'); END`
          : `ALTER TABLE audit ADD CONSTRAINT full_disk CHECK (what <> '${reserved}')`,
      );
      // All of a moment: they share a transaction.
      const ends = await Promise.allSettled([
        store.changeParameter("P978", 7, auditRow("0", "7")),
        store.changeParameter("P18", 1, { ...auditRow("0", "1"), what: reserved }),
        store.writeAudit(auditRow("a", "b")),
        store.reserveSequence(5),
      ]);
      assert.deepEqual(
        ends.map(({ status }) => status),
        ["fulfilled", "rejected", "fulfilled", "fulfilled"],
      );
      assert.ok(ends[1]?.status === "rejected" && ends[1].reason instanceof StoreFault);
      assert.deepEqual(await store.parameters(), { P978: 7 });
      assert.deepEqual(await store.audit(9), [auditRow("a", "b"), auditRow("0", "7")]);
      await store.close();
    },
  );

  over("a thousand writes at once are all kept, in their order", async () => {
    const store = await open(await newPlace());
    await Promise.all(Array.from({ length: 1_000 }, (_, at) => store.writeAudit(auditRow(`${at}`, ""))));
    const kept = await store.audit(1_000);
    assert.deepEqual(
      kept.map(({ before }) => Number(before)),
      Array.from({ length: 1_000 }, (_, at) => 999 - at),
    );
    await store.close();
  });

  over("what is asked after closing is refused by name", async () => {
    const store = await open(await newPlace());
    const last = store.writeAudit(auditRow("", ""));
    await Promise.all([store.close(), last]);
    await assert.rejects(store.writeAudit(auditRow("", "")), StoreFault);
    await assert.rejects(store.parameters(), StoreFault);
  });

  over("a database of a newer version is refused and left as it is", async () => {
    const place = await newPlace();
    await (await open(place)).close();
    await aside(place, `INSERT INTO migration VALUES (${migrations.length + 1}, 'from the future', 0)`);
    assert.match(await problemOf(place), /^SEATWAY_DATA.*newer version/);
  });
}
