// What Prometheus reads, after the parts have reported.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Availability } from "../../core/trunk/line.ts";
import { openMetrics } from "./metrics.ts";
import { openRegistry } from "./registry.ts";

const samples = (text: string, name: string): string[] =>
  text.split("\n").filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));

async function read(metrics: { page(): Promise<{ readonly text: string }> }, name: string): Promise<string[]> {
  return samples((await metrics.page()).text, name);
}

/** Those that are not known at 0 alone. */
const risen = async (...of: Parameters<typeof read>): Promise<string[]> =>
  (await read(...of)).filter((line) => !line.endsWith(" 0"));

test("a counter keeps its count over readings, shows what is known from 0 on, and escapes what a label says", async () => {
  const registry = openRegistry();
  const metric = { name: "seatway_test_total", help: "A test", labels: ["a", "b"] } as const;
  const count = registry.counter(metric, [["x", "y"]]);
  assert.deepEqual(await read(registry, "seatway_test_total"), ['seatway_test_total{a="x",b="y"} 0']);
  count("x", "y");
  count("x", "y");
  count('"\\', "");
  for (let reading = 0; reading < 2; reading++)
    assert.deepEqual(await read(registry, "seatway_test_total"), [
      'seatway_test_total{a="x",b="y"} 2',
      'seatway_test_total{a="\\"\\\\",b=""} 1',
    ]);
});

test("a name stands for one metric", () => {
  const registry = openRegistry();
  const metric = { name: "seatway_test_total", help: "A test" } as const;
  registry.counter(metric);
  assert.throws(() => registry.counter(metric), /already been registered/);
});

test("SIP: messages by method and status, drops, bans, overload, what is alive", async () => {
  const metrics = openMetrics();
  const { sip } = metrics;
  sip.watch({ census: () => ({ transactions: 3, dialogs: 2 }) });
  for (let at = 0; at < 2; at++) sip.report({ type: "request", direction: "in", method: "INVITE" });
  sip.report({ type: "response", direction: "out", method: "INVITE", status: "486" });
  sip.report({ type: "dropped", reason: "rate" });
  sip.report({ type: "overload", began: true });
  sip.banned({ reason: "scanner" });
  const { text, contentType } = await metrics.page();
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  for (const line of [
    'seatway_sip_requests_total{direction="in",method="INVITE"} 2',
    'seatway_sip_responses_total{direction="out",method="INVITE",status="486"} 1',
    'seatway_sip_dropped_total{reason="rate"} 1',
    'seatway_sip_dropped_total{reason="banned"} 0',
    'seatway_sip_bans_total{reason="scanner"} 1',
    'seatway_sip_bans_total{reason="dictionary"} 0',
    "seatway_sip_overloaded 1",
    "seatway_sip_overloads_total 1",
    "seatway_sip_transactions 3",
    "seatway_sip_dialogs 2",
  ])
    assert.ok(text.includes(`\n${line}\n`), line);
  sip.report({ type: "overload", began: false });
  assert.deepEqual(await read(metrics, "seatway_sip_overloaded"), ["seatway_sip_overloaded 0"]);
  assert.match(text, /\nnodejs_eventloop_lag_seconds \S+\n/);
  assert.match(text, /\nprocess_resident_memory_bytes \d+\n/);
});

test("calls by outcome and cause; bars by rule", async () => {
  const metrics = openMetrics();
  const { calls } = metrics;
  calls.watch({
    census: () => ({ agents: 4, calls: 1 }),
    waiting: () => new Map([[25, 2]]),
    agentStates: () =>
      new Map([
        [4, 3],
        [7, 1],
      ]),
  });
  calls.ended({ answeredAt: 1, failure: null, abandoned: false });
  calls.ended({ answeredAt: null, failure: null, abandoned: false });
  calls.ended({ answeredAt: null, failure: null, abandoned: true });
  calls.ended({ answeredAt: null, failure: { phase: "party", cause: { status: 486, rung: true } }, abandoned: false });
  calls.ended({
    answeredAt: null,
    failure: { phase: "agent", cause: { status: 480, rung: false, ours: "unreachable" } },
    abandoned: false,
  });
  calls.barred({ rule: "agent-day" });
  assert.deepEqual(await risen(metrics, "seatway_calls_total"), [
    'seatway_calls_total{outcome="answered",phase="",cause=""} 1',
    'seatway_calls_total{outcome="released",phase="",cause=""} 1',
    'seatway_calls_total{outcome="abandoned",phase="",cause=""} 1',
    'seatway_calls_total{outcome="failed",phase="agent",cause="unreachable"} 1',
    'seatway_calls_total{outcome="failed",phase="party",cause="486"} 1',
  ]);
  assert.deepEqual(await read(metrics, "seatway_callouts_barred_total"), [
    'seatway_callouts_barred_total{rule="barred-prefix"} 0',
    'seatway_callouts_barred_total{rule="skill-prefix"} 0',
    'seatway_callouts_barred_total{rule="agent-day"} 1',
    'seatway_callouts_barred_total{rule="skill-day"} 0',
  ]);
  assert.deepEqual(await read(metrics, "seatway_calls"), ["seatway_calls 1"]);
  assert.deepEqual(await read(metrics, "seatway_calls_waiting"), ['seatway_calls_waiting{skill="25"} 2']);
  assert.deepEqual(await read(metrics, "seatway_agents"), ["seatway_agents 4"]);
});

