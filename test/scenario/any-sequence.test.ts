// Any sequence of requests and leg events, in any order, repeated or late: the agent ends in a legal state, at most one call is
// not held, and after sign-out no leg, call or timer is left (architecture.md, Tests).

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentId } from "../../src/base/ids.ts";
import type { AgentEventMessage } from "../../src/contract/agent-event.ts";
import { signs } from "../../src/core/detect/cause.ts";
import { call, signedIn, type TestGateway, testGateway } from "./test-gateway.ts";

type Act = (gateway: TestGateway, pick: number) => void;

/** Some leg that is alive, by chance. */
function withLeg(gateway: TestGateway, pick: number, act: (leg: ReturnType<TestGateway["phone"]>) => void): void {
  const legs = [...gateway.legs.alive.keys()];
  const leg = legs[pick % Math.max(1, legs.length)];
  if (leg) act(leg);
}

const acts: readonly Act[] = [
  (gateway, pick) => gateway.callOut("101", { ...call, mediaAbility: (pick % 3) as 0 | 1 | 2 }),
  (gateway) => gateway.command("101", { type: "release" }),
  (gateway) => gateway.command("101", { type: "hold" }),
  (gateway) => gateway.command("101", { type: "get-hold", callId: "" }),
  (gateway) => gateway.command("101", { type: "begin-mute" }),
  (gateway) => gateway.command("101", { type: "end-mute" }),
  (gateway, pick) => gateway.command("101", { type: pick % 2 === 0 ? "begin-mute-video" : "end-mute-video" }),
  (gateway, pick) => gateway.switchMedia("101", { video: pick % 2 === 0, userVideoDirection: 4 }),
  (gateway) => gateway.command("101", { type: "release-phone" }),
  (gateway) => gateway.command("101", { type: "say-busy", reason: 0, prolong: false }),
  (gateway) => gateway.command("101", { type: "cancel-busy" }),
  (gateway) => gateway.command("101", { type: "rest", seconds: 30, cause: 1, prolong: true }),
  (gateway) => gateway.command("101", { type: "cancel-rest" }),
  (gateway) => gateway.command("101", { type: "work" }),
  (gateway) => gateway.command("101", { type: "say-free" }),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.ring(leg, pick % 2 === 0)),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.answer(leg, pick % 2 === 0)),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.fail(leg, { status: 486 })),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.end(leg)),
  (gateway, pick) =>
    withLeg(gateway, pick, (leg) =>
      gateway.legs.alive.get(leg)?.report({ type: "leg-reoffered", leg, video: pick % 2 === 0 }),
    ),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.lose(leg)),
  (gateway, pick) => withLeg(gateway, pick, (leg) => gateway.comeBack(leg, pick % 2 === 0)),
  (gateway, pick) => gateway.clock.advance(pick * 1000),
  (gateway, pick) => {
    const calls = gateway.heldCalls("101");
    if (!("refused" in calls))
      gateway.command("101", { type: "drop-call", callId: calls[pick % calls.length]?.callid ?? "" });
  },
  (gateway) => gateway.command("101", { type: "dial-digits", digits: "1*#" }),
  (gateway) => gateway.command("101", { type: "begin-record", name: "" }),
  (gateway, pick) =>
    gateway.command("101", {
      type: (["pause-record", "resume-record", "stop-record"] as const)[pick % 3] ?? "stop-record",
    }),
  (gateway, pick) => {
    const { order, report } = gateway.legs.recorded[pick % Math.max(1, gateway.legs.recorded.length)] ?? {};
    if (!order || !report) return;
    const recording = { taskId: pick, file: "x.wav", beganAt: 0 };
    report({ type: pick % 2 === 0 ? "recording-began" : "recording-failed", agent: order.agent, recording });
  },
  (gateway, pick) => gateway.command("101", { type: "set-auto-enter-idle", enabled: pick % 2 === 0 }),
  // A leg that is over for us reports all the same: the peer's message was on its way.
  (gateway, pick) => {
    const gone = [...gateway.legs.reporters];
    const [leg, report] = gone[pick % Math.max(1, gone.length)] ?? [];
    if (!leg || !report || gateway.legs.alive.has(leg)) return;
    report({ type: "leg-answered", leg, video: pick % 2 === 0, telephoneEvent: true });
    report({ type: "leg-reoffered", leg, video: true });
    report({ type: "leg-lost", leg, graceMs: 30_000 });
    report({ type: "leg-returned", leg, video: true });
    report({ type: "leg-ended", leg, remote: true });
  },
  // What is heard on a leg, whether it was listened to or not.
  (gateway, pick) => {
    const sign = signs[pick % signs.length] ?? "busy";
    for (const [leg, report] of gateway.legs.reporters) report({ type: "leg-sign", leg, sign });
  },
  // Digits and silence change nothing yet, whenever they come.
  (gateway, pick) => {
    for (const [leg, report] of gateway.legs.reporters) {
      report({ type: "leg-digit", leg, digit: "#", by: "event" });
      report(pick % 2 === 0 ? { type: "leg-silent", leg, ms: 15_000 } : { type: "leg-heard", leg });
    }
  },
];

