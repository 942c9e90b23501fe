// What the agent's desk makes of the events that the gateway really sends (web/desk/state), on the virtual clock.

import assert from "node:assert/strict";
import { test } from "node:test";
import { agentId } from "../../src/base/ids.ts";
import { deskMachine } from "../../web/desk/state/desk-machine.ts";
import { AGENT, type DeskCall, type DeskState, emptyDesk } from "../../web/desk/state/desk-state.ts";
import { signedIn, type TestGateway, talking, testGateway, testSite } from "./test-gateway.ts";

/** The desk of this agent, with what he has been told since the last look. */
function deskOf(gateway: TestGateway, agent: string) {
  let desk: DeskState = emptyDesk(0);
  return async (): Promise<DeskState> => {
    const at = gateway.clock.now();
    for (const event of await gateway.events(agent)) desk = deskMachine(desk, { type: "told", at, event });
    return desk;
  };
}

const agent102 = { type: "agent", agent: agentId("102") } as const;
const passOn = (gateway: TestGateway, purpose: "blind" | "help") =>
  gateway.command("101", { type: "bring-in", purpose, target: agent102, park: false, appData: null });

/** 101 has called 40040 as 40038 and talks. */
async function world(autoAnswer = false): Promise<{ gateway: TestGateway; desk: () => Promise<DeskState> }> {
  const gateway = testGateway();
  await signedIn(gateway);
  await signedIn(gateway, { phoneNumber: "40002", autoAnswer }, "102");
  await talking(gateway);
  return { gateway, desk: deskOf(gateway, "102") };
}

const shown = ({ calls: [call] }: DeskState): Partial<DeskCall> | undefined =>
  call && { direction: call.direction, number: call.number, ours: call.ours, from: call.from };

const customers = { direction: "out", number: "40040", ours: "40038", from: "101" } as const;

test("a callout that is passed on: the receiver sees the customer's number, ringing and talking", async () => {
  const { gateway, desk } = await world();
  passOn(gateway, "blind");
  gateway.ring(gateway.phone());
  assert.equal((await desk()).calls[0]?.stage, "offered");
  gateway.answer(gateway.phone());
  const rung = await desk();
  assert.deepEqual([rung.calls[0]?.stage, shown(rung)], ["ringing", customers]);
  gateway.command("102", { type: "answer", callId: "" });
  const talks = await desk();
  assert.deepEqual([talks.calls[0]?.stage, shown(talks)], ["talking", customers]);
});

test("who is asked into a callout sees the colleague who asks, however he answers", async () => {
  for (const autoAnswer of [false, true]) {
    const { gateway, desk } = await world(autoAnswer);
    passOn(gateway, "help");
    gateway.ring(gateway.phone());
    await desk();
    gateway.answer(gateway.phone());
    if (!autoAnswer) gateway.command("102", { type: "answer", callId: "" });
    const helps = await desk();
    assert.deepEqual(shown(helps), { direction: "inside", number: "101", ours: "40040", from: "" });
    assert.deepEqual(helps.calls[0]?.partners, ["101", "40040"]);
  }
});

test("a call that is rejected leaves the desk at once", async () => {
  const { gateway, desk } = await world();
  passOn(gateway, "blind");
  gateway.answer(gateway.phone());
  assert.equal((await desk()).calls[0]?.stage, "ringing");
  gateway.command("102", { type: "reject", callId: "", mode: 1 });
  const after = await desk();
  assert.deepEqual(
    [after.agent, after.reason, after.calls[0]?.stage, after.calls[0]?.endedBy],
    [AGENT.busy, "7", "ended", "rejected"],
  );
});

test("a break asked for in wrap-up is told as a wish until its end, through a lost connection too", async () => {
  const gateway = testGateway({ site: { ...testSite, wrapUpMs: 10_000 } });
  await signedIn(gateway, { autoEnterIdle: false });
  const desk = deskOf(gateway, "101");
  await talking(gateway);
  gateway.command("101", { type: "release" });
  const wraps = await desk();
  gateway.command("101", { type: "rest", seconds: 900, cause: 0, prolong: false });
  const waits = deskMachine(wraps, { type: "wished", wish: "rest" });
  const snapshot = { agentState: AGENT.wrapUp, isWorking: false, phone: "40001", calls: [] };
  const back = deskMachine(waits, { type: "snapshot", at: 1, snapshot, missed: false });
  assert.deepEqual([waits.agent, waits.wish, back.wish, (await desk()).agent], [5, "rest", "rest", AGENT.wrapUp]);
  gateway.clock.advance(10_000);
  const rests = await desk();
  assert.deepEqual([rests.agent, rests.wish], [AGENT.rest, null]);
  assert.equal(deskMachine(rests, { type: "wished", wish: "rest" }).wish, null, "a reply that comes late");
});