test("what is known beforehand stands at 0 from the start: the first of it is a rise that rate() sees", async () => {
  const metrics = openMetrics();
  const { text } = await metrics.page();
  for (const series of [
    'seatway_calls_total{outcome="released",phase="",cause=""}',
    'seatway_calls_total{outcome="failed",phase="party",cause="486"}',
    'seatway_calls_total{outcome="failed",phase="agent",cause="ring-timeout"}',
    'seatway_contradictions_total{what="a leg belongs to nobody"}',
    'seatway_setup_seconds_count{side="party",stage="answered"}',
    'seatway_request_seconds_count{kind="read"}',
    'seatway_event_delivery_seconds_count{way="push"}',
    'seatway_rtp_mos_bucket{le="4.34",direction="out"}',
    "seatway_journal_images_total",
  ])
    assert.ok(text.includes(`\n${series} 0\n`), series);
});

test("choices by how long they took: each bound counts what was as quick", async () => {
  const metrics = openMetrics();
  for (const ms of [0.04, 0.3, 0.3, 700]) metrics.calls.chose(ms);
  const counted = await read(metrics, "seatway_choice_seconds_bucket");
  const upTo = (bound: string): string | undefined => counted.find((line) => line.includes(`le="${bound}"`));
  assert.equal(upTo("0.00005"), 'seatway_choice_seconds_bucket{le="0.00005"} 1');
  assert.equal(upTo("0.001"), 'seatway_choice_seconds_bucket{le="0.001"} 3');
  assert.equal(upTo("+Inf"), 'seatway_choice_seconds_bucket{le="+Inf"} 4');
  assert.deepEqual(await read(metrics, "seatway_choice_seconds_count"), ["seatway_choice_seconds_count 4"]);
});

test("trunks: one state of five, calls on it, replies", async () => {
  const metrics = openMetrics();
  const state: { now: Availability } = { now: "up" };
  const trunk = { name: "carrier", host: "192.0.2.1", patterns: [], priority: 1, probeMs: 0 };
  const channels = { inUse: 2, limit: null };
  const report = () => ({
    ...{ name: "carrier", uri: "", patterns: [], priority: 1, weight: 1, state: state.now, restUntil: null },
    ...{ channels, registration: null, nat: null, probes: [], replies: [] },
  });
  metrics.trunks.watch([{ trunk, state: () => state.now, report }]);
  metrics.trunks.replied("carrier", "503");
  metrics.trunks.replied("carrier", "timeout");
  const on = async () => (await read(metrics, "seatway_trunk_state")).filter((line) => line.endsWith(" 1"));
  assert.deepEqual(await on(), ['seatway_trunk_state{trunk="carrier",state="up"} 1']);
  state.now = "resting";
  assert.deepEqual(await on(), ['seatway_trunk_state{trunk="carrier",state="resting"} 1']);
  assert.equal((await read(metrics, "seatway_trunk_state")).length, 5);
  assert.deepEqual(await read(metrics, "seatway_trunk_calls"), ['seatway_trunk_calls{trunk="carrier"} 2']);
  assert.deepEqual(await risen(metrics, "seatway_trunk_replies_total"), [
    'seatway_trunk_replies_total{trunk="carrier",outcome="503"} 1',
    'seatway_trunk_replies_total{trunk="carrier",outcome="timeout"} 1',
  ]);
});