const script = fc.array(fc.tuple(fc.nat(acts.length - 1), fc.nat(40)), { maxLength: 60 });
const profile = fc.record({ releasePhone: fc.boolean(), autoEnterIdle: fc.boolean(), P18: fc.nat(1) });

/** State 7 exactly while a call or a P18 occupation lasts; a leg for every call that has one. */
function checkLegal(gateway: TestGateway): void {
  const { agentState, isWorking } = gateway.agentStatus("101");
  assert.ok([3, 4, 5, 7, 8].includes(agentState));
  if (agentState === 7) assert.ok(isWorking);
  const phones = [...gateway.legs.alive.keys()].filter((leg) => leg.includes(".phone.")).length;
  assert.ok(phones <= 1, "one phone, one leg");
  const parties = [...gateway.legs.alive.keys()].filter((leg) => leg.endsWith(".party")).length;
  assert.ok(parties <= gateway.census().calls, "a party's leg never outlives its call");
}

/** Whatever is begun is stopped, and nothing is said to one that does not run. */
function checkRecordings({ legs }: TestGateway): void {
  const running = new Set<string>();
  for (const { order } of legs.recorded) {
    const key = `${order.call} ${order.agent}`;
    assert.equal(running.has(key), order.type !== "record", order.type);
    if (order.type === "record") running.add(key);
    if (order.type === "record-stop") running.delete(key);
  }
  assert.equal(running.size, 0, "nothing is recorded any more");
}

/** A call ends at most once, failed or released; talked on only before; a failure is told by its three events. */
function checkEnds(events: readonly AgentEventMessage[]): void {
  const ended = new Set<unknown>();
  const count = (type: string) => events.filter(({ eventType }) => eventType === type).length;
  for (const { eventType, content } of events) {
    if (eventType === "AgentEvent_Talking" && content && typeof content === "object" && "callid" in content) {
      assert.ok(!ended.has(content.callid), "no talking after the end");
    }
    if (eventType !== "AgentEvent_Call_Out_Fail" && eventType !== "AgentEvent_Call_Release") continue;
    assert.ok(!ended.has(content), `${content} ends once`);
    ended.add(content);
  }
  assert.equal(count("AgentEvent_Call_Out_Fail"), count("AgentEvent_Connect_Fail"));
  assert.equal(count("AgentEvent_Call_Out_Fail"), count("OUTBOUND_DETECT_EVENT"));
  assert.ok(count("AgentOther_PhoneRelease") >= count("AgentOther_PhoneOffhook") - 1, "the phone goes down as often");
}

test("any sequence ends in a legal state with nothing left over", async () => {
  await fc.assert(
    fc.asyncProperty(script, profile, async (steps, { releasePhone, autoEnterIdle, P18 }) => {
      const gateway = testGateway({ parameters: { P18 } });
      await signedIn(gateway, { releasePhone, autoEnterIdle, agentType: 11 });
      for (const [index, pick] of steps) {
        if (gateway.census().agents === 0) break;
        acts[index]?.(gateway, pick);
        gateway.authorise(agentId("101"), undefined, true, { address: "127.0.0.1", trusted: true });
        checkLegal(gateway);
      }
      checkEnds(await gateway.events());
      gateway.signOut("101", { force: true, reason: 258 });
      checkRecordings(gateway);
      assert.deepEqual(
        [gateway.legs.census(), gateway.census(), gateway.clock.pending()],
        [0, { agents: 0, calls: 0 }, 0],
      );
    }),
    { numRuns: 400 },
  );
});
