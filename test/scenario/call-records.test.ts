// Call records: what is written of a call and its legs, phase by phase, from the outside of the gateway.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallRow, LegRow } from "../../src/store/ports.ts";
import { callsOut, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Kept = { readonly calls: Map<string, CallRow>; readonly legs: Map<string, LegRow>; fails: boolean };

/** The rows as a store has them, the later in place of the earlier. */
function recorded(change: Parameters<typeof testGateway>[0] = {}): { gateway: TestGateway; kept: Kept } {
  const kept: Kept = { calls: new Map(), legs: new Map(), fails: false };
  const store = {
    async keepCalls(calls: readonly CallRow[], legs: readonly LegRow[]) {
      if (kept.fails) throw new Error("the store is away");
      for (const row of calls) kept.calls.set(row.callId, row);
      for (const row of legs) kept.legs.set(row.leg, row);
    },
  };
  return { gateway: testGateway({ ...change, store }), kept };
}

/** Until what waits is written, and what came meanwhile. */
async function written(gateway: TestGateway, ms = 250): Promise<void> {
  for (const wait of [0, ms, 250]) {
    gateway.clock.advance(wait);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const only = <Row>(rows: Map<string, Row>): Row => {
  assert.equal(rows.size, 1);
  return [...rows.values()][0] as Row;
};

test("an answered callout: each phase with its time, what was held, both legs", async () => {
  const { gateway, kept } = recorded();
  await signedIn(gateway);
  const begun = gateway.clock.now();
  const id = callsOut(gateway, { appData: "=order 7" });
  gateway.clock.advance(1_000);
  gateway.ring(gateway.phone());
  gateway.clock.advance(1_000);
  gateway.answer(gateway.phone());
  gateway.clock.advance(1_000);
  gateway.ring(gateway.party());
  gateway.clock.advance(1_000);
  gateway.answer(gateway.party());
  await written(gateway);
  assert.deepEqual([only(kept.calls).outcome, only(kept.calls).endedAt], ["live", null]);
  gateway.clock.advance(1_500);
  gateway.command("101", { type: "hold" });
  gateway.clock.advance(3_000);
  gateway.command("101", { type: "get-hold", callId: id });
  gateway.clock.advance(1_000);
  gateway.end(gateway.party());
  await written(gateway);
  const call = only(kept.calls);
  const { agentAlertingAt, agentAnsweredAt, partyAlertingAt, partyAnsweredAt, talkingAt, endedAt } = call;
  assert.deepEqual(
    [agentAlertingAt, agentAnsweredAt, partyAlertingAt, partyAnsweredAt, talkingAt, endedAt].map(
      (at) => (at ?? 0) - begun,
    ),
    [1_000, 2_000, 3_000, 4_000, 4_000, 10_000],
  );
  assert.deepEqual(
    [call.callId, call.outcome, call.kind, call.heldMs, call.agents, call.caller, call.called, call.data],
    [id, "answered", "outgoing", 3_000, "101", "40038", "40040", "=order 7"],
  );
  const legs = [...kept.legs.values()].map((leg) => [
    leg.side,
    leg.agent,
    leg.number,
    leg.endedBy,
    leg.startedAt - begun,
  ]);
  assert.deepEqual(legs.toSorted(), [
    ["agent", "101", "40001", "gateway", 0],
    ["party", "", "40040", "peer", 2_000],
  ]);
  assert.ok([...kept.legs.values()].every((leg) => leg.callId === id && leg.endedAt === begun + 10_000));
});

test("failures: the phone's and the customer's, with phase, SIP status, Q.850 and detect number", async () => {
  for (const [phase, cause, expected] of [
    ["agent", { status: 486 }, ["failed", "agent", 486, null, "", 537]],
    ["party", { status: 404, q850: 1 }, ["failed", "party", 404, 1, "", 538]],
    ["party", { status: 408, ours: "no-answer" }, ["failed", "party", 408, null, "no-answer", 605]],
  ] as const) {
    const { gateway, kept } = recorded();
    await signedIn(gateway);
    callsOut(gateway);
    if (phase === "party") gateway.answer(gateway.phone());
    gateway.fail(phase === "party" ? gateway.party() : gateway.phone(), cause);
    await written(gateway);
    const { outcome, phase: whose, status, q850, ours, detect } = only(kept.calls);
    assert.deepEqual([outcome, whose, status, q850, ours, detect], expected);
    const failed = [...kept.legs.values()].find(({ side }) => side === phase);
    assert.deepEqual([failed?.status, failed?.endedBy], [cause.status, "ours" in cause ? "gateway" : "peer"]);
  }
});

test("a caller who gives up while he waits has abandoned the call", async () => {
  const { gateway, kept } = recorded({ site: { numbers: [{ pattern: "8000", to: { skill: 25 } }] } });
  await signedIn(gateway);
  gateway.receive(gateway.incoming("8000"));
  gateway.clock.advance(2_000);
  gateway.fail(gateway.party(), { status: 487 });
  await written(gateway);
  const { outcome, kind, called, talkingAt, startedAt, endedAt } = only(kept.calls);
  assert.deepEqual([outcome, kind, called, talkingAt], ["abandoned", "incoming", "8000", null]);
  assert.equal((endedAt ?? 0) - startedAt, 2_000);
});

test("what the store does not take is written when it is back", async () => {
  const { gateway, kept } = recorded();
  await signedIn(gateway);
  kept.fails = true;
  callsOut(gateway);
  gateway.fail(gateway.phone(), { status: 486 });
  await written(gateway);
  assert.equal(kept.calls.size, 0);
  kept.fails = false;
  await written(gateway, 2_000);
  assert.deepEqual([only(kept.calls).outcome, only(kept.legs).status], ["failed", 486]);
});
