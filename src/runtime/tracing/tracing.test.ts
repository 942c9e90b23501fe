// Which spans a call becomes, and what stands above them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { virtualClock } from "../../base/clock.ts";
import type { CallRow, LegRow } from "../../store/ports.ts";
import type { FinishedSpan, SpanPlace, SpanRoot } from "./span.ts";
import { openTracing } from "./tracing.ts";

const trace = "0af7651916cd43dd8448eb211c80319c";
const causeless = { status: null, q850: null, ours: "", heard: "" };

const call: CallRow = {
  ...{ callId: "1-1", vdn: 1, node: "n", kind: "outgoing", feature: 7, caller: "40038", called: "40040", skill: 25 },
  ...{ skillName: "voice", agents: "101", data: "", startedAt: 1000, agentAlertingAt: 1010, agentAnsweredAt: 1200 },
  ...{ partyAlertingAt: 1210, partyAnsweredAt: 2200, talkingAt: 2200, heldMs: 0, endedAt: 5000, outcome: "answered" },
  ...{ phase: "", ...causeless, detect: null, detectText: "" },
};
const leg: LegRow = {
  ...{ callId: "1-1", leg: "101.phone.1", side: "agent", agent: "101", number: "40001", trunk: "", sipCallId: "a@b" },
  ...{ startedAt: 400, ringingAt: 1010, answeredAt: 1200, endedAt: 5001, endedBy: "gateway", ...causeless },
  ...{ codec: "", packetsIn: null, packetsOut: null, lost: null, jitterMs: null, rttMs: null, mos: null },
  ...{ lostAtPeer: null, jitterAtPeerMs: null, mosAtPeer: null },
};
const measured = { codec: "PCMU", packetsIn: 190, packetsOut: 189, lost: 2, jitterMs: 1.5, mos: 4.4 };

function traced() {
  const clock = virtualClock();
  const spans: (FinishedSpan & { readonly place: SpanPlace; readonly above: SpanPlace | SpanRoot })[] = [];
  const sink = {
    emit(span: FinishedSpan, above: SpanPlace | SpanRoot): SpanPlace {
      const place = { traceId: above.traceId, spanId: `${spans.length + 1}`, sampled: true };
      spans.push({ ...span, above, place });
      return place;
    },
    close: async () => {},
  };
  const tracing = openTracing({ clock, sink });
  tracing.follow({ traceOfCall: (id) => (id === "1-1" ? trace : "") });
  const named = (name: string) => {
    const found = spans.find((span) => span.name === name);
    assert.ok(found, `${name} is not among ${spans.map((span) => span.name).join(", ")}`);
    return found;
  };
  return { clock, spans, tracing, named };
}

const request = { method: "PUT", route: "/callout", agent: "101", retcode: "0", ms: 3 };

test("one trace: request, call, legs, audio, told when the figures have come", () => {
  const { clock, spans, tracing, named } = traced();
  const context = { trace, parent: { spanId: "00f067aa0ba902b7", sampled: true } };
  tracing.request({ ...request, context, call: "1-1" });
  tracing.witness.call?.({ ...call, endedAt: null, outcome: "live" });
  tracing.witness.leg?.(leg);
  tracing.witness.call?.(call);
  tracing.witness.leg?.({ ...leg, ...measured });
  assert.deepEqual(
    spans.map(({ name }) => name),
    ["PUT /callout"],
  );
  clock.advance(1000);
  const [asked, whole, sip, rtp] = ["PUT /callout", "call outgoing", "INVITE agent", "RTP PCMU"].map(named);
  assert.deepEqual(asked?.above, { traceId: trace, ...context.parent });
  assert.deepEqual(
    [whole, sip, rtp].map((span) => span?.above),
    [asked, whole, sip].map((span) => span?.place),
  );
  // The phone was off-hook before the call began.
  assert.deepEqual([sip?.startedAt, sip?.endedAt], [1000, 5001]);
  assert.deepEqual([rtp?.startedAt, rtp?.attributes["rtp.lost"]], [1200, 2]);
  assert.deepEqual(
    whole?.events?.map(({ name }) => name),
    ["agent alerting", "agent answered", "party alerting", "party answered"],
  );
  assert.ok(!JSON.stringify(spans).includes("40040") && !JSON.stringify(spans).includes("40001"), "a phone number");
});

test("a request about a call that another one has begun is not above it", () => {
  const { clock, tracing, named } = traced();
  tracing.request({ ...request, context: { trace: "f".repeat(32) }, call: "1-1" });
  tracing.witness.call?.(call);
  clock.advance(1000);
  assert.deepEqual(named("call outgoing").above, { traceId: trace });
});

test("a failed call says whose side it was and why; a leg that never answered has no audio", () => {
  const { clock, spans, tracing, named } = traced();
  const cause = { ...causeless, status: 486 };
  tracing.witness.call?.({ ...call, outcome: "failed", phase: "party", ...cause });
  tracing.witness.leg?.({ ...leg, leg: "1-1.party.1", side: "party", answeredAt: null, ...cause });
  clock.advance(1000);
  assert.equal(named("call outgoing").failure, "party: SIP 486");
  assert.equal(named("INVITE party").failure, "SIP 486");
  assert.equal(spans.length, 2);
});

test("what is open when the process ends is told if it is over", async () => {
  const { spans, tracing } = traced();
  tracing.witness.call?.({ ...call, callId: "1-2", endedAt: null, outcome: "live" });
  tracing.witness.call?.(call);
  await tracing.close();
  assert.deepEqual(
    spans.map(({ attributes }) => attributes["seatway.call_id"]),
    ["1-1"],
  );
});
