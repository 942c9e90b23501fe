// What a running gateway tells of itself: /metrics as docs/metrics.md and the board of Grafana have it, and one trace for each call at
// a collector.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Agent, json, settingUp } from "./conformance/agent.ts";
import { type Collector, type OtlpSpan, openCollector } from "./support/collector.ts";
import { type StartedGateway, startGateway } from "./support/started-gateway.ts";
import { until } from "./support/until.ts";

const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const asker = "00f067aa0ba902b7";
let collector: Collector;
let gateway: StartedGateway;
let callId: string;
/** `/metrics` after an answered call whose figures are in. */
let page: string;

const read = async (): Promise<string> => (await fetch(`${gateway.url}/metrics`)).text();

/** The value of a series, 0 when there is none. */
const value = (text: string, series: string): number =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length + 1) ?? 0,
  );

/** A simulated phone or party has sent and heard enough for figures; null: not yet. */
async function speaks(station: string): Promise<true | null> {
  const reply = await fetch(`${gateway.control}/${station}/heard?frequencies=440`);
  if (reply.status === 409) return null;
  const { audio } = (await reply.json()) as { audio: { packetsIn: number; packetsOut: number } };
  return audio.packetsIn > 10 && audio.packetsOut > 10 ? true : null;
}

before(async () => {
  collector = await openCollector();
  gateway = await startGateway({ settings: { SEATWAY_OTLP_URL: collector.url, SEATWAY_LOG_LEVEL: "debug" } });
  const agent = await new Agent(gateway, "101", "40001").begin();
  const headers = [`Guid: ${agent.guid}`, json, `traceparent: 00-${trace}-${asker}-01`];
  const { code, result, body } = await agent.ask("PUT /voicecall/@/callout", { called: "40040" }, headers);
  assert.equal(code, "0", body);
  callId = String(result);
  await agent.hears(...settingUp);
  for (const station of ["phones/40001", "parties/40040"])
    await until(`sound both ways at ${station}`, () => speaks(station));
  await agent.ask("DELETE /voicecall/@/release");
  await agent.hears("Call_Release", "PhoneRelease 3", "Ready");
  // Two events of the sign-in, five of the set-up, three of the end: all asked for.
  page = await until("the figures of both legs, and every event delivered", async () => {
    const text = await read();
    const sound = value(text, 'seatway_rtp_mos_count{direction="in"}');
    return sound === 2 && value(text, 'seatway_event_delivery_seconds_count{way="poll"}') === 10 ? text : null;
  });
});
after(async () => {
  await gateway?.stop();
  await collector?.close();
});

