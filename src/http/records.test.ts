// /seatway/records: who may read call records, what may be asked, and both forms.

import assert from "node:assert/strict";
import { connect } from "node:net";
import test, { type TestContext } from "node:test";
import type { ArchivePage, ArchiveQuery, CallArchive } from "../runtime/call-archive.ts";
import { guid, open, receive, send } from "./gateway-twin.test.ts";

const page: ArchivePage = {
  calls: [
    {
      call: {
        ...{
          callId: "1455885056-7",
          vdn: 1,
          node: "one",
          kind: "outgoing",
          feature: 7,
          caller: "40038",
          called: "40040",
        },
        ...{ skill: 25, skillName: "voice", agents: "101 102", data: "=order", startedAt: 1_455_885_056_000 },
        ...{ agentAlertingAt: null, agentAnsweredAt: null, partyAlertingAt: null, partyAnsweredAt: null },
        ...{ talkingAt: 1_455_885_060_000, heldMs: 0, endedAt: 1_455_885_065_000, outcome: "answered", phase: "" },
        ...{ status: null, q850: null, ours: "", heard: "", detect: null, detectText: "" },
      },
      legs: [
        {
          ...{ callId: "1455885056-7", leg: "1455885056-7.party", side: "party", agent: "", number: "40040" },
          ...{ trunk: "carrier", sipCallId: "x@y", startedAt: 1_455_885_056_000, ringingAt: null, answeredAt: null },
          ...{ endedAt: null, endedBy: "peer", status: null, q850: null, ours: "", heard: "", codec: "PCMU" },
          ...{ packetsIn: 98, packetsOut: 100, lost: 2, jitterMs: 0.5, rttMs: null, mos: 4.2 },
          ...{ lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null },
        },
      ],
      recordings: [],
      wrapUps: [
        {
          ...{ callId: "1455885056-7", agent: "101", code: 3, codeName: "sold", notes: "=two\nlines" },
          at: 1_455_885_090_000,
        },
      ],
    },
  ],
  next: "1455885056000.1455885056-7",
};

/** Three pages, the second with two calls; the third is not read when it `breaks`. */
async function pagedArchive(t: TestContext, breaks = false) {
  const asked: ArchiveQuery[] = [];
  const [one] = page.calls;
  assert.ok(one);
  const named = (n: number) => ({ ...one, call: { ...one.call, callId: `1455885056-${n}` } });
  const pages: readonly (readonly [after: string | undefined, page: ArchivePage])[] = [
    [undefined, { calls: [named(9)], next: "5.1-9" }],
    ["5.1-9", { calls: [named(8), named(7)], next: "5.1-7" }],
    ["5.1-7", { calls: [named(6)], next: null }],
  ];
  const records: CallArchive = {
    async find(query) {
      asked.push(query);
      const at = pages.findIndex(([after]) => after === query.after);
      if (breaks && at === 2) throw new Error("no database");
      return pages[at]?.[1] ?? { calls: [], next: null };
    },
    one: async () => undefined,
  };
  const { port, logged } = await open(t, {}, { records });
  const get = (query: string) => fetch(`http://127.0.0.1:${port}/seatway/records?${query}`);
  return { asked, logged, get };
}

async function archive(t: TestContext, { fails = false, supervisor = true } = {}) {
  const asked: ArchiveQuery[] = [];
  const records: CallArchive = {
    async find(query) {
      asked.push(query);
      if (fails) throw new Error("no database");
      return page;
    },
    one: async () => undefined,
  };
  const { port, gateway } = await open(t, {}, { records });
  Object.assign(gateway, { reads: { ...gateway.reads, inspects: () => supervisor } });
  return { port, asked };
}

test("filters and paging reach the archive; the page is JSON", async (t) => {
  const { port, asked } = await archive(t);
  const all = "from=2016-02-19&to=1455990000000&agent=101&skill=25&number=40040&outcome=answered&limit=5";
  const reply = await send(port, `GET /seatway/records?${all}&after=${page.next}`);
  const { records, next } = JSON.parse(reply.body);
  assert.deepEqual([reply.status, next, records[0].talkMs], [200, page.next, 5_000]);
  assert.deepEqual([records[0].agents, records[0].data, records[0].legs[0].lossPercent], [["101", "102"], "=order", 2]);
  const times = { from: Date.parse("2016-02-19"), to: 1_455_990_000_000 };
  const filter = { agent: "101", skill: 25, number: "40040", outcome: "answered", limit: 5, after: page.next };
  assert.deepEqual(asked, [{ ...times, ...filter }]);
});

test("CSV of calls and of legs, with the next page in a header", async (t) => {
  const { port } = await archive(t);
  const calls = await send(port, "GET /seatway/records?format=csv");
  const [head = "", row = ""] = calls.body.split("\r\n");
  const at = (name: string): string | undefined => row.split(",")[head.split(",").indexOf(name)];
  assert.deepEqual(
    [at("callId"), at("startedAt"), at("data")],
    ["1455885056-7", "2016-02-19T12:30:56.000Z", "'=order"],
  );
  assert.match(`${calls.head}`, /Next-Page: 1455885056000\.1455885056-7/i);
  const legs = await send(port, "GET /seatway/records?format=legs");
  assert.match(legs.body, /\r\n1455885056-7,1455885056-7\.party,party,,40040,carrier,x@y,/);
});

