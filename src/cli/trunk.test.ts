// `seatway trunk`: printed lines and exit codes, against a scripted gateway.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { systemClock } from "../base/clock.ts";
import type { TrunkReport, TrunkTest } from "../contract/trunk.ts";
import { run } from "./cli.ts";

const at = "2026-01-01T00:00:00.000Z";
const report: TrunkReport = {
  name: "carrier",
  uri: "sip:carrier.test",
  patterns: ["4xxxx", "00."],
  priority: 1,
  weight: 3,
  state: "up",
  restUntil: null,
  channels: { inUse: 2, limit: 30 },
  registration: { state: "registered", at, status: 0, reason: "", expiresS: 300 },
  nat: { advertised: "10.0.0.1:5060", seen: "192.0.2.9:5060", hint: "another address" },
  probes: [
    { at, status: 200, ms: 4, local: null },
    { at, status: 408, ms: 32_000, local: "timeout" },
  ],
  replies: [{ at, status: 503, ms: 12, local: null, reason: "Busy", q850: 34, retryAfterS: null }],
};
const tested: TrunkTest = {
  probe: { at, status: 200, ms: 4, local: null },
  call: { outcome: "rang", status: 180, reason: "Ringing", ms: 80 },
};

type Reply = readonly [status: number, body: unknown];

/** Answers by method and path, and keeps the bodies of POST. */
async function gateway(replies: Readonly<Record<string, Reply>>) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      if (request.method === "POST") bodies.push(body);
      const [status, value] = replies[`${request.method} ${request.url}`] ?? [
        404,
        { message: "no such trunk", retcode: "000-002" },
      ];
      response.writeHead(status).end(typeof value === "string" ? value : JSON.stringify(value));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function seatway(...argv: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    environment: {},
    line: async () => "",
    interrupt: new AbortController().signal,
    clock: systemClock,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

test("list: one line a trunk; 15 when one does not serve", async () => {
  const up = await gateway({ "GET /seatway/trunks": [200, { trunks: [report] }] });
  const listed = await seatway("trunk", "list", "--url", up.url);
  assert.deepEqual([listed.code, listed.err], [0, ""]);
  assert.match(listed.out, /^carrier {2}up +2 of 30 calls +sip:carrier\.test {2}4xxxx 00\.$/);
  const down = await gateway({
    "GET /seatway/trunks": [200, { trunks: [report, { ...report, name: "b", state: "down" }] }],
  });
  assert.equal((await seatway("trunk", "list", "--url", down.url)).code, 15);
});

test("doctor: history, registration, NAT and the test, with the number that was asked for", async () => {
  const { url, bodies } = await gateway({
    "POST /seatway/trunks/carrier/test": [200, tested],
    "GET /seatway/trunks/carrier": [200, report],
  });
  const { code, out } = await seatway("trunk", "doctor", "carrier", "--call", "40040", "--url", url);
  assert.equal(code, 0);
  assert.deepEqual(bodies, ['{"number":"40040"}']);
  assert.match(out, /^registration {2}registered for 300 s/m);
  assert.match(out, /^NAT {11}we say 10\.0\.0\.1:5060, it sees 192\.0\.2\.9:5060\n {14}another address$/m);
  assert.match(out, /^OPTIONS {7}\S+ {2}200 {2}4 ms\n {14}\S+ {2}no answer {2}32000 ms$/m);
  assert.match(out, /^INVITE {8}\S+ {2}503 {2}12 ms {2}Busy {2}Q\.850 34$/m);
  assert.match(out, /INVITE {3}rang: 180 Ringing {2}80 ms$/);
});

test("a trunk that does not serve, or a failed test call: 15; an unknown one: refused", async () => {
  const failed = { ...tested, call: { outcome: "failed", status: 403, reason: "Forbidden", ms: 9 } };
  const { url } = await gateway({
    "POST /seatway/trunks/carrier/test": [200, failed],
    "GET /seatway/trunks/carrier": [200, report],
    "POST /seatway/trunks/b/test": [200, { ...tested, call: null }],
    "GET /seatway/trunks/b": [
      200,
      { ...report, state: "not-registered", registration: null, nat: null, probes: [], replies: [] },
    ],
  });
  assert.equal((await seatway("trunk", "doctor", "carrier", "--call", "40040", "--url", url)).code, 15);
  assert.equal((await seatway("trunk", "doctor", "b", "--url", url)).code, 15);
  const unknown = await seatway("trunk", "doctor", "other", "--url", url);
  assert.deepEqual([unknown.code, unknown.err], [12, "refused: 000-002 no such trunk"]);
});

test("wrong usage starts nothing; a peer that is no gateway, or nobody at all, is 13", async () => {
  for (const argv of [
    [],
    ["list", "x"],
    ["doctor"],
    ["doctor", "a", "b"],
    ["doctor", "a", "--call", "+1"],
    ["list", "--url", "x"],
  ])
    assert.equal((await seatway("trunk", ...argv)).code, 2, argv.join(" "));
  const { url } = await gateway({ "GET /seatway/trunks": [200, "<html>"] });
  assert.equal((await seatway("trunk", "list", "--url", url)).code, 13);
  assert.equal((await seatway("trunk", "list", "--url", "http://127.0.0.1:9")).code, 13);
});