/** Every metric at the endpoint: its type, and the labels that its series have. */
function metrics(): Map<string, { readonly type: string; readonly labels: Set<string> }> {
  const found = new Map<string, { type: string; labels: Set<string> }>();
  for (const line of page.split("\n")) {
    const [, name = "", type = ""] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (name !== "") found.set(name, { type, labels: new Set() });
    const [, series = "", labels = ""] = /^([a-z_]+)\{(.*)\} /.exec(line) ?? [];
    const metric = found.get(series) ?? found.get(series.replace(/_(bucket|sum|count)$/, ""));
    for (const [, label = ""] of labels.matchAll(/(\w+)="/g)) metric?.labels.add(label);
  }
  return found;
}

/** The table of docs/metrics.md: labels by metric. */
async function documented(): Promise<Map<string, string[]>> {
  const text = await readFile(new URL("../docs/metrics.md", import.meta.url), "utf8");
  return new Map(
    [...text.matchAll(/^\| `(seatway_\w+)` \|([^|]*)\|/gm)].map(([, name = "", labels = ""]) => [
      name,
      [...labels.matchAll(/`(\w+)`/g)].map(([, label = ""]) => label),
    ]),
  );
}

test("docs/metrics.md has a row for each metric, with its labels, and none that does not exist", async () => {
  const rows = await documented();
  const ours = new Map([...metrics()].filter(([name]) => name.startsWith("seatway_")));
  assert.deepEqual([...rows.keys()].toSorted(), [...ours.keys()].toSorted());
  for (const [name, labels] of rows) {
    const shown = [...(ours.get(name)?.labels ?? [])];
    if (shown.length > 0) assert.deepEqual(shown.toSorted(), labels.toSorted(), name);
  }
});

test("every query of the board names metrics that exist, and labels that they have", async () => {
  const board = await readFile(new URL("../deploy/grafana/seatway.json", import.meta.url), "utf8");
  const known = metrics();
  const queries = [...board.matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = ""]) => JSON.parse(text) as string,
  );
  assert.ok(queries.length > 40, `${queries.length} queries`);
  const rows = await documented();
  for (const query of queries) {
    const names = [...query.matchAll(/([a-zA-Z_]\w*)\{/g)].map(([, name = ""]) => name);
    assert.ok(names.length > 0, query);
    const labels = names.flatMap((name) => {
      const family = name.replace(/_(bucket|sum|count)$/, "");
      const metric =
        known.get(name) ?? (known.get(family)?.type.match(/histogram|summary/) ? known.get(family) : undefined);
      assert.ok(metric, `${name}: no such metric, in ${query}`);
      return [...metric.labels, ...(rows.get(family) ?? rows.get(name) ?? [])];
    });
    const used = [
      ...[...query.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = ""]) => list.split(/,\s*/)),
      ...[...query.matchAll(/(\w+)=~?"/g)].map(([, label = ""]) => label),
    ];
    for (const label of used)
      assert.ok(label === "instance" || labels.includes(label), `${label}: no label, in ${query}`);
  }
});

test("an answered call is counted: outcome, set-up, requests, delivery of events, sound, SIP", () => {
  assert.equal(value(page, 'seatway_calls_total{outcome="answered",phase="",cause=""}'), 1);
  for (const side of ["agent", "party"])
    for (const stage of ["alerting", "answered"])
      assert.equal(value(page, `seatway_setup_seconds_count{side="${side}",stage="${stage}"}`), 1, `${side} ${stage}`);
  assert.equal(value(page, 'seatway_agent_states{state="idle"}'), 1);
  assert.equal(value(page, 'seatway_requests_total{operation="voicecall.callout",retcode="0"}'), 1);
  assert.ok(value(page, 'seatway_request_seconds_count{kind="command"}') >= 3);
  assert.ok(value(page, 'seatway_rtp_packets_total{direction="out"}') > 0);
  assert.ok(value(page, 'seatway_sip_responses_total{direction="in",method="INVITE",status="200"}') >= 2);
  assert.ok(value(page, "seatway_journal_commit_seconds_count") > 0);
});

const attribute = ({ attributes }: OtlpSpan, key: string): unknown =>
  Object.values(attributes.find((each) => each.key === key)?.value ?? {})[0];

const ofTheCall = (): readonly OtlpSpan[] => collector.spans.filter(({ traceId }) => traceId === trace);

test("one trace from the caller's span through REST and SIP to RTP", async () => {
  const spans = await until("both legs and their audio", () => {
    const found = ofTheCall();
    return found.filter(({ name }) => name.startsWith("RTP")).length === 2 ? found : null;
  });
  const above = (span: OtlpSpan | undefined): OtlpSpan | undefined =>
    spans.find(({ spanId }) => spanId === span?.parentSpanId);
  const audio = spans.filter(({ name }) => name.startsWith("RTP"));
  const lines = audio.map((rtp) => {
    const sip = above(rtp);
    const call = above(sip);
    const request = above(call);
    assert.equal(request?.parentSpanId, asker);
    assert.equal(attribute(call as OtlpSpan, "seatway.call_id"), callId);
    assert.match(String(attribute(sip as OtlpSpan, "sip.call_id")), /\S/);
    assert.ok(Number(attribute(rtp, "rtp.packets_out")) > 0);
    for (const span of [rtp, sip, call, request])
      assert.ok(span && BigInt(span.startTimeUnixNano) <= BigInt(span.endTimeUnixNano), span?.name);
    return [request?.name, call?.name, sip?.name].join(" > ");
  });
  const path = "PUT /agentgateway/resource/voicecall/{agentid}/callout > call outgoing > INVITE";
  assert.deepEqual(lines.toSorted(), [`${path} agent`, `${path} party`]);
  assert.equal(spans.length, 6);
});

test("what nobody asked to trace has traces of its own, and no span for a poll", () => {
  const names = collector.spans.filter(({ traceId }) => traceId !== trace).map(({ name }) => name);
  assert.ok(
    names.some((name) => name.endsWith("/forcelogin")),
    names.join(),
  );
  assert.ok(!names.some((name) => name.includes("agentevent")), names.join());
});

test("the log has the ids of the trace: the request, its events, the end of the call", async () => {
  const of = (fits: (entry: Record<string, unknown>) => boolean) => gateway.logged(fits);
  assert.equal((await of(({ method }) => method === "callout"))["trace"], trace);
  assert.equal((await of(({ event }) => event === "AgentEvent_Talking"))["trace"], trace);
  const ended = await of(({ msg }) => msg === "call ended");
  assert.deepEqual([ended["trace"], ended["callId"]], [trace, callId]);
});