test("a wrong filter names field and rule, and nothing is read", async (t) => {
  const { port, asked } = await archive(t);
  for (const [query, message] of [
    ["limit=1001", "limit: 1 to 1000, or all"],
    ["from=yesterday", /^from: ms since the epoch, or a time of ISO 8601/],
    ["from=2026-02-31", /^from: ms since the epoch, or a time of ISO 8601/],
    ["to=2026-01-31T24:01", /^to: /],
    ["from=2026-01-31 (x) 10:00 PST", /^from: /],
    ["agent=x", "agent: a work number"],
    ["outcome=lost", /^outcome: live, answered/],
    ["number=a", /^number: 1 to 24/],
    ["after=1", /^after: /],
    ["format=xml", "format: json, csv, legs"],
    ["skill=1&skill=2", "skill: stands once"],
    ["nummer=1", /^nummer: no such filter, one of from, to/],
    ["__proto__=1", /no such filter/],
  ] as const) {
    const reply = await send(port, `GET /seatway/records?${encodeURI(query)}`);
    const { retcode, message: told } = JSON.parse(reply.body);
    assert.deepEqual([reply.status, retcode], [400, "000-002"], query);
    if (typeof message === "string") assert.equal(told, message);
    else assert.match(told, message);
  }
  assert.deepEqual(asked, []);
});

test("the open door is this machine's alone; agents come with a Guid, and need to be inspectors", async (t) => {
  const { port } = await archive(t);
  const socket = connect(port, "127.0.0.1");
  socket.write("GET /seatway/records HTTP/1.1\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n");
  assert.equal((await receive(socket)).status, 403);
  socket.destroy();
  const path = "GET /seatway/v1/agents/101/records";
  assert.equal((await send(port, path, [`guid: ${guid}`])).status, 200);
  const stranger = await send(port, "GET /seatway/v1/agents/7/records", [`guid: ${guid}`]);
  assert.deepEqual([stranger.status, JSON.parse(stranger.body).retcode], [400, "000-002"]);
  const agent = await archive(t, { supervisor: false });
  const refused = await send(agent.port, path, [`guid: ${guid}`]);
  assert.deepEqual([refused.status, JSON.parse(refused.body).retcode], [403, "900-002"]);
});

test("a database that is away is 503, and says nothing of itself", async (t) => {
  const { port } = await archive(t, { fails: true });
  const reply = await send(port, "GET /seatway/records");
  assert.equal(reply.status, 503);
  assert.doesNotMatch(reply.body, /no database/);
});

test("a time without a zone is UTC, as every time that is given", async (t) => {
  const { port, asked } = await archive(t);
  await send(port, "GET /seatway/records?from=2016-02-19T12:30&to=2016-02-19T12:30:56.5%2B01:00");
  assert.deepEqual(asked[0], { limit: 100, from: 1_455_885_000_000, to: 1_455_881_456_500 });
});

test("a page of an origin of the setting may read them, and the next page of CSV", async (t) => {
  const { port } = await archive(t);
  const origin = "Origin: https://desk.example.org";
  const preflight = await send(port, "OPTIONS /seatway/v1/agents/101/records", [origin]);
  assert.equal(preflight.status, 204);
  assert.match(preflight.head, /\r\nAccess-Control-Allow-Origin: https:\/\/desk\.example\.org\r\n/);
  const reply = await send(port, "GET /seatway/v1/agents/101/records?format=csv", [origin, `guid: ${guid}`]);
  assert.match(reply.head, /\r\nAccess-Control-Expose-Headers: .*\bNext-Page\b/);
});

test("limit=all: every page in one file, the names of the columns once, in each form", async (t) => {
  const { asked, get } = await pagedArchive(t);
  const reply = await get("format=csv&limit=all&agent=101");
  assert.deepEqual([reply.status, reply.headers.get("next-page")], [200, null]);
  const firsts = (csv: string) =>
    csv
      .trimEnd()
      .split("\r\n")
      .map((row) => row.split(",")[0]);
  const ids = ["1455885056-9", "1455885056-8", "1455885056-7", "1455885056-6"];
  assert.deepEqual(firsts(await reply.text()), ["callId", ...ids]);
  assert.deepEqual(
    asked.map(({ agent, after }) => [agent, after]),
    [
      ["101", undefined],
      ["101", "5.1-9"],
      ["101", "5.1-7"],
    ],
  );
  const legs = firsts(await (await get("format=legs&limit=all")).text());
  assert.deepEqual([legs[0], legs.length], ["callId", 5]);
  const { records, next } = (await (await get("limit=all")).json()) as { records: { callId: string }[]; next: null };
  assert.deepEqual([records.map(({ callId }) => callId), next], [ids, null]);
  const rest = (await (await get("limit=all&after=5.1-7")).json()) as { records: { callId: string }[] };
  assert.deepEqual(
    rest.records.map(({ callId }) => callId),
    ["1455885056-6"],
  );
});

test("an export that cannot be read to its end breaks off, and does not pass for the whole", async (t) => {
  const { logged, get } = await pagedArchive(t, true);
  for (const query of ["format=csv&limit=all", "limit=all"]) {
    await assert.rejects(async () => (await get(query)).text());
  }
  assert.equal(logged.filter(({ fault }) => fault === "Error: no database").length, 2);
});

test("an export whose first page cannot be read is 503", async (t) => {
  const { port } = await archive(t, { fails: true });
  assert.equal((await send(port, "GET /seatway/records?format=csv&limit=all")).status, 503);
});