test("events: what is open, pushed, lost and too much", async () => {
  const metrics = openMetrics();
  const { events } = metrics;
  events.watch({ readers: () => 3 });
  events.pushed("failed");
  events.lost();
  events.limited("agent");
  events.crowded();
  assert.deepEqual(await read(metrics, "seatway_event_readers"), ["seatway_event_readers 3"]);
  assert.deepEqual(await read(metrics, "seatway_pushes_total"), [
    'seatway_pushes_total{outcome="acknowledged"} 0',
    'seatway_pushes_total{outcome="failed"} 1',
  ]);
  assert.deepEqual(await read(metrics, "seatway_events_lost_total"), ["seatway_events_lost_total 1"]);
  assert.ok(
    (await read(metrics, "seatway_requests_limited_total")).includes('seatway_requests_limited_total{limit="agent"} 1'),
  );
  assert.deepEqual(await read(metrics, "seatway_callouts_crowded_total"), ["seatway_callouts_crowded_total 1"]);
});

test("agents by state, set-up by side and stage, requests by operation and code", async () => {
  const { calls, requests, page } = openMetrics();
  const agentStates = () => new Map([[5, 2]]);
  calls.watch({ census: () => ({ agents: 2, calls: 0 }), waiting: () => new Map(), agentStates });
  const never = { agentAlertingAt: null, agentAnsweredAt: null, partyAlertingAt: null, partyAnsweredAt: null };
  calls.setUp({ ...never, startedAt: 1000, agentAlertingAt: 1040 });
  requests.served({ operation: "voicecall.callout", kind: "command", retcode: "100-007", ms: 4 });
  requests.served({ operation: "agentevent.query", kind: "poll", retcode: "0", ms: 9000 });
  assert.deepEqual(await read({ page }, "seatway_agent_states"), [
    'seatway_agent_states{state="busy"} 0',
    'seatway_agent_states{state="idle"} 0',
    'seatway_agent_states{state="wrap-up"} 2',
    'seatway_agent_states{state="talking"} 0',
    'seatway_agent_states{state="rest"} 0',
  ]);
  assert.deepEqual(await risen({ page }, "seatway_setup_seconds_sum"), [
    'seatway_setup_seconds_sum{side="agent",stage="alerting"} 0.04',
  ]);
  assert.deepEqual(await read({ page }, "seatway_requests_total"), [
    'seatway_requests_total{operation="voicecall.callout",retcode="100-007"} 1',
    'seatway_requests_total{operation="agentevent.query",retcode="0"} 1',
  ]);
  assert.deepEqual(await risen({ page }, "seatway_request_seconds_count"), [
    'seatway_request_seconds_count{kind="command"} 1',
  ]);
});

test("sound: what arrived here, what the peer has told, and nothing of a leg that no packet has crossed", async () => {
  const { media, page } = openMetrics();
  const untold = { rttMs: null, mos: null, lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null };
  const silent = { packetsIn: 0, packetsOut: 0, octetsIn: 0, octetsOut: 0, lost: 0, jitterMs: 0, ...untold };
  media.closed(silent);
  assert.deepEqual(await risen({ page }, "seatway_rtp_mos_count"), []);
  media.closed({ ...silent, packetsIn: 95, packetsOut: 100, lost: 5, jitterMs: 3, mos: 4.1 });
  media.closed({ ...silent, packetsOut: 100, lostAtPeer: 10, jitterAtPeerMs: 20, mosAtPeer: 3.2, rttMs: 80 });
  assert.deepEqual(await read({ page }, "seatway_rtp_packets_total"), [
    'seatway_rtp_packets_total{direction="in"} 95',
    'seatway_rtp_packets_total{direction="out"} 200',
  ]);
  assert.deepEqual(await read({ page }, "seatway_rtp_lost_total"), [
    'seatway_rtp_lost_total{direction="in"} 5',
    'seatway_rtp_lost_total{direction="out"} 10',
  ]);
  assert.deepEqual(await read({ page }, "seatway_rtp_loss_ratio_sum"), [
    'seatway_rtp_loss_ratio_sum{direction="in"} 0.05',
    'seatway_rtp_loss_ratio_sum{direction="out"} 0.1',
  ]);
  assert.deepEqual(await read({ page }, "seatway_rtp_mos_sum"), [
    'seatway_rtp_mos_sum{direction="in"} 4.1',
    'seatway_rtp_mos_sum{direction="out"} 3.2',
  ]);
  assert.deepEqual(await read({ page }, "seatway_rtp_round_trip_seconds_sum"), [
    "seatway_rtp_round_trip_seconds_sum 0.08",
  ]);
});
